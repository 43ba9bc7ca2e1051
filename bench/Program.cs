using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Ips.Bench;
using Ips.Policies;
using Ips.Policies.Admission;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args switch
{
    ["admission"] => Ratios(),
    ["benchmark"] => Benchmark(),
    ["load"] => Load(),
    ["batch"] => Batch(1_000_000),
    ["notes"] => Candidates("service-note", 1_000_000),
    ["lines"] => Candidates("claim-line", 1_000_000),
    ["x12", var file, var claims] => X12Claims.Run(file, int.Parse(claims, CultureInfo.InvariantCulture)),
    ["x12-million"] => X12Claims.Million(1_000_000),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Bench admission    processor time of an admission by hand and by the engine
        Bench benchmark    the same with BenchmarkDotNet
        Bench load         reading the packs in a fresh process
        Bench batch        memory of a million admissions
        Bench notes        memory of a million candidates of notes from JSON
        Bench lines        the same for claim lines
        Bench x12 FILE N   writing and reading an 837P of N claims
        Bench x12-million  memory of reading a million claims
        """);
    return 2;
}

static int Ratios()
{
    AdmissionBenchmarks admission = new();
    admission.Setup();
    Report("ByHand", () => admission.ByHand() ? 1 : 0);
    Report("Verdict", () => (int)admission.Verdict());
    Report("Findings", admission.Findings);
    Report("ReceiptBytes", admission.ReceiptBytes);
    Report("JsonToReceiptBytes", admission.JsonToReceiptBytes);
    return 0;

    static void Report(string name, Func<int> decide) => Console.WriteLine($"result {name} {CpuTime.Nanoseconds(decide):0.0} {CpuTime.Bytes(decide)}");
}

static int Benchmark()
{
    var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
    var summary = BenchmarkRunner.Run<AdmissionBenchmarks>(DefaultConfig.Instance.AddJob(job).WithArtifactsPath(Path.Combine("artifacts", "bench")));
    return summary.HasCriticalValidationErrors ? 1 : 0;
}

static int Load()
{
    var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
    var packs = PackReader.ReadShipped();
    Console.WriteLine($"{packs.Sum(p => p.Own.Count)} rules of {packs.Count} packs read and checked cold in {Spent()}");
    (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
    PackReader.ReadShipped();
    Console.WriteLine($"again in {Spent()}");
    return 0;

    string Spent() => string.Create(CultureInfo.InvariantCulture,
        $"{(Environment.CpuUsage.TotalTime - before).TotalMilliseconds:0} ms of processor time, {watch.Elapsed.TotalMilliseconds:0} ms by the clock");
}

static int Batch(int count)
{
    var engine = PolicyEngine.Shipped;
    var (day, json) = Question.Read();
    var facts = AdmissionDecision.Kind.Read(json);
    return Stream(count, i => engine.Decide(
        "nc-core", AdmissionDecision.Kind, day, facts with { BirthDate = facts.BirthDate!.Value.AddDays(i % 12_000) }).Verdict);
}

// The cases of a decision in all programs, one after the other, each read from its own JSON.
static int Candidates(string decision, int count)
{
    var engine = PolicyEngine.Shipped;
    var cases = Question.Cases(decision);
    return Stream(count, i =>
    {
        var (program, day, text) = cases[i % cases.Count];
        using var json = JsonDocument.Parse(text);
        return engine.Decide(program, decision, day, json.RootElement).Verdict;
    });
}

static int Stream(int count, Func<int, Verdict> decide)
{
    var (met, peak) = (0, 0L);
    var before = GC.GetTotalMemory(forceFullCollection: true);
    var allocated = GC.GetAllocatedBytesForCurrentThread();
    var watch = Stopwatch.StartNew();
    for (var i = 1; i <= count; i++)
    {
        if (decide(i) == Verdict.Met)
            met++;
        if (i % (count / 10) != 0)
            continue;
        var live = GC.GetTotalMemory(forceFullCollection: true);
        peak = Math.Max(peak, live);
        Console.WriteLine($"{i,9} decided, {live / 1024,6} KiB live");
    }

    var each = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
    Console.WriteLine($"{met} of {count} met in {watch.Elapsed.TotalSeconds:0.0} s; {each} bytes a decision, all short-lived; "
        + $"live memory grew by {(peak - before) / 1024} KiB");
    return 0;
}
