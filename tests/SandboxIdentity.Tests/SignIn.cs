using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Ips.SandboxIdentity.Tests;

/// <summary>A person's browser on its way from the portal to the issuer and back.</summary>
internal sealed partial class SignIn(Issuer issuer)
{
    private const string Verifier = "a-verifier-of-at-least-forty-three-characters-1";

    public HttpClient Browser { get; } = issuer.Browser();

    /// <summary>The authorization request of the portal, with one parameter changed, or left out when null.</summary>
    public string Request(params (string Name, string? Value)[] changes)
    {
        Dictionary<string, string?> query = new()
        {
            ["client_id"] = "portal",
            ["redirect_uri"] = $"{Issuer.Portal}/signin-oidc",
            ["response_type"] = "code",
            ["scope"] = "openid profile",
            ["state"] = "state-one",
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
            query[name] = value;
        return QueryHelpers.AddQueryString("connect/authorize", query.Where(parameter => parameter.Value is not null));
    }

    /// <summary>Signs the person in and returns the authorization code that the portal would receive.</summary>
    public async Task<string> Code(string person)
    {
        var challenge = await Browser.GetAsync(Request());
        var page = challenge.Headers.Location!.OriginalString;
        var chosen = await Choose(person, QueryHelpers.ParseQuery(page.Split('?')[1])["returnUrl"]!, page);
        var back = (await Browser.GetAsync(chosen.Headers.Location)).Headers.Location!;
        Assert.Equal($"{Issuer.Portal}/signin-oidc", back.GetLeftPart(UriPartial.Path));
        return QueryHelpers.ParseQuery(back.Query)["code"].ToString();
    }

    /// <summary>Sends the form of the sign-in page.</summary>
    public async Task<HttpResponseMessage> Choose(string person, string returnUrl, string page = "sign-in")
    {
        var html = await Browser.GetStringAsync(page);
        var response = await Browser.PostAsync("sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = Antiforgery().Match(html).Groups["token"].Value,
            ["person"] = person,
            ["returnUrl"] = returnUrl,
        }));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return response;
    }

    /// <summary>Exchanges a code as the portal does.</summary>
    public Task<(int Status, JsonElement Body)> Exchange(string code, string verifier = Verifier) => issuer.Token(
        new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = $"{Issuer.Portal}/signin-oidc", ["code_verifier"] = verifier },
        "portal", issuer.Keys.SecretOf("portal"));

    [GeneratedRegex("__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Antiforgery();
}
