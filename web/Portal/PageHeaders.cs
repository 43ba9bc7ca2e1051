using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace Ips.Portal;

/// <summary>Headers that limit what a browser does with the pages: show them with our stylesheet, send forms back here, and cache nothing.</summary>
internal static class PageHeaders
{
    public static void UsePageHeaders(this WebApplication app)
    {
        var oidc = app.Services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>();
        app.Use(async (http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy =
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
                    + await SignOutOrigin(http, oidc);
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            // Not no-referrer: with it browsers send "Origin: null" with forms, and signing out fails.
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            await next(http);
        });
    }

    // Browsers apply form-action to the redirects that follow a form, and the sign-out form leads to the issuer.
    private static async Task<string> SignOutOrigin(HttpContext http, IOptionsMonitor<OpenIdConnectOptions> oidc)
    {
        if (http.User.Identity?.IsAuthenticated != true)
            return "";
        try
        {
            var issuer = await oidc.Get(OpenIdConnectDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(http.RequestAborted);
            return Uri.TryCreate(issuer.EndSessionEndpoint, UriKind.Absolute, out var end) ? " " + end.GetLeftPart(UriPartial.Authority) : "";
        }
        catch (InvalidOperationException)
        {
            // The issuer does not answer: pages are shown all the same, and signing out waits for it.
            return "";
        }
    }
}
