using System.Diagnostics;
using System.Globalization;
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
    var (admitted, peak) = (0, 0L);
    var before = GC.GetTotalMemory(forceFullCollection: true);
    var allocated = GC.GetAllocatedBytesForCurrentThread();
    var watch = Stopwatch.StartNew();
    for (var i = 1; i <= count; i++)
    {
        var person = facts with { BirthDate = facts.BirthDate!.Value.AddDays(i % 12_000) };
        if (engine.Decide("nc-core", AdmissionDecision.Kind, day, person).Verdict == Verdict.Met)
            admitted++;
        if (i % (count / 10) != 0)
            continue;
        var live = GC.GetTotalMemory(forceFullCollection: true);
        peak = Math.Max(peak, live);
        Console.WriteLine($"{i,9} decided, {live / 1024,6} KiB live");
    }

    var each = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
    Console.WriteLine($"{admitted} of {count} admitted in {watch.Elapsed.TotalSeconds:0.0} s; {each} bytes a decision, all short-lived; "
        + $"live memory grew by {(peak - before) / 1024} KiB");
    return 0;
}
