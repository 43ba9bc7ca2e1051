using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RequestDecompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>The bytes of a request body, decompressed, up to the limit of the service. They are rented: they may hold people's data and are cleared.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstRent = 4096;
    private byte[] bytes;
    private int length;

    private RequestBody(int capacity) => bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    public static async Task<RequestBody> Read(HttpContext http, long? maxBytes, bool mustBeJson, CancellationToken cancellationToken)
    {
        if (mustBeJson)
            RequireJson(http.Request);
        if (http.Request.ContentLength > maxBytes)
            throw RefusedRequest.TooLarge(maxBytes);
        await using var decompressed = Decompressed(http);
        var body = new RequestBody((int)Math.Clamp(http.Request.ContentLength ?? FirstRent, 256, 64 * 1024));
        try
        {
            await body.Fill(decompressed ?? http.Request.Body, maxBytes, cancellationToken);
            return body;
        }
        catch (Exception damaged)
            when (decompressed is not null && damaged is InvalidDataException or InvalidOperationException)   // gzip throws the one, brotli the other
        {
            body.Dispose();
            throw RefusedRequest.Malformed("MALFORMED_BODY", "The request body does not decompress as its Content-Encoding says.");
        }
        catch (IOException malformed) when (malformed is not BadHttpRequestException && !http.RequestAborted.IsCancellationRequested)
        {
            // A chunk whose size is no number that the server can count with.
            body.Dispose();
            throw RefusedRequest.Malformed("MALFORMED_BODY", "The request body does not have the form that its transfer encoding says.");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Replaces values by the form that the official reader takes; the places are in ascending order.</summary>
    public void Rewrite(IReadOnlyList<Rewrite>? places)
    {
        if (places is null)
            return;
        var (old, at) = (Bytes.ToArray(), 0);
        length = 0;
        foreach (var (start, end, text) in places)
        {
            Append(old.AsSpan(at, start - at));
            Append(Encoding.UTF8.GetBytes(text));
            at = end;
        }

        Append(old.AsSpan(at));
    }

    /// <summary>Lets the next reader read the body from its beginning.</summary>
    public void HandOn(HttpRequest request)
    {
        request.Body = new MemoryStream(bytes, 0, length, writable: false);
        if (request.ContentLength is not null)
            request.ContentLength = length;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(bytes, clearArray: true);

    private static void RequireJson(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw RefusedRequest.NotJson("The request has no content type; send application/json.");
        if (!type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) && !type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
            throw RefusedRequest.NotJson("The content type of the request is not JSON; send application/json.");
        if (type.Charset is { HasValue: true, Length: > 0 } charset && !HeaderUtilities.RemoveQuotes(charset)
            .Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw RefusedRequest.NotJson("The charset of the request is not UTF-8; send JSON in UTF-8.");
        if (type.Charset.StartsWith("\"", StringComparison.Ordinal))
            request.ContentType = "application/json; charset=utf-8";   // the official reader does not know the quotes
    }

    private static Stream? Decompressed(HttpContext http)
    {
        if (http.Request.Headers.ContentEncoding.ToString() is "" or "identity")
            return null;
        return http.RequestServices.GetRequiredService<IRequestDecompressionProvider>().GetDecompressionStream(http)
            ?? throw RefusedRequest.NotJson("The Content-Encoding of the request is not gzip, deflate, br or identity.");
    }

    private async Task Fill(Stream from, long? maxBytes, CancellationToken cancellationToken)
    {
        int read;
        while ((read = await from.ReadAsync(bytes.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
            if (length > maxBytes)
                throw RefusedRequest.TooLarge(maxBytes);
            Reserve(1);
        }
    }

    private void Append(ReadOnlySpan<byte> more)
    {
        Reserve(more.Length);
        more.CopyTo(bytes.AsSpan(length));
        length += more.Length;
    }

    private void Reserve(int more)
    {
        if (length + more <= bytes.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length * 2, length + more));
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        bytes = larger;
    }
}

/// <summary>The bytes from <paramref name="Start"/> up to, without, <paramref name="End"/> become <paramref name="Text"/>.</summary>
internal readonly record struct Rewrite(int Start, int End, string Text);
