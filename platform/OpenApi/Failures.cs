using System.Text.Json.Nodes;

namespace Ips.Platform.OpenApi;

/// <summary>The error responses, which are the same for every operation: a google.rpc.Status.</summary>
internal static class Failures
{
    public const string SchemaName = "google.rpc.Status";

    private static readonly (string Http, string Name, int Code, string Reason, string What, bool HasBodyOnly)[] All =
    [
        ("400", "InvalidArgument", 3, "INVALID_FIELD",
            "A field does not fit, or the state of things does not allow it (FAILED_PRECONDITION); the details name field or rule.", false),
        ("401", "Unauthenticated", 16, "UNAUTHENTICATED", "The bearer token is missing, expired or not one of ours.", false),
        ("403", "PermissionDenied", 7, "FORBIDDEN", "The caller's role or organization may not do this.", false),
        ("404", "NotFound", 5, "AUTHORIZATION_NOT_FOUND", "There is no such thing, or it is not the caller's to see.", false),
        ("409", "Aborted", 10, "STALE", "Somebody changed it since the etag was read: read again and retry.", false),
        ("413", "TooLarge", 8, "MESSAGE_TOO_LARGE", "The request body is too large.", true),
        ("415", "UnsupportedContentType", 3, "UNSUPPORTED_CONTENT_TYPE", "The request body is not JSON in UTF-8.", true),
        ("429", "TooMany", 8, "TOO_MANY", "The caller sends more calls than it may; the header Retry-After and RetryInfo say when to try again.", false),
        ("503", "Unavailable", 14, "DEPENDENCY_UNAVAILABLE", "Something this service needs does not answer; RetryInfo says when to try again.", false),
        ("504", "DeadlineExceeded", 4, "DEADLINE_EXCEEDED", "The deadline that the caller set with the header grpc-timeout passed before the answer was ready.",
            false),
        ("default", "Failure", 13, "INTERNAL", "Anything else.", false),
    ];

    /// <summary>References for the responses of an operation.</summary>
    public static void AddTo(JsonObject responses, bool hasBody)
    {
        foreach (var each in All.Where(each => hasBody || !each.HasBodyOnly))
            responses[each.Http] = new JsonObject { ["$ref"] = "#/components/responses/" + each.Name };
    }

    /// <summary>The responses that the references point to.</summary>
    public static JsonObject Responses(bool someHaveBody) =>
        new(All.Where(each => someHaveBody || !each.HasBodyOnly).Select(each => KeyValuePair.Create(each.Name, (JsonNode?)new JsonObject
        {
            ["description"] = each.What,
            ["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject
                {
                    ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/" + SchemaName },
                    ["example"] = new JsonObject
                    {
                        ["code"] = each.Code,
                        ["message"] = each.What,
                        ["details"] = new JsonArray(new JsonObject
                        {
                            ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo",
                            ["reason"] = each.Reason,
                            ["domain"] = ProblemStatus.Domain,
                            ["metadata"] = new JsonObject(),
                        }),
                    },
                },
            },
        })));

    public static JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["description"] = "An error. `code` is a canonical code (google.rpc.Code); `details` hold exactly one google.rpc.ErrorInfo, and by code "
            + "google.rpc.BadRequest (field violations), google.rpc.PreconditionFailure (rule ids), google.rpc.RetryInfo.",
        ["required"] = new JsonArray("code", "message", "details"),
        ["properties"] = new JsonObject
        {
            ["code"] = new JsonObject { ["type"] = "integer", ["format"] = "int32", ["minimum"] = 1, ["maximum"] = 16 },
            ["message"] = new JsonObject { ["type"] = "string", ["description"] = "For developers, in English, without personal data." },
            ["details"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("@type"),
                    ["properties"] = new JsonObject
                    {
                        ["@type"] = new JsonObject
                        {
                            ["type"] = "string",
                            ["examples"] = new JsonArray("type.googleapis.com/google.rpc.ErrorInfo")
                        }
                    },
                    ["additionalProperties"] = true,
                },
            },
        },
    };
}
