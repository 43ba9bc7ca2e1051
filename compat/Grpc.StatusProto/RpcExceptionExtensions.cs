using Google.Protobuf;

namespace Grpc.Core;

/// <summary>From the exception that ended a call to <see cref="Google.Rpc.Status"/>.</summary>
public static class RpcExceptionExtensions
{
    /// <summary>The status in the exception's trailers, or null when there is none.</summary>
    /// <param name="ex">How the call ended.</param>
    /// <param name="ignoreParseError">Whether bytes that are not a status count as none.</param>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not a status, and <paramref name="ignoreParseError"/> is false.</exception>
    public static Google.Rpc.Status? GetRpcStatus(this RpcException ex, bool ignoreParseError = false)
    {
        ArgumentNullException.ThrowIfNull(ex);
        return ex.Trailers.GetRpcStatus(ignoreParseError);
    }
}
