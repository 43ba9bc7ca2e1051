using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Ips.Contracts.Eligibility.V1;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>A verified token is remembered; nothing that was not verified passes because of it.</summary>
public sealed class TokenCacheTests
{
    private readonly ECDsaSecurityKey key = NewKey();

    [Fact]
    public async Task A_token_is_verified_once()
    {
        using VerifiedTokens tokens = new();
        var (token, issuer) = (Token(), new Issuer(key));
        var first = await Validate(tokens, token, issuer);
        Assert.True(first.IsValid);
        Assert.Same(first, await Validate(tokens, token, issuer));
        Assert.NotSame(first, await Validate(tokens, Token(), issuer));
    }

    [Fact]
    public async Task A_change_of_any_character_is_refused_after_the_token_was_accepted()
    {
        using VerifiedTokens tokens = new();
        var (token, issuer) = (Token(), new Issuer(key));
        Assert.True((await Validate(tokens, token, issuer)).IsValid);
        // The last character holds bits that base64 ignores, so it is not part of the signature.
        for (var i = 0; i < token.Length - 1; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.False((await Validate(tokens, changed, issuer)).IsValid, $"accepted with another character {i}");
        }

        var parts = token.Split('.');
        foreach (var forged in (string[])[$"{parts[0]}.{parts[1]}.", $"{parts[0]}.{parts[1]}", $"{token}A", $" {token}"])
            Assert.False((await Validate(tokens, forged, issuer)).IsValid);
        Assert.True((await Validate(tokens, token, issuer)).IsValid);
        Assert.Equal(1, tokens.Count);
    }

    [Fact]
    public async Task A_remembered_token_is_refused_when_it_has_ended()
    {
        using VerifiedTokens tokens = new();
        var issuer = new Issuer(key);
        var token = Token(lifetime: TimeSpan.FromSeconds(2));
        Assert.True((await Validate(tokens, token, issuer)).IsValid);
        await Poll.Until(async () => !(await Validate(tokens, token, issuer)).IsValid);
    }

    [Fact]
    public async Task A_token_of_a_withdrawn_key_is_refused_from_the_refresh_of_the_keys_on()
    {
        using VerifiedTokens tokens = new();
        var (token, issuer) = (Token(), new Issuer(key));
        Assert.True((await Validate(tokens, token, issuer)).IsValid);
        issuer.Keys(NewKey());
        Assert.False((await Validate(tokens, token, issuer)).IsValid);
        issuer.Keys(key, NewKey());
        Assert.True((await Validate(tokens, token, issuer)).IsValid);
    }

    [Fact]
    public async Task The_number_of_remembered_tokens_is_bounded()
    {
        using VerifiedTokens tokens = new(largest: 10);
        var issuer = new Issuer(key);
        for (var i = 0; i < 100; i++)
        {
            Assert.True((await Validate(tokens, Token(), issuer)).IsValid);
            Assert.InRange(tokens.Count, 0, 10);
        }
    }

    [Fact]
    public async Task A_service_refuses_forgeries_of_a_token_that_it_has_accepted()
    {
        await using var service = await TestService.Start(
            new Dictionary<string, string?> { ["Authentication:Authority"] = TestIssuer.Authority }, map: app => app.MapService<AuthorizationsStub>());
        using var channel = GrpcChannel.ForAddress(service.Grpc);
        Authorizations.AuthorizationsClient client = new(channel);
        var (mine, other) = (TestTokens.Of(Roles.Mco), TestTokens.Of(Roles.Mco, "another-payer"));
        for (var turn = 0; turn < 3; turn++)
        {
            Assert.Equal("alliance", (await Call(mine)).Provider);
            Assert.Equal("another-payer", (await Call(other)).Provider);
            var (left, right) = (mine.Split('.'), other.Split('.'));
            foreach (var forged in (string[])[$"{left[0]}.{right[1]}.{left[2]}", $"{left[0]}.{left[1]}.{right[2]}", TestTokens.ForeignKey(), TestTokens.Expired()])
                Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => Call(forged))).StatusCode);
        }

        Task<Authorization> Call(string token) => client.GetAuthorizationAsync(
            new() { Name = "authorizations/who" }, new Metadata { { "authorization", $"Bearer {token}" } }).ResponseAsync;
    }

    private static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static Task<TokenValidationResult> Validate(VerifiedTokens tokens, string token, Issuer issuer) => tokens.ValidateTokenAsync(token, new()
    {
        ConfigurationManager = issuer,
        ValidAudience = "ips",
        ValidIssuer = "https://issuer",
        ClockSkew = TimeSpan.Zero,
    });

    private string Token(TimeSpan? lifetime = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "https://issuer",
            Audience = "ips",
            NotBefore = now.AddMinutes(-1),
            IssuedAt = now.AddMinutes(-1),
            Expires = now + (lifetime ?? TimeSpan.FromMinutes(10)),
            Claims = new Dictionary<string, object> { ["jti"] = Guid.CreateVersion7().ToString() },
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>An issuer whose keys change when the test changes them.</summary>
    private sealed class Issuer : BaseConfigurationManager
    {
        private OpenIdConnectConfiguration current = new();

        public Issuer(params SecurityKey[] keys) => Keys(keys);

        public void Keys(params SecurityKey[] keys)
        {
            current = new();
            foreach (var key in keys)
                current.SigningKeys.Add(key);
        }

        public override Task<BaseConfiguration> GetBaseConfigurationAsync(CancellationToken cancel) => Task.FromResult<BaseConfiguration>(current);

        public override void RequestRefresh()
        {
        }
    }
}
