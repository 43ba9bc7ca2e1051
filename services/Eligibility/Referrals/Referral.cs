using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>A referral to the state vocational rehabilitation agency (lifecycle 1).</summary>
public sealed class Referral : IVersioned, IUpdatedRow
{
    /// <summary>The id.</summary>
    public required ReferralId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the vocational rehabilitation agency that it is addressed to: that of the program when it was recorded.</summary>
    public required string Recipient { get; init; }

    /// <summary>The state.</summary>
    public required Proto.ReferralState State { get; set; }

    /// <summary>First day of the service.</summary>
    public required DateOnly ServiceInitiationDate { get; init; }

    /// <summary>Day the referral was sent.</summary>
    public DateOnly? ReferralDate { get; set; }

    /// <summary>Day of the documented offer.</summary>
    public DateOnly? OfferDocumentedDate { get; set; }

    /// <summary>Day of the DVRS decision.</summary>
    public DateOnly? DvrsDecisionDate { get; set; }

    /// <summary>Day on which DVRS closed its case.</summary>
    public DateOnly? DvrsClosedDate { get; set; }

    /// <summary>Why DVRS closed it.</summary>
    public Proto.VrReason ClosureReason { get; set; }

    /// <summary>DVRS's office; empty where none was given.</summary>
    public string VrOffice { get; set; } = "";

    /// <summary>DVRS's counselor, encrypted because it is a person's name; null where none was given.</summary>
    public byte[]? VrCounselor { get; set; }

    /// <summary>How to reach the counselor, encrypted like the name.</summary>
    public byte[]? VrCounselorContact { get; set; }

    /// <summary>First day of the plan of DVRS with the person; null before there is one.</summary>
    public DateOnly? PlanFrom { get; set; }

    /// <summary>Day by which the plan is to be achieved; null where it has none.</summary>
    public DateOnly? PlanThrough { get; set; }

    /// <summary>Every version of the decision of DVRS; those recorded before versions were stored are missing.</summary>
    public List<VrDecision> VrDecisions { get; init; } = [];

    /// <summary>Steps taken before the referral was sent: DVRS numbers its steps from the first one it may see.</summary>
    public int StepsBeforeSent { get; set; }

    /// <summary>The receipt of the referral duty.</summary>
    public required Guid DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether the referral has not reached an end state.</summary>
    public bool IsOpen => State is not (Proto.ReferralState.Ineligible or Proto.ReferralState.Closed or Proto.ReferralState.DeclinedByIndividual);

    /// <summary>Moves to another state if the lifecycle allows it.</summary>
    public Problem? Move(Proto.ReferralState to)
    {
        var allowed = (State, to) switch
        {
            (Proto.ReferralState.Offered, Proto.ReferralState.Referred or Proto.ReferralState.DeclinedByIndividual) => true,
            (Proto.ReferralState.Referred, Proto.ReferralState.DvrsDetermining) => true,
            // A decision may arrive before its acknowledgement: DVRS sends both, and the network does not guarantee the order.
            (Proto.ReferralState.Referred or Proto.ReferralState.DvrsDetermining, Proto.ReferralState.EligibleOpen or Proto.ReferralState.Ineligible) => true,
            // DVRS may close a case that it has not decided.
            (Proto.ReferralState.Referred or Proto.ReferralState.DvrsDetermining or Proto.ReferralState.EligibleOpen, Proto.ReferralState.Closed) => true,
            _ => false,
        };
        if (!allowed)
            return new Problem.Conflict("referral state", $"a referral that is {WireCode.Lower(State)} does not become {WireCode.Lower(to)}");
        State = to;
        return null;
    }
}

/// <summary>A message of DVRS whose effect is stored.</summary>
/// <param name="Agency">Code of the agency that sent it.</param>
/// <param name="MessageId">DVRS's own id of the message.</param>
/// <param name="ReferralId">The referral it is about.</param>
/// <param name="Content">Its content, in codes and days.</param>
/// <param name="ReceivedAt">When it was received, UTC.</param>
public sealed record DvrsMessage(string Agency, string MessageId, ReferralId ReferralId, string Content, DateTimeOffset ReceivedAt);

/// <summary>One version of a decision of DVRS. It is never changed; a correction adds the next one.</summary>
public sealed class VrDecision
{
    /// <summary>The referral.</summary>
    public required ReferralId ReferralId { get; init; }

    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What DVRS decided.</summary>
    public required Proto.DvrsOutcome Outcome { get; init; }

    /// <summary>Day of the decision.</summary>
    public required DateOnly DecidedOn { get; init; }

    /// <summary>Why.</summary>
    public required Proto.VrReason Reason { get; init; }

    /// <summary>Why it corrects the version before, encrypted because free text may be about the person; null in the first version.</summary>
    public byte[]? CorrectionReason { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The version as the contract shows it.</summary>
    /// <param name="protector">Decrypts the reason of a correction; null for a caller that does not see it.</param>
    internal Proto.VrDecision ToProto(PersonalDataProtector? protector) => new()
    {
        Number = Number,
        Outcome = Outcome,
        DecidedOn = DecidedOn.Day(),
        ReasonCode = Reason,
        CorrectionReason = protector is not null && CorrectionReason is { } reason ? protector.Unprotect(reason) : "",
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

/// <summary>The stored referral as the contract shows it.</summary>
internal static class ReferralsProtos
{
    /// <summary>The referral with what DVRS answered. A payer does not see the counselor, who is no party of its business.</summary>
    public static Proto.Referral ToProto(
        this Referral referral, Contracts.Common.V1.Decision? decision, string etag, PersonalDataProtector protector, Caller caller)
    {
        var shown = caller.Role == Roles.Mco ? null : protector;
        var wire = referral.ToProto(decision, etag, stored: true);
        var decisions = referral.VrDecisions.OrderBy(d => d.Number).ToList();
        wire.ReasonCode = decisions.Count == 0 ? default : decisions[^1].Reason;
        wire.Decisions.AddRange(decisions.Select(d => d.ToProto(shown)));
        wire.VrCounselor = shown is not null && referral.VrCounselor is { } name ? shown.Unprotect(name) : "";
        wire.VrCounselorContact = shown is not null && referral.VrCounselorContact is { } contact ? shown.Unprotect(contact) : "";
        return wire;
    }

    public static Proto.Referral ToProto(this Referral referral, Contracts.Common.V1.Decision? decision, string etag, bool stored) => new()
    {
        Name = stored ? referral.Id.Name : "",
        Etag = etag,
        Individual = referral.IndividualId.Name,
        Provider = new OrganizationCode(referral.Provider).Name,
        Program = referral.Program,
        Recipient = new OrganizationCode(referral.Recipient).Name,
        State = referral.State,
        ServiceInitiationDate = referral.ServiceInitiationDate.Day(),
        ReferralDate = referral.ReferralDate.Day(),
        OfferDocumentedDate = referral.OfferDocumentedDate.Day(),
        DvrsDecisionDate = referral.DvrsDecisionDate.Day(),
        DvrsClosedDate = referral.DvrsClosedDate.Day(),
        ClosureReasonCode = referral.ClosureReason,
        VrOffice = referral.VrOffice,
        PlanFrom = referral.PlanFrom.Day(),
        PlanThrough = referral.PlanThrough.Day(),
        Decision = decision,
        CreateTime = stored ? referral.RecordedAt.ToTimestamp() : null,
    };

    /// <summary>What DVRS needs of a referral, in the state after a step.</summary>
    public static Proto.ReferralForDvrs ForDvrs(this Referral referral, Proto.ReferralState state, Person person) => new()
    {
        Name = referral.Id.Name,
        State = state,
        Provider = new OrganizationCode(referral.Provider).Name,
        ReferralDate = referral.ReferralDate.Day(),
        ServiceInitiationDate = referral.ServiceInitiationDate.Day(),
        GivenName = person.GivenName,
        FamilyName = person.FamilyName,
        BirthDate = person.BirthDate.Day(),
    };
}

/// <summary>Publishes the steps of a referral.</summary>
internal static class ReferralSteps
{
    public static void PublishMove(this Changes changes, Referral referral, Proto.ReferralState? from, DateOnly on,
        IReadOnlyDictionary<string, object>? values = null, Proto.VrReason reason = default, bool? corrects = null, bool plans = false) =>
        changes.Publish(referral.Moved(from, on, values, reason, corrects, plans));

    public static ReferralMovedV1 Moved(this Referral referral, Proto.ReferralState? from, DateOnly on,
        IReadOnlyDictionary<string, object>? values = null, Proto.VrReason reason = default, bool? corrects = null, bool plans = false) => new()
        {
            ReferralId = referral.Id,
            IndividualId = referral.IndividualId,
            Provider = referral.Provider,
            Program = referral.Program,
            FromState = from is { } before ? WireCode.Lower(before) : null,
            ToState = WireCode.Lower(referral.State)!,
            On = on,
            ServiceInitiationDate = referral.ServiceInitiationDate,
            DueOn = values?.GetValueOrDefault("dueOn") as DateOnly?,
            LateAfter = values?.GetValueOrDefault("hardLateAfter") as DateOnly?,
            ReasonCode = reason == default ? null : WireCode.Lower(reason),
            Corrects = corrects,
            PlanFrom = plans ? referral.PlanFrom : null,
            PlanThrough = plans ? referral.PlanThrough : null,
        };
}
