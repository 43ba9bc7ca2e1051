using Google.Rpc;
using R4 = Hl7.Fhir.Model;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;

namespace Ips.Eligibility.Fhir;

/// <summary>Why a FHIR request could not be processed: the HTTP status and the faults. A denial is no fault; it is a ClaimResponse.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Issues">At least one.</param>
internal sealed record FhirFault(int Status, IReadOnlyList<FhirIssue> Issues)
{
    /// <summary>More faults are counted, not listed.</summary>
    private const int Most = 20;

    /// <summary>One fault.</summary>
    public static FhirFault Of(int status, IssueType type, string expression, string text) => new(status, [new(type, expression, text)]);

    /// <summary>The faults of a Bundle as 400; null when there are none.</summary>
    public static FhirFault? Of(IReadOnlyList<FhirIssue> issues) => issues.Count == 0 ? null : new(StatusCodes.Status400BadRequest, issues);

    /// <summary>The problem of a use case. A field of the contract is shown as the element that it was read from.</summary>
    public static FhirFault Of(Problem problem, Func<string, string> elementOf) => problem switch
    {
        Problem.Invalid invalid => new(StatusCodes.Status422UnprocessableEntity,
            [.. invalid.Others.Prepend(invalid).Select(each => new FhirIssue(IssueType.Invalid, elementOf(each.Field), $"{each.Field} {each.Why}"))]),
        Problem.Conflict or Problem.NotInForce => Of(StatusCodes.Status422UnprocessableEntity, IssueType.BusinessRule, elementOf(""), problem.ToStatus().Message),
        Problem.Stale or Problem.Exists => Of(StatusCodes.Status409Conflict, IssueType.Conflict, elementOf(""), problem.ToStatus().Message),
        _ => Of(problem.ToStatus()),
    };

    /// <summary>A status of the platform, such as that of a missing token.</summary>
    public static FhirFault Of(Status status, int? http = null)
    {
        var code = (Code)status.Code;
        return Of(http ?? HttpOf(code), code switch
        {
            Code.Unauthenticated => IssueType.Login,
            Code.PermissionDenied => IssueType.Forbidden,
            Code.NotFound => IssueType.NotFound,
            Code.ResourceExhausted => IssueType.Throttled,
            Code.Unavailable or Code.DeadlineExceeded => IssueType.Transient,
            Code.Aborted or Code.AlreadyExists => IssueType.Conflict,
            Code.Unimplemented => IssueType.NotSupported,
            Code.InvalidArgument or Code.FailedPrecondition or Code.OutOfRange => IssueType.Invalid,
            _ => IssueType.Exception,
        }, "", status.Message);
    }

    /// <summary>The resource to send.</summary>
    public R4.OperationOutcome ToResource()
    {
        R4.OperationOutcome outcome = new() { Issue = [.. Issues.Take(Most).Select(ToComponent)] };
        if (Issues.Count > Most)
            outcome.Issue.Add(ToComponent(new(IssueType.TooCostly, "", $"{Issues.Count - Most} more faults; fix these first")));
        return outcome;
    }

    private static R4.OperationOutcome.IssueComponent ToComponent(FhirIssue issue) => new()
    {
        Severity = R4.OperationOutcome.IssueSeverity.Error,
        Code = issue.Type,
        Details = new() { Text = issue.Text },
        Expression = issue.Expression.Length == 0 ? [] : [issue.Expression],
    };

    private static int HttpOf(Code code) => code switch
    {
        Code.Unauthenticated => StatusCodes.Status401Unauthorized,
        Code.PermissionDenied => StatusCodes.Status403Forbidden,
        Code.NotFound => StatusCodes.Status404NotFound,
        Code.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        Code.Unavailable => StatusCodes.Status503ServiceUnavailable,
        Code.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        Code.Aborted or Code.AlreadyExists => StatusCodes.Status409Conflict,
        Code.Internal or Code.Unknown or Code.DataLoss => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };
}
