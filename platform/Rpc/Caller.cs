using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Rpc;

/// <summary>The caller, read from the token: one of the <see cref="Roles"/>, the organization it acts for, and the token's subject.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Organization">The tenant; every query of a person's data is limited to it.</param>
/// <param name="Subject">The client or user the token was issued to. An id, never a name.</param>
/// <param name="Issuer">Who issued the token: a subject is unique within its issuer only.</param>
/// <param name="IsPerson">Whether a person signed in for the token; false for the token that a program gets in its own name.</param>
public sealed record Caller(string Role, string Organization, string Subject, string Issuer = "", bool IsPerson = true)
{
    /// <summary>The claim that holds the role.</summary>
    public const string RoleClaim = "role";

    /// <summary>The claim that holds the organization.</summary>
    public const string OrganizationClaim = "org";

    /// <summary>What the caller may do inside its organization; null for a program, and where the organization has no members.</summary>
    public Membership? Member { get; init; }

    /// <summary>What row-level security and query filters rest on: callers with the same see the same rows.</summary>
    public CallerSight Sight => new(Role, Organization, Member?.Caseloads is { } caseloads ? $"{{{string.Join(',', caseloads)}}}" : "");

    /// <summary>No caller: consumers and background tasks see it.</summary>
    public static Caller None { get; } = new("", "", "");

    /// <summary>
    /// The caller as one text, for rows and limits of its own. Slashes are escaped in all parts but the last, so no two callers have the same text.
    /// </summary>
    public string Key => $"{Uri.EscapeDataString(Organization)}/{Uri.EscapeDataString(Role)}/{Uri.EscapeDataString(Issuer)}/{Subject}";

    /// <summary>Whether the caller has one of these roles.</summary>
    public bool Is(params ReadOnlySpan<string> roles) => roles.Contains(Role);

    /// <summary>The organization when the caller has that role, else empty, which no row has: what filters and row rules compare with.</summary>
    public string OrganizationAs(string role) => Role == role ? Organization : "";

    /// <summary>Reads the claims; a claim that is absent reads as empty, and an empty role is allowed nothing.</summary>
    public static Caller From(ClaimsPrincipal? user)
    {
        if (user?.Identity?.IsAuthenticated != true)
            return None;
        var subject = user.FindFirstValue("sub") ?? "";
        // RFC 9068: the subject of a program's own token is its client id.
        return new(user.FindFirstValue(RoleClaim) ?? "", user.FindFirstValue(OrganizationClaim) ?? "", subject,
            user.FindFirstValue("iss") ?? "", IsPerson: user.FindFirstValue("client_id") != subject);
    }

    /// <summary>The caller of a request; on an rpc for services the provider that the service acts for.</summary>
    internal static Caller From(HttpContext? http) => http is null ? None
        : ServiceCalls.Of(http, From(http.User)) with { Member = http.Features.Get<Entered>()?.Member };
}

/// <summary>What decides which rows a caller sees.</summary>
/// <param name="Role">One of <see cref="Roles"/>.</param>
/// <param name="Organization">The tenant.</param>
/// <param name="Caseloads">
/// The staff members whose people the caller is limited to, as PostgreSQL writes an array; empty when it is not limited, <c>{}</c> when it sees no one.
/// </param>
public readonly record struct CallerSight(string Role, string Organization, string Caseloads);

/// <summary>The roles a token may carry.</summary>
public static class Roles
{
    /// <summary>A managed-care organization: authorizes and pays.</summary>
    public const string Mco = "mco";

    /// <summary>A provider agency: delivers the service.</summary>
    public const string Provider = "provider";

    /// <summary>Vocational rehabilitation: shares the people and part of the money.</summary>
    public const string Dvrs = "dvrs";

    /// <summary>The state: reads numbers.</summary>
    public const string State = "state";

    /// <summary>Operations, and the services themselves when no caller's request is being answered.</summary>
    public const string Ops = "ops";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Mco, Provider, Dvrs, State, Ops];
}
