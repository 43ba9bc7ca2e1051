using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Ips.Portal.SignIn;

/// <summary>The addresses that start and end a session.</summary>
internal static class SignInEndpoints
{
    /// <summary>Goes to the issuer and comes back to <c>returnUrl</c>.</summary>
    public const string Path = "/sign-in";

    /// <summary>Ends the session here and at the issuer.</summary>
    public const string SignOut = "/sign-out";

    /// <summary>The page after signing out.</summary>
    public const string SignedOut = "/signed-out";

    /// <summary>The page after a sign-in that did not finish.</summary>
    public const string Failed = "/sign-in-failed";

    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet(Path, (string? returnUrl) => Results.Challenge(new AuthenticationProperties { RedirectUri = Local(returnUrl) })).AllowAnonymous();
        // Reading the form is what checks its antiforgery token.
        app.MapPost(SignOut, (IFormCollection _) => Results.SignOut(
            new AuthenticationProperties { RedirectUri = SignedOut },
            [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]));
    }

    /// <summary>A path of this site, else the dashboard: a link must not lead from here to another site.</summary>
    public static string Local(string? path) =>
        path is ['/', .. var rest] && !rest.StartsWith('/') && !rest.Contains('\\') && !rest.Any(char.IsControl) ? path : "/";
}
