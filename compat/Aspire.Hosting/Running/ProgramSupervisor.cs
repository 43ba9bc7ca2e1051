using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using LocalServers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>How long to wait before a crashed program is started again: twice as long each time, until it has run well for a while.</summary>
internal sealed class Backoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Well = TimeSpan.FromMinutes(1);
    private TimeSpan next = First;

    /// <summary>The pause after a crash of a program that had run for that long.</summary>
    public TimeSpan After(TimeSpan ran)
    {
        if (ran >= Well) next = First;
        var pause = next;
        next = next * 2 < Longest ? next * 2 : Longest;
        return pause;
    }
}

/// <summary>Keeps the processes of a resource running.</summary>
internal sealed class ProgramSupervisor(IResource resource, Programs programs, ResourceNotificationService notifications, HealthMonitor monitor, ResourceLog log)
    : Supervisor(resource, notifications, monitor, log)
{
    private const int TriesUntilHealthy = 5;
    private readonly Lock gate = new();
    private IProgram?[] running = [];
    private int restarts;
    private bool stopping;

    public override async Task StopAsync()
    {
        stopping = true;
        var anyRuns = Running().Count > 0;
        if (anyRuns) Publish(now => now with { State = KnownResourceStates.Stopping, HealthStatus = null });
        await UnwatchAsync();
        // A start may be under way: ask again until the life is over.
        do
        {
            await Task.WhenAll(Running().Select(program => program.StopAsync()));
        }
        while (await Task.WhenAny(Life, Task.Delay(50)) != Life);
        await base.StopAsync();
    }

    protected override async Task RunAsync(CancellationToken stop)
    {
        running = new IProgram?[programs.Replicas];
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var keepers = running.Select((_, replica) => KeepAsync(replica, failed.Token)).ToList();
        await Task.WhenAny(Task.WhenAll(keepers), FirstFailure(keepers));
        if (keepers.Exists(keeper => keeper.IsFaulted) && !stop.IsCancellationRequested)
        {
            // One replica that cannot run fails the resource, so the others stop too.
            await failed.CancelAsync();
            await UnwatchAsync();
            await Task.WhenAll(Running().Select(program => program.StopAsync()));
        }
        var codes = await Task.WhenAll(keepers);
        await UnwatchAsync();
        var code = codes.FirstOrDefault(code => code != 0);
        Publish(now => now with { State = code == 0 ? KnownResourceStates.Finished : KnownResourceStates.Exited, ExitCode = code, HealthStatus = null });
    }

    /// <summary>Runs one replica, again after each crash, until it ends well or is to stop. Returns its exit code.</summary>
    private async Task<int> KeepAsync(int replica, CancellationToken stop)
    {
        var backoff = new Backoff();
        while (true)
        {
            var clock = Stopwatch.StartNew();
            int code;
            try
            {
                var program = await programs.StartAsync(replica, stop);
                await SetAsync(replica, program, stop);
                code = await program.Exited;
            }
            catch (Exception e) when (e is DistributedApplicationException or LocalServerException && WasHealthy && !stop.IsCancellationRequested)
            {
                Log.Write($"could not be started again: {e.Message}");
                code = -1;
            }
            await SetAsync(replica, null, stop);
            if (stopping || stop.IsCancellationRequested || !programs.RestartsAfterCrash || code == 0)
            {
                if (!stopping) Log.Write($"ended with exit code {code}");
                return code;
            }
            await PauseAsync(code, backoff.After(clock.Elapsed), stop);
        }
    }

    private static async Task FirstFailure(IEnumerable<Task> tasks)
    {
        await foreach (var ended in Task.WhenEach(tasks))
        {
            if (ended.IsFaulted) return;
        }
    }

    private async Task PauseAsync(int code, TimeSpan pause, CancellationToken stop)
    {
        var crashes = Interlocked.Increment(ref restarts);
        if (!WasHealthy && crashes >= TriesUntilHealthy)
            throw new DistributedApplicationException($"'{Resource.Name}' ended {crashes} times, last with exit code {code}, and was never healthy. Its last lines:\n{Log.Tail(10)}\nThe whole log is {Log.Path}.");
        Log.Write($"ended with exit code {code}; starting again in {pause.TotalSeconds:0} s");
        Publish(now => now.With(KnownProperties.Resource.Restarts, crashes) with
        {
            State = Running().Count > 0 ? now.State : KnownResourceStates.Starting,
            HealthStatus = HealthStatus.Unhealthy,
            ExitCode = code,
        });
        await Task.Delay(pause, stop);
    }

    private async Task SetAsync(int replica, IProgram? program, CancellationToken stop)
    {
        bool complete;
        lock (gate)
        {
            running[replica] = program;
            complete = Array.TrueForAll(running, one => one is not null);
        }
        if (program is null) await UnwatchAsync();
        else if (complete && !stopping)
            await PublishRunningAsync(now => now.With(KnownProperties.Executable.Pid, string.Join(' ', Running().Select(one => one.ProcessId))) with { ExitCode = null }, stop);
    }

    private List<IProgram> Running()
    {
        lock (gate) return [.. running.OfType<IProgram>()];
    }
}
