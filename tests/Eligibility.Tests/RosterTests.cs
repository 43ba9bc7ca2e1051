using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A payer asks an agency to serve a person, and learns nothing by asking. The agency registers the person, or not.</summary>
[Collection("eligibility")]
public sealed class RosterTests(EligibilityService service)
{
    private Proto.Roster.RosterClient Roster => new(service.Channel);

    [Fact]
    public async Task The_answer_is_the_same_for_a_person_on_file_an_unknown_one_and_an_unknown_agency()
    {
        var one = await PersonBuilder.Register(service);
        var payer = EligibilityService.NewCode("payer");
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(
            async () => await one.Individuals.RegisterIndividualAsync(one.Registration(), service.As(Roles.Mco, payer)))).Code);
        foreach (var (provider, member) in new[]
        {
            (one.Provider, one.Identifier), (one.Provider, EligibilityService.NewCode("member")), (EligibilityService.NewCode("nowhere"), one.Identifier),
        })
        {
            var sent = await Send(provider, payer, member);
            var bare = sent.Clone();
            (bare.Name, bare.CreateTime) = ("", null);
            Assert.Equal(
                new Proto.RosterEntry
                {
                    Etag = sent.Etag,
                    Payer = $"organizations/{payer}",
                    Provider = $"organizations/{provider}",
                    State = Proto.RosterEntryState.Sent,
                }, bare);
        }
    }

    [Fact]
    public async Task The_agency_accepts_and_the_payer_sees_the_person()
    {
        var (provider, payer, member) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"), EligibilityService.NewCode("member"));
        var sent = await Send(provider, payer, member);
        var seen = Assert.Single((await Roster.ListRosterEntriesAsync(new() { State = Proto.RosterEntryState.Sent }, service.As(Roles.Provider, provider)))
            .RosterEntries);
        Assert.Equal((sent.Name, "Quillgiven", "Quillfamily", "1991-07-23", member),
            (seen.Name, seen.GivenName, seen.FamilyName, seen.BirthDate, Assert.Single(seen.Identifiers).Value));
        foreach (var other in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
            Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await Roster.GetRosterEntryAsync(new() { Name = sent.Name }, other))).Code);
        Assert.Equal(0L, await service.Count($"roster_entries e where id = '{sent.Name[14..]}' and e::text like '%Quill%'"));

        var accepted = await Accept(seen, provider);
        Assert.Equal((Proto.RosterEntryState.Accepted, ""), (accepted.State, accepted.GivenName));
        var individual = await new Proto.Individuals.IndividualsClient(service.Channel).GetIndividualAsync(
            new() { Name = accepted.Individual }, service.As(Roles.Mco, payer));
        Assert.Equal(("Quillgiven", $"organizations/{provider}"), (individual.GivenName, individual.Provider));
        Assert.Equal(1L, await service.Count($"roster_entries where id = '{sent.Name[14..]}' and personal_data is null"));
        Assert.Equal(1L, await service.Count($"outbox_rows where subject = '{accepted.Individual}' and type = 'ips.eligibility.individual-registered.v1'"));
    }

    [Fact]
    public async Task A_person_on_file_is_matched_and_not_registered_twice()
    {
        var one = await PersonBuilder.Register(service);
        var payer = EligibilityService.NewCode("payer");
        var sent = await Send(one.Provider, payer, one.Identifier);
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(() => Accept(sent, one.Provider))).Code);
        var stranger = await PersonBuilder.Register(service);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => Accept(sent, one.Provider, stranger.Name))).Code);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await one.Read(service.As(Roles.Mco, payer)))).Code);
        Assert.Equal(one.Name, (await Accept(sent, one.Provider, one.Name)).Individual);
        Assert.Equal(one.Name, (await one.Read(service.As(Roles.Mco, payer))).Name);
        Assert.Equal(one.Name, (await one.Read(one.AsPayer)).Name);
    }

    [Fact]
    public async Task What_the_agency_declines_is_erased_and_not_answered_again()
    {
        var (provider, payer) = (EligibilityService.NewCode("agency"), EligibilityService.NewCode("payer"));
        var sent = await Send(provider, payer, EligibilityService.NewCode("member"));
        Proto.DeclineRosterEntryRequest decline = new() { Name = sent.Name, Etag = "7", RequestId = EligibilityService.NewId() };
        Assert.Equal(StatusCode.Aborted,
            (await service.RefusedWithoutTrace(async () => await Roster.DeclineRosterEntryAsync(decline, service.As(Roles.Provider, provider)))).Code);
        decline.Etag = sent.Etag;
        var declined = await Roster.DeclineRosterEntryAsync(decline, service.As(Roles.Provider, provider));
        Assert.Equal((Proto.RosterEntryState.Declined, "", ""), (declined.State, declined.FamilyName, declined.Individual));
        Assert.Equal(1L, await service.Count($"roster_entries where id = '{sent.Name[14..]}' and personal_data is null"));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(() => Accept(declined, provider))).Code);
        var read = await Roster.GetRosterEntryAsync(new() { Name = sent.Name }, service.As(Roles.Mco, payer));
        Assert.Equal(Proto.RosterEntryState.Declined, read.State);
    }

    private async Task<Proto.RosterEntry> Send(string provider, string payer, string member) => await Roster.SendRosterEntryAsync(new()
    {
        Provider = $"organizations/{provider}",
        GivenName = "Quillgiven",
        FamilyName = "Quillfamily",
        BirthDate = "1991-07-23",
        Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = member } },
        RequestId = EligibilityService.NewId(),
    }, service.As(Roles.Mco, payer));

    private async Task<Proto.RosterEntry> Accept(Proto.RosterEntry entry, string provider, string individual = "") => await Roster.AcceptRosterEntryAsync(
        new() { Name = entry.Name, Etag = entry.Etag, Individual = individual, RequestId = EligibilityService.NewId() }, service.As(Roles.Provider, provider));
}
