using System.Security.Claims;

namespace Ips.Portal.SignIn;

/// <summary>
/// Who is signed in, by the identity token. With an issuer that leaves role or organization out of it the pages show less; what is allowed is the API's
/// decision.
/// </summary>
internal sealed record Person(string Name, string Role, string Organization)
{
    /// <summary>For example "state at nc-dhhs".</summary>
    public string RoleAndOrganization => Organization.Length > 0 ? $"{Role} at {Organization}" : Role;

    /// <summary>Reads the claims; one that is missing reads as empty.</summary>
    public static Person Of(ClaimsPrincipal user) => new(
        user.FindFirstValue("name") ?? user.FindFirstValue("sub") ?? "", user.FindFirstValue("role") ?? "", user.FindFirstValue("org") ?? "");
}
