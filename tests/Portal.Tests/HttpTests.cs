using System.Net;
using Ips.Testing;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>The portal's HTTP responses, as in production.</summary>
[Collection("site")]
public sealed class HttpTests(Site site) : IDisposable
{
    private readonly WebHost<Components.App> production = WebHost<Components.App>.Start(0, site.Settings, "Production");

    public void Dispose() => production.Dispose();

    [Theory]
    [InlineData("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'")]
    [InlineData("Cache-Control", "no-store")]
    [InlineData("X-Content-Type-Options", "nosniff")]
    [InlineData("Referrer-Policy", "same-origin")]
    public async Task Page_has_header(string name, string value)
    {
        using var browser = production.Browser();
        var response = await browser.GetAsync("signed-out");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(value, response.Headers.GetValues(name).Single());
    }

    [Fact]
    public async Task Sign_in_requests_a_code_with_PKCE_and_sets_secure_cookies()
    {
        using var browser = production.Browser();
        var response = await browser.GetAsync("");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Contains("response_type=code", response.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Contains("code_challenge_method=S256", response.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.All(response.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Unrequested_code_does_not_sign_in()
    {
        using var browser = production.Browser();
        var response = await browser.GetAsync("signin-oidc?code=stolen&state=stolen");
        Assert.Equal("/sign-in-failed", response.Headers.Location!.OriginalString);
        var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [];
        Assert.DoesNotContain(cookies, cookie => cookie.Contains("ips-portal=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_browsers_and_crawlers_fetch_by_themselves_needs_no_session()
    {
        using var browser = production.Browser();
        Assert.Contains("Disallow: /", await browser.GetStringAsync("robots.txt"), StringComparison.Ordinal);
        var icon = await browser.GetAsync("favicon.ico");
        Assert.Equal("/icon.svg", icon.Headers.Location!.OriginalString);
        Assert.False(icon.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Health_needs_no_session()
    {
        using var browser = production.Browser();
        Assert.Contains("Healthy", await browser.GetStringAsync("health"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example/", "/")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("/deadlines?program=nc-core", "/deadlines?program=nc-core")]
    public void Signing_in_leads_to_no_other_site(string returnUrl, string used) => Assert.Equal(used, SignIn.SignInEndpoints.Local(returnUrl));

    [Theory]
    [InlineData("Authentication:Authority")]
    [InlineData("Authentication:ClientSecret")]
    [InlineData("DataProtection:Directory")]
    public void Missing_setting_is_named_at_the_start(string name)
    {
        var settings = site.Settings.Where(setting => setting.Key != name).ToDictionary();
        var stopped = Assert.Throws<InvalidOperationException>(() => WebHost<Components.App>.Start(0, settings, "Production"));
        Assert.Contains(name, stopped.Message, StringComparison.Ordinal);
    }
}
