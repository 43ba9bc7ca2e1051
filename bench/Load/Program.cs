using System.Globalization;
using Ips.Load;

// Measures a running platform; bench/run.sh starts one and says where it is.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not (["journey", ..] or ["decisions", ..] or ["verify", ..] or ["people", _] or ["plans", _] or ["bare"]))
{
    Console.Error.WriteLine("""
        Load journey [ROUNDS]      the time of every step of the journey
        Load decisions [SECONDS]   stored decisions a second at 1, 8 and 32 callers next to pgbench; with CALLERS=N at N callers alone, for a profile;
                                   WARM=SECONDS before it, default 30
        Load verify [ITEMS]        days of service a second at 1, 8 and 32 callers next to a bare unary call, then that many in one stream, also of people
                                   with 2,000 determinations; with CALLERS=N at N callers alone
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
    }

    if (only is not null)
        return 0;
    var days = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000;
    Console.WriteLine("\n| streamed | days/s so far | the service's memory |\n|---:|---:|---:|");
    await verifying.Stream(admitted, days);
    Console.WriteLine("\n| streamed, 2,000 determinations a person | days/s so far | the service's memory |\n|---:|---:|---:|");
    await verifying.Stream(await new Million(Callers.Setting("ELIGIBILITY_DB")).Histories(100, 2_000), Math.Min(days, 100_000));
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
    Console.WriteLine($"ms of processor time for each: {string.Join(" | ", end.CpuMs.Keys)} | together | WAL kB\n{end.Each(start, alone.Count)}");
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
    costs.Add($"| {count} | {(await Costs.Now()).Each(before, rate.Count)} |");
    var (perSecond, mean) = await pgbench.Run(count, span);
    Console.WriteLine($"| {count} | {rate.PerSecond:F0} | {rate.P50:F1} | {rate.P99:F1} | {perSecond:F0} | {mean:F1} | {rate.PerSecond / perSecond:F2} |");
}

var parts = (await Costs.Now()).CpuMs.Keys;
Console.WriteLine($"\n| callers; ms of processor time for a decision | {string.Join(" | ", parts)} | together | WAL kB |");
Console.WriteLine($"|---:|{string.Concat(parts.Select(_ => "---:|"))}---:|---:|");
costs.ForEach(Console.WriteLine);
return 0;
