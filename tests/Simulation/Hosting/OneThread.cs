using System.Collections.Concurrent;

namespace Ips.Simulation.Hosting;

/// <summary>
/// Runs everything of a model world on one thread, in the order in which it becomes ready: lanes and reads that run side by side in a service run in the same
/// order each time.
/// </summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Continue, object? State)> ready = [];

    public static async Task Run(Func<Task> work) => await Run(async () =>
    {
        await work();
        return true;
    });

    public static Task<T> Run<T>(Func<Task<T>> work) => Task.Factory.StartNew(() =>
    {
        OneThread one = new();
        SetSynchronizationContext(one);
        var running = work();
        _ = running.ContinueWith(_ => one.ready.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var (next, state) in one.ready.GetConsumingEnumerable())
            next(state);
        return running.GetAwaiter().GetResult();
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public override void Post(SendOrPostCallback d, object? state)
    {
        // What a lane still has to do when the work is done, it does not need any more.
        if (!ready.IsAddingCompleted)
            ready.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing in a model world waits for another thread.");
}
