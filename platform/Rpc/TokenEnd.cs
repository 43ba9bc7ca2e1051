using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Rpc;

/// <summary>A stream lasts no longer than the token it was opened with; then it ends with UNAUTHENTICATED.</summary>
internal static class TokenEnd
{
    // The longest that a timer runs. A token that lasts longer ends its stream then, and the caller opens it again.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(45);

    private static readonly Google.Rpc.Status Ended =
        new Problem.Unauthenticated("the token ended while the stream was open; open it again with a new one").ToStatus();

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
        await StreamEnd.Run(http, next, Ended, end.Token);
    }
}
