namespace Grpc.Core;

/// <summary>From <see cref="Google.Rpc.Status"/> to the exception that ends a call with it.</summary>
public static class RpcStatusExtensions
{
    /// <summary>An exception with the status's own code and message. A code that gRPC does not know becomes UNKNOWN on the call and stays in the details.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var code = (StatusCode)status.Code;
        return status.ToRpcException(Enum.IsDefined(code) ? code : StatusCode.Unknown, status.Message);
    }

    /// <summary>An exception whose call ends with <paramref name="statusCode"/> and <paramref name="message"/>; the status goes into the trailers.</summary>
    public static RpcException ToRpcException(this Google.Rpc.Status status, StatusCode statusCode, string message)
    {
        ArgumentNullException.ThrowIfNull(status);
        var trailers = new Metadata();
        trailers.SetRpcStatus(status);
        return new RpcException(new Status(statusCode, message), trailers);
    }
}
