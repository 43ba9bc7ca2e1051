using System.Collections.Frozen;

namespace Ips.SandboxIdentity;

/// <summary>A person who can sign in to the sandbox, named by function.</summary>
/// <param name="Id">The token's subject.</param>
/// <param name="Name">The function, such as "Reviewer at Alliance".</param>
/// <param name="Role">The role in the token.</param>
/// <param name="Organization">The organization in the token.</param>
/// <param name="About">What this person does, in one sentence.</param>
internal sealed record Person(string Id, string Name, string Role, string Organization, string About);

/// <summary>The people of the sandbox: one per role, and a second one of the state, because two people put a policy in force.</summary>
internal static class People
{
    /// <summary>All of them, in the order of the sign-in page.</summary>
    public static IReadOnlyList<Person> All { get; } =
    [
        new("alliance-reviewer", "Reviewer at Alliance", "mco", "alliance", "Decides authorization requests and reads the numbers of the network."),
        new("harbor-works-lead", "Team lead at Harbor Works", "provider", "harbor-works", "Registers people, notes services and claims milestones."),
        new("nc-dvrs-counselor", "Counselor at NC DVRS", "dvrs", "nc-dvrs", "Works on the referrals that agencies send to vocational rehabilitation."),
        new("nc-dhhs-analyst", "Analyst at NC DHHS", "state", "nc-dhhs", "Reads the numbers of every provider and records fidelity reviews."),
        new("nc-dhhs-manager", "Program manager at NC DHHS", "state", "nc-dhhs", "Puts policies in force together with the analyst."),
        new("operator", "Platform operator", "ops", "ips", "Keeps the platform running and sees every number."),
    ];

    /// <summary>The same people by id.</summary>
    public static FrozenDictionary<string, Person> ById { get; } = All.ToFrozenDictionary(person => person.Id, StringComparer.Ordinal);
}
