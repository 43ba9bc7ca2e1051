using Google.Rpc;
using Microsoft.AspNetCore.Http;
using Status = Google.Rpc.Status;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>The request is refused before its rpc runs. The texts never repeat a value that was sent: it may be about a person.</summary>
internal sealed class RefusedRequest(Status status, int httpStatus) : Exception(status.Message)
{
    public Status Status { get; } = status;

    public int HttpStatus { get; } = httpStatus;

    public static RefusedRequest Malformed(string reason, string message) =>
        new(ProblemStatus.With(Code.InvalidArgument, message, reason, []), StatusCodes.Status400BadRequest);

    public static RefusedRequest NotJson(string message) =>
        new(ProblemStatus.With(Code.InvalidArgument, message, "UNSUPPORTED_CONTENT_TYPE", []), StatusCodes.Status415UnsupportedMediaType);

    public static RefusedRequest TooLarge(long? limit) =>
        new(ProblemStatus.TooLarge(limit), StatusCodes.Status413PayloadTooLarge);

    public static RefusedRequest DeadlinePassed() => new(ProblemStatus.Ended(deadlinePassed: true), StatusCodes.Status504GatewayTimeout);

    public static RefusedRequest Fields(IReadOnlyList<Problem.Invalid> found) =>
        new(Problem.Invalid.From(found)!.ToStatus(), StatusCodes.Status400BadRequest);
}
