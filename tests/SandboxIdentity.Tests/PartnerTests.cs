using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Ips.SandboxIdentity.Tests;

/// <summary>An issuer at which a payer registered its system with a key of its own.</summary>
public sealed class PartnerIssuer : Issuer
{
    internal ECDsaSecurityKey Key { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "partner-1" };

    protected override void Prepare(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "keys", "partners"));
        File.WriteAllText(Path.Combine(folder.FullName, "payer-system.json"), PartnerTests.Registration(Key).ToJsonString());
    }
}

/// <summary>A partner's client is registered with its public keys and gets the tokens that it was registered for.</summary>
public sealed class PartnerTests(PartnerIssuer issuer) : IClassFixture<PartnerIssuer>
{
    internal static JsonObject Registration(ECDsaSecurityKey key, bool isPrivate = false)
    {
        var numbers = key.ECDsa.ExportParameters(isPrivate);
        JsonObject jwk = new()
        {
            ["kty"] = "EC",
            ["kid"] = key.KeyId,
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["x"] = Base64UrlEncoder.Encode(numbers.Q.X),
            ["y"] = Base64UrlEncoder.Encode(numbers.Q.Y),
        };
        if (isPrivate)
            jwk["d"] = Base64UrlEncoder.Encode(numbers.D);
        return new()
        {
            ["client_id"] = "payer-system",
            ["role"] = "mco",
            ["org"] = "alliance",
            ["scope"] = "system/Claim.r",
            ["jwks"] = new JsonObject { ["keys"] = new JsonArray(jwk) },
        };
    }

    [Fact]
    public async Task An_assertion_of_the_partners_key_returns_a_token_of_its_organization_once_and_no_other_scope()
    {
        var form = Form(new Assertion(issuer, "payer-system") { Key = issuer.Key, Type = "JWT", Audience = new Uri(issuer.Address, "connect/token").ToString() });
        var (status, body) = await issuer.Token(form);
        Assert.True(status == 200, body.ToString());
        var claims = (await issuer.Verify(body.GetProperty("access_token").GetString()!)).Claims;
        Assert.Equal(("payer-system", "mco", "alliance", "system/Claim.r"), (claims["sub"], claims["role"], claims["org"], claims["scope"]));
        Assert.Equal(401, (await issuer.Token(form)).Status);
        Assert.Equal(401, (await issuer.Token(Form(new Assertion(issuer, "payer-system")))).Status);
        var other = Form(new Assertion(issuer, "payer-system") { Key = issuer.Key });
        other["scope"] = "system/Claim.c";
        Assert.Equal(400, (await issuer.Token(other)).Status);
        // No secret was ever given.
        Assert.Equal(401, (await issuer.Token(new() { ["grant_type"] = "client_credentials" }, "payer-system", issuer.Keys.SecretOf("payer-system"))).Status);
    }

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "role", "\"ops\"", "role is ops" }, { "scope", "\"system/*.cruds\"", "scope has system/*.cruds" }, { "org", "null", "org is missing" },
        { "jwks", "{ \"keys\": [] }", "jwks has no key" }, { "jwks", "7", "jwks is no key set" }, { "client_id", "\"alliance-system\"", "alliance-system is registered already" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_registration_that_is_wrong_stops_the_start_and_names_file_and_field(string name, string value, string expected)
    {
        var registration = Registration(issuer.Key);
        registration[name] = JsonNode.Parse(value);
        Assert.Contains(expected, Refused(registration), StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_key_is_not_taken() => Assert.Contains("a private key", Refused(Registration(issuer.Key, isPrivate: true)), StringComparison.Ordinal);

    private static string Refused(JsonObject registration)
    {
        var data = Directory.CreateTempSubdirectory("ips-partners");
        try
        {
            var folder = data.CreateSubdirectory("keys").CreateSubdirectory("partners");
            File.WriteAllText(Path.Combine(folder.FullName, "partner.json"), registration.ToJsonString());
            var refused = Assert.Throws<InvalidOperationException>(() => new PartnerClients(data.FullName)).Message;
            Assert.Contains("partners", refused, StringComparison.Ordinal);
            return refused;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string> Form(Assertion assertion) => new()
    {
        ["grant_type"] = "client_credentials",
        ["scope"] = "system/Claim.r",
        ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ["client_assertion"] = assertion.Sign(),
    };
}
