using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>
/// The request cannot be read. Texts name the field and what was expected and never repeat the value sent, which may be about a person.
/// </summary>
internal sealed class RequestProblem(string reason, string message, string? field = null) : Exception(message)
{
    /// <summary>For <c>google.rpc.ErrorInfo</c>.</summary>
    public string Reason { get; } = reason;

    /// <summary>Path of the field in the request message (proto names); null when the problem is with the request as a whole.</summary>
    public string? Field { get; } = field;

    public StatusCode Code { get; init; } = StatusCode.InvalidArgument;

    /// <summary>Where HTTP has a more exact answer than the canonical mapping (413, 415).</summary>
    public int HttpStatus { get; init; } = StatusCodes.Status400BadRequest;

    public static RequestProblem InField(string field, string why) =>
        new("INVALID_FIELD", field.Length == 0 ? $"The request body {why}." : $"Field '{field}' {why}.", field);

    public static RequestProblem UnsupportedContent(string why) =>
        new("UNSUPPORTED_CONTENT_TYPE", why) { HttpStatus = StatusCodes.Status415UnsupportedMediaType };

    public static RequestProblem TooLarge(long limit) =>
        new("MESSAGE_TOO_LARGE", $"The request body is larger than the {limit} bytes this service takes.")
        {
            Code = StatusCode.ResourceExhausted,
            HttpStatus = StatusCodes.Status413PayloadTooLarge,
        };
}
