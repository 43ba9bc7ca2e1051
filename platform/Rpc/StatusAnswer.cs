using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Tokens;
using Status = Google.Rpc.Status;

using HttpRequest = Microsoft.AspNetCore.Http.HttpRequest;

namespace Ips.Platform.Rpc;

/// <summary>Metadata of an endpoint whose failures have another form than google.rpc.Status, such as one that speaks FHIR.</summary>
/// <param name="Write">Writes the failure with the HTTP status given.</param>
public sealed record StatusForm(Func<HttpContext, Status, int, Task> Write);

/// <summary>Writes a google.rpc.Status where no rpc runs: trailers only for a gRPC request, JSON for the others.</summary>
internal static class StatusAnswer
{
    private static readonly JsonFormatter Json = new(
        JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor)));

    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    public static async Task Write(HttpContext http, Status status)
    {
        if (IsGrpc(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status200OK;
            http.Response.ContentType = "application/grpc";
            AddStatus(http.Response.Headers, status);
            await http.Response.CompleteAsync();
            return;
        }

        AddRetryAfter(http, status);
        await WriteJson(http, status, HttpOf((Code)status.Code));
    }

    /// <summary>Gives the time of a <see cref="RetryInfo"/> as HTTP has it, in whole seconds.</summary>
    public static void AddRetryAfter(HttpContext http, Status status)
    {
        if (http.Response.HasStarted || status.Details.FirstOrDefault(detail => detail.Is(RetryInfo.Descriptor)) is not { } retry)
            return;
        var seconds = Math.Ceiling(retry.Unpack<RetryInfo>().RetryDelay.ToTimeSpan().TotalSeconds);
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Writes JSON with the HTTP status given, which may be more exact than that of the code.</summary>
    public static Task WriteJson(HttpContext http, Status status, int httpStatus)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<StatusForm>() is { } form)
            return form.Write(http, status, httpStatus);
        http.Response.StatusCode = httpStatus;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(Json.Format(status));
    }

    /// <summary>Replaces the framework's own <paramref name="instead"/> by <paramref name="status"/>, as long as the call's trailers are not sent.</summary>
    public static void Refuse(HttpContext http, Grpc.Core.StatusCode instead, Status status)
    {
        var end = http.Response.HasStarted ? http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers : http.Response.Headers;
        if (end is { IsReadOnly: false } && end["grpc-status"] == ((int)instead).ToString(CultureInfo.InvariantCulture))
            AddStatus(end, status);
    }

    private static void AddStatus(IHeaderDictionary end, Status status)
    {
        end["grpc-status"] = status.Code.ToString(CultureInfo.InvariantCulture);
        end["grpc-message"] = PercentEncode(status.Message);
        end["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray()).TrimEnd('=');
    }

    /// <summary>The HTTP status of a canonical code, as google.rpc.Code documents it.</summary>
    public static int HttpOf(Code code) => code switch
    {
        Code.Ok => 200,
        Code.InvalidArgument or Code.FailedPrecondition or Code.OutOfRange => 400,
        Code.Unauthenticated => 401,
        Code.PermissionDenied => 403,
        Code.NotFound => 404,
        Code.AlreadyExists or Code.Aborted => 409,
        Code.ResourceExhausted => 429,
        Code.Cancelled => 499,
        Code.Unimplemented => 501,
        Code.Unavailable => 503,
        Code.DeadlineExceeded => 504,
        _ => 500,
    };

    // gRPC over HTTP/2: everything but printable ASCII is percent-encoded UTF-8.
    private static string PercentEncode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (octet is >= 0x20 and <= 0x7e and not (byte)'%')
                encoded.Append((char)octet);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }
}

/// <summary>Returns UNAUTHENTICATED for a missing or foreign token and PERMISSION_DENIED for a role without access, on both wires.</summary>
internal sealed class RefusedCall(TimeProvider clock) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await TokenEnd.Run(context, next, clock);
            return;
        }

        if (authorizeResult.Forbidden)
        {
            var role = Caller.From(context.User).Role;
            var why = context.GetEndpoint()?.Metadata.GetMetadata<ServicesOnly>() is { } only
                ? $"only the platform's own service {string.Join(" or ", only.Services)} may call this"
                : $"role {(role.Length == 0 ? "(none)" : role)} may not call this";
            await StatusAnswer.Write(context, new Problem.Forbidden(why).ToStatus());
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        await StatusAnswer.Write(context, new Problem.Unauthenticated(Why((await context.AuthenticateAsync()).Failure)).ToStatus());
    }

    private static string Why(Exception? failure) => failure switch
    {
        null => "the request has no bearer token",
        AuthenticationFailureException { Message: var message } => message,
        SecurityTokenExpiredException => "the token has expired",
        SecurityTokenNotYetValidException => "the token is not valid yet",
        SecurityTokenInvalidAudienceException => "the token is for another audience",
        SecurityTokenInvalidIssuerException => "the token is from another issuer",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException => "the token is not signed by a key this service trusts",
        _ => "the token is not valid here",
    };
}
