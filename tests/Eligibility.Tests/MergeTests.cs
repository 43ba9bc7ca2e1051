using Grpc.Core;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Hashes find people who are on file twice; a merge makes one record of two.</summary>
[Collection("eligibility")]
public sealed class MergeTests(EligibilityService service)
{
    [Fact]
    public async Task A_duplicate_is_found_by_name_and_birth_date_and_by_the_same_identifier_in_another_spelling()
    {
        var one = await PersonBuilder.Register(service);
        var names = await Register(one, "QUILLFÁMILY", "quill-given", "1991-07-23", "medicaid-nc", EligibilityService.NewCode("member"));
        var swapped = await Register(one, "Quillfamily", "Quillgiven", "1991-07-23", "medicaid-nc", EligibilityService.NewCode("member"));
        var spelled = await Register(one, "Other", "Person", "1980-01-01", "alliance-member", one.Identifier.Replace('-', ' ').ToUpperInvariant());
        await Register(one, "Quillgiven", "Quillfamily", "1991-07-24", "medicaid-nc", EligibilityService.NewCode("member"));
        await PersonBuilder.Register(service, one.Identifier);

        var found = (await one.Individuals.ListDuplicatesAsync(new(), one.AsProvider)).Duplicates;
        Assert.Equal(4, found.Count);
        Assert.Equal([Proto.DuplicateGround.NameAndBirthDate], Assert.Single(found, d => Pair(d).SetEquals([one.Name, swapped.Name])).Grounds);
        Assert.Equal([Proto.DuplicateGround.Identifier], Assert.Single(found, d => Pair(d).SetEquals([one.Name, spelled.Name])).Grounds);
        foreach (var other in new[] { one.Name, swapped.Name })
            Assert.Equal([Proto.DuplicateGround.NameAndBirthDate], Assert.Single(found, d => Pair(d).SetEquals([names.Name, other])).Grounds);
        var first = await one.Individuals.ListDuplicatesAsync(new() { PageSize = 2 }, one.AsProvider);
        var second = await one.Individuals.ListDuplicatesAsync(new() { PageSize = 2, PageToken = first.NextPageToken }, one.AsProvider);
        Assert.Equal(found, first.Duplicates.Concat(second.Duplicates));
        Assert.Empty(second.NextPageToken);
        Assert.Contains(one.Name,
            Pair(Assert.Single((await one.Individuals.ListDuplicatesAsync(new() { Individual = spelled.Name }, one.AsProvider)).Duplicates)));
        Assert.Empty((await one.Individuals.ListDuplicatesAsync(new(), service.As(Roles.Provider, EligibilityService.NewCode("agency")))).Duplicates);
    }

    [Fact]
    public async Task The_survivor_has_everything_and_the_old_name_resolves_to_it()
    {
        var survivor = await PersonBuilder.Register(service);
        var merged = await (await PersonBuilder.Register(service, provider: survivor.Provider)).WithFacts();
        var order = await merged.Draft();
        var determined = await merged.Determinations.DetermineAsync(merged.Determination(), merged.AsProvider);
        var authorization = await merged.Approved();
        var referral = await merged.Referrals.CreateReferralAsync(merged.Referral(), merged.AsProvider);
        var profile = await merged.CareerProfiles.CreateCareerProfileAsync(CareerProfileTests.First(merged, service.Day()), merged.AsProvider);

        var one = await survivor.Individuals.MergeIndividualsAsync(await Merge(survivor, merged), survivor.AsProvider);
        Assert.Equal((survivor.Name, merged.Name), (one.Name, Assert.Single(one.MergedNames)));
        Assert.Equal(survivor.Identifier, Assert.Single(one.Identifiers).Value);
        Assert.Equal((2, 1, 1), (one.Enrollments.Count, one.Diagnoses.Count, one.Assessments.Count));

        foreach (var name in new[] { survivor.Name, merged.Name })
        {
            Assert.Equal(one, await survivor.Individuals.GetIndividualAsync(new() { Name = name }, survivor.AsProvider));
            Assert.Equal(survivor.Name, (await survivor.Individuals.GetIndividualAsync(new() { Name = name }, merged.AsPayer)).Name);
            Assert.Equal(order.Name,
                Assert.Single((await survivor.ServiceOrders.ListServiceOrdersAsync(new() { Individual = name }, survivor.AsProvider)).ServiceOrders).Name);
            Assert.Equal(determined.Name,
                Assert.Single((await survivor.Determinations.ListDeterminationsAsync(new() { Individual = name }, survivor.AsProvider)).Determinations).Name);
            Assert.Equal(authorization.Name,
                Assert.Single((await survivor.Authorizations.ListAuthorizationsAsync(new() { Individual = name }, survivor.AsProvider)).Authorizations).Name);
            Assert.Equal(referral.Name, Assert.Single((await survivor.Referrals.ListReferralsAsync(new() { Individual = name }, survivor.AsProvider)).Referrals)
                .Name);
            Assert.Equal(profile.Name,
                Assert.Single((await survivor.CareerProfiles.ListCareerProfilesAsync(new() { Individual = name }, survivor.AsProvider)).CareerProfiles).Name);
            var verified = await survivor.Determinations.VerifyAsync(new() { Individual = name, Program = "nc-core", ServiceDate = service.Day() },
                survivor.AsProvider);
            Assert.True(verified.Eligible);
        }

        foreach (var identifier in new[] { survivor.Identifier, merged.Identifier })
        {
            var found = await survivor.Individuals.FindIndividualAsync(
                new() { Identifier = new() { System = "medicaid-nc", Value = identifier } }, survivor.AsProvider);
            Assert.Equal(survivor.Name, found.Name);
        }

        Assert.Equal(survivor.Name, Assert.Single((await survivor.Individuals.ListIndividualsAsync(new(), survivor.AsProvider)).Individuals).Name);
        var history = await survivor.History();
        Assert.Equal(Proto.CorrectionReason.Duplicate, Assert.Single(history, f => f.ContentCase == Proto.Fact.ContentOneofCase.Particulars).Reason);
        Assert.All(history.Where(f => f.ContentCase == Proto.Fact.ContentOneofCase.Assessment), f => Assert.NotNull(f.JoinTime));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{survivor.Name}' and body->>'mergedId' = '{merged.Name["individuals/".Length..]}'"));

        // A fact recorded under the old name belongs to the survivor, and so does every resource created under it.
        await merged.Record(Records.Service(Proto.OtherServiceKind.VrCase, service.Day()));
        Assert.Single((await survivor.Read()).OtherServices);
        Assert.Equal(survivor.Name, (await merged.Determinations.DetermineAsync(merged.Determination(), merged.AsProvider)).Individual);
    }

    [Fact]
    public async Task Only_records_of_one_provider_as_last_read_and_with_one_open_referral_are_merged()
    {
        var one = await PersonBuilder.Register(service);
        var elsewhere = await PersonBuilder.Register(service, one.Identifier);
        var foreign = await service.RefusedWithoutTrace(async () => await one.Individuals.MergeIndividualsAsync(await Merge(one, elsewhere), one.AsProvider));
        Assert.Equal(StatusCode.NotFound, foreign.Code);
        var self = await Merge(one, one);
        Assert.Equal(["merged"], (await service.RefusedWithoutTrace(async () => await one.Individuals.MergeIndividualsAsync(self, one.AsProvider))).Fields);

        var other = await PersonBuilder.Register(service, provider: one.Provider);
        var stale = await Merge(one, other);
        stale.MergedEtag = "1";
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await one.Individuals.MergeIndividualsAsync(stale, one.AsProvider)))
            .Code);
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        await other.Referrals.CreateReferralAsync(other.Referral(), other.AsProvider);
        var both = await Merge(one, other);
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Individuals.MergeIndividualsAsync(both, one.AsProvider))).Code);
    }

    [Fact]
    public async Task One_of_two_concurrent_merges_succeeds_and_a_chain_of_merges_resolves()
    {
        var first = await PersonBuilder.Register(service);
        var second = await PersonBuilder.Register(service, provider: first.Provider);
        var third = await PersonBuilder.Register(service, provider: first.Provider);
        var asks = new[] { await Merge(second, first), await Merge(third, first) };
        var answers = await Task.WhenAll(asks.Select(async request =>
        {
            try
            {
                return (await first.Individuals.MergeIndividualsAsync(request, first.AsProvider)).Name;
            }
            catch (RpcException refused) when (refused.StatusCode is StatusCode.Aborted or StatusCode.FailedPrecondition)
            {
                return "";
            }
        }));
        var winner = Assert.Single(answers, a => a.Length > 0);
        var (survivor, left) = winner == second.Name ? (third, second) : (second, third);
        await first.Individuals.MergeIndividualsAsync(await Merge(survivor, left), first.AsProvider);
        var one = await first.Read();
        Assert.Equal(survivor.Name, one.Name);
        Assert.Equal(new[] { first.Name, left.Name }.Order(), one.MergedNames);
        Assert.Equal(3, one.Enrollments.Count);
    }

    [Fact]
    public async Task Every_table_with_a_foreign_key_to_people_refuses_rows_about_a_merged_record()
    {
        Assert.Equal(
            await service.Scalar("select string_agg(distinct conrelid::regclass::text, ' ' order by conrelid::regclass::text) from pg_constraint "
                + "where contype = 'f' and confrelid = 'individuals'::regclass"),
            await service.Scalar("select string_agg(tgrelid::regclass::text, ' ' order by tgrelid::regclass::text) from pg_trigger where tgname = 'refuse_merged'"));

        var survivor = await PersonBuilder.Register(service);
        var merged = await PersonBuilder.Register(service, provider: survivor.Provider);
        await survivor.Individuals.MergeIndividualsAsync(await Merge(survivor, merged), survivor.AsProvider);
        // One row of a statement is enough.
        var refused = await Assert.ThrowsAsync<PostgresException>(async () => await service.Scalar(
            "insert into individual_keys (id, hash, individual_id, provider) select gen_random_uuid(), uuid_send(id), id, provider from individuals "
                + $"where id in ('{survivor.Name.Split('/')[1]}', '{merged.Name.Split('/')[1]}')"));
        Assert.Equal(PostgresErrorCodes.SerializationFailure, refused.SqlState);
    }

    [Fact]
    public async Task Concurrent_writes_about_the_merged_record_are_moved_or_refused()
    {
        var survivor = await PersonBuilder.Register(service);
        var merged = await PersonBuilder.Register(service, provider: survivor.Provider);
        var request = await Merge(survivor, merged);
        var (id, profile) = (Guid.Parse(merged.Name["individuals/".Length..]), Guid.CreateVersion7());
        await service.WithDb(async db =>
        {
            await using var writing = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"insert into career_profiles (id, individual_id, provider) values ({profile}, {id}, {merged.Provider})");
            var merging = survivor.Individuals.MergeIndividualsAsync(request, survivor.AsProvider).ResponseAsync;
            await Poll.Until(async () =>
                await service.Count("pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%for update%'") == 1,
                TimeSpan.FromSeconds(30));
            Assert.False(merging.IsCompleted);
            await writing.CommitAsync();
            return await merging;
        });
        Assert.Equal(survivor.Name["individuals/".Length..], $"{await service.Scalar($"select individual_id from career_profiles where id = '{profile}'")}");

        var late = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => service.WithDb(db =>
            db.Database.ExecuteSqlAsync(
                $"insert into career_profiles (id, individual_id, provider) values ({Guid.CreateVersion7()}, {id}, {merged.Provider})")));
        Assert.Equal("40001", late.SqlState);
    }

    private static HashSet<string> Pair(Proto.Duplicate duplicate) => [duplicate.Individual, duplicate.Candidate];

    private static async Task<Proto.MergeIndividualsRequest> Merge(PersonBuilder survivor, PersonBuilder merged) => new()
    {
        Survivor = survivor.Name,
        Etag = (await survivor.Read()).Etag,
        Merged = merged.Name,
        MergedEtag = (await merged.Read()).Etag,
        Note = "Quillnote",
        RequestId = EligibilityService.NewId(),
    };

    private static async Task<Proto.Individual> Register(PersonBuilder at, string given, string family, string birth, string system, string identifier) =>
        await at.Individuals.RegisterIndividualAsync(new()
        {
            Provider = $"organizations/{at.Provider}",
            GivenName = given,
            FamilyName = family,
            BirthDate = birth,
            RequestId = EligibilityService.NewId(),
            Identifiers = { new Proto.Identifier { System = system, Value = identifier } },
        }, at.AsProvider);
}
