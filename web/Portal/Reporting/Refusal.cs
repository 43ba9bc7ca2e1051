using Google.Rpc;
using Grpc.Core;

namespace Ips.Portal.Reporting;

/// <summary>Why a page shows no numbers.</summary>
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
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>Reads an error that a person can understand; null for an internal error.</summary>
    public static Refusal? Of(RpcException refused) => refused.StatusCode switch
    {
        StatusCode.InvalidArgument => new(refused.StatusCode, refused.Status.Detail, Violations(refused)),
        StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.NotFound or StatusCode.Unavailable or StatusCode.DeadlineExceeded =>
            new(refused.StatusCode, refused.Status.Detail, []),
        _ => null,
    };

    private static string[] Violations(RpcException refused) =>
        [.. refused.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations.Select(violation => $"{violation.Field} {violation.Description}") ?? []];
}
