using System.Collections.Concurrent;

namespace LocalServers;

/// <summary>
/// The one thread that starts children. The kernel's parent-death signal follows the thread that forked, not the process, so a
/// child started from a pool thread would get the parent-death signal when the pool retires that thread.
/// </summary>
internal static class ParentThread
{
    private static readonly BlockingCollection<Action> Work = Begin();

    public static Task<T> Run<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable()) action();
        })
        { IsBackground = true, Name = "parent of local servers" };
        thread.Start();
        return work;
    }
}
