using Google.Protobuf;

namespace Grpc.Core;

/// <summary>Reads and writes <see cref="Google.Rpc.Status"/> in trailers.</summary>
public static class MetadataExtensions
{
    /// <summary>The trailer that carries the status, as every gRPC implementation knows it.</summary>
    public const string StatusDetailsTrailerName = "grpc-status-details-bin";

    /// <summary>The status in these trailers, or null when there is none.</summary>
    /// <param name="metadata">Trailers of a call.</param>
    /// <param name="ignoreParseError">Whether bytes that are not a status count as none.</param>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not a status, and <paramref name="ignoreParseError"/> is false.</exception>
    public static Google.Rpc.Status? GetRpcStatus(this Metadata metadata, bool ignoreParseError = false)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        if (metadata.GetValueBytes(StatusDetailsTrailerName) is not { } bytes)
            return null;

        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException) when (ignoreParseError)
        {
            return null;
        }
    }

    /// <summary>Puts <paramref name="status"/> into these trailers, in place of any that is there.</summary>
    public static void SetRpcStatus(this Metadata metadata, Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(status);
        foreach (var former in metadata.GetAll(StatusDetailsTrailerName).ToList())
            metadata.Remove(former);
        metadata.Add(StatusDetailsTrailerName, status.ToByteArray());
    }
}
