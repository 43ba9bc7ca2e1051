using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>A request to the payer and its result (lifecycle 3), with the ledger of its units.</summary>
public sealed class Authorization : IVersioned, IUpdatedRow
{
    /// <summary>The id.</summary>
    public required AuthorizationId Id { get; init; }

    /// <summary>Raised with every change, also when a claim line takes or returns units.</summary>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>
    /// Raised when anything but the units in use changes: the etag that callers see. A claim line that draws units meanwhile does not make a decision stale.
    /// </summary>
    public int TermsVersion { get; set; } = 1;

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>What it permits.</summary>
    public required Proto.AuthorizationKind Kind { get; init; }

    /// <summary>The state.</summary>
    public required Proto.AuthorizationState State { get; set; }

    /// <summary>What the request contains, including documents that arrived later: codes and days, no personal data.</summary>
    public required RequestContent Request { get; set; }

    /// <summary>Number of the present version of the request, from 1; the earlier ones are in <see cref="AuthorizationVersion"/>.</summary>
    public int RequestVersion { get; set; } = 1;

    /// <summary>Other requests and authorizations that have some of the requested days, found when the request was made or revised.</summary>
    public IReadOnlyList<Proto.RequestOverlap> Overlaps { get; set; } = [];

    /// <summary>The authorization that it renews; null for a first request.</summary>
    public AuthorizationId? Renews { get; init; }

    /// <summary>The duty of the rule that sets the last day for the request.</summary>
    public Policies.RuleDuty RequestDuty => Renews is null ? Policies.RuleDuty.FirstRequest : Policies.RuleDuty.RenewalRequest;

    /// <summary>
    /// Whether the program allows one IPS provider at a time and no ACT beside it (NC-LIM-001, -002); the database then prevents overlapping spans.
    /// </summary>
    public required bool Exclusive { get; init; }

    /// <summary>Day on which the payer received the request; if it waited for documents, the day on which the last of them arrived.</summary>
    public required DateOnly ReceivedOn { get; set; }

    /// <summary>Last day on which the request is on time; null where no rule sets one.</summary>
    public DateOnly? RequestDueOn { get; set; }

    /// <summary>First day that an approval may reach back to; null while documents are missing or where no rule sets one.</summary>
    public DateOnly? EarliestFrom { get; set; }

    /// <summary>First day that a late renewal left uncovered.</summary>
    public DateOnly? GapFrom { get; set; }

    /// <summary>Last day that a late renewal left uncovered.</summary>
    public DateOnly? GapThrough { get; set; }

    /// <summary>Whether it must be decided within hours.</summary>
    public required bool Expedited { get; set; }

    /// <summary>Whether the payer's federal clock applies: Medicaid managed care.</summary>
    public required bool ManagedCare { get; init; }

    /// <summary>Last day of the payer's time to decide; null where no clock was started.</summary>
    public DateOnly? DecisionDueOn { get; set; }

    /// <summary>The instant at which that time ends, UTC.</summary>
    public DateTimeOffset? DecisionDueAt { get; set; }

    /// <summary>When it began to wait for information, UTC; null while it does not wait. The payer's clock stops during the wait.</summary>
    public DateTimeOffset? PendedAt { get; set; }

    /// <summary>First day requested.</summary>
    public required DateOnly RequestedFrom { get; set; }

    /// <summary>Last day requested, included.</summary>
    public required DateOnly RequestedThrough { get; set; }

    /// <summary>Units requested.</summary>
    public required int RequestedUnits { get; set; }

    /// <summary>First day approved.</summary>
    public DateOnly? ApprovedFrom { get; set; }

    /// <summary>Last day approved, included.</summary>
    public DateOnly? ApprovedThrough { get; set; }

    /// <summary>Last day it covers after it was terminated; before the first approved day when it covers no day.</summary>
    public DateOnly? EndedThrough { get; set; }

    /// <summary>Why it was terminated.</summary>
    public Proto.TerminationReason EndReason { get; set; }

    /// <summary>First day that the provider gave up; it covers no day from then on, whatever else is corrected. Null when it was not cancelled.</summary>
    public DateOnly? CancelledFrom { get; set; }

    /// <summary>Units approved.</summary>
    public int ApprovedUnits { get; set; }

    /// <summary>Units of them that went back to the payer when the provider cancelled it.</summary>
    public int ReturnedUnits { get; set; }

    /// <summary>The rule that the payer named for a denial or modification.</summary>
    public string PayerRuleId { get; set; } = "";

    /// <summary>The payer's reason code for a denial or modification.</summary>
    public Proto.PayerReasonCode PayerReasonCode { get; set; }

    /// <summary>Day of the payer's last decision or termination; null before one.</summary>
    public DateOnly? DecidedOn { get; set; }

    /// <summary>The token's subject that took that decision: another one decides an appeal against it.</summary>
    public string? DecidedBy { get; set; }

    /// <summary>Who issued that token: a subject is unique at its issuer.</summary>
    public string? DecidedByIssuer { get; set; }

    /// <summary>Who or what took that decision.</summary>
    public Proto.Decider Decider { get; set; }

    /// <summary>Days by which the payer's time to decide was extended.</summary>
    public int ExtendedDays { get; set; }

    /// <summary>Why it was extended.</summary>
    public Proto.ExtensionGround ExtensionGround { get; set; }

    /// <summary>What was written with the extension, encrypted because free text may be about the person.</summary>
    public byte[]? ExtensionReason { get; set; }

    /// <summary>Where the review of an automatic approval stands.</summary>
    public Proto.SampleReview SampleReview { get; set; }

    /// <summary>What its reviewer wrote, encrypted because free text may be about the person.</summary>
    public byte[]? SampleNote { get; set; }

    /// <summary>The token's subject that reviewed it.</summary>
    public string? SampleReviewedBy { get; set; }

    /// <summary>Whether its payer ended it: that can be appealed like a denial.</summary>
    public bool EndedByPayer { get; set; }

    /// <summary>The latest appeal against the payer's last decision; null when there is none.</summary>
    public AppealId? LastAppealId { get; set; }

    /// <summary>The payer's reason, encrypted because free text may be about the person.</summary>
    public byte[]? PayerReason { get; set; }

    /// <summary>What was not met when the payer approved it and overrode that.</summary>
    public IReadOnlyList<Proto.UnmetCondition> Overridden { get; set; } = [];

    /// <summary>Why the payer overrode it, encrypted because free text may be about the person; null when it overrode nothing.</summary>
    public byte[]? OverrideReason { get; set; }

    /// <summary>What it would not be approved on any more; empty unless it needs attention.</summary>
    public IReadOnlyList<Proto.UnmetCondition> Attention { get; set; } = [];

    /// <summary>Units taken by claim lines.</summary>
    public List<UnitDraw> Draws { get; init; } = [];

    /// <summary>The receipt of the request.</summary>
    public required Guid DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Last day it covers.</summary>
    public DateOnly? Through => EndedThrough ?? ApprovedThrough;

    /// <summary>Whether the payer approved it, in any later state.</summary>
    public bool WasApproved => ApprovedFrom is not null;

    /// <summary>Units that claim lines have at an instant; an ended hold does not count.</summary>
    public int UnitsUsed(DateTimeOffset now) => Draws.Where(d => d.Counts(now)).Sum(d => d.Units);

    /// <summary>Units that no claim line has.</summary>
    public int UnitsLeft(DateTimeOffset now) => ApprovedUnits - ReturnedUnits - UnitsUsed(now);

    /// <summary>Whether the payer's last decision took something from the person: it denied, modified or ended it. Such a decision can be appealed.</summary>
    public bool IsAdverse => DecidedOn is not null && (State == Proto.AuthorizationState.Denied
        || (State == Proto.AuthorizationState.Modified && PayerRuleId.Length > 0) || (State == Proto.AuthorizationState.Terminated && EndedByPayer));

    /// <summary>Last day to file an appeal, included; null when nothing can be appealed, or where no text sets a day.</summary>
    public DateOnly? AppealBy => IsAdverse && ManagedCare ? AppealClock.FileBy(DecidedOn!.Value) : null;

    /// <summary>Records who decided, so that another one decides an appeal.</summary>
    public void DecidedIn(Caller caller, DateOnly on) =>
        (DecidedOn, DecidedBy, DecidedByIssuer, LastAppealId, Decider) = (on, caller.Subject, caller.Issuer, null, Proto.Decider.Payer);

    /// <summary>Records that no person decided: the platform approved it, or the payer's time ended.</summary>
    public void DecidedWithout(Proto.Decider decider, DateOnly on) =>
        (DecidedOn, DecidedBy, DecidedByIssuer, LastAppealId, Decider) = (on, null, null, null, decider);

    /// <summary>Whether the end of the payer's time denied it, and no appeal is filed against that: the payer can still approve it.</summary>
    public bool IsDeniedByTime => State == Proto.AuthorizationState.Denied && Decider == Proto.Decider.Time && LastAppealId is null;

    /// <summary>Who or what took the last decision, also one from before this was recorded.</summary>
    public Proto.Decider DecidedThrough => Decider == default && DecidedOn is not null ? Proto.Decider.Payer : Decider;

    /// <summary>Whether this person or client took the payer's last decision.</summary>
    public bool WasDecidedBy(Caller caller) => DecidedBy == caller.Subject && DecidedByIssuer == caller.Issuer;

    /// <summary>Why it ended and its last day, where nothing but the provider's own cancellation ends it.</summary>
    public (DateOnly? Through, Proto.TerminationReason Reason) Cancelled => CancelledFrom is { } from
        ? (from.AddDays(-1), Proto.TerminationReason.Cancelled) : (null, default);

    /// <inheritdoc cref="TermsVersion"/>
    public string Etag() => Versions.EtagOf(TermsVersion);

    /// <summary>Whether the caller saw the present terms.</summary>
    public bool Expects(string etag) => etag == Etag();

    /// <summary>The state of an approved authorization that does not end early and needs no attention.</summary>
    /// <param name="approved">The approved authorizations of the person.</param>
    public Proto.AuthorizationState Undisturbed(IEnumerable<Authorization> approved) =>
        approved.Any(a => a.Renews == Id && a.WasApproved) ? Proto.AuthorizationState.Superseded
        : PayerRuleId.Length > 0 ? Proto.AuthorizationState.Modified : Proto.AuthorizationState.Approved;

    /// <summary>Whether it permits service on the day.</summary>
    public bool Covers(DateOnly day) => State != Proto.AuthorizationState.Attention && ApprovedFrom <= day && day <= Through;

    /// <summary>The state on a day (lifecycle 3: active, expiring, expired).</summary>
    public Proto.AuthorizationPhase Phase(DateOnly today) =>
        ApprovedFrom is not { } from || Through is not { } through ? Proto.AuthorizationPhase.Unspecified
        : today > through ? Proto.AuthorizationPhase.Expired
        : today < from ? Proto.AuthorizationPhase.Ahead
        : today >= through.AddDays(-AuthorizationClocks.EndLeads[0]) ? Proto.AuthorizationPhase.Expiring
        : Proto.AuthorizationPhase.Active;
}

/// <summary>What the payer wrote about its decision, decrypted.</summary>
/// <param name="Reason">Why it denied, modified or waits.</param>
/// <param name="OverrideReason">Why it overrode conditions that were not met.</param>
/// <param name="ExtensionReason">What was written when the time to decide was extended.</param>
/// <param name="SampleNote">What the reviewer of an automatic approval wrote.</param>
public readonly record struct PayerWords(string Reason, string OverrideReason, string ExtensionReason = "", string SampleNote = "")
{
    /// <summary>The payer wrote nothing.</summary>
    public static PayerWords None { get; } = new("", "");
}

/// <summary>The stored authorization as the contract and the event show it.</summary>
internal static class AuthorizationsProtos
{
    public static Proto.Authorization ToProto(
        this Authorization authorization, PolicyService policies, DateTimeOffset now, Contracts.Common.V1.Decision decision, PayerWords words, string etag,
        bool stored)
    {
        Proto.Authorization wire = new()
        {
            Name = stored ? authorization.Id.Name : "",
            Etag = etag,
            Individual = authorization.IndividualId.Name,
            Provider = new OrganizationCode(authorization.Provider).Name,
            Payer = new OrganizationCode(authorization.Payer).Name,
            Program = authorization.Program,
            Kind = authorization.Kind,
            State = authorization.State,
            ReceivedOn = authorization.ReceivedOn.Day(),
            RequestedFrom = authorization.RequestedFrom.Day(),
            RequestedThrough = authorization.RequestedThrough.Day(),
            RequestedUnits = authorization.RequestedUnits,
            ApprovedFrom = authorization.ApprovedFrom.Day(),
            ApprovedThrough = authorization.ApprovedThrough.Day(),
            ApprovedUnits = authorization.ApprovedUnits,
            UnitsUsed = authorization.UnitsUsed(now),
            Decision = decision,
            PayerRuleId = authorization.PayerRuleId,
            PayerReason = words.Reason,
            CreateTime = stored ? authorization.RecordedAt.ToTimestamp() : null,
            Phase = authorization.Phase(policies.Today(authorization.Program)!.Value),
            UnitsExhausted = authorization.WasApproved && authorization.UnitsLeft(now) <= 0,
            Renews = authorization.Renews?.Name ?? "",
            EarliestFrom = authorization.EarliestFrom.Day(),
            GapFrom = authorization.GapFrom.Day(),
            GapThrough = authorization.GapThrough.Day(),
            EndedThrough = authorization.EndedThrough.Day(),
            TerminationReason = authorization.EndReason,
            Expedited = authorization.Expedited,
            OverrideReason = words.OverrideReason,
            Overridden = { authorization.Overridden },
            Attention = { authorization.Attention },
            ReasonCode = authorization.PayerReasonCode,
            X12Action = PayerReasons.ActionOf(authorization.State, authorization.PayerRuleId),
            Carc = PayerReasons.CarcOf(authorization.PayerReasonCode),
            ReturnedUnits = authorization.ReturnedUnits,
            RequestVersion = authorization.RequestVersion,
            Overlaps = { authorization.Overlaps },
            DecidedOn = authorization.DecidedOn.Day(),
            AppealBy = authorization.AppealBy.Day(),
            Appeal = authorization.LastAppealId?.Name ?? "",
            Decider = authorization.DecidedThrough,
            DecisionExtendedDays = authorization.ExtendedDays,
            ExtensionGround = authorization.ExtensionGround,
            ExtensionReason = words.ExtensionReason,
            SampleReview = authorization.SampleReview,
            SampleNote = words.SampleNote,
            DecisionDueTime = authorization is { State: Proto.AuthorizationState.UnderReview, DecisionDueAt: { } due } ? due.ToTimestamp() : null,
        };
        wire.Checklist.AddRange(DocumentChecklist.Of(authorization, policies));
        return wire;
    }

    /// <summary>Whether the platform sets the reason by itself, and takes it back when its cause is corrected.</summary>
    public static bool IsByPlatform(this Proto.TerminationReason reason) =>
        reason is Proto.TerminationReason.CoverageEnded or Proto.TerminationReason.PayerChanged or Proto.TerminationReason.NotEligible
            or Proto.TerminationReason.Died;

    /// <summary>Whether TerminateAuthorization may send the reason.</summary>
    public static bool IsForCallers(this Proto.TerminationReason reason) => !reason.IsByPlatform() && reason != Proto.TerminationReason.Cancelled;

    /// <summary>The payer's texts, decrypted.</summary>
    public static PayerWords Words(this Authorization authorization, PersonalDataProtector protector) => new(
        authorization.PayerReason is { } reason ? protector.Unprotect(reason) : "",
        authorization.OverrideReason is { } overriding ? protector.Unprotect(overriding) : "",
        authorization.ExtensionReason is { } extended ? protector.Unprotect(extended) : "",
        authorization.SampleNote is { } note ? protector.Unprotect(note) : "");

    /// <summary>Writes a change of anything but the units in use.</summary>
    public static void UpdateTerms(this Changes changes, Authorization authorization)
    {
        authorization.TermsVersion++;
        changes.Update(authorization);
    }

    /// <summary>Publishes a step that is not a decision of the payer.</summary>
    public static void PublishMove(this Changes changes, Authorization authorization, Proto.AuthorizationState from, DateOnly on, string? rule,
        int? returned = null, int? version = null) =>
        changes.Publish(new AuthorizationMovedV1
        {
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Payer = authorization.Payer,
            Program = authorization.Program,
            Kind = WireCode.Lower(authorization.Kind)!,
            FromState = WireCode.Lower(from)!,
            ToState = WireCode.Lower(authorization.State)!,
            On = on,
            Through = authorization.Through,
            RuleId = rule,
            UnitsReturned = returned,
            RequestVersion = version,
        });

    /// <summary>Publishes a decision of the payer.</summary>
    public static void PublishDecision(this Changes changes, Authorization authorization, Proto.AuthorizationOutcome outcome, string rule, AppealId? appeal = null) =>
        changes.Publish(new AuthorizationDecidedV1
        {
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Payer = authorization.Payer,
            Program = authorization.Program,
            Kind = WireCode.Lower(authorization.Kind)!,
            Outcome = WireCode.Lower(outcome)!,
            ApprovedFrom = authorization.ApprovedFrom,
            ApprovedThrough = authorization.ApprovedThrough,
            ApprovedUnits = authorization.ApprovedUnits,
            RuleId = rule.Length == 0 ? null : rule,
            Overridden = authorization.Overridden.Count == 0 ? null : [.. authorization.Overridden.Select(unmet => unmet.Code)],
            ReasonCode = authorization.PayerReasonCode == default ? null : WireCode.Lower(authorization.PayerReasonCode),
            AppealId = appeal,
        });
}
