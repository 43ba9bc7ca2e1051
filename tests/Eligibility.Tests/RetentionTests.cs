using Grpc.Core;
using Ips.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>Expired data is removed; held data stays; the audit log stays consistent.</summary>
public sealed class RetentionTests : IAsyncLifetime
{
    private readonly EligibilityService service = new() { Settings = { ["Protection:SealEvery"] = "01:00:00" } };

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task Old_records_responses_and_audit_entries_are_removed_and_held_and_recent_ones_stay()
    {
        var old = await (await PersonBuilder.Register(service)).WithFacts();
        var determination = await old.Determinations.DetermineAsync(old.Determination(), old.AsProvider);
        var held = await PersonBuilder.Register(service);
        await Holds.PlaceLegalHoldAsync(new() { Individual = held.Name, RequestId = EligibilityService.NewId() }, held.AsProvider);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () =>
            await Holds.LiftLegalHoldAsync(new() { Individual = held.Name, RequestId = EligibilityService.NewId() },
                service.As(Roles.Provider, "agency-foreign")))).Code);
        // An entry of the version before.
        await service.Scalar($"insert into audit_entries values (default, gen_random_uuid(), now(), 'read', 'mco', 'o', 'c', 'rpc', '{Id(old)}', null, '')");
        await Sealed();
        var noted = (await AuditVerifier.Verify(Owner)).Last;

        // Six years and a day: stored answers and the audit log are removed, records stay.
        service.Clock.Advance(TimeSpan.FromDays((6 * 365) + 3));
        var recent = await PersonBuilder.Register(service);
        await Sealed();
        await Retention.Sweep(default);
        Assert.Equal(0L, await service.Count($"ips_who_saw('{Id(old)}')"));
        Assert.True(await service.Count($"ips_who_saw('{Id(recent)}')") > 0);
        Assert.Equal(0L, await service.Count($"answered_requests where answered_at < '{service.Day(-31)}'"));
        Assert.True(await service.Count("answered_requests") > 0);
        Assert.Null((await AuditVerifier.Verify(Owner, noted)).Break);
        Assert.Equal("Quillgiven", (await old.Individuals.GetIndividualAsync(new() { Name = old.Name }, old.AsProvider)).GivenName);

        // Ten years after the last entry: no person can be named or found any more, the receipt is unchanged.
        service.Clock.Advance(TimeSpan.FromDays((4 * 365) + 30));
        // That is no time of the database's clock: as long as the clocks have to agree, every row stays.
        var sweeps = service.Services.GetRequiredService<IOptions<SweepOptions>>().Value;
        sweeps.AllowedDifference = TimeSpan.FromMinutes(1);
        var everything = await service.Everything();
        await Retention.Sweep(default);
        Assert.Equal(everything, await service.Everything());
        Assert.Equal("Quillgiven", (await old.Individuals.GetIndividualAsync(new() { Name = old.Name }, old.AsProvider)).GivenName);
        sweeps.AllowedDifference = sweeps.AllowedJump;

        await Retention.Sweep(default);
        Assert.NotEqual("Quillgiven", (await old.Individuals.GetIndividualAsync(new() { Name = old.Name }, old.AsProvider)).GivenName);

        // It was wrong, and everything comes back, but for answers and audit entries of years ago; then it happens for good.
        var facts = await service.Scalar($"select string_agg(encode(facts, 'hex'), ' ' order by id) from decisions where subject = '{old.Name}'");
        Assert.Equal("", facts);
        await service.Use<ServiceDb>(async db => Assert.NotEmpty(await Return(db)));
        Assert.Equal("Quillgiven", (await old.Individuals.GetIndividualAsync(new() { Name = old.Name }, old.AsProvider)).GivenName);
        Assert.Equal(old.Name, (await old.Individuals.FindIndividualAsync(
            new() { Identifier = new() { System = "medicaid-nc", Value = old.Identifier } }, old.AsProvider)).Name);
        Assert.NotEqual("", await service.Scalar($"select string_agg(encode(facts, 'hex'), ' ') from decisions where subject = '{old.Name}'"));
        await Retention.Sweep(default);
        var erased = await old.Individuals.GetIndividualAsync(new() { Name = old.Name }, old.AsProvider);
        Assert.Equal(("", "", 0), (erased.GivenName, erased.FamilyName, erased.Identifiers.Count));
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () =>
            await old.Individuals.FindIndividualAsync(new() { Identifier = new() { System = "medicaid-nc", Value = old.Identifier } }, old.AsProvider))).Code);
        Assert.Equal(determination.Decision, (await old.Determinations.GetDeterminationAsync(new() { Name = determination.Name }, old.AsProvider)).Decision);
        Assert.Equal("", await service.Scalar($"select encode(facts, 'hex') from decisions where subject = '{old.Name}'"));
        Assert.Equal(2L, await service.Count($"ips_who_saw('{Id(old)}') where action = 'erase' and role = 'service'"));
        Assert.Equal("Quillgiven", (await held.Individuals.GetIndividualAsync(new() { Name = held.Name }, held.AsProvider)).GivenName);
        Assert.Equal("Quillgiven", (await recent.Individuals.GetIndividualAsync(new() { Name = recent.Name }, recent.AsProvider)).GivenName);

        // When the hold is lifted, the next sweep removes the record.
        Assert.False((await Holds.LiftLegalHoldAsync(new() { Individual = held.Name, RequestId = EligibilityService.NewId() },
            service.As(Roles.Ops, "platform"))).Held);
        await Retention.Sweep(default);
        Assert.Equal("", (await held.Individuals.GetIndividualAsync(new() { Name = held.Name }, held.AsProvider)).GivenName);
        await Sealed();
        Assert.Null((await AuditVerifier.Verify(Owner, noted)).Break);
    }

    [Fact]
    public async Task Contacts_search_keys_and_referrals_are_removed_with_the_person_and_a_referral_without_one_at_the_same_age()
    {
        Contracts.Eligibility.V1.IntakeReferrals.IntakeReferralsClient intake = new(service.Channel);
        var provider = EligibilityService.NewCode("agency");
        var agency = service.As(Roles.Provider, provider);
        Contracts.Eligibility.V1.IntakeReferralContent content = new()
        {
            Source = Contracts.Eligibility.V1.IntakeSource.Self,
            Program = "nc-core",
            Person = new()
            {
                GivenName = "Quillgiven",
                FamilyName = "Quillfamily",
                BirthDate = "1991-07-23",
                Contacts = { ContactTests.Phone("919 555 0199") },
                Identifiers = { new Contracts.Eligibility.V1.Identifier { System = "medicaid-nc", Value = EligibilityService.NewCode("member") } },
            },
        };
        Contracts.Eligibility.V1.Roster.RosterClient roster = new(service.Channel);
        var unanswered = await Enlist();
        var open = await Receive();
        var received = await Receive();
        var converted = await intake.ConvertIntakeReferralAsync(
            new() { Name = received.Name, Etag = received.Etag, RequestId = EligibilityService.NewId() }, agency);
        service.Clock.Advance(TimeSpan.FromDays(10 * 366));
        var recent = await Receive();
        var enlisted = await Enlist();
        service.Services.GetRequiredService<IOptions<SweepOptions>>().Value.AllowedDifference =
            service.Services.GetRequiredService<IOptions<SweepOptions>>().Value.AllowedJump;
        await Retention.Sweep(default);
        await Retention.Sweep(default);

        var erased = await intake.GetIntakeReferralAsync(new() { Name = converted.Name }, agency);
        Assert.Equal(("", Contracts.Eligibility.V1.IntakeSource.Self, converted.Individual), (erased.Content.Person?.GivenName ?? "", erased.Content.Source, erased.Individual));
        Assert.Null((await intake.GetIntakeReferralAsync(new() { Name = open.Name }, agency)).Content.Person);
        Assert.Equal("Quillgiven", (await intake.GetIntakeReferralAsync(new() { Name = recent.Name }, agency)).Content.Person.GivenName);
        var id = converted.Individual[12..];
        Assert.Equal(0L, await service.Count($"contacts where individual_id = '{id}'"));
        Assert.Equal(0L, await service.Count($"individual_keys where individual_id = '{id}'"));
        Assert.Equal(2L, await service.Count("intake_referrals where content is null and keys = array[]::text[]"));

        // So is an entry of a roster that was not answered; it cannot be accepted any more.
        var entries = (await roster.ListRosterEntriesAsync(new(), agency)).RosterEntries.ToDictionary(e => e.Name);
        var lapsed = entries[unanswered.Name];
        Assert.Equal((Contracts.Eligibility.V1.RosterEntryState.Lapsed, "", 0), (lapsed.State, lapsed.GivenName, lapsed.Identifiers.Count));
        Assert.Equal((Contracts.Eligibility.V1.RosterEntryState.Sent, "Quillgiven"), (entries[enlisted.Name].State, entries[enlisted.Name].GivenName));
        Assert.Equal(0L, await service.Count($"roster_entries where id = '{unanswered.Name[14..]}' and personal_data is not null"));
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await roster.AcceptRosterEntryAsync(
            new() { Name = lapsed.Name, Etag = lapsed.Etag, RequestId = EligibilityService.NewId() }, agency));
        Assert.Equal(Grpc.Core.StatusCode.FailedPrecondition, refused.StatusCode);

        async Task<Contracts.Eligibility.V1.RosterEntry> Enlist() => await roster.SendRosterEntryAsync(new()
        {
            Provider = $"organizations/{provider}",
            GivenName = "Quillgiven",
            FamilyName = "Quillfamily",
            BirthDate = "1991-07-23",
            Identifiers = { new Contracts.Eligibility.V1.Identifier { System = "medicaid-nc", Value = EligibilityService.NewCode("member") } },
            RequestId = EligibilityService.NewId(),
        }, service.As(Roles.Mco, "payer-roster"));

        async Task<Contracts.Eligibility.V1.IntakeReferral> Receive() => await intake.ReceiveIntakeReferralAsync(
            new() { Provider = $"organizations/{provider}", Content = content, RequestId = EligibilityService.NewId() }, agency);
    }

    private static Task<IReadOnlyDictionary<string, int>> Return(ServiceDb db) => new ReturnSwept(
        db, new ConfigurationBuilder().Build(), NullLogger<ReturnSwept>.Instance).Return(DateTimeOffset.UnixEpoch, default);

    private Contracts.Eligibility.V1.LegalHolds.LegalHoldsClient Holds => new(service.Channel);

    private NpgsqlDataSource Owner => service.Services.GetRequiredService<NpgsqlDataSource>();

    private Retention Retention => service.Services.GetRequiredService<Retention>();

    private static string Id(PersonBuilder one) => one.Name.Split('/')[1];

    private Task Sealed() => Poll.Until(async () =>
    {
        await service.Services.GetRequiredService<AuditSealer>().Seal(default);
        return (await AuditVerifier.Verify(Owner)) is { Break: not null } or { Waiting: 0 };
    });
}
