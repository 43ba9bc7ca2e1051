using System.Globalization;
using Ips.Load;

// Measures a running platform; bench/run.sh starts one and says where it is.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not (["journey", ..] or ["decisions", ..]))
{
    Console.Error.WriteLine("Load journey [ROUNDS]      the time of every step of the journey\nLoad decisions [SECONDS]   stored decisions a second at 1, 8 and 32 callers next to pgbench\nbench/run.sh sets what they need.");
    return 2;
}
var amount = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
using Callers callers = new();
Steps steps = new();
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
await decisions.Ask(people, 8, span);   // warm: compiled code, open connections
PgBench pgbench = new(Callers.Setting("COPY_DB"));
await pgbench.Write(Callers.Setting("ELIGIBILITY_DB"), people[0]);
await pgbench.Run(8, TimeSpan.FromSeconds(3));
Console.WriteLine("| callers | decisions/s | p50 ms | p99 ms | pgbench/s | its mean ms | ratio |");
Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
foreach (var count in counts)
{
    var rate = await decisions.Ask(people, count, span);
    var (perSecond, mean) = await pgbench.Run(count, span);
    Console.WriteLine($"| {count} | {rate.PerSecond:F0} | {rate.P50:F1} | {rate.P99:F1} | {perSecond:F0} | {mean:F1} | {rate.PerSecond / perSecond:F2} |");
}
return 0;
