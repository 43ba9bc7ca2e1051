using System.Globalization;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>The time limit a caller set with the <c>grpc-timeout</c> header: up to eight digits and a unit (H, M, S, m, u, n).</summary>
internal sealed class CallDeadline : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);   // what a timer can count
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource linked;

    private CallDeadline(TimeSpan timeout, CancellationToken aborted)
    {
        // The machine's clock, as on the gRPC wire: a deadline is passed on to clients that compare it with that one.
        At = TimeProvider.System.GetUtcNow().UtcDateTime + timeout;
        timer = new CancellationTokenSource(timeout < Longest ? timeout : Longest);
        linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, aborted);
    }

    public DateTime At { get; }

    /// <summary>Cancelled when time is up or the caller has gone.</summary>
    public CancellationToken Token => linked.Token;

    /// <summary>Cancelled when time is up.</summary>
    public CancellationToken Passed => timer.Token;

    /// <returns>Null when the caller set no limit.</returns>
    /// <exception cref="RequestProblem">The header is not a timeout.</exception>
    public static CallDeadline? Read(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue("grpc-timeout", out var values))
            return null;
        var timeout = Timeout(values.ToString())
            ?? throw new RequestProblem("INVALID_TIMEOUT", "Header 'grpc-timeout' must be up to eight digits and a unit of H, M, S, m, u or n, such as 500m.");
        return new(timeout, http.RequestAborted);
    }

    public void Dispose()
    {
        linked.Dispose();
        timer.Dispose();
    }

    private static TimeSpan? Timeout(string text)
    {
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return text[^1] switch
        {
            'H' => TimeSpan.FromTicks(number * TimeSpan.TicksPerHour),
            'M' => TimeSpan.FromTicks(number * TimeSpan.TicksPerMinute),
            'S' => TimeSpan.FromTicks(number * TimeSpan.TicksPerSecond),
            'm' => TimeSpan.FromTicks(number * TimeSpan.TicksPerMillisecond),
            'u' => TimeSpan.FromTicks(number * TimeSpan.TicksPerMicrosecond),
            'n' => TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
    }
}
