using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Ips.SandboxIdentity;

/// <summary>
/// Accepts a client assertion also as SMART backend services writes it: of type JWT, for the address of the token endpoint. OpenIddict itself takes only the type
/// and the audience of RFC 7523bis.
/// </summary>
internal sealed class SmartAssertions : IOpenIddictServerHandler<ValidateTokenContext>
{
    private const string Type = "client-authentication+jwt";

    /// <summary>Runs when the checks of the token are known and before they are made.</summary>
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
        .UseSingletonHandler<SmartAssertions>()
        .SetOrder(OpenIddictServerHandlers.Protection.ResolveTokenValidationParameters.Descriptor.Order + 1)
        .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes.Contains(OpenIddictConstants.TokenTypeIdentifiers.Private.ClientAssertion))
        {
            if ((context.Options.Issuer ?? context.BaseUri) is { } issuer)
                context.ValidAudiences.Add(new Uri(issuer, "connect/token").AbsoluteUri);
            context.TokenValidationParameters.TypeValidator = static (type, _, _) => type is "JWT" or Type ? Type
                : throw new SecurityTokenInvalidTypeException($"The type of the assertion is not JWT or {Type}.");
        }

        return default;
    }
}
