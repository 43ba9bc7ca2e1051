using System.Text.RegularExpressions;
using Google.Rpc;
using Grpc.Core;
using Ips.Testing;
using Xunit;
using Xunit.Abstractions;
using Claims = Ips.Contracts.Billing.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests.Chaos;

/// <summary>
/// Two replicas of Eligibility, Billing and Staffing under mixed load while they, PostgreSQL and RabbitMQ are killed (-9) in turn, and Eligibility's database is
/// restored from a backup: afterwards every acknowledged effect is there, once, but for what was acknowledged between backup and restore, and the reconciler
/// lists of that what the others know. A short form by default; <c>CHAOS_SECONDS=600 CHAOS_SEED=7 dotnet test tests/Eligibility.Tests --filter Chaos</c> is the
/// long one.
/// </summary>
public sealed partial class ChaosTests(ITestOutputHelper output)
{
    private const int Callers = 6;
    private const int SecondsOfRound = 300;

    [Fact]
    public async Task Every_acknowledged_effect_survives_any_kill_and_happens_once()
    {
        var restores = Math.Max(1, ChaosPlatform.Seconds / SecondsOfRound);
        await using var platform = await ChaosPlatform.Start("eligibility");
        await platform.Watch();
        Run run = new(platform, TimeSpan.FromSeconds(ChaosPlatform.Seconds) / ((2 * restores) + 1));
        foreach (var caller in run.Callers)
            await caller.Hire();
        using CancellationTokenSource over = new();
        var reading = Task.Run(() => ReadFeed(platform, run.Feed, over.Token));
        // Each part at least once, in an order set by the seed; then at random.
        await run.Work(platform.Parts);
        for (var restore = 0; restore < restores; restore++)
        {
            var (dump, then, registered) = (await platform.Backup(), run.Books.Copy(), run.Callers.Select(c => c.Registered).ToList());
            await run.Work(1);
            run.Published.UnionWith(await Ids(platform, "select id from outbox_rows"));
            await platform.Restore(dump);
            run.Books.ReturnTo(then);
            foreach (var (caller, people) in run.Callers.Zip(registered))
                caller.ReturnTo(people);
            await CheckLost(platform, run);
            await run.Work(1);
        }

        // A commit is in the feed when the relay has placed it; only then may the reader stop.
        await Poll.Until(async () => (await platform.Rows("select count(*) from outbox_rows where position is null", r => r.GetInt64(0)))[0] == 0,
            TimeSpan.FromMinutes(2));
        await over.CancelAsync();
        await reading;
        var books = run.Books;
        output.WriteLine($"{platform.Summary}; {restores} restores, "
            + $"{run.Lost} resources and events lost and listed; {books.Determinations.Count} determinations, {books.Approved.Count} approvals, "
            + $"{books.Units.Count} draws, {books.Referrals.Count} referrals, {books.Merges.Count} merges "
            + $"({books.Merges.Count(m => m.Key == m.Value)} undone), {books.Versions.Count(v => v.Value > 1)} corrections, {books.Orders.Count} orders, "
            + $"{books.Lines.Count} claim lines ({string.Join(", ", books.Lines.Values.CountBy(l => l.State).Select(s => $"{s.Value} {s.Key}"))}) acknowledged");
        await Check(platform, run);
        await platform.ExpectReplays(books.Decisions, (request, ops) => platform.Client<Proto.Decisions.DecisionsClient>(0).ReplayDecisionAsync(request, ops));
    }

    /// <summary>The callers, their books, and what was done to the platform.</summary>
    private sealed class Run(ChaosPlatform platform, TimeSpan time)
    {
        public Books Books { get; } = new();

        public IReadOnlyList<ChaosCaller> Callers => field ??=
            [.. Enumerable.Range(0, ChaosTests.Callers).Select(n => new ChaosCaller(platform, Books, (ChaosPlatform.Seed * 1000) + n))];

        /// <summary>The ids of the events that the feed sent, by referral.</summary>
        public Dictionary<string, List<Guid>> Feed { get; } = [];

        /// <summary>Every event that Eligibility had before a restore.</summary>
        public HashSet<Guid> Published { get; } = [];

        public int Lost { get; set; }

        /// <summary>All callers work while parts are killed.</summary>
        public Task Work(int kills) => platform.Work(Callers.Select<ChaosCaller, Func<CancellationToken, Task>>(caller => caller.Work), () => Count(Books), kills, time);
    }

    /// <summary>What others know of what a restore lost is what the reconciler lists: these events and resources, and nothing that is still there.</summary>
    private static async Task CheckLost(ChaosPlatform platform, Run run)
    {
        var listed = "";
        // Messages that were under way at the restore still arrive.
        await Poll.Until(async () =>
        {
            var lost = run.Published.Except(await Ids(platform, "select id from outbox_rows")).ToHashSet();
            HashSet<Guid> known =
            [
                .. await Ids(platform, "select message_id from inbox_rows", "billing"),
                .. await Ids(platform, "select message_id from inbox_rows", "staffing"),
            ];
            known.IntersectWith(lost);
            (var code, listed) = await platform.Tool("reconcile");
            return code == (LostResource().IsMatch(listed) || known.Count > 0 ? 1 : 0)
                && LostEvent().Matches(listed).Select(m => Guid.Parse(m.Groups["id"].Value)).ToHashSet().SetEquals(known);
        }, TimeSpan.FromMinutes(2));
        Assert.DoesNotContain("Chaos", listed, StringComparison.Ordinal);
        var names = LostResource().Matches(listed).Select(m => m.Groups["name"].Value).ToHashSet();
        HashSet<string> approved = [.. await platform.Rows("select 'authorizations/' || id from authorizations", r => r.GetString(0))];
        HashSet<string> people = [.. await platform.Rows("select 'individuals/' || id from individuals", r => r.GetString(0))];
        Assert.Empty(names.Intersect(approved).Concat(names.Intersect(people)));
        Assert.Empty(run.Books.Lines.Values.Where(l => l.State is Claims.ClaimLineState.Ready or Claims.ClaimLineState.Void).Select(l => l.Authorization)
            .Except(approved).Except(names));
        run.Lost = names.Count + LostEvent().Count(listed);
    }

    [GeneratedRegex(@"(?m)^lost event (?<id>[0-9a-f-]{36})", RegexOptions.None, 1000)]
    private static partial Regex LostEvent();

    [GeneratedRegex(@"(?m)^eligibility lost (?<name>\S+):", RegexOptions.None, 1000)]
    private static partial Regex LostResource();

    private static Task<List<Guid>> Ids(ChaosPlatform platform, string sql, string service = "eligibility") => platform.Rows(sql, r => r.GetGuid(0), service);

    private static async Task Check(ChaosPlatform platform, Run run)
    {
        var books = run.Books;
        var stored = (await platform.Rows("select 'determinations/' || d.id, encode(s.receipt_sha256, 'hex') from determinations d join decisions s on s.id = d.decision_id",
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)))).ToDictionary();
        Assert.Equal(books.Determinations.OrderBy(d => d.Key), stored.Where(s => books.Determinations.ContainsKey(s.Key)).OrderBy(s => s.Key));

        // Claim lines: Billing has those of the books, in their state. One whose authorization is lost needs attention when it was decided again since.
        var lines = (await platform.Rows("select 'claimLines/' || id, state from claim_lines", r => KeyValuePair.Create(r.GetString(0), r.GetString(1)), "billing"))
            .ToDictionary(l => l.Key, l => l.Value == "Attention" && !books.Approved.ContainsKey(books.Lines[l.Key].Authorization) ? "Ready" : l.Value);
        Assert.Equal(books.Lines.OrderBy(l => l.Key).Select(l => (l.Key, l.Value.State.ToString())), lines.OrderBy(l => l.Key).Select(l => (l.Key, l.Value)));

        // Units: the ledger contains exactly what the books contain, line by line. Callers that draw as Billing does have no line there; what they drew is compared
        // first, because the reconciliation returns it. It repairs what a kill or the restore left apart: then each ready line has its unit, but for those whose
        // authorization is lost, which the reconciler has listed.
        Assert.Equal(books.Units.Where(u => u.Value > 0).OrderBy(u => u.Key), (await platform.Ledger()).Where(u => !books.Lines.ContainsKey(u.Key.Line)));
        var ready = books.Lines.Where(l => l.Value.State == Claims.ClaimLineState.Ready && books.Approved.ContainsKey(l.Value.Authorization))
            .Select(l => KeyValuePair.Create((l.Value.Authorization, l.Key), 1)).OrderBy(u => u.Key).ToList();
        await platform.Command("reconcile-units", "billing");
        Assert.Equal(ready, await platform.Ledger());

        // Exclusivity: no person was approved twice, and the database has no two.
        Assert.Empty(books.BothApproved);
        Assert.Empty(await platform.Rows(
            """
            select i.hash from authorizations a join individual_identifiers i on i.individual_id = a.individual_id
            where a.state = 'Approved' group by i.hash having count(distinct a.provider) > 1
            """, r => 0));
        var approved = await platform.Rows("select 'authorizations/' || id from authorizations where state = 'Approved'", r => r.GetString(0));
        Assert.Equal(books.Approved.Keys.Order(), approved.Order());

        // Merges, corrections and undos: each fact with all its versions is of the person that the books name, and each name resolves as acknowledged.
        var facts = (await platform.Rows("select id::text, 'individuals/' || min(individual_id::text), count(distinct individual_id), count(*) from facts group by id",
            r => KeyValuePair.Create(r.GetString(0), (Person: r.GetString(1), People: r.GetInt64(2), Versions: r.GetInt64(3))))).ToDictionary();
        Assert.Equal(books.Facts.OrderBy(f => f.Key).Select(f => (f.Key, f.Value, 1L, (long)books.Versions[f.Key])),
            books.Facts.OrderBy(f => f.Key).Select(f => (f.Key, facts[f.Key].Person, facts[f.Key].People, facts[f.Key].Versions)));
        var merges = (await platform.Rows("select 'individuals/' || id, 'individuals/' || coalesce(merged_into, id) from individuals",
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)))).ToDictionary();
        Assert.Equal(books.Merges.OrderBy(m => m.Key), merges.Where(m => books.Merges.ContainsKey(m.Key)).OrderBy(m => m.Key));
        Assert.Empty(await platform.Rows("select merged_id from merges where undone_at is null group by merged_id having count(*) > 1", r => 0));
        var orders = (await platform.Rows("select 'serviceOrders/' || id, state from service_orders", r => KeyValuePair.Create(r.GetString(0), r.GetString(1)))).ToDictionary();
        Assert.All(books.Orders, order => Assert.Equal(order.Value.ToString(), orders[order.Key]));

        await platform.ExpectEvents(lost: run.Published);

        // The feed, read with one cursor through all restarts and restores: each step of each referral that is still there, in order; and the states are those
        // acknowledged to DVRS.
        var steps = (await platform.Rows("select subject, array_agg(id order by sequence) from outbox_rows where subject like 'referrals/%' group by subject",
            r => KeyValuePair.Create(r.GetString(0), r.GetFieldValue<Guid[]>(1)))).ToDictionary();
        Assert.Equal(steps.OrderBy(s => s.Key).Select(s => (s.Key, string.Join(',', s.Value))),
            steps.OrderBy(s => s.Key).Select(s => (s.Key, string.Join(',', run.Feed.GetValueOrDefault(s.Key, []).Intersect(s.Value)))));
        Assert.Empty(run.Feed.SelectMany(f => f.Value).Except(steps.SelectMany(s => s.Value)).Except(run.Published));
        var states = (await platform.Rows("select 'referrals/' || id, state from referrals", r => KeyValuePair.Create(r.GetString(0), r.GetString(1))))
            .ToDictionary();
        Assert.All(books.Referrals, r => Assert.Equal(r.Value.ToString(), states[r.Key]));
    }

    // Reads the feed from before the first referral, on any replica that answers, until it has caught up after the end.
    private static async Task ReadFeed(ChaosPlatform platform, Dictionary<string, List<Guid>> feed, CancellationToken enough)
    {
        var dvrs = ChaosPlatform.As(Roles.Dvrs, "nc-dvrs");
        HashSet<string> seen = [];
        var (cursor, quiet) = ("", 0);
        using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(200));
        for (var n = 0; !enough.IsCancellationRequested || quiet < 10; n++)
        {
            await pause.WaitForNextTickAsync(CancellationToken.None);
            try
            {
                var page = await platform.Client<Proto.Referrals.ReferralsClient>(n).PullFeedAsync(new() { Cursor = cursor }, dvrs)
                    .ResponseAsync.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
                foreach (var item in page.Items.Where(i => seen.Add(i.EventId)))
                {
                    if (!feed.TryGetValue(item.Referral.Name, out var steps))
                        feed[item.Referral.Name] = steps = [];
                    steps.Add(Guid.Parse(item.EventId));
                }

                cursor = page.NextCursor;
                quiet = enough.IsCancellationRequested && page.CaughtUp && page.Items.Count == 0 ? quiet + 1 : 0;
            }
            catch (Grpc.Core.RpcException restored) when (restored.StatusCode == Grpc.Core.StatusCode.OutOfRange)
            {
                cursor = restored.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Metadata["resume"];
            }
            catch (Exception dead) when (dead is Grpc.Core.RpcException or TimeoutException)
            {
                // A process is down; the cursor is still valid.
            }
        }
    }

    private static int Count(Books books) => books.Determinations.Count + books.Units.Count + books.Referrals.Count + books.Approved.Count + books.Merges.Count
        + books.Orders.Count + books.Lines.Count;
}
