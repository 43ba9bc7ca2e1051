using System.Text.Json;
using Ips.SandboxIdentity.Keys;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Ips.SandboxIdentity.Tests;

/// <summary>Tokens for programs: client credentials by secret and by signed assertion.</summary>
[Collection("issuer")]
public sealed class MachineTests(Issuer issuer)
{
    [Theory]
    [InlineData("alliance-system", "mco", "alliance")]
    [InlineData("nc-dvrs-system", "dvrs", "nc-dvrs")]
    [InlineData("billing", "ops", "ips")]
    public async Task Secret_returns_token_of_the_client(string client, string role, string organization)
    {
        var (status, body) = await issuer.Token(Grant(), client, issuer.Keys.SecretOf(client));
        Assert.Equal(200, status);
        var verified = await issuer.Verify(body.GetProperty("access_token").GetString()!);
        Assert.True(verified.IsValid, verified.Exception?.Message);
        Assert.Equal((client, role, organization), ((string)verified.Claims["sub"], (string)verified.Claims["role"], (string)verified.Claims["org"]));
        // By this services know the token of a program from that of a person.
        Assert.Equal(client, verified.Claims["client_id"]);
    }

    [Theory]
    [InlineData("alliance-system", "wrong")]
    [InlineData("unknown-system", "wrong")]
    public async Task Wrong_secret_or_client_is_refused(string client, string secret)
    {
        var (status, body) = await issuer.Token(Grant(), client, secret);
        Assert.Equal((401, "invalid_client"), (status, Error(body)));
    }

    [Fact]
    public async Task Secret_of_another_client_is_refused()
    {
        var (status, _) = await issuer.Token(Grant(), "alliance-system", issuer.Keys.SecretOf("harbor-works-system"));
        Assert.Equal(401, status);
    }

    [Fact]
    public async Task Portal_may_not_use_client_credentials()
    {
        var (status, body) = await issuer.Token(Grant(), "portal", issuer.Keys.SecretOf("portal"));
        Assert.Equal((400, "unauthorized_client"), (status, Error(body)));
    }

    [Fact]
    public async Task Assertion_returns_token_of_the_client()
    {
        var (status, body) = await issuer.Token(Signed(new Assertion(issuer, "alliance-system")));
        Assert.True(status == 200, body.ToString());
        Assert.Equal("alliance-system", (await issuer.Verify(body.GetProperty("access_token").GetString()!)).Claims["sub"]);
    }

    [Fact]
    public async Task Scopes_of_the_FHIR_endpoint_are_granted_to_the_clients_that_have_them_for_five_minutes()
    {
        var form = Signed(new Assertion(issuer, "harbor-works-system"));
        form["scope"] = "system/Claim.c system/Claim.r";
        var (status, body) = await issuer.Token(form);
        Assert.True(status == 200, body.ToString());
        Assert.InRange(body.GetProperty("expires_in").GetInt32(), 290, 300);
        Assert.Equal("system/Claim.c system/Claim.r", (await issuer.Verify(body.GetProperty("access_token").GetString()!)).Claims["scope"]);
    }

    [Theory]
    [InlineData("alliance-system", "system/Claim.c")]
    [InlineData("alliance-system", "system/Subscription.cruds")]
    [InlineData("nc-dvrs-system", "system/Claim.r")]
    [InlineData("harbor-works-system", "system/*.cruds")]
    public async Task Scopes_that_a_client_does_not_have_are_refused(string client, string scope)
    {
        var form = Signed(new Assertion(issuer, client));
        form["scope"] = scope;
        var (status, body) = await issuer.Token(form);
        Assert.Equal(400, status);
        Assert.Contains(Error(body), new[] { "invalid_scope", "invalid_request" });
    }

    [Fact]
    public async Task An_assertion_as_SMART_writes_it_is_accepted()
    {
        // Type JWT, and the address of the token endpoint as audience.
        var (status, body) = await issuer.Token(Signed(new Assertion(issuer, "harbor-works-system")
        {
            Type = "JWT",
            Audience = new Uri(issuer.Address, "connect/token").ToString(),
        }));
        Assert.True(status == 200, body.ToString());
    }

    [Fact]
    public async Task Assertion_with_another_key_is_refused() =>
        await Refused(new Assertion(issuer, "alliance-system") { Key = issuer.Keys.OfClient("harbor-works-system") }, "signing key");

    [Fact]
    public async Task Assertion_for_another_audience_is_refused() =>
        await Refused(new Assertion(issuer, "alliance-system") { Audience = "https://elsewhere.example/" }, "audience", status: 400, error: "invalid_token");

    [Fact]
    public async Task Expired_assertion_is_refused() =>
        await Refused(new Assertion(issuer, "alliance-system") { Age = TimeSpan.FromMinutes(30) }, "no longer valid");

    [Fact]
    public async Task Assertion_about_another_client_is_refused() =>
        await Refused(new Assertion(issuer, "alliance-system") { Subject = "harbor-works-system" }, "signing key");

    [Fact]
    public async Task Assertion_of_another_type_is_refused() =>
        await Refused(new Assertion(issuer, "alliance-system") { Type = "at+jwt" }, "type");

    [Fact]
    public async Task Assertion_without_an_id_is_refused() =>
        await Refused(new Assertion(issuer, "alliance-system") { Id = "" }, "jti");

    [Fact]
    public async Task Replayed_assertion_is_refused()
    {
        var form = Signed(new Assertion(issuer, "alliance-system"));
        Assert.Equal(200, (await issuer.Token(form)).Status);
        var (status, body) = await issuer.Token(form);
        Assert.Equal((401, "invalid_client"), (status, Error(body)));
    }

    [Fact]
    public async Task Printed_token_verifies_like_an_issued_one()
    {
        SandboxToken printed = new(issuer.Address.ToString(), "state", "nc-dhhs", "sandbox-state", TimeSpan.FromHours(8));
        var verified = await issuer.Verify(printed.Sign(issuer.Keys.Signing, TimeProvider.System));
        Assert.True(verified.IsValid, verified.Exception?.Message);
    }

    [Fact]
    public async Task Token_of_another_key_does_not_verify()
    {
        SandboxToken forged = new(issuer.Address.ToString(), "ops", "ips", "sandbox-ops", TimeSpan.FromHours(8));
        var verified = await issuer.Verify(forged.Sign(issuer.Keys.OfClient("alliance-system"), TimeProvider.System));
        Assert.IsAssignableFrom<SecurityTokenInvalidSignatureException>(verified.Exception);
    }

    private async Task Refused(Assertion assertion, string reason, int status = 401, string error = "invalid_client")
    {
        var (refused, body) = await issuer.Token(Signed(assertion));
        Assert.Equal((status, error), (refused, Error(body)));
        Assert.Contains(reason, body.GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Grant() => new() { ["grant_type"] = "client_credentials" };

    private static Dictionary<string, string> Signed(Assertion assertion) => new()
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = assertion.ClientId,
        ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ["client_assertion"] = assertion.Sign(),
    };

    private static string? Error(JsonElement body) => body.GetProperty("error").GetString();
}
