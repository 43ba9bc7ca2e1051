using System.Globalization;
using Ips.Testing;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests.Chaos;

/// <summary>
/// Two replicas under mixed load while replicas, PostgreSQL and RabbitMQ are killed (-9) in turn: afterwards every acknowledged effect is there, once. A short
/// form by default; <c>CHAOS_SECONDS=600 CHAOS_SEED=7 dotnet test tests/Eligibility.Tests --filter Chaos</c> is the long one.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Callers = 6;

    [Fact]
    public async Task Every_acknowledged_effect_survives_any_kill_and_happens_once()
    {
        var (seconds, seed) = (Setting("CHAOS_SECONDS", 20), Setting("CHAOS_SEED", 1));
        await using var platform = await ChaosPlatform.Start("eligibility", typeof(Db.EligibilityDb).Assembly);
        await platform.Watch();
        Books books = new();
        using CancellationTokenSource enough = new();
        using CancellationTokenSource over = new();
        var work = Enumerable.Range(0, Callers).Select(n => Task.Run(() => new ChaosCaller(platform, books, (seed * 1000) + n).Work(enough.Token))).ToArray();
        Dictionary<string, List<long>> feed = [];
        var reading = Task.Run(() => ReadFeed(platform, feed, over.Token));

        Random random = new(seed);
        var until = TimeProvider.System.GetTimestamp();
        List<int> struck = [];
        // Each of the four at least once, in an order set by the seed; then at random until the time is over.
        for (var n = 0; n < 4 || TimeProvider.System.GetElapsedTime(until) < TimeSpan.FromSeconds(seconds); n++)
        {
            var done = Count(books);
            await Poll.Until(() => Count(books) > done + 20 || work.Any(w => w.IsFaulted), TimeSpan.FromMinutes(3));
            struck.Add(n < 4 ? (n + seed) % 4 : random.Next(4));
            await platform.Strike(struck[^1]);
        }

        var before = Count(books);
        await Poll.Until(() => Count(books) > before + 20 || work.Any(w => w.IsFaulted), TimeSpan.FromMinutes(3));
        await enough.CancelAsync();
        await Task.WhenAll(work);
        await platform.UntilHealthy();
        // A commit is in the feed when the relay has placed it; only then may the reader stop.
        await Poll.Until(async () => (await platform.Rows("select count(*) from outbox_rows where position is null", r => r.GetInt64(0)))[0] == 0,
            TimeSpan.FromMinutes(2));
        await over.CancelAsync();
        await reading;
        output.WriteLine($"seed {seed}: struck {string.Join(' ', struck)} (0, 1 replicas, 2 PostgreSQL, 3 RabbitMQ); "
            + $"{books.Determinations.Count} determinations, {books.Approved.Count} approvals, "
            + $"{books.Units.Count} claim lines, {books.Referrals.Count} referrals, {books.Merges.Count} merges "
            + $"({books.Merges.Count(m => m.Key == m.Value)} undone), {books.Orders.Count} orders acknowledged; {platform.Repeated} calls sent again");
        await Check(platform, books, feed);
        await Replay(platform, books);
    }

    private static async Task Check(ChaosPlatform platform, Books books, Dictionary<string, List<long>> feed)
    {
        var stored = (await platform.Rows("select 'determinations/' || d.id, encode(s.receipt_sha256, 'hex') from determinations d join decisions s on s.id = d.decision_id",
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)))).ToDictionary();
        Assert.Equal(books.Determinations.OrderBy(d => d.Key), stored.Where(s => books.Determinations.ContainsKey(s.Key)).OrderBy(s => s.Key));

        // Units: the ledger contains exactly what the books contain, line by line.
        var ledger = (await platform.Rows(
            "select 'authorizations/' || authorization_id, 'claimLines/' || claim_line_id, units from unit_draws where released_at is null",
            r => KeyValuePair.Create((r.GetString(0), r.GetString(1)), r.GetInt32(2)))).ToDictionary();
        Assert.Equal(books.Units.Where(u => u.Value > 0).OrderBy(u => u.Key), ledger.OrderBy(u => u.Key));

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

        await platform.ExpectEvents();

        // The feed, read with one cursor through all restarts: each step of each referral, in order; and the states are those acknowledged to DVRS.
        var steps = (await platform.Rows("select subject, count(*) from outbox_rows where subject like 'referrals/%' group by subject",
            r => KeyValuePair.Create(r.GetString(0), r.GetInt64(1)))).ToDictionary();
        Assert.Equal(steps.OrderBy(s => s.Key).Select(s => (s.Key, string.Join(',', Enumerable.Range(1, (int)s.Value)))),
            feed.OrderBy(f => f.Key).Select(f => (f.Key, string.Join(',', f.Value))));
        var states = (await platform.Rows("select 'referrals/' || id, state from referrals", r => KeyValuePair.Create(r.GetString(0), r.GetString(1))))
            .ToDictionary();
        Assert.All(books.Referrals, r => Assert.Equal(r.Value.ToString(), states[r.Key]));
    }

    // Every acknowledged decision, computed again: the same bytes. The audit log has no break.
    private static async Task Replay(ChaosPlatform platform, Books books)
    {
        Proto.Decisions.DecisionsClient decisions = new(platform.Channels[0]);
        var ops = platform.As(Roles.Ops, Tokens.OwnOrganization);
        foreach (var id in books.Decisions.Distinct())
        {
            var replay = await decisions.ReplayDecisionAsync(new() { Name = $"decisions/{id}" }, ops);
            Assert.True(replay.Outcome == Contracts.Common.V1.ReplayOutcome.Same, $"decisions/{id}: {replay.Outcome} {replay.Why}");
        }

        Assert.Equal(0, await platform.Command("verify-audit"));
    }

    // Reads the feed from before the first referral, on any replica that answers, until it has caught up after the end.
    private static async Task ReadFeed(ChaosPlatform platform, Dictionary<string, List<long>> feed, CancellationToken enough)
    {
        var dvrs = platform.As(Roles.Dvrs, "nc-dvrs");
        HashSet<string> seen = [];
        var (cursor, quiet) = ("", 0);
        using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(200));
        for (var n = 0; !enough.IsCancellationRequested || quiet < 10; n++)
        {
            await pause.WaitForNextTickAsync(CancellationToken.None);
            try
            {
                var page = await new Proto.Referrals.ReferralsClient(platform.Channels[n % 2]).PullFeedAsync(new() { Cursor = cursor }, dvrs)
                    .ResponseAsync.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
                foreach (var item in page.Items.Where(i => seen.Add(i.EventId)))
                {
                    if (!feed.TryGetValue(item.Referral.Name, out var steps))
                        feed[item.Referral.Name] = steps = [];
                    steps.Add(item.Sequence);
                }

                cursor = page.NextCursor;
                quiet = enough.IsCancellationRequested && page.CaughtUp && page.Items.Count == 0 ? quiet + 1 : 0;
            }
            catch (Exception dead) when (dead is Grpc.Core.RpcException or TimeoutException)
            {
                // A process is down; the cursor is still valid.
            }
        }
    }

    private static int Count(Books books) => books.Determinations.Count + books.Units.Count + books.Referrals.Count + books.Approved.Count + books.Merges.Count
        + books.Orders.Count;

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : otherwise;
}
