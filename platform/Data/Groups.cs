using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ips.Platform.Data;

/// <summary>
/// Calls that arrive at the same time share one round trip. A call that comes alone runs at once; what comes while a group is under way goes together into the
/// next one, which belongs to the trace of its first call. A caller that gives up leaves: its item is left out of a group that has not begun, and a group that
/// has begun continues for the others.
/// </summary>
/// <remarks>
/// One group at a time, and it begins when the thread pool comes to it: the busier the process, the more calls arrive until then, and the less each of them
/// costs. With two groups at once groups stayed at one or two calls, however many callers there were.
/// </remarks>
/// <param name="name">The name of the groups in the metric <c>ips.group.size</c>.</param>
/// <param name="largest">The most items in one group.</param>
/// <param name="run">
/// Answers a group: one answer for each item, in the order of the items. What it throws is thrown to every caller of the group.
/// </param>
public sealed class Groups<TItem, TAnswer>(string name, int largest, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TAnswer>>> run)
{
    private static readonly Histogram<int> Size = Telemetry.Meter.CreateHistogram<int>(
        "ips.group.size", "{call}", "Calls that shared one round trip to the database, by the name of the group.");

    private readonly KeyValuePair<string, object?> tag = new("ips.group", name);
    private readonly Lock turn = new();
    private readonly Queue<Waiting> waiting = new();
    private bool running;

    /// <summary>Puts the item into a group and waits for its answer.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; whether the item was still answered is not known.</exception>
    public Task<TAnswer> Run(TItem item, CancellationToken cancellationToken)
    {
        Waiting one = new(item, new(TaskCreationOptions.RunContinuationsAsynchronously), Activity.Current, cancellationToken);
        lock (turn)
        {
            waiting.Enqueue(one);
            if (running)
                return one.Answer.Task.WaitAsync(cancellationToken);
            running = true;
        }

        _ = RunWhatWaits();
        return one.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task RunWhatWaits()
    {
        while (true)
        {
            await Task.Yield();
            if (Next() is not { Count: > 0 } group)
                return;
            Size.Record(group.Count, tag);
            // Without it every group would belong to the trace of the call that once began to run them, long after that call has ended.
            Activity.Current = group[0].Trace;
            try
            {
                var answers = await run([.. group.Select(one => one.Item)]);
                for (var i = 0; i < group.Count; i++)
                    group[i].Answer.TrySetResult(answers[i]);
            }
            catch (Exception failed)
            {
                group.ForEach(one => one.Answer.TrySetException(failed));
            }
        }
    }

    private List<Waiting> Next()
    {
        lock (turn)
        {
            List<Waiting> group = [];
            while (group.Count < largest && waiting.TryDequeue(out var one))
            {
                if (!one.GaveUp.IsCancellationRequested)
                    group.Add(one);
            }

            running = group.Count > 0;
            return group;
        }
    }

    private sealed record Waiting(TItem Item, TaskCompletionSource<TAnswer> Answer, Activity? Trace, CancellationToken GaveUp);
}
