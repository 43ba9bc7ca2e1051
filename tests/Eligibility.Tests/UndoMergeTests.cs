using Grpc.Core;
using Ips.Contracts;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A merge is previewed, and taken back: each person has again what was recorded for it.</summary>
[Collection("eligibility")]
public sealed class UndoMergeTests(EligibilityService service)
{
    [Fact]
    public async Task An_undo_gives_every_row_of_every_table_back_to_its_person()
    {
        var (survivor, merged) = await Two();
        await merged.Draft();
        await merged.Determinations.DetermineAsync(merged.Determination(), merged.AsProvider);
        await merged.Approved();
        await merged.Referrals.CreateReferralAsync(merged.Referral(), merged.AsProvider);
        await merged.CareerProfiles.CreateCareerProfileAsync(CareerProfileTests.First(merged, service.Day()), merged.AsProvider);
        var before = await Rows(survivor, merged);
        var (one, other) = (await survivor.Read(), await merged.Read());
        await Merge(survivor, merged);
        Assert.DoesNotContain(await Rows(survivor, merged), row => row.Contains($" {merged.Name} ", StringComparison.Ordinal));

        var undone = await Undo(merged);
        Assert.Empty(undone.RecordedWhileMerged);
        Assert.Equal((merged.Name, survivor.Name), (undone.Individual.Name, undone.Survivor.Name));
        await AssertSame(one, survivor, merged.Name);
        await AssertSame(other, merged, survivor.Name);
        // The one row more is the history of the merge: the personal data of the merged record until then. What needed attention as one record has a deadline.
        Assert.StartsWith($"facts {merged.Name} ", Assert.Single((await Rows(survivor, merged)).Except(before), row => !row.StartsWith("deadlines", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Empty(before.Except(await Rows(survivor, merged)));
        Assert.Equal(Proto.CorrectionReason.Duplicate, Assert.Single(await merged.History(), f => f.Particulars is not null).Reason);
        Assert.DoesNotContain(await survivor.History(), f => f.Particulars is not null || f.JoinTime is not null);
        Assert.DoesNotContain(await merged.History(), f => f.JoinTime is not null);
        foreach (var person in new[] { survivor, merged })
        {
            Assert.Equal(person.Name, (await person.Individuals.FindIndividualAsync(
                new() { Identifier = new() { System = "medicaid-nc", Value = person.Identifier } }, person.AsProvider)).Name);
        }

        // Each payer sees its own person again, and no other.
        Assert.Equal(merged.Name, (await merged.Individuals.GetIndividualAsync(new() { Name = merged.Name }, merged.AsPayer)).Name);
        await Refused(StatusCode.NotFound, async () => await merged.Individuals.GetIndividualAsync(new() { Name = survivor.Name }, merged.AsPayer));
        await Refused(StatusCode.NotFound, async () => await merged.Individuals.GetIndividualAsync(new() { Name = merged.Name }, survivor.AsPayer));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{survivor.Name}' and type = 'ips.eligibility.individuals-separated.v1' "
            + $"and body->>'separatedId' = '{merged.Name[12..]}'"));
    }

    [Fact]
    public async Task What_was_recorded_for_the_survivor_in_between_stays_and_is_listed_and_what_rests_on_the_others_records_follows_them()
    {
        var (survivor, merged) = await Two();
        var authorization = await merged.Requested();
        await Merge(survivor, merged);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        var own = await survivor.Record(Records.Service(Proto.OtherServiceKind.VrCase, service.Day()));
        var moved = Assert.Single(await survivor.History(standing: true), f => f.Diagnosis is not null);
        await survivor.Correct(moved, Records.Diagnosis(Proto.DiagnosisClass.Idd, service.Day(-80), primary: true));
        await merged.Approve(authorization);

        var undone = await Undo(merged);
        var stayed = Assert.Single(undone.RecordedWhileMerged);
        Assert.Equal(("facts", own.Name), (stayed.Kind, stayed.Name));
        Assert.Single((await survivor.Read()).OtherServices);
        Assert.Empty((await merged.Read()).OtherServices);
        // Every version of a fact goes with it.
        Assert.Equal(Proto.DiagnosisClass.Idd, Assert.Single((await merged.Read()).Diagnoses).Class);
        Assert.Equal(2, (await merged.History()).Count(f => f.Diagnosis is not null));
        Assert.Empty((await survivor.Read()).Diagnoses);
        var named = await merged.Authorizations.GetAuthorizationAsync(new() { Name = authorization.Name }, merged.AsProvider);
        Assert.Equal((merged.Name, Proto.AuthorizationState.Approved), (named.Individual, named.State));
        Assert.Equal(0, await service.Count($"deadlines where individual_id = '{survivor.Name[12..]}' and subject = '{authorization.Name}'"));
    }

    [Fact]
    public async Task Merges_that_rest_on_each_other_are_undone_from_the_last_to_the_first()
    {
        var first = await (await PersonBuilder.Register(service)).WithFacts();
        var second = await PersonBuilder.Register(service, provider: first.Provider);
        var third = await PersonBuilder.Register(service, provider: first.Provider);
        var before = await Rows(first, second, third);
        await Merge(second, first);
        await Merge(third, second);
        var refused = await service.RefusedWithoutTrace(() => Undo(first));
        Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
        Assert.Contains($"undo the merge of {second.Name} first", refused.Message, StringComparison.Ordinal);

        await Undo(second);
        Assert.Equal(second.Name, (await first.Read()).Name);
        Assert.Equal([first.Name], (await second.Read()).MergedNames);
        Assert.Empty((await third.Read()).MergedNames);
        Assert.Equal(2, (await second.Read()).Enrollments.Count);
        await Undo(first);
        Assert.Empty(before.Except(await Rows(first, second, third)));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(() => Undo(first))).Code);

        // A merge that was undone can be made again, and undone again.
        await Merge(third, first);
        Assert.Equal(third.Name, (await first.Read()).Name);
        await Undo(first);
        Assert.Empty(before.Except(await Rows(first, second, third)));
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_and_a_stale_or_foreign_caller_is_refused()
    {
        var (survivor, merged) = await Two();
        await Merge(survivor, merged);
        var request = await UndoOf(merged);
        var stale = request.Clone();
        (stale.Etag, stale.RequestId) = ("1", EligibilityService.NewId());
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await merged.Individuals.UndoMergeAsync(stale, merged.AsProvider))).Code);
        await Refused(StatusCode.NotFound, async () => await merged.Individuals.UndoMergeAsync(request, service.As(Roles.Provider, EligibilityService.NewCode("agency"))));
        var first = await merged.Individuals.UndoMergeAsync(request, merged.AsProvider);
        Assert.Equal(first, await merged.Individuals.UndoMergeAsync(request, merged.AsProvider));
        Assert.Equal(0, await service.Count($"merges where merged_id = '{merged.Name[12..]}' and (undone_at is null or undo_reason is null or position('Quill'::bytea in undo_reason) > 0)"));
    }

    [Fact]
    public async Task Decisions_that_rested_on_the_facts_of_both_are_decided_again()
    {
        var (survivor, merged) = await Two();
        await Merge(survivor, merged);
        // Admitted on the diagnosis of the other record.
        var determined = await survivor.Determinations.DetermineAsync(survivor.Determination(), survivor.AsProvider);
        Assert.Equal(Proto.DeterminationState.Eligible, determined.State);
        await Undo(merged);
        await Poll.Until(async () => (await survivor.Determinations.GetDeterminationAsync(new() { Name = determined.Name }, survivor.AsProvider)).State
            == Proto.DeterminationState.Attention);
    }

    [Fact]
    public async Task A_preview_shows_what_a_merge_would_do_and_changes_nothing()
    {
        var (survivor, merged) = await Two();
        var (admitted, also) = (await (await PersonBuilder.Register(service, provider: survivor.Provider)).WithFacts(), merged);
        var first = await admitted.Determinations.DetermineAsync(admitted.Determination(), admitted.AsProvider);
        var second = await also.Determinations.DetermineAsync(also.Determination(), also.AsProvider);
        await admitted.Referrals.CreateReferralAsync(admitted.Referral(), admitted.AsProvider);
        var stored = await service.Everything();
        var shown = await Preview(admitted, also);
        Assert.Equal("", shown.Refusal);
        Assert.Equal(new[] { first.Name, second.Name }.Order(), shown.DecidedAgain.Order());
        var conflict = Assert.Single(shown.Conflicts);
        Assert.Equal(("determinations_of_one_program", first.Name, second.Name),
            (conflict.Kind, conflict.SurvivorRecord, conflict.MergedRecord));
        Assert.Equal(await service.Count($"facts where individual_id = '{also.Name[12..]}'"), Assert.Single(shown.Moves, m => m.Kind == "facts").Count);
        Assert.Equal(1, Assert.Single(shown.Moves, m => m.Kind == "determinations").Count);
        Assert.DoesNotContain(shown.Moves, m => m.Kind == "referrals");

        await also.Referrals.CreateReferralAsync(also.Referral(), also.AsProvider);
        Assert.Contains("open referral", (await Preview(admitted, also)).Refusal, StringComparison.Ordinal);
        await Merge(survivor, admitted);
        Assert.Contains("was merged into another record", (await Preview(admitted, also)).Refusal, StringComparison.Ordinal);
        Assert.NotEqual(stored, await service.Everything());
    }

    [Fact]
    public async Task The_feed_brings_both_people_to_the_agency_and_to_each_payer_its_own()
    {
        var (survivor, merged) = await Two();
        var order = await merged.Draft();
        await Merge(survivor, merged);
        Proto.ChangeFeed.ChangeFeedClient feed = new(service.Channel);
        var cursors = new Dictionary<string, string>();
        Metadata[] readers = [survivor.AsProvider, survivor.AsPayer, merged.AsPayer];
        foreach (var (i, reader) in readers.Index())
            cursors[$"{i}"] = (await Read(feed, reader, "")).Cursor;
        await Undo(merged);
        string[][] expected = [[survivor.Name, merged.Name], [survivor.Name], [merged.Name]];
        foreach (var (i, reader) in readers.Index())
        {
            List<Proto.Change> items = [];
            await Poll.Until(async () => (items = (await Read(feed, reader, cursors[$"{i}"])).Items).Exists(c => c.EventType == "ips.eligibility.individuals-separated.v1"));
            var brought = items.Where(c => c.EventType == "ips.eligibility.individuals-separated.v1").ToList();
            Assert.Equal(expected[i].Order(), brought.Where(c => c.Individual is not null).Select(c => c.Individual.Name).Distinct().Order());
            Assert.All(brought.Where(c => c.Individual is not null), c => Assert.Single(c.Individual.SeparatedNames));
            Assert.Equal(i == 1 ? [] : [merged.Name], brought.Where(c => c.ServiceOrder?.Name == order.Name).Select(c => c.ServiceOrder.Individual).Distinct());
        }

        // The payer of the merged record sees the survivor no more.
        Assert.Contains((await Read(feed, merged.AsPayer, cursors["2"])).Items, c => c.Subject == survivor.Name && c.ResourceCase == Proto.Change.ResourceOneofCase.None);
    }

    private static async Task<(List<Proto.Change> Items, string Cursor)> Read(Proto.ChangeFeed.ChangeFeedClient feed, Metadata who, string cursor)
    {
        List<Proto.Change> items = [];
        while (true)
        {
            var page = await feed.PullChangesAsync(new() { Cursor = cursor }, who);
            items.AddRange(page.Items);
            cursor = page.NextCursor;
            if (page.CaughtUp)
                return (items, cursor);
        }
    }

    private async Task<(PersonBuilder Survivor, PersonBuilder Merged)> Two()
    {
        var survivor = await PersonBuilder.Register(service);
        return (survivor, await (await PersonBuilder.Register(service, provider: survivor.Provider)).WithFacts());
    }

    private static async Task AssertSame(Proto.Individual before, PersonBuilder person, string separated)
    {
        var now = await person.Read();
        Assert.Equal([separated], now.SeparatedNames);
        now.SeparatedNames.Clear();
        now.Etag = before.Etag;
        Assert.Equal(before, now);
    }

    /// <summary>Every row of the model that names one of these people: its table, the person and its key.</summary>
    private Task<HashSet<string>> Rows(params PersonBuilder[] people) => service.WithDb(async db =>
    {
        var ids = string.Join(',', people.Select(p => $"'{p.Name[12..]}'"));
        HashSet<string> rows = [];
        var tables = db.Model.GetEntityTypes().Where(t => t.GetTableName() is not null).SelectMany(t => t.GetDeclaredProperties()
            .Where(p => (Nullable.GetUnderlyingType(p.ClrType) ?? p.ClrType) == typeof(IndividualId) && t.GetTableName() is not ("merges" or "moved_rows" or "individuals"))
            .Select(p => (Table: t.GetTableName()!, Column: p.GetColumnName(), Key: string.Join(",", t.FindPrimaryKey()!.Properties.Select(k => k.GetColumnName())))));
        foreach (var (table, column, key) in tables.Distinct())
        {
            var named = $"select concat_ws(' ', '{table}', 'individuals/' || {column}, 'key', {key}) as \"Value\" from {table} where {column} in ({ids})";
            rows.UnionWith(await db.Database.SqlQueryRaw<string>(named).ToListAsync());
        }

        return rows;
    });

    private static async Task<Proto.Individual> Merge(PersonBuilder survivor, PersonBuilder merged) => await survivor.Individuals.MergeIndividualsAsync(new()
    {
        Survivor = survivor.Name,
        Etag = (await survivor.Read()).Etag,
        Merged = merged.Name,
        MergedEtag = (await merged.Read()).Etag,
        RequestId = EligibilityService.NewId(),
    }, survivor.AsProvider);

    private static async Task<Proto.PreviewMergeResponse> Preview(PersonBuilder survivor, PersonBuilder merged) =>
        await survivor.Individuals.PreviewMergeAsync(new() { Survivor = survivor.Name, Merged = merged.Name }, survivor.AsProvider);

    private static async Task<Proto.UndoMergeRequest> UndoOf(PersonBuilder merged) => new()
    {
        Name = merged.Name,
        Etag = (await merged.Read()).Etag,
        Reason = "Quillreason: two people of one name",
        RequestId = EligibilityService.NewId(),
    };

    private static async Task<Proto.UndoMergeResponse> Undo(PersonBuilder merged) =>
        await merged.Individuals.UndoMergeAsync(await UndoOf(merged), merged.AsProvider);

    private static async Task Refused(StatusCode code, Func<Task> call) => Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);
}
