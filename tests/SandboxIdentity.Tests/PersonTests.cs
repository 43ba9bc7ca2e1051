using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Ips.SandboxIdentity.Tests;

/// <summary>Tokens for people: authorization code with PKCE, and the end of a session.</summary>
[Collection("issuer")]
public sealed class PersonTests(Issuer issuer)
{
    [Theory]
    [InlineData("alliance-reviewer", "Reviewer at Alliance", "mco")]
    [InlineData("nc-dvrs-counselor", "Counselor at NC DVRS", "dvrs")]
    public async Task Person_signs_in_and_the_portal_gets_tokens(string person, string name, string role)
    {
        SignIn signIn = new(issuer);
        var (status, body) = await signIn.Exchange(await signIn.Code(person));
        Assert.True(status == 200, body.ToString());
        var access = await issuer.Verify(body.GetProperty("access_token").GetString()!);
        Assert.Equal((person, role), ((string)access.Claims["sub"], (string)access.Claims["role"]));
        Assert.False(access.Claims.ContainsKey("name"));
        Assert.Equal(name, new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(body.GetProperty("id_token").GetString()!).GetClaim("name").Value);
    }

    [Fact]
    public async Task Code_works_once()
    {
        SignIn signIn = new(issuer);
        var code = await signIn.Code("operator");
        Assert.Equal(200, (await signIn.Exchange(code)).Status);
        Assert.Equal(400, (await signIn.Exchange(code)).Status);
    }

    [Fact]
    public async Task Code_without_its_verifier_is_refused()
    {
        SignIn signIn = new(issuer);
        var (status, body) = await signIn.Exchange(await signIn.Code("operator"), verifier: new string('x', 43));
        Assert.Equal((400, "invalid_grant"), (status, body.GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("redirect_uri", "http://localhost:10/signin-oidc")]
    [InlineData("client_id", "unknown")]
    public async Task Wrong_authorization_request_is_not_sent_on(string parameter, string? value)
    {
        using var browser = issuer.Browser();
        var response = await browser.GetAsync(new SignIn(issuer).Request((parameter, value)));
        var code = response.Headers.Location is { } location ? QueryHelpers.ParseQuery(location.Query)["code"].ToString() : "";
        Assert.Equal("", code);
        var refusedAtPortal = response.Headers.Location?.Query.Contains("error=invalid_request", StringComparison.Ordinal) == true;
        Assert.True(refusedAtPortal || response.StatusCode == HttpStatusCode.BadRequest);
        Assert.NotEqual("/sign-in", response.Headers.Location?.OriginalString.Split('?')[0]);
    }

    [Fact]
    public async Task Silent_request_without_a_session_is_refused()
    {
        using var browser = issuer.Browser();
        var response = await browser.GetAsync(new SignIn(issuer).Request(("prompt", "none")));
        Assert.Contains("error=login_required", response.Headers.Location!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_end_session_the_sign_in_page_appears_again()
    {
        SignIn signIn = new(issuer);
        await signIn.Code("operator");
        Assert.StartsWith(Issuer.Portal, (await signIn.Browser.GetAsync(signIn.Request())).Headers.Location!.OriginalString, StringComparison.Ordinal);
        var ended = await signIn.Browser.GetAsync($"connect/endsession?client_id=portal&post_logout_redirect_uri={Issuer.Portal}/signout-callback-oidc");
        Assert.StartsWith($"{Issuer.Portal}/signout-callback-oidc", ended.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.StartsWith("/sign-in", (await signIn.Browser.GetAsync(signIn.Request())).Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_session_leads_to_no_other_site()
    {
        using var browser = issuer.Browser();
        var ended = await browser.GetAsync("connect/endsession?client_id=portal&post_logout_redirect_uri=https://elsewhere.example/");
        Assert.Equal(HttpStatusCode.BadRequest, ended.StatusCode);
    }

    [Fact]
    public async Task Form_of_another_site_does_not_sign_in()
    {
        using var browser = issuer.Browser();
        var response = await browser.PostAsync("sign-in", new FormUrlEncodedContent(new Dictionary<string, string> { ["person"] = "operator" }));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    public async Task Signing_in_leads_to_no_other_site(string returnUrl) =>
        Assert.Equal("/sign-in", (await new SignIn(issuer).Choose("operator", returnUrl)).Headers.Location!.OriginalString);
}
