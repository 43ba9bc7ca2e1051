using Xunit;

namespace Ips.SandboxIdentity.Tests;

/// <summary>What the issuer publishes about itself.</summary>
[Collection("issuer")]
public sealed class DiscoveryTests(Issuer issuer)
{
    [Fact]
    public async Task Document_names_the_issuer_it_was_read_from() =>
        Assert.Equal(issuer.Address.ToString(), (await issuer.Discovery()).GetProperty("issuer").GetString());

    [Theory]
    [InlineData("authorization_endpoint")]
    [InlineData("token_endpoint")]
    [InlineData("end_session_endpoint")]
    [InlineData("jwks_uri")]
    public async Task Document_names_endpoint(string name) =>
        Assert.StartsWith(issuer.Address.ToString(), (await issuer.Discovery()).GetProperty(name).GetString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("code_challenge_methods_supported", "S256")]
    [InlineData("id_token_signing_alg_values_supported", "ES256")]
    [InlineData("response_types_supported", "code")]
    public async Task Document_offers_one_way_only(string name, string only) =>
        Assert.Equal([only], (await issuer.Discovery()).GetProperty(name).EnumerateArray().Select(value => value.GetString()!));

    [Fact]
    public async Task Document_offers_secret_and_assertion()
    {
        var offered = (await issuer.Discovery()).GetProperty("token_endpoint_auth_methods_supported");
        var methods = offered.EnumerateArray().Select(value => value.GetString()).ToArray();
        Assert.Contains("client_secret_basic", methods);
        Assert.Contains("private_key_jwt", methods);
    }

    [Fact]
    public async Task Published_keys_are_public()
    {
        using HttpClient http = new() { BaseAddress = issuer.Address };
        var keys = await http.GetStringAsync(".well-known/jwks");
        Assert.Contains("\"kty\": \"EC\"", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("\"d\"", keys, StringComparison.Ordinal);
    }
}
