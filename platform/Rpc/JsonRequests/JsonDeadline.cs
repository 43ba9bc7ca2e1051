using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>The time limit that a caller sets with the <c>grpc-timeout</c> header: up to eight digits and a unit (H, M, S, m, u, n).</summary>
internal sealed class JsonDeadline : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);   // what a timer can count
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource linked;
    private readonly TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private JsonDeadline(TimeSpan timeout, CancellationToken aborted)
    {
        // The machine's clock, as on the gRPC wire: a deadline is passed on to clients that compare it with that one.
        At = TimeProvider.System.GetUtcNow().UtcDateTime + timeout;
        timer = new CancellationTokenSource(timeout < Longest ? timeout : Longest);
        timer.Token.Register(passed.SetResult);
        linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, aborted);
    }

    public DateTime At { get; }

    /// <summary>Cancelled when time is up or the caller has gone.</summary>
    public CancellationToken Token => linked.Token;

    public bool HasPassed => timer.IsCancellationRequested;

    /// <summary>Ends when time is up.</summary>
    public Task Passed => passed.Task;

    /// <summary>The service method that was still running when time was up.</summary>
    public Task? Unfinished { get; set; }

    /// <summary>Starts the time limit and adds itself to the features of the request; null when the caller sets no limit.</summary>
    /// <exception cref="RefusedRequest">The header is not a timeout.</exception>
    public static JsonDeadline? Start(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue("grpc-timeout", out var header))
            return null;
        var timeout = Timeout(header.ToString())
            ?? throw RefusedRequest.Malformed(
            "INVALID_TIMEOUT", "Header 'grpc-timeout' must be up to eight digits and a unit of H, M, S, m, u or n, such as 500m.");
        var deadline = new JsonDeadline(timeout, http.RequestAborted);
        http.Features.Set(deadline);
        return deadline;
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
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            'S' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMilliseconds(number),
            'u' => TimeSpan.FromMicroseconds(number),
            'n' => TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
    }
}
