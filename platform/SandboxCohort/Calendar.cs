using Ips.Platform.Rpc;

namespace Ips.SandboxCohort;

/// <summary>When on a day something happens, as the hour in UTC; the day is the same in all zones of the programs.</summary>
internal enum Hour
{
    /// <summary>Agencies work.</summary>
    Agencies = 14,

    /// <summary>Payers and vocational rehabilitation answer.</summary>
    Answers = 18,

    /// <summary>Claims offices send and receive files.</summary>
    Claims = 20,
}

/// <summary>
/// The days of the cohort. A life that waits for a day is woken on it, and the next day begins when everyone waits again: a life is written from its first line to
/// its last, and all of them live at the same time. The clock of the sandbox follows, and never goes back.
/// </summary>
/// <param name="shift">The clock of the sandbox.</param>
/// <param name="machine">The clock of the machine.</param>
/// <param name="first">The first day.</param>
/// <param name="last">The last day; who waits for a later one is not woken.</param>
/// <param name="newDay">Gets each day on which something happens.</param>
internal sealed class Calendar(ClockShift shift, TimeProvider machine, DateOnly first, DateOnly last, Action<DateOnly> newDay)
{
    private readonly Lock turn = new();
    private readonly PriorityQueue<TaskCompletionSource, DateTime> waiting = new();
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTime now = At(first, Hour.Agencies);
    private int busy;

    /// <summary>The day it is.</summary>
    public DateOnly Today => DateOnly.FromDateTime(now);

    /// <summary>The first day.</summary>
    public DateOnly First => first;

    /// <summary>The last day.</summary>
    public DateOnly Last => last;

    /// <summary>Waits for a day and an hour; a day that is over is not waited for.</summary>
    public Task Until(DateOnly day, Hour hour = Hour.Agencies)
    {
        var at = At(day, hour);
        lock (turn)
        {
            if (at <= now)
                return Task.CompletedTask;
            TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (day <= last)
                waiting.Enqueue(woken, at);
            Leave();
            return woken.Task;
        }
    }

    /// <summary>Lets them live until the last day, or until one of them fails.</summary>
    public async Task Run(IReadOnlyList<Func<Task>> lives)
    {
        busy = lives.Count;
        MoveClock();
        foreach (var life in lives)
            _ = Live(life);
        await over.Task;
    }

    /// <summary>The clock of the sandbox shows the machine's time again.</summary>
    public void End() => shift.Value = TimeSpan.Zero;

    private async Task Live(Func<Task> life)
    {
        try
        {
            await Task.Yield();
            await life();
            lock (turn)
                Leave();
        }
        catch (Exception e)
        {
            over.TrySetException(e);
        }
    }

    // The last who leaves wakes those of the next hour.
    private void Leave()
    {
        if (--busy > 0)
            return;
        if (!waiting.TryPeek(out _, out var next))
        {
            over.TrySetResult();
            return;
        }

        if (DateOnly.FromDateTime(next) != Today)
            newDay(DateOnly.FromDateTime(next));
        now = next;
        MoveClock();
        List<TaskCompletionSource> woken = [];
        while (waiting.TryPeek(out var one, out var at) && at == next)
        {
            waiting.Dequeue();
            woken.Add(one);
        }

        busy = woken.Count;
        woken.ForEach(one => one.SetResult());
    }

    private void MoveClock()
    {
        var machineNow = machine.GetUtcNow();
        var wanted = new DateTimeOffset(now, TimeSpan.Zero) - machineNow;
        // After an interruption the clock is further than the first days, whose calls are not made again.
        if (wanted > shift.Value || shift.Value == TimeSpan.Zero)
            shift.Value = wanted;
    }

    private static DateTime At(DateOnly day, Hour hour) => day.ToDateTime(new TimeOnly((int)hour, 0), DateTimeKind.Utc);
}
