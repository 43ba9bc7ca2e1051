using System.Security.Claims;
using Ips.SandboxIdentity.Keys;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Ips.SandboxIdentity;

/// <summary>The claims of the tokens: subject, role and organization, for the audience of the services.</summary>
internal static class TokenClaims
{
    /// <summary>The claim that holds the organization.</summary>
    public const string Organization = "org";

    /// <summary>The claims of a person. The name goes into the identity token only.</summary>
    public static ClaimsPrincipal Of(Person person) => Principal(person.Id, person.Role, person.Organization, person.Name);

    /// <summary>The claims of a machine.</summary>
    public static ClaimsPrincipal Of(MachineClient machine) => Principal(machine.Id, machine.Role, machine.Organization, name: null);

    private static ClaimsPrincipal Principal(string subject, string role, string organization, string? name)
    {
        ClaimsIdentity identity = new(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Claims.Name, Claims.Role);
        identity.SetClaim(Claims.Subject, subject).SetClaim(Claims.Role, role).SetClaim(Organization, organization).SetClaim(Claims.Name, name);
        identity.SetResources(SandboxToken.Audience);
        identity.SetDestinations(static claim => claim.Type switch
        {
            Claims.Name => [Destinations.IdentityToken],
            Claims.Role or Organization => [Destinations.AccessToken, Destinations.IdentityToken],
            _ => [Destinations.AccessToken],
        });
        return new(identity);
    }
}
