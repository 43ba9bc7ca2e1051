using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>Writes answers and errors to the HTTP response.</summary>
internal static class JsonAnswer
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>The bytes of an answer. A <c>google.api.HttpBody</c>, as the message or as the response body field, is sent as it is.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: larger than the service may send.</exception>
    public static (ReadOnlyMemory<byte> Bytes, string? ContentType) Body(
        IMessage message, FieldDescriptor? only, MessageWriter writer, long? maxBytes, bool oneLine)
    {
        var raw = message as HttpBody ?? (only is { IsRepeated: false } ? only.Accessor.GetValue(message) as HttpBody : null);
        var (bytes, type) = raw is null ? (writer.Write(message, only, oneLine), ContentType) : (raw.Data.Memory, raw.ContentType);
        return bytes.Length <= maxBytes || maxBytes is null
            ? (bytes, type.Length == 0 ? null : type)
            : throw new RpcException(new Status(StatusCode.ResourceExhausted, "The answer is larger than this service sends; ask for less, for example a smaller page."));
    }

    public static Task Write(HttpResponse response, ReadOnlyMemory<byte> bytes, string? contentType, CancellationToken stop)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, stop).AsTask();
    }

    /// <summary>Writes a google.rpc.Status; on a response that has begun, as its last line.</summary>
    public static async Task WriteError(HttpResponse response, CallError error, MessageWriter writer)
    {
        var bytes = writer.Write(error.Status, oneLine: response.HasStarted);
        if (response.HasStarted)
        {
            await response.Body.WriteAsync(bytes);
            await response.Body.WriteAsync("\n"u8.ToArray());
            return;
        }

        response.StatusCode = error.HttpStatus;
        response.ContentType = ContentType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes);
    }
}
