using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Rpc;

/// <summary>
/// A stream lasts no longer than the token it was opened with: then its call is cancelled, and <see cref="ProblemInterceptor"/> answers UNAUTHENTICATED.
/// </summary>
internal sealed class TokenEnd(CancellationToken ended, CancellationToken aborted)
{
    // The longest that a timer runs. A token that lasts longer ends its stream then, and the caller opens it again.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(45);

    /// <summary>
    /// Whether the token of this call's stream has ended. From then on the request is cancelled only if its caller leaves: the reason can be sent.
    /// </summary>
    public static bool IsOver(HttpContext http) => http.Features.Get<TokenEnd>()?.IsOverFor(http) == true;

    private bool IsOverFor(HttpContext http)
    {
        if (!ended.IsCancellationRequested)
            return false;
        http.RequestAborted = aborted;
        return true;
    }

    /// <summary>Runs the request, and cancels it at the end of its token if it is a stream.</summary>
    public static async Task Run(HttpContext http, RequestDelegate next, TimeProvider clock)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is not (MethodType.ServerStreaming or MethodType.DuplexStreaming)
            || !long.TryParse(http.User.FindFirst("exp")?.Value, CultureInfo.InvariantCulture, out var seconds))
        {
            await next(http);
            return;
        }

        var left = DateTimeOffset.FromUnixTimeSeconds(seconds) - clock.GetUtcNow();
        using CancellationTokenSource end = new(left < TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest, clock);
        var aborted = http.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, end.Token);
        http.Features.Set(new TokenEnd(end.Token, aborted));
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
}
