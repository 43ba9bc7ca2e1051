using System.Security.Claims;

namespace Ips.Portal.SignIn;

/// <summary>Who is signed in, as the identity token says it. An issuer that leaves role or organization out of it shows less here; the API decides all the same.</summary>
internal sealed record Person(string Name, string Role, string Organization)
{
    /// <summary>For example "state at nc-dhhs".</summary>
    public string RoleAndOrganization => Organization.Length > 0 ? $"{Role} at {Organization}" : Role;

    /// <summary>Reads the claims; one that is missing reads as empty.</summary>
    public static Person Of(ClaimsPrincipal user) => new(
        user.FindFirstValue("name") ?? user.FindFirstValue("sub") ?? "", user.FindFirstValue("role") ?? "", user.FindFirstValue("org") ?? "");
}
