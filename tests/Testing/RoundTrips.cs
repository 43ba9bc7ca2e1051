using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Abstractions;

namespace Ips.Testing;

/// <summary>Counts how often a call goes to the database.</summary>
public static class RoundTrips
{
    /// <summary>The commands and batches that the call sends, those that write apart; each is written to <paramref name="output"/>.</summary>
    /// <remarks>
    /// Npgsql starts an activity for each. A connection that another caller used last is first given its caller: that statement names no table, and is not
    /// counted.
    /// </remarks>
    public static async Task<(int Reads, int Writes)> Of(ITestOutputHelper output, Func<Task> call)
    {
        ConcurrentQueue<Activity> sent = [];
        using Activity test = new("test");
        test.Start();
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == test.TraceId && activity.DisplayName != "SELECT")
                    sent.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await call();
        foreach (var command in sent)
            output.WriteLine($"{command.StartTimeUtc:ss.ffffff} {command.Duration.TotalMilliseconds:0.0} ms {command.DisplayName}");
        var reads = sent.Count(command => command.DisplayName.StartsWith("SELECT", StringComparison.Ordinal));
        return (reads, sent.Count - reads);
    }
}
