using Ips.Eligibility.Fhir;
using Microsoft.AspNetCore.Authorization;

namespace Ips.Eligibility.X12Requests;

/// <summary>
/// The X12 endpoint: a file with requests for authorization (278 005010X217) and questions about coverage (270 005010X279A1) comes in, and their answers go out,
/// behind the TA1 and 999 that say whether each could be read.
/// </summary>
internal static class X12Endpoint
{
    /// <summary>The media type of requests and answers (RFC 1767).</summary>
    public const string MediaType = "application/EDI-X12";

    private const int MostBytes = 1024 * 1024;

    /// <summary>What the endpoint needs.</summary>
    public static void AddX12(this WebApplicationBuilder builder) =>
        builder.Services.AddScoped<AnswerX12>().AddScoped<ReviewRequests>().AddScoped<CoverageQuestions>();

    /// <summary>Maps the endpoint.</summary>
    public static void MapX12(this WebApplication app) =>
        app.MapPost("/x12", Answer).WithMetadata(new LimitedCall("x12"), new AuthorizeAttribute { Roles = $"{Roles.Provider},{Roles.Mco}" },
            // A file may contain a request: its sender needs the right to make one.
            MemberAccess.Of(Contracts.Eligibility.V1.Authorizations.Descriptor.FindMethodByName("RequestAuthorization")));

    private static async Task<IResult> Answer(HttpContext http, AnswerX12 answer)
    {
        if (http.Request.ContentType is not { } type || !type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase))
            return Results.Problem(statusCode: StatusCodes.Status415UnsupportedMediaType, detail: $"Send an X12 file as {MediaType}.");
        if (await FhirJson.Bytes(http.Request, MostBytes, http.RequestAborted) is not { } file)
            return Results.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, detail: $"The file is larger than {MostBytes} bytes; send several.");
        var (content, problem) = await answer.Handle(file, http.RequestAborted);
        return content is null ? Results.Problem(statusCode: StatusCodes.Status400BadRequest, detail: problem) : Results.Bytes(content, MediaType);
    }
}
