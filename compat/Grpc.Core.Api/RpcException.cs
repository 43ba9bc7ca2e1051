namespace Grpc.Core;

/// <summary>A call that ended with a status other than OK: thrown to a caller, and by a service to end its call.</summary>
public class RpcException : Exception
{
    /// <summary>Ends with <paramref name="status"/> and no trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>Ends with <paramref name="status"/>; <paramref name="message"/> stays in this process.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Ends with <paramref name="status"/> and <paramref name="trailers"/>.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is null.</exception>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Ends with <paramref name="status"/> and <paramref name="trailers"/>; <paramref name="message"/> stays in this process.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is null.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>, for exception filters.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>What the server sent, or will send, after the last message. Empty and read-only when there is none.</summary>
    public Metadata Trailers { get; }
}
