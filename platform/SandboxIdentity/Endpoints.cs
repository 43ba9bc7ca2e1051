using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Ips.SandboxIdentity;

/// <summary>The protocol's endpoints. OpenIddict has validated the request before any of them runs.</summary>
internal static class Endpoints
{
    private static readonly TimeSpan SmartLifetime = TimeSpan.FromMinutes(5);
    private const string Issuer = OpenIddictServerAspNetCoreDefaults.AuthenticationScheme;

    public static void MapIssuer(this WebApplication app)
    {
        app.MapMethods("/connect/authorize", ["GET", "POST"], Authorize);
        // As delegates: a method from HttpContext to a task would be taken for one that writes its own response.
        app.MapPost("/connect/token", (Delegate)Exchange);
        app.MapMethods("/connect/endsession", ["GET", "POST"], (Delegate)EndSession);
    }

    private static IResult Authorize(HttpContext http)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (SignInSession.PersonOf(http.User) is { } person && !request.HasPromptValue(PromptValues.Login))
            return Results.SignIn(TokenClaims.Of(person).SetScopes(request.GetScopes()), authenticationScheme: Issuer);
        if (request.HasPromptValue(PromptValues.None))
            return Refuse(Errors.LoginRequired, "No one is signed in, and prompt=none forbids a sign-in page.");
        // Without prompt=login the next visit finds the session and shows no sign-in page.
        var back = QueryString.Create(http.Request.Query.Where(parameter => parameter.Key != Parameters.Prompt));
        return Results.LocalRedirect($"~{SignInSession.Path}{QueryString.Create("returnUrl", "/connect/authorize" + back)}");
    }

    private static async Task<IResult> Exchange(HttpContext http, PartnerClients clients)
    {
        var request = http.GetOpenIddictServerRequest()!;
        if (!request.IsClientCredentialsGrantType())
            return Results.SignIn((await http.AuthenticateAsync(Issuer)).Principal!, authenticationScheme: Issuer);
        var machine = clients.Machines.Single(client => client.Id == request.ClientId);
        var principal = TokenClaims.Of(machine).SetScopes(request.GetScopes());
        // SMART backend services: a token for people's data lives five minutes.
        return Results.SignIn(request.GetScopes().IsEmpty ? principal : principal.SetAccessTokenLifetime(SmartLifetime), authenticationScheme: Issuer);
    }

    private static async Task<IResult> EndSession(HttpContext http)
    {
        await http.SignOutAsync(SignInSession.Scheme);
        return Results.SignOut(new AuthenticationProperties { RedirectUri = SignInSession.Path }, [Issuer]);
    }

    private static IResult Refuse(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }), [Issuer]);
}
