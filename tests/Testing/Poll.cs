using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Ips.Testing;

/// <summary>Waits for a condition that another thread or process brings about.</summary>
public static class Poll
{
    /// <summary>How long a test waits for what must come, 2 minutes: long for a machine that does everything at once, and spent only by a test that fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Returns as soon as <paramref name="condition"/> holds; fails the test, naming it, when it does not within the time.</summary>
    /// <param name="condition">Checked about every 20 ms.</param>
    /// <param name="within">Default: <see cref="Patience"/>.</param>
    /// <param name="description">Filled in by the compiler.</param>
    public static Task Until(Func<bool> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string description = "") =>
        Until(() => Task.FromResult(condition()), within, description);

    /// <inheritdoc cref="Until(Func{bool}, TimeSpan?, string)"/>
    public static async Task Until(Func<Task<bool>> condition, TimeSpan? within = null, [CallerArgumentExpression(nameof(condition))] string description = "")
    {
        var patience = within ?? Patience;
        var watch = Stopwatch.StartNew();
        using var every = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (watch.Elapsed > patience) throw new XunitException($"Not within {patience.TotalSeconds:0.#} s: {description}");
            await every.WaitForNextTickAsync();
        }
    }

    /// <summary>Calls until the result is not null, and returns it.</summary>
    public static async Task<T> For<T>(Func<Task<T?>> request, TimeSpan? within = null, [CallerArgumentExpression(nameof(request))] string description = "")
        where T : class
    {
        T? answer = null;
        await Until(async () => (answer = await request()) is not null, within, description);
        return answer!;
    }
}
