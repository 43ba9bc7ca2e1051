using Google.Rpc;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Rpc;

/// <summary>What ends a stream before its caller leaves: its call is cancelled then, and <see cref="ProblemInterceptor"/> answers with the reason.</summary>
internal sealed class StreamEnd(Status reason, StreamEnd? outer, CancellationToken aborted, CancellationToken ended)
{
    /// <summary>
    /// Why this call's stream has ended; null while it has not. From then on the request is cancelled only if its caller leaves: the reason can be sent.
    /// </summary>
    public static Status? Reason(HttpContext http) => http.Features.Get<StreamEnd>()?.ReasonFor(http);

    /// <summary>Runs the request, and cancels it when <paramref name="ended"/> is.</summary>
    public static async Task Run(HttpContext http, RequestDelegate next, Status reason, CancellationToken ended)
    {
        var aborted = http.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, ended);
        http.Features.Set(new StreamEnd(reason, http.Features.Get<StreamEnd>(), aborted, ended));
        http.RequestAborted = either.Token;
        try
        {
            await next(http);
        }
        finally
        {
            http.RequestAborted = aborted;
        }
    }

    private Status? ReasonFor(HttpContext http)
    {
        if (outer?.ReasonFor(http) is { } earlier)
            return earlier;
        if (!ended.IsCancellationRequested)
            return null;
        http.RequestAborted = aborted;
        return reason;
    }
}
