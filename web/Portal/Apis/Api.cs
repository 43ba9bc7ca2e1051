using Grpc.Core;
using Microsoft.AspNetCore.Authentication;

namespace Ips.Portal.Apis;

/// <summary>Calls the services with the token of the signed-in person: a page shows, and a form does, what that person's own calls would.</summary>
internal sealed class Api(IHttpContextAccessor requests, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceForLongCalls = TimeSpan.FromMinutes(2);

    /// <summary>A call that the page rests on: a refusal becomes the page's status.</summary>
    public async Task<Reply<T>> Call<T>(Func<CallOptions, AsyncUnaryCall<T>> rpc)
        where T : class => Answered(await Part(rpc));

    /// <summary>A call for a part of the page: the rest is shown without it.</summary>
    public async Task<Reply<T>> Part<T>(Func<CallOptions, AsyncUnaryCall<T>> rpc)
        where T : class => await Try<T>(async options => await rpc(options), Patience);

    /// <summary>A call that sends a file in pieces, the first message without one; a refusal becomes the page's status.</summary>
    public async Task<Reply<T>> Send<TPiece, T>(Func<CallOptions, AsyncClientStreamingCall<TPiece, T>> rpc, TPiece first, IAsyncEnumerable<TPiece> pieces)
        where T : class => Answered(await Try<T>(async options =>
        {
            using var call = rpc(options);
            try
            {
                await call.RequestStream.WriteAsync(first);
                await foreach (var piece in pieces)
                    await call.RequestStream.WriteAsync(piece);
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception ended) when (ended is RpcException or InvalidOperationException or IOException)
            {
                // The service answered before everything was sent; its answer says why.
            }

            return await call;
        }, PatienceForLongCalls));

    /// <summary>A part of the page that is the last message of a stream; the messages before it are interim results.</summary>
    public async Task<Reply<T>> Last<T>(Func<CallOptions, AsyncServerStreamingCall<T>> rpc)
        where T : class => await Try(async options =>
        {
            using var call = rpc(options);
            T? last = null;
            await foreach (var message in call.ResponseStream.ReadAllAsync(options.CancellationToken))
                last = message;
            return last;
        }, PatienceForLongCalls);

    private Reply<T> Answered<T>(Reply<T> reply)
        where T : class
    {
        if (reply.Refusal is { } refusal)
        {
            var http = requests.HttpContext!;
            // The page of an unknown address would replace the form; a form that changed nothing is a conflict.
            http.Response.StatusCode = refusal.Code == StatusCode.NotFound && HttpMethods.IsPost(http.Request.Method)
                ? StatusCodes.Status409Conflict
                : refusal.HttpStatus;
        }

        return reply;
    }

    private async Task<Reply<T>> Try<T>(Func<CallOptions, Task<T?>> rpc, TimeSpan patience)
        where T : class
    {
        var http = requests.HttpContext!;
        Metadata headers = new() { { "authorization", $"Bearer {await http.GetTokenAsync("access_token")}" } };
        try
        {
            return new(await rpc(new(headers, clock.GetUtcNow().UtcDateTime + patience, http.RequestAborted)), null);
        }
        catch (RpcException refused) when (Refusal.Of(refused) is { } refusal)
        {
            return new(null, refusal);
        }
    }
}

/// <summary>The service's answer: a value, or why there is none.</summary>
public sealed record Reply<T>(T? Value, Refusal? Refusal)
    where T : class;
