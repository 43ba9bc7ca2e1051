using System.Globalization;
using Ips.Load;

// Measures a running platform; bench/run.sh starts one and says where it is.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not (["journey", ..] or ["decisions", ..] or ["verify", ..] or ["events", ..] or ["people", _] or ["plans", _] or ["bare"]))
{
    Console.Error.WriteLine("""
        Load journey [ROUNDS]      the time of every step of the journey
        Load decisions [SECONDS]   stored decisions a second at 1, 8 and 32 callers next to pgbench; with CALLERS=N at N callers alone, for a profile;
                                   WARM=SECONDS before it, default 30
        Load verify [ITEMS]        days of service a second at 1, 8 and 32 callers next to a bare unary call, then that many in one stream, also of people
                                   with 2,000 determinations; with CALLERS=N at N callers alone
        Load events [COUNT]        events a second, commit to stored fact, next to a bare publisher with confirms; then the lag at half of that
        Load people COUNT          copies of one admitted person until there are that many
        Load plans FILE            how the statements in a log of auto_explain reach their tables
        bench/run.sh sets what they need.
        """);
    return 2;
}
if (args[0] == "bare")
{
    await Bare.Serve();
    return 0;
}

if (args[0] == "plans")
{
    Million.Plans(args[1]);
    return 0;
}

// For a profile: one number of callers, nothing beside it.
var only = Environment.GetEnvironmentVariable("CALLERS") is { Length: > 0 } callersAlone ? callersAlone : null;
var amount = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
using Callers callers = new();
Steps steps = new();
if (args[0] == "people")
{
    // One through the service, for an empty database.
    await new Verifying(callers).Determine((await new People(callers, steps).Admit("template")).Person);
    await new Million(Callers.Setting("ELIGIBILITY_DB")).Fill(amount);
    return 0;
}

if (args[0] == "events")
{
    // One event to copy.
    await new People(callers, steps).Admit("event");
    await using Events events = new();
    await events.Burst(5_000);   // warm
    var count = args.Length > 1 ? amount : 20_000;
    var (rate, bare) = (await events.Burst(count), await events.Bare(count));
    var (p50, p99) = await events.Lag(rate / 2, TimeSpan.FromSeconds(15));
    Console.WriteLine("| events/s, commit to stored fact | bare publisher/s | ratio | at half load: p50 ms | p99 ms |\n|---:|---:|---:|---:|---:|");
    Console.WriteLine($"| {rate:F0} | {bare:F0} | {rate / bare:F2} | {p50:F1} | {p99:F1} |");
    Summary.Add("events, commit to stored fact", $"{rate:F0}/s", $"publisher {bare:F0}/s", rate / bare, "0.5");
    Summary.Add("lag of an event at half load", $"p50 {p50:F0} ms, p99 {p99:F0} ms", "", null, "p99 100 ms");
    return 0;
}

if (args[0] == "verify")
{
    Verifying verifying = new(callers);
    for (var i = 0; only is null && i < 50; i++)
        await verifying.Determine((await new People(callers, steps).Admit($"verify-{i}")).Person);
    var admitted = await new Million(Callers.Setting("ELIGIBILITY_DB")).Eligible(20_000);

    using var bare = await Bare.Start();
    Verifying bareCalls = new(callers, callers.ChannelTo(bare.Address));
    foreach (var warmed in (Verifying[])[verifying, bareCalls])
        await warmed.Measure(admitted, 8, TimeSpan.FromSeconds(15));   // warm: compiled code, open connections
    Console.WriteLine("| callers | days/s | p50 ms | p99 ms | bare unary/s | its p50 ms | ratio |\n|---:|---:|---:|---:|---:|---:|---:|");
    foreach (var count in only is null ? (int[])[1, 8, 32] : [int.Parse(only, CultureInfo.InvariantCulture)])
    {
        var rate = await verifying.Measure(admitted, count, TimeSpan.FromSeconds(10));
        var least = await bareCalls.Measure(admitted, count, TimeSpan.FromSeconds(5));
        Console.WriteLine($"| {count} | {rate.PerSecond:F0} | {rate.P50:F1} | {rate.P99:F1} | {least.PerSecond:F0} | {least.P50:F2} | {rate.PerSecond / least.PerSecond:F2} |");
        Summary.Add($"Verify one by one, callers {count}", $"{rate.PerSecond:F0}/s, p99 {rate.P99:F0} ms", $"unary call {least.PerSecond:F0}/s",
            rate.PerSecond / least.PerSecond, count == 32 ? "0.5" : "");
    }

    if (only is not null)
        return 0;
    var days = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
    Console.WriteLine("\n| streamed | days/s so far | the service's memory |\n|---:|---:|---:|");
    Summary.Add("VerifyBatch stream", $"{await verifying.Stream(admitted, days):F0}/s", "", null, "20,000/s");
    Console.WriteLine("\n| streamed, 2,000 determinations a person | days/s so far | the service's memory |\n|---:|---:|---:|");
    var histories = await verifying.Stream(await new Million(Callers.Setting("ELIGIBILITY_DB")).Histories(100, 2_000), Math.Min(days, 100_000));
    Summary.Add("the same, 2,000 determinations a person", $"{histories:F0}/s", "", null, "the same");
    return 0;
}

Journey journey = new(callers, steps);
await journey.Prepare();
if (args[0] == "journey")
{
    for (var round = 0; round < amount; round++)
        await journey.Walk(round);
    steps.Print();
    return 0;
}

int[] counts = [1, 8, 32];
var span = TimeSpan.FromSeconds(amount);
List<string> people = [];
for (var i = 0; i < counts.Max(); i++)
    people.Add((await new People(callers, steps).Admit($"decisions-{i}")).Person);
Decisions decisions = new(callers);
// Warm: compiled code, open connections.
var warm = Environment.GetEnvironmentVariable("WARM") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : 30;
await decisions.Measure(people, 8, TimeSpan.FromSeconds(warm));
if (only is not null)
{
    var start = await Costs.Now();
    var alone = await decisions.Measure(people, int.Parse(only, CultureInfo.InvariantCulture), span);
    Console.WriteLine($"{alone.Callers} callers: {alone.PerSecond:F0} decisions/s, p50 {alone.P50:F1} ms, p99 {alone.P99:F1} ms");
    var end = await Costs.Now();
    Console.WriteLine($"ms of processor time for each: {string.Join(" | ", end.CpuMs.Keys)} | together | WAL kB | stored kB\n{end.Each(start, alone.Count)}");
    return 0;
}

PgBench pgbench = new(Callers.Setting("COPY_DB"));
await pgbench.Write(Callers.Setting("ELIGIBILITY_DB"), people[0]);
await pgbench.Run(8, TimeSpan.FromSeconds(3));
Console.WriteLine("| callers | decisions/s | p50 ms | p99 ms | pgbench/s | its mean ms | ratio |");
Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
List<string> costs = [];
foreach (var count in counts)
{
    var before = await Costs.Now();
    var rate = await decisions.Measure(people, count, span);
    var used = await Costs.Now();
    costs.Add($"| {count} | {used.Each(before, rate.Count)} |");
    var (perSecond, mean) = await pgbench.Run(count, span);
    Console.WriteLine($"| {count} | {rate.PerSecond:F0} | {rate.P50:F1} | {rate.P99:F1} | {perSecond:F0} | {mean:F1} | {rate.PerSecond / perSecond:F2} |");
    Summary.Add($"stored decisions, callers {count}", $"{rate.PerSecond:F0}/s, p99 {rate.P99:F0} ms", $"pgbench {perSecond:F0}/s", rate.PerSecond / perSecond,
        count switch { 1 => "0.5", 8 => "0.45", _ => "0.5, p99 40 ms" });
    Summary.Add($"one of them, callers {count}", used.InWords(before, rate.Count), "", null, "0.8 ms, 3 kB stored, 6 kB WAL");
}

var parts = (await Costs.Now()).CpuMs.Keys;
Console.WriteLine($"\n| callers; ms of processor time for a decision | {string.Join(" | ", parts)} | together | WAL kB | stored kB |");
Console.WriteLine($"|---:|{string.Concat(parts.Select(_ => "---:|"))}---:|---:|---:|");
costs.ForEach(Console.WriteLine);
return 0;
