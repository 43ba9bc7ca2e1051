using System.Buffers;
using System.IO.Compression;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;

/// <summary>The bytes of a request body: UTF-8 JSON, plain or compressed, up to the receive limit of the service (counted after decompression).</summary>
internal static class RequestBody
{
    /// <exception cref="RequestProblem">The content type is not JSON in UTF-8.</exception>
    public static void RequireJson(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw RequestProblem.UnsupportedContent("The request has no content type; send application/json.");
        if (!type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) && !type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            throw RequestProblem.UnsupportedContent("The request's content type is not JSON; send application/json.");
        if (type.Charset is { HasValue: true, Length: > 0 } charset && !HeaderUtilities.RemoveQuotes(charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw RequestProblem.UnsupportedContent("The request's charset is not UTF-8; send JSON in UTF-8.");
    }

    /// <exception cref="RequestProblem">The body is too large, or compressed in a way we do not know, or damaged.</exception>
    public static async Task<byte[]> Read(HttpRequest request, long? maxBytes, CancellationToken stop)
    {
        if (maxBytes is { } max && request.ContentLength > max)
            throw RequestProblem.TooLarge(max);

        await using var decompressed = Decompressed(request);
        var stream = decompressed ?? request.Body;
        var bytes = new MemoryStream(capacity: (int)Math.Min(request.ContentLength ?? 0, maxBytes ?? int.MaxValue));
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(chunk, stop)) > 0)
            {
                if (bytes.Length + read > maxBytes)
                    throw RequestProblem.TooLarge(maxBytes.Value);
                bytes.Write(chunk, 0, read);
            }
        }
        catch (Exception problem) when (decompressed is not null && problem is InvalidDataException or InvalidOperationException)   // gzip throws the one, brotli the other
        {
            throw new RequestProblem("MALFORMED_BODY", "The request body does not decompress as its Content-Encoding says.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk, clearArray: true);
        }

        return bytes.ToArray();
    }

    private static Stream? Decompressed(HttpRequest request) => request.Headers.ContentEncoding.ToString().ToLowerInvariant() switch
    {
        "" or "identity" => null,
        "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        "br" => new BrotliStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        _ => throw RequestProblem.UnsupportedContent("The request's Content-Encoding is not gzip, deflate, br or identity."),
    };
}
