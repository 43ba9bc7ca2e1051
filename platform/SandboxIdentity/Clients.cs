using Microsoft.IdentityModel.Tokens;

namespace Ips.SandboxIdentity;

/// <summary>A program that gets tokens in its own name, by secret or by signed assertion.</summary>
/// <param name="Id">The client id, and the token's subject.</param>
/// <param name="Role">The role in the token.</param>
/// <param name="Organization">The organization in the token.</param>
/// <param name="Scopes">What it may request for the FHIR endpoint, as SMART writes it: c submits, r inquires.</param>
internal sealed record MachineClient(string Id, string Role, string Organization, params IReadOnlyList<string> Scopes)
{
    /// <summary>The public keys that a partner registered; null for a client of the sandbox, which has a key and a secret in the data directory.</summary>
    public JsonWebKeySet? Keys { get; init; }
}

/// <summary>The clients of the sandbox.</summary>
internal static class Clients
{
    /// <summary>The client that people sign in to.</summary>
    public const string Portal = "portal";

    private const string Submits = "system/Claim.c";
    private const string Inquires = "system/Claim.r";
    private const string Subscribes = "system/Subscription.cruds";

    /// <summary>Every scope that a client may have.</summary>
    public static IReadOnlyList<string> Scopes { get; } = [Submits, Inquires, Subscribes];

    /// <summary>One client per organization of the sandbox for integrators, and one per service for its own calls.</summary>
    public static IReadOnlyList<MachineClient> Machines { get; } =
    [
        new("alliance-system", "mco", "alliance", Inquires),
        new("harbor-works-system", "provider", "harbor-works", Submits, Inquires, Subscribes),
        new("nc-dvrs-system", "dvrs", "nc-dvrs"),
        new("nc-dhhs-system", "state", "nc-dhhs"),
        new("operations-system", "ops", "ips"),
        .. new[] { "eligibility", "staffing", "fidelity", "billing", "reporting" }.Select(service => new MachineClient(service, "ops", "ips")),
    ];
}
