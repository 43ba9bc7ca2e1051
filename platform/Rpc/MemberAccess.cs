using System.Collections.Frozen;
using Google.Api;
using Google.Protobuf.Reflection;
using MemberRole = Ips.Contracts.Staffing.V1.MemberRole;

namespace Ips.Platform.Rpc;

/// <summary>
/// What members of an organization may call, by their roles in it. Every role reads; who changes what is in this one table, by service of the contract or by
/// rpc. <c>docs/security.md</c> shows it. On the endpoint of every rpc.
/// </summary>
public sealed class MemberAccess
{
    private static readonly MemberRole[] Leads = [MemberRole.Administrator, MemberRole.Supervisor];
    private static readonly MemberRole[] Serves = [MemberRole.Supervisor, MemberRole.Specialist];
    private static readonly MemberRole[] Counsels = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.BenefitsCounselor];

    /// <summary>Who may change: the roles of each service of the contract, and of each rpc for which they are others.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<MemberRole>> Writes { get; } = new Dictionary<string, IReadOnlyList<MemberRole>>
    {
        ["ips.billing.v1.BillingProfiles"] = [MemberRole.Billing],
        ["ips.billing.v1.ClaimBatches"] = [MemberRole.Billing],
        ["ips.billing.v1.Claims"] = [MemberRole.Billing],
        ["ips.billing.v1.Documents"] = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.BenefitsCounselor, MemberRole.Billing],
        ["ips.billing.v1.Documents/HoldDocument"] = Leads,
        ["ips.billing.v1.Employment"] = Serves,
        ["ips.billing.v1.Incentives"] = [MemberRole.Billing],
        ["ips.billing.v1.Milestones"] = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.Billing],
        ["ips.billing.v1.Remittances"] = [MemberRole.Billing],
        ["ips.billing.v1.ServiceNotes"] = Counsels,
        ["ips.eligibility.v1.Appeals"] = Serves,
        ["ips.eligibility.v1.Appeals/AcknowledgeAppeal"] = [MemberRole.Reviewer],
        ["ips.eligibility.v1.Appeals/DecideAppeal"] = [MemberRole.Reviewer],
        ["ips.eligibility.v1.Appeals/RecordHearingOutcome"] = [MemberRole.Reviewer],
        ["ips.eligibility.v1.Authorizations"] = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.Billing],
        ["ips.eligibility.v1.Authorizations/DecideAuthorization"] = [MemberRole.Reviewer],
        ["ips.eligibility.v1.Authorizations/ExtendDecision"] = [MemberRole.Reviewer],
        ["ips.eligibility.v1.Authorizations/ReviewAutoApproval"] = [MemberRole.Reviewer],
        ["ips.eligibility.v1.Authorizations/SetAutoApproval"] = [MemberRole.Administrator],
        ["ips.eligibility.v1.Authorizations/TerminateAuthorization"] = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.Reviewer],
        ["ips.eligibility.v1.CareerProfiles"] = Counsels,
        ["ips.eligibility.v1.Determinations"] = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.Reviewer],
        ["ips.eligibility.v1.Determinations/OverrideDetermination"] = [MemberRole.Supervisor, MemberRole.Reviewer],
        ["ips.eligibility.v1.Determinations/ReviewDetermination"] = [MemberRole.Supervisor, MemberRole.Reviewer],
        ["ips.eligibility.v1.Determinations/ReviewOverride"] = [MemberRole.Supervisor, MemberRole.Reviewer],
        ["ips.eligibility.v1.Disclosures"] = Counsels,
        ["ips.eligibility.v1.Disclosures/ReviewDisclosure"] = Leads,
        ["ips.eligibility.v1.Individuals"] = Counsels,
        ["ips.eligibility.v1.Individuals/MergeIndividuals"] = [MemberRole.Supervisor],
        ["ips.eligibility.v1.IntakeReferrals"] = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.Reviewer],
        ["ips.eligibility.v1.LegalHolds"] = Leads,
        ["ips.eligibility.v1.Referrals"] = [MemberRole.Supervisor, MemberRole.Specialist, MemberRole.Reviewer],
        ["ips.eligibility.v1.Roster"] = [MemberRole.Administrator, MemberRole.Supervisor, MemberRole.Reviewer],
        ["ips.eligibility.v1.ServiceOrders"] = Serves,
        ["ips.fidelity.v1.Reviews"] = [MemberRole.Supervisor, MemberRole.Reviewer],
        ["ips.fidelity.v1.Visits"] = [MemberRole.Supervisor, MemberRole.Reviewer],
        ["ips.reporting.v1.PersonReports"] = Serves,
        ["ips.reporting.v1.Reports"] = [MemberRole.Administrator, MemberRole.Supervisor, MemberRole.Reviewer],
        ["ips.reporting.v1.Webhooks"] = [MemberRole.Administrator],
        ["ips.staffing.v1.Caseloads"] = [MemberRole.Supervisor],
        ["ips.staffing.v1.Clearances"] = Leads,
        ["ips.staffing.v1.Contracts"] = [MemberRole.Administrator],
        ["ips.staffing.v1.Meetings"] = Serves,
        ["ips.staffing.v1.Members"] = [MemberRole.Administrator],
        ["ips.staffing.v1.Organizations"] = [MemberRole.Administrator],
        ["ips.staffing.v1.Staff"] = Leads,
        ["ips.staffing.v1.Teams"] = Leads,
        ["ips.staffing.v1.Training"] = Leads,
    }.ToFrozenDictionary();

    // Reads that are not sent by GET: what they are about may not stand in an address, or comes as a stream.
    private static readonly FrozenSet<string> Reads = new[]
    {
        "ips.eligibility.v1.Determinations/VerifyBatch", "ips.eligibility.v1.Individuals/FindIndividual",
        "ips.eligibility.v1.Individuals/ListMatchingIndividuals", "ips.eligibility.v1.Individuals/MatchName", "ips.staffing.v1.Staff/VerifyQualificationBatch",
    }.ToFrozenSet();

    /// <summary>
    /// What is about several people, or about no one yet: with part of the people it would answer or decide wrongly. Services of the contract and rpcs.
    /// </summary>
    public static IReadOnlySet<string> WholeOrganization { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "ips.billing.v1.ClaimBatches", "ips.billing.v1.Incentives", "ips.billing.v1.Remittances",
        "ips.billing.v1.BillingProfiles/RecordBillingProfile", "ips.billing.v1.Employment/CheckEmployerLog",
        "ips.eligibility.v1.ChangeFeed", "ips.eligibility.v1.IntakeReferrals/ReceiveIntakeReferral",
        "ips.eligibility.v1.Individuals/RegisterIndividual", "ips.eligibility.v1.Individuals/MergeIndividuals",
        "ips.fidelity.v1.Measures", "ips.fidelity.v1.Visits",
        "ips.reporting.v1.EventFeed", "ips.reporting.v1.Reports", "ips.reporting.v1.Webhooks",
        "ips.staffing.v1.Caseloads/CheckCaseload", "ips.staffing.v1.Members", "ips.staffing.v1.Meetings/CheckMeetings",
        "ips.staffing.v1.Organizations/CheckProviderReadiness", "ips.staffing.v1.Teams/CheckTeam", "ips.staffing.v1.Teams/ListTeamFindings",
    };

    private readonly string rpc;
    private readonly IReadOnlyList<MemberRole>? writers;
    private readonly bool whole;

    private MemberAccess(string rpc, IReadOnlyList<MemberRole>? writers, bool whole) => (this.rpc, this.writers, this.whole) = (rpc, writers, whole);

    /// <summary>What members need for an rpc.</summary>
    public static MemberAccess Of(MethodDescriptor method)
    {
        var (service, rpc) = (method.Service.FullName, $"{method.Service.FullName}/{method.Name}");
        var whole = WholeOrganization.Contains(service) || WholeOrganization.Contains(rpc);
        // Everyone may ask what it may do.
        if (rpc == "ips.staffing.v1.Members/GetOwnAccess")
            return new(method.Name, null, false);
        if (IsRead(method) || Access.ServicesOf(method).Count > 0 || !Access.RolesOf(method).Any(role => role is Roles.Provider or Roles.Mco))
            return new(method.Name, null, whole);
        // An rpc without a line changes nothing for members; a test names it.
        return new(method.Name, Writes.GetValueOrDefault(rpc) ?? Writes.GetValueOrDefault(service) ?? [], whole);
    }

    /// <summary>Whether an rpc changes nothing.</summary>
    public static bool IsRead(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { PatternCase: HttpRule.PatternOneofCase.Get }
            || Reads.Contains($"{method.Service.FullName}/{method.Name}");

    /// <summary>Why the member may not call; null when it may.</summary>
    internal Problem? Refusal(Membership member) =>
        writers is not null && !member.Roles.Any(writers.Contains)
            ? new Problem.Forbidden($"{rpc} is for {string.Join(", ", writers.Select(Name))}; this member is {string.Join(", ", member.Roles.Select(Name))}")
            : whole && member.Caseloads is not null
                ? new Problem.Forbidden($"{rpc} is for members who see the whole organization; this member sees a caseload")
                : null;

    private static string Name(MemberRole role) => Contracts.WireCode.Lower(role)!.Replace('_', ' ');
}
