using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Reporting.V1;
using Ips.Portal.SignIn;

namespace Ips.Portal;

/// <summary>A page of the menu, with what belongs to it.</summary>
/// <param name="Path">Its address.</param>
/// <param name="Title">Its name.</param>
/// <param name="Roles">Who may open it, as tokens write the roles.</param>
internal sealed record Room(string Path, string Title, IReadOnlyList<string> Roles);

/// <summary>
/// The rooms in the order of the menu; the first of a role is where its people begin. Who may open a room is read from the contract, from the call that the
/// room rests on: a link that the service would refuse is not shown.
/// </summary>
internal static class Rooms
{
    /// <summary>Operations see the state of the processes, which no rpc answers.</summary>
    public const string Operations = "ops";

    private const string Numbers = "/dashboard";

    /// <summary>All rooms.</summary>
    public static IReadOnlyList<Room> All { get; } =
    [
        new("/today", "Today", Allowed(IntakeReferrals.Descriptor, "ListIntakeReferrals")),
        new("/authorizations", "Authorizations", Allowed(Authorizations.Descriptor, "ListAuthorizations")),
        new("/appeals", "Appeals", Allowed(Appeals.Descriptor, "ListAppeals")),
        new("/referrals", "Referrals", Allowed(Referrals.Descriptor, "PullFeed")),
        new("/operations", "Operations", [Operations]),
        new("/due", "Due", Allowed(Ips.Contracts.Eligibility.V1.Deadlines.Descriptor, "ListDeadlines")),
        new("/money", "Money", Allowed(Claims.Descriptor, "ListClaimLines")),
        new("/reroutes", "Payers", Allowed(Claims.Descriptor, "ListReroutes")),
        new("/milestones", "Milestones", Allowed(Milestones.Descriptor, "ListMilestones")),
        new("/caseload", "Caseload", Allowed(IntakeReferrals.Descriptor, "ListIntakeReferrals")),
        new("/intake", "Intake", Allowed(IntakeReferrals.Descriptor, "ListIntakeReferrals")),
        new("/staff", "Staff", Allowed(Ips.Contracts.Staffing.V1.Training.Descriptor, "GetTrainingMatrix")),
        new(Numbers, "Dashboard", Allowed(Dashboards.Descriptor, "GetDashboard")),
        new("/teams", "Teams", Allowed(Reviews.Descriptor, "ListReviews")),
        new("/deadlines", "Deadlines", Allowed(Dashboards.Descriptor, "ListDeadlines")),
        new("/policies", "Policies", Allowed(PolicyReleases.Descriptor, "ListPolicyReleases")),
        new("/members", "Members", Allowed(Ips.Contracts.Staffing.V1.Members.Descriptor, "ListMembers")),
    ];

    /// <summary>The rooms of a person. With an issuer that leaves the role out of the identity token only the numbers are offered; the services decide.</summary>
    public static IEnumerable<Room> Of(Person person) =>
        All.Where(room => person.Role.Length > 0 ? room.Roles.Contains(person.Role) : room.Path is Numbers or "/deadlines");

    /// <summary>Where a person begins.</summary>
    public static string First(Person person) => Of(person).FirstOrDefault()?.Path ?? Numbers;

    /// <summary>Who may open the page at a path; everyone where the path belongs to no room.</summary>
    public static IReadOnlyList<string> RolesAt(string path)
    {
        var room = path.Split('/') is [_, var first, ..] ? $"/{first}" : "";
        room = room switch
        {
            "/figures" => Numbers,
            "/reviews" => "/teams",
            "/claimLines" => "/money",
            _ => room,
        };
        return All.FirstOrDefault(one => one.Path == room)?.Roles ?? [];
    }

    /// <summary>Whether a role may call an rpc, by the contract.</summary>
    public static bool MayCall(Person person, Google.Protobuf.Reflection.ServiceDescriptor service, string method) => Allowed(service, method).Contains(person.Role);

    private static IReadOnlyList<string> Allowed(Google.Protobuf.Reflection.ServiceDescriptor service, string method) =>
        [.. service.FindMethodByName(method).GetOptions().GetExtension(AccessExtensions.Access).Roles.Select(role => role.ToString().ToLowerInvariant())];
}
