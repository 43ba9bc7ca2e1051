using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ips.Contracts;
using Microsoft.IdentityModel.Tokens;

namespace Ips.Platform.Rpc;

/// <summary>
/// Which bearer tokens are accepted: those of the OpenID Connect issuer that section <c>Authentication</c> names (<c>Authority</c>, <c>Audience</c>).
/// Without an authority every call is refused.
/// </summary>
public static class Tokens
{
    /// <summary>The audience of tokens, unless configured.</summary>
    public const string Audience = "ips";

    /// <summary>The organization of the tokens that services get for their own calls.</summary>
    public const string OwnOrganization = "ips";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    internal static void AddTokens(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Authentication");
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.TokenHandlers.Clear();
            bearer.TokenHandlers.Add(new VerifiedTokens { MapInboundClaims = false });
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                NameClaimType = "sub",
                RoleClaimType = Caller.RoleClaim,
                ValidAudience = section["Audience"] is { Length: > 0 } audience ? audience : Audience,
                ClockSkew = TimeSpan.FromSeconds(30),
            };
            bearer.Events = new() { OnMessageReceived = RequireIssuer, OnTokenValidated = RequireCaller };
            if (section["Authority"] is not { Length: > 0 } authority)
                return;
            bearer.Authority = authority;
            // Plain HTTP is for an issuer on the same machine only.
            bearer.RequireHttpsMetadata = !new Uri(authority).IsLoopback;
        });
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedCall>();
    }

    // The tenant is a text that row rules compare with: a claim of another form is no tenant.
    private static Task RequireCaller(TokenValidatedContext context)
    {
        var user = context.Principal!;
        if (user.FindAll(Caller.RoleClaim).Skip(1).Any())
            context.Fail("the token has more than one role");
        else if (user.FindAll(Caller.OrganizationClaim).ToList() is not [{ Value: var organization }] || !OrganizationCode.IsCode(organization))
            context.Fail("the claim org is not the code of one organization");
        return Task.CompletedTask;
    }

    // Until the issuer has answered once, no token can be checked: that is an outage, not a bad token.
    private static async Task RequireIssuer(MessageReceivedContext context)
    {
        if (context.Options.ConfigurationManager is not { } issuer || context.Request.Headers.Authorization.Count == 0)
            return;
        try
        {
            await issuer.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (InvalidOperationException unreachable)
        {
            throw new ProblemException(new Problem.Unavailable("The issuer of tokens", RetryAfter), unreachable);
        }
    }
}
