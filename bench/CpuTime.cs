using System.Diagnostics;

namespace Ips.Bench;

/// <summary>
/// Processor time of one call. On a machine that others use too, wall-clock time measures their load; processor time does not,
/// and "per core" is what the ratio is about.
/// </summary>
internal static class CpuTime
{
    private const int Rounds = 15;
    private static int _sink;

    /// <summary>The median of the rounds, in nanoseconds of processor time a call.</summary>
    public static double Nanoseconds(Func<int> call)
    {
        var watch = Stopwatch.StartNew();
        var calls = 0;
        while (watch.ElapsedMilliseconds < 2_000)
        {
            _sink += call();
            calls++;
        }

        calls = Math.Max(1_000, calls / 10);
        var rounds = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < calls; i++)
                _sink += call();
            rounds[round] = (Environment.CpuUsage.TotalTime - before).TotalNanoseconds / calls;
        }

        Array.Sort(rounds);
        return rounds[Rounds / 2];
    }

    /// <summary>Bytes that one call allocates.</summary>
    public static long Bytes(Func<int> call)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _sink += call();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
