using Google.Rpc;
using Grpc.Core;

namespace Ips.Portal.Apis;

/// <summary>Why a page shows nothing, or a form changed nothing.</summary>
/// <param name="Code">The status of the refused call.</param>
/// <param name="Message">The service's own sentence.</param>
/// <param name="Fields">What is wrong with which field, for a bad request.</param>
public sealed record Refusal(StatusCode Code, string Message, IReadOnlyList<string> Fields)
{
    /// <summary>The page's own status.</summary>
    public int HttpStatus => Code switch
    {
        StatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.FailedPrecondition or StatusCode.Aborted or StatusCode.AlreadyExists => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>Reads an error that a person can understand; null for an internal error.</summary>
    public static Refusal? Of(RpcException refused) => refused.StatusCode switch
    {
        StatusCode.InvalidArgument => new(refused.StatusCode, refused.Status.Detail, Violations(refused)),
        StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.NotFound or StatusCode.Unavailable or StatusCode.DeadlineExceeded
            or StatusCode.FailedPrecondition or StatusCode.Aborted or StatusCode.AlreadyExists or StatusCode.ResourceExhausted =>
            new(refused.StatusCode, refused.Status.Detail, []),
        _ => null,
    };

    private static string[] Violations(RpcException refused) =>
        [.. refused.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations.Select(violation => $"{Text.Words(violation.Field)} {violation.Description}") ?? []];
}
