namespace Ips.SandboxIdentity;

/// <summary>
/// Headers that limit what a browser does with the pages: show them with our stylesheet and send the form here, which redirects to the portal.
/// </summary>
internal static class PageHeaders
{
    public static void UsePageHeaders(this WebApplication app)
    {
        // Browsers apply form-action to the redirects that follow a form, so the portal's origin has to be named.
        var portals = string.Concat(app.Services.GetRequiredService<PortalAddresses>().All.Select(portal => " " + portal.GetLeftPart(UriPartial.Authority)));
        var policy = $"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'{portals}; base-uri 'none'; frame-ancestors 'none'";
        app.Use((http, next) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers.CacheControl = "no-store";
            // Not no-referrer: with it browsers send "Origin: null" with forms.
            headers["Referrer-Policy"] = "same-origin";
            return next(http);
        });
    }
}
