using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>HTTP headers as call metadata and back. Names ending in <c>-bin</c> carry base64.</summary>
internal static class CallHeaders
{
    /// <summary>Headers of the transport, which are no metadata on either wire.</summary>
    private static readonly HashSet<string> Transport = new(StringComparer.OrdinalIgnoreCase)
    {
        "grpc-encoding", "grpc-accept-encoding", "grpc-timeout", "content-type", "te", "host", "accept-encoding",
        "connection", "content-length", "content-encoding", "transfer-encoding",
    };

    /// <exception cref="RpcException">INVALID_ARGUMENT: a binary header is not base64.</exception>
    public static Metadata Read(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(':') || Transport.Contains(name) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
                continue;
            foreach (var value in values)
            {
                if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
                    metadata.Add(name, value ?? "");
                else
                    foreach (var part in (value ?? "").Split(','))
                        metadata.Add(name, Binary(name, part.Trim()));
            }
        }

        return metadata;
    }

    public static void Write(Metadata? metadata, IHeaderDictionary headers)
    {
        foreach (var entry in metadata ?? [])
            headers.Append(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes) : entry.Value);
    }

    private static byte[] Binary(string name, string base64)
    {
        try
        {
            var bare = base64.TrimEnd('=');
            return Convert.FromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"Header '{name}' must hold base64, as its name ends in -bin."));
        }
    }
}
