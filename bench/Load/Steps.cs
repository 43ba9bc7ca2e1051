using System.Diagnostics;
using Grpc.Core;

namespace Ips.Load;

/// <summary>How long each kind of step took, in the order in which they first came.</summary>
internal sealed class Steps
{
    private readonly Dictionary<string, List<double>> _times = [];
    private readonly List<string> _order = [];

    /// <summary>Makes the call and keeps its time, in milliseconds. A call that fails ends the run: a bench of errors measures nothing.</summary>
    public async Task<T> Time<T>(string step, Func<AsyncUnaryCall<T>> call)
    {
        var start = Stopwatch.GetTimestamp();
        T answer;
        try
        {
            using var running = call();
            answer = await running;
        }
        catch (RpcException e)
        {
            throw new InvalidOperationException($"The step \"{step}\" was refused: {e.Status.StatusCode} {e.Status.Detail}", e);
        }
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        lock (_order)
        {
            if (!_times.TryGetValue(step, out var times))
            {
                _order.Add(step);
                times = _times[step] = [];
            }
            times.Add(took);
        }
        return answer;
    }

    /// <summary>Prints a table: first call, then p50 and the slowest of the rest.</summary>
    public void Print()
    {
        Console.WriteLine("| step | calls | first ms | p50 ms | p99 ms |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        foreach (var step in _order)
        {
            var rest = _times[step].Skip(1).DefaultIfEmpty(_times[step][0]).Order().ToArray();
            Console.WriteLine($"| {step} | {_times[step].Count} | {_times[step][0]:F0} | {At(rest, 0.50):F1} | {At(rest, 0.99):F1} |");
        }

        var slowest = _order.MaxBy(step => _times[step][0])!;
        var slow = _order.Count(step => _times[step][0] > 150);
        Summary.Add("first calls of the journey", $"{slow} of {_order.Count} steps over 150 ms, longest {_times[slowest][0]:F0} ms ({slowest})", "", null, "150 ms");
    }

    /// <summary>The value that the share <paramref name="q"/> of the sorted values does not pass.</summary>
    public static double At(double[] sorted, double q) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(q * sorted.Length) - 1)];
}
