using System.Diagnostics;

namespace Grpc.Core;

/// <summary>A status code with a text for people: how every call ends.</summary>
[DebuggerDisplay("{DebuggerToString(),nq}")]
public readonly struct Status
{
    /// <summary>Success without a detail text.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancellation without a detail text.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <summary>A status as it arrives from, or goes to, the wire.</summary>
    /// <param name="statusCode">The outcome.</param>
    /// <param name="detail">A text for people; any Unicode, percent-encoded on the wire.</param>
    public Status(StatusCode statusCode, string detail)
        : this(statusCode, detail, debugException: null)
    {
    }

    /// <summary>A status that this process derived from a local failure.</summary>
    /// <param name="statusCode">The outcome.</param>
    /// <param name="detail">A text for people.</param>
    /// <param name="debugException">The local cause. It never crosses the wire.</param>
    public Status(StatusCode statusCode, string detail, Exception? debugException)
    {
        StatusCode = statusCode;
        Detail = detail;
        DebugException = debugException;
    }

    /// <summary>The outcome.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>The text for people.</summary>
    public string Detail { get; }

    /// <summary>The local cause, when the status was made on this side of the wire.</summary>
    public Exception? DebugException { get; }

    /// <inheritdoc />
    public override string ToString() => DebugException is null
        ? $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\")"
        : $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\", DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";

    private string DebuggerToString() =>
        string.IsNullOrEmpty(Detail) ? $"StatusCode = {StatusCode}" : $"StatusCode = {StatusCode}, Detail = \"{Detail}\"";
}
