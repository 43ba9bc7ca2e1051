using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Status = Google.Rpc.Status;

namespace Ips.Platform.Rpc;

/// <summary>
/// The one place where a <see cref="Problem"/> becomes a google.rpc.Status: a canonical code, exactly one ErrorInfo, and the details that code calls for.
/// </summary>
public static class ProblemStatus
{
    /// <summary>The <c>domain</c> of every ErrorInfo; reasons are unique in it.</summary>
    public const string Domain = "ips-platform";

    public static Status ToStatus(this Problem problem) => problem switch
    {
        Problem.NotFound { Kind: var kind, Id: var id } =>
            With(Code.NotFound, $"No {kind} {id} that you may see.", Reason(kind, "NOT_FOUND"), new() { ["kind"] = kind, ["id"] = id }),
        Problem.Invalid invalid => Fields(invalid),
        Problem.NotInForce { Rule: var rule, Why: var why } =>
            With(Code.FailedPrecondition, $"{rule} has no value in force: {why}.", "RULE_NOT_IN_FORCE", new() { ["rule"] = rule, ["why"] = why },
                Precondition("RULE_NOT_IN_FORCE", rule, why)),
        Problem.Stale { Kind: var kind, Id: var id } =>
            With(Code.Aborted, $"The {kind} {id} was changed by someone else; read it again and retry with its new etag.", "STALE",
                new() { ["kind"] = kind, ["id"] = id }),
        Problem.Forbidden { Why: var why } =>
            With(Code.PermissionDenied, $"Not allowed: {why}.", "FORBIDDEN", new() { ["why"] = why }),
        Problem.Conflict { Rule: var rule, Why: var why } =>
            With(Code.FailedPrecondition, $"{rule}: {why}.", "CONFLICT", new() { ["rule"] = rule, ["why"] = why }, Precondition("CONFLICT", rule, why)),
        Problem.Exists { Kind: var kind, Id: var id } =>
            With(Code.AlreadyExists, $"The {kind} {id} exists already.", Reason(kind, "EXISTS"), new() { ["kind"] = kind, ["id"] = id }),
        Problem.Unavailable { Dependency: var dependency, RetryAfter: var after } =>
            With(Code.Unavailable, $"{dependency} does not answer; send the same request again.", "DEPENDENCY_UNAVAILABLE",
                new() { ["dependency"] = dependency },
                new RetryInfo { RetryDelay = Duration.FromTimeSpan(after) }),
        Problem.TooMany { What: var what, RetryAfter: var after } =>
            With(Code.ResourceExhausted, $"{what}; send the request again later.", "TOO_MANY", new() { ["what"] = what },
                new RetryInfo { RetryDelay = Duration.FromTimeSpan(after) }),
        Problem.Expired { Field: var field, Why: var why } =>
            With(Code.OutOfRange, $"{field}: {why}.", "EXPIRED", new() { ["field"] = field, ["why"] = why }),
        Problem.OtherEpoch { Field: var field, Epoch: var epoch, Resume: var cursor } => With(
            Code.OutOfRange,
            $"{field}: is of a time before this service was restored; it is in epoch {epoch} now. Take back what it sent in another epoch and does not send "
            + $"again; {(cursor.Length == 0 ? "start without a cursor" : $"continue with {cursor}, after which it sends all it has, or start without one")}.",
            "OTHER_EPOCH", new() { ["field"] = field, ["epoch"] = epoch.ToString(CultureInfo.InvariantCulture), ["resume"] = cursor }),
        Problem.Unauthenticated { Why: var why } =>
            With(Code.Unauthenticated, $"No valid token: {why}.", "UNAUTHENTICATED", new() { ["why"] = why }),
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "unmapped problem"),
    };

    /// <summary>A bug: the caller gets only the trace id, by which operations find the details.</summary>
    public static Status Bug(string traceId) =>
        With(Code.Internal, $"The request failed inside the service; trace {traceId}.", "INTERNAL", new() { ["traceId"] = traceId });

    /// <summary>The caller cancelled, or its deadline passed.</summary>
    public static Status Ended(bool deadlinePassed) => deadlinePassed
        ? With(Code.DeadlineExceeded, "The deadline passed before the answer was ready.", "DEADLINE_EXCEEDED", [])
        : With(Code.Cancelled, "The caller cancelled the request.", "CANCELLED", []);

    /// <summary>The request is larger than a service or the web server takes; <paramref name="limit"/> is null where the limit is not known.</summary>
    public static Status TooLarge(long? limit) => limit is { } bytes
        ? With(Code.ResourceExhausted, $"The request body is larger than the {bytes} bytes that this service takes.", "MESSAGE_TOO_LARGE",
        new() { ["limit"] = bytes.ToString(CultureInfo.InvariantCulture) })
        : With(Code.ResourceExhausted, "The request body is larger than this service takes.", "MESSAGE_TOO_LARGE", []);

    /// <summary>The answer is larger than the service may send.</summary>
    public static Status AnswerTooLarge(long limit) => With(
        Code.ResourceExhausted,
        $"The answer is larger than the {limit} bytes that this service sends; ask for less, such as a smaller page.",
        "ANSWER_TOO_LARGE",
        new() { ["limit"] = limit.ToString(CultureInfo.InvariantCulture) });

    /// <summary>A status with its one ErrorInfo; every variable of the message is in the metadata.</summary>
    public static Status With(
        Code code, string message, string reason, Dictionary<string, string> metadata, params ReadOnlySpan<Google.Protobuf.IMessage> details)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = reason };
        info.Metadata.Add(metadata);
        var status = new Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        foreach (var detail in details)
            status.Details.Add(Any.Pack(detail));
        return status;
    }

    /// <summary>A code as it is written in documents, such as <c>DEADLINE_EXCEEDED</c>.</summary>
    internal static string NameOf(int code) => System.Text.Json.JsonNamingPolicy.SnakeCaseUpper.ConvertName(((Code)code).ToString());

    /// <summary>
    /// Violations are named up to this many bytes. A status travels in trailers, and several gRPC implementations refuse, with the whole connection, more than
    /// 8 KiB of them.
    /// </summary>
    private const int MostBytes = 3000;

    private static Status Fields(Problem.Invalid invalid)
    {
        var request = new BadRequest();
        var room = MostBytes;
        foreach (var (i, (field, why)) in invalid.Others.Prepend(invalid).Select(v => (v.Field, v.Why)).Index())
        {
            room -= Encoding.UTF8.GetByteCount(field) + Encoding.UTF8.GetByteCount(why);
            if (room < 0 && i > 0)
            {
                request.FieldViolations.Add(
                    new BadRequest.Types.FieldViolation
                    {
                        Field = "request",
                        Description = $"has {invalid.Others.Count + 1 - i} more wrong fields; fix these first"
                    });
                break;
            }

            request.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = why });
        }

        return With(Code.InvalidArgument, $"{invalid.Field}: {invalid.Why}.", "INVALID_FIELD", new() { ["field"] = invalid.Field, ["why"] = invalid.Why },
            request);
    }

    private static PreconditionFailure Precondition(string type, string rule, string why) =>
        new() { Violations = { new PreconditionFailure.Types.Violation { Type = type, Subject = rule, Description = why } } };

    private static string Reason(string kind, string suffix) =>
        string.Concat(kind.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_')) + "_" + suffix;
}
