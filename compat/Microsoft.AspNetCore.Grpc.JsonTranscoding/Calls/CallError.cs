using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.AspNetCore.Http;
using RpcStatus = Google.Rpc.Status;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;

/// <summary>What a failed call answers.</summary>
internal sealed record CallError(RpcStatus Status, int HttpStatus)
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    public static CallError Plain(StatusCode code, string message) =>
        new(new RpcStatus { Code = (int)code, Message = message }, HttpOf(code));

    /// <summary>The status a handler set or threw. Its rich form, if there is one, is in the trailers and is taken whole.</summary>
    public static CallError FromHandler(global::Grpc.Core.Status status, params ReadOnlySpan<Metadata> trailers)
    {
        foreach (var metadata in trailers)
        {
            if (metadata.GetValueBytes(DetailsTrailer) is not { } bytes)
                continue;
            try
            {
                return new(RpcStatus.Parser.ParseFrom(bytes), HttpOf(status.StatusCode));
            }
            catch (InvalidProtocolBufferException)
            {
                break;   // the details are lost, the code and the message are not
            }
        }

        return Plain(status.StatusCode, status.Detail ?? "");
    }

    /// <summary>A request that could not be read, with one ErrorInfo, and the field when one is at fault.</summary>
    public static CallError From(RequestProblem problem, MethodDescriptor method)
    {
        var status = new RpcStatus { Code = (int)problem.Code, Message = problem.Message };
        status.Details.Add(Any.Pack(new ErrorInfo { Reason = problem.Reason, Domain = method.File.Package }));
        if (problem.Field is { } field)
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = problem.Message } } }));
        return new(status, problem.Code == StatusCode.InvalidArgument || problem.HttpStatus != StatusCodes.Status400BadRequest ? problem.HttpStatus : HttpOf(problem.Code));
    }

    /// <summary>The canonical mapping of google.rpc.Code. Cancelled is 408 as in the official package, where Google's table has 499.</summary>
    private static int HttpOf(StatusCode code) => code switch
    {
        StatusCode.OK => StatusCodes.Status200OK,
        StatusCode.Cancelled => StatusCodes.Status408RequestTimeout,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
