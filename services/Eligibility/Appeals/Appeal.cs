using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>A reconsideration or an appeal against what a payer decided about an authorization.</summary>
public sealed class Appeal : IVersioned, IUpdatedRow
{
    /// <summary>The id.</summary>
    public required AppealId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The authorization.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Reconsideration or appeal.</summary>
    public required Proto.AppealKind Kind { get; init; }

    /// <summary>For whom it is filed.</summary>
    public required Proto.AppealFiler Filer { get; init; }

    /// <summary>Whether it is to be decided within hours.</summary>
    public required bool Expedited { get; init; }

    /// <summary>The state.</summary>
    public required Proto.AppealState State { get; set; }

    /// <summary>Why it was filed, encrypted because free text may be about the person; null when it was erased.</summary>
    public required byte[]? Reason { get; init; }

    /// <summary>The state of the authorization against which it is.</summary>
    public required Proto.AuthorizationState Against { get; init; }

    /// <summary>Day of the decision against which it is.</summary>
    public required DateOnly AgainstDecidedOn { get; init; }

    /// <summary>The rule that the payer had named.</summary>
    public required string AgainstRuleId { get; init; }

    /// <summary>The payer's reason code of that decision.</summary>
    public required Proto.PayerReasonCode AgainstReasonCode { get; init; }

    /// <summary>Day on which the person or the provider made the request to appeal.</summary>
    public required DateOnly RequestedOn { get; init; }

    /// <summary>Day on which it was filed: it counts for the clock.</summary>
    public required DateOnly FiledOn { get; init; }

    /// <summary>Last day to file it, included; null where no text sets one.</summary>
    public required DateOnly? FileBy { get; init; }

    /// <summary>Last day of the payer's time to decide; null where no clock runs.</summary>
    public DateOnly? DueOn { get; set; }

    /// <summary>When that time ends, UTC.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Day of the acknowledgement.</summary>
    public DateOnly? AcknowledgedOn { get; set; }

    /// <summary>Day of the decision.</summary>
    public DateOnly? DecidedOn { get; set; }

    /// <summary>The token's subject that decided it.</summary>
    public string? DecidedBy { get; set; }

    /// <summary>Who issued that token.</summary>
    public string? DecidedByIssuer { get; set; }

    /// <summary>Why the payer decided so, encrypted because free text may be about the person.</summary>
    public byte[]? OutcomeReason { get; set; }

    /// <summary>The rule that the payer named for it.</summary>
    public string OutcomeRuleId { get; set; } = "";

    /// <summary>Whether the service continues while it is open; null when that was not requested.</summary>
    public Proto.ServiceContinuation? Continuation { get; set; }

    /// <summary>The last day that the authorization had before its service continued; null when it does not continue.</summary>
    public DateOnly? EndedBefore { get; set; }

    /// <summary>Why the authorization had ended before its service continued.</summary>
    public Proto.TerminationReason EndReasonBefore { get; set; }

    /// <summary>Day on which a fair hearing of the state was requested; null when it was not.</summary>
    public DateOnly? HearingRequestedOn { get; set; }

    /// <summary>Day of what became of it.</summary>
    public DateOnly? HearingDecidedOn { get; set; }

    /// <summary>When a reversed decision is carried out at the latest, UTC.</summary>
    public DateTimeOffset? ReversalDueAt { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>
    /// Last day to request a fair hearing, included: after an appeal that left something of the decision, or from the day on which the payer's time to decide it
    /// ends. Null for a reconsideration, where no clock of the payer runs, and when nothing is left to hear.
    /// </summary>
    public DateOnly? HearingBy => Kind != Proto.AppealKind.Appeal || DueOn is not { } due ? null
        : State is Proto.AppealState.Upheld or Proto.AppealState.PartlyOverturned || HearingRequestedOn is not null ? AppealClock.HearingBy(DecidedOn ?? due)
        : null;

    /// <summary>Whether a payer decides it: it is open, or its decision was reversed and has to be carried out.</summary>
    public bool IsToDecide => IsOpen || State == Proto.AppealState.HearingReversed;

    /// <summary>Whether the payer still has to decide it.</summary>
    public bool IsOpen => State is Proto.AppealState.Filed or Proto.AppealState.Acknowledged;

    /// <summary>Whether the service continues because of it.</summary>
    public bool Continues => Continuation is { Granted: true };

    /// <summary>The rule that sets the payer's time to decide; empty where no clock runs.</summary>
    public string DueRule => DueOn is null ? "" : Expedited ? AppealClock.ExpeditedRule : AppealClock.StandardRule;
}

/// <summary>The stored appeal as the contract and the event show it.</summary>
internal static class AppealsProtos
{
    public static Proto.Appeal ToProto(this Appeal appeal, PersonalDataProtector protector, string etag, bool stored) => new()
    {
        Name = stored ? appeal.Id.Name : "",
        Etag = etag,
        Authorization = appeal.AuthorizationId.Name,
        Individual = appeal.IndividualId.Name,
        Provider = new OrganizationCode(appeal.Provider).Name,
        Payer = new OrganizationCode(appeal.Payer).Name,
        Program = appeal.Program,
        Kind = appeal.Kind,
        Filer = appeal.Filer,
        Expedited = appeal.Expedited,
        State = appeal.State,
        Reason = appeal.Reason is { } reason ? protector.Unprotect(reason) : "",
        Against = appeal.Against,
        AgainstDecidedOn = appeal.AgainstDecidedOn.Day(),
        AgainstRuleId = appeal.AgainstRuleId,
        AgainstReasonCode = appeal.AgainstReasonCode,
        RequestedOn = appeal.RequestedOn.Day(),
        FiledOn = appeal.FiledOn.Day(),
        FileBy = appeal.FileBy.Day(),
        DecisionDueTime = appeal is { IsOpen: true, DueAt: { } due } ? due.ToTimestamp() : null,
        DecisionRuleId = appeal.DueRule,
        AcknowledgedOn = appeal.AcknowledgedOn.Day(),
        DecidedOn = appeal.DecidedOn.Day(),
        OutcomeReason = appeal.OutcomeReason is { } why ? protector.Unprotect(why) : "",
        OutcomeRuleId = appeal.OutcomeRuleId,
        Continuation = appeal.Continuation,
        CreateTime = stored ? appeal.RecordedAt.ToTimestamp() : null,
        HearingBy = appeal.HearingBy.Day(),
        HearingRequestedOn = appeal.HearingRequestedOn.Day(),
        HearingDecidedOn = appeal.HearingDecidedOn.Day(),
        ReversalDueTime = appeal is { State: Proto.AppealState.HearingReversed, ReversalDueAt: { } carried } ? carried.ToTimestamp() : null,
    };

    public static void PublishMove(this Changes changes, Appeal appeal, Proto.AppealState? from, DateOnly on) => changes.Publish(new AppealMovedV1
    {
        AppealId = appeal.Id,
        AuthorizationId = appeal.AuthorizationId,
        IndividualId = appeal.IndividualId,
        Provider = appeal.Provider,
        Payer = appeal.Payer,
        Program = appeal.Program,
        Kind = WireCode.Lower(appeal.Kind)!,
        Expedited = appeal.Expedited,
        FromState = from is { } before ? WireCode.Lower(before) : null,
        ToState = WireCode.Lower(appeal.State)!,
        On = on,
        DueOn = appeal.IsOpen ? appeal.DueOn : null,
        Continues = appeal.Continues,
    });
}

/// <summary>The deadline of an appeal.</summary>
internal static class AppealDeadlines
{
    /// <summary>The payer has to decide it.</summary>
    public const string Decision = "appeal-decision";

    /// <summary>The person can request a fair hearing.</summary>
    public const string Hearing = "hearing-filing";

    /// <summary>The payer has to carry out a reversed decision.</summary>
    public const string Reversal = "hearing-reversal";

    /// <summary>Updates the deadlines to match the appeal.</summary>
    public static void SyncDeadlines(this SubjectDeadlines deadlines, Appeal appeal, Changes changes)
    {
        if (appeal is { IsOpen: true, DueOn: { } due })
        {
            deadlines.Set(new DeadlineTerms(
                appeal.Id.Name, Decision, appeal.DueRule, appeal.Program, appeal.Provider, appeal.IndividualId, due, 2)
            { DueAt = appeal.Expedited ? appeal.DueAt : null }, changes);
        }
        else if (appeal.State == Proto.AppealState.Withdrawn)
        {
            deadlines.Cancel(appeal.Id.Name, Decision, changes);
        }
        else
        {
            deadlines.Meet(appeal.Id.Name, Decision, changes);
        }

        SyncHearing(deadlines, appeal, changes);
    }

    private static void SyncHearing(SubjectDeadlines deadlines, Appeal appeal, Changes changes)
    {
        if (appeal.HearingRequestedOn is not null)
            deadlines.Meet(appeal.Id.Name, Hearing, changes);
        else if (appeal.HearingBy is { } hearing)
            deadlines.Set(new(appeal.Id.Name, Hearing, AppealClock.HearingRule, appeal.Program, appeal.Provider, appeal.IndividualId, hearing, 10), changes);
        if (appeal is { State: Proto.AppealState.HearingReversed, ReversalDueAt: { } due })
        {
            deadlines.Set(new DeadlineTerms(
                appeal.Id.Name, Reversal, AppealClock.ReversalRule, appeal.Program, appeal.Provider, appeal.IndividualId, DateOnly.FromDateTime(due.UtcDateTime), 1)
            { DueAt = due }, changes);
        }
        else
        {
            deadlines.Meet(appeal.Id.Name, Reversal, changes);
        }
    }
}
