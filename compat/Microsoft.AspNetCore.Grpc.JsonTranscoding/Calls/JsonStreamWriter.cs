using Google.Api;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>Ends a stream from outside, so that an error line never lands within a message.</summary>
internal interface IClosable
{
    Task Close();
}

/// <summary>Writes streamed answers, newline-delimited. A write returns when the message was handed to the transport, so a slow reader slows the writer.</summary>
internal sealed class JsonStreamWriter<TResponse>(
    HttpContext http, CancellationToken stop, Func<TResponse, (ReadOnlyMemory<byte> Bytes, string? ContentType)> encode)
    : IServerStreamWriter<TResponse>, IClosable, IDisposable
    where TResponse : class
{
    private readonly SemaphoreSlim one = new(1);
    private bool closed;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!await one.WaitAsync(0, CancellationToken.None))
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        try
        {
            stop.ThrowIfCancellationRequested();
            cancellationToken.ThrowIfCancellationRequested();
            if (closed)
                throw new InvalidOperationException("Can't write the message because the request is complete.");
            var (bytes, type) = encode(message);
            Start(type);
            await http.Response.Body.WriteAsync(bytes, stop);
            if (message is not HttpBody)
                await http.Response.Body.WriteAsync("\n"u8.ToArray(), stop);
            await http.Response.Body.FlushAsync(stop);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>A stream without messages is still a good answer: 200 with an empty body.</summary>
    public async Task Finish()
    {
        await Close();
        Start(JsonAnswer.ContentType);
    }

    public async Task Close()
    {
        await one.WaitAsync();
        closed = true;
        one.Release();
    }

    public void Dispose() => one.Dispose();

    private void Start(string? contentType)
    {
        if (http.Response.HasStarted)
            return;
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = contentType;
    }
}
