using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Authorizations;

namespace Ips.Reporting.Facts;

/// <summary>
/// Reads the facts of an event, topic by topic. Pure; the day of an instant is that of the event's program. Due days come with the events, and the program's
/// pack knows the rules that set them.
/// </summary>
/// <param name="dayIn">The day of an instant in a program's time zone.</param>
/// <param name="receivedAt">When the event arrived, UTC.</param>
public sealed class FactReader(Func<string, DateTimeOffset, DateOnly> dayIn, DateTimeOffset receivedAt)
{
    /// <summary>The payer's time to decide is federal law, so no pack states it.</summary>
    private const string PayersTime = "42-CFR-438.210(d)";

    /// <summary>All facts of the event.</summary>
    /// <exception cref="ArgumentException">Reporting does not listen to this event, or it is in another currency than US dollars.</exception>
    public IReadOnlyList<EventFact> Read(DomainEvent happened) => happened switch
    {
        IndividualRegisteredV1 e => [Fact(e, e.Provider, null, e.IndividualId, Topics.Registered, counts: true)],
        IndividualsMergedV1 e => [Fact(e, e.Provider, null, e.IndividualId, Topics.Merged, counts: false, thread: e.MergedId.Value.ToString())],
        ServiceOrderSignedV1 e => Read(e),
        DeterminationMadeV1 e => Read(e),
        IndividualDischargedV1 e => Read(e),
        DeadlineReachedV1 e => Read(e),
        ReferralMovedV1 e => Read(e),
        AuthorizationRequestedV1 e => Read(e),
        AuthorizationDecidedV1 e => Read(e),
        AuthorizationMovedV1 e => Read(e),
        AuthorizationUnitsMovedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.UsedUp, counts: e.UnitsLeft == 0, units: e.UnitsLeft)],
        MilestoneDecidedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.MilestoneReached,
            counts: e.State is "billable" or "claimed", e.EventDate, e.Number, e.PayableUnits, Dollars(e.Amount, e.Currency))],
        ClaimLineDecidedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.ClaimLine,
            counts: e.State == "ready", e.ServiceDate, e.MilestoneNumber, e.Units, Dollars(e.Charge, e.Currency))],
        ClaimLineVoidedV1 e =>
            [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.ClaimLine, counts: false, e.ServiceDate, e.MilestoneNumber, e.Units,
                Dollars(e.Charge, e.Currency))],
        ReviewRecordedV1 e => Read(e),
        ReviewMovedV1 e => Read(e),
        _ => throw new ArgumentException($"{happened.GetType().Name} is no event that figures are made of.", nameof(happened)),
    };

    // A draft sets no day, and a report that came late may not be the team's latest. Events from before the team's day was published have the review's own.
    private IReadOnlyList<EventFact> Read(ReviewRecordedV1 e) => e.FinalReportReceivedOn is null ? []
        : [NextReview(e, e.TeamId, e.Program, e.TeamNextReviewDue ?? e.NextReviewDue, e.TeamNextReviewDue is null ? e.NextReviewRule : e.TeamNextReviewRule)];

    // A withdrawn review counts no more: the team's day is that of the review before it, or none.
    private IReadOnlyList<EventFact> Read(ReviewMovedV1 e) => e.ToState == "withdrawn"
        ? [NextReview(e, e.TeamId, e.Program, e.TeamNextReviewDue, e.TeamNextReviewRule)]
        : [];

    private EventFact NextReview(ProviderEvent e, TeamId team, string program, DateOnly? due, string? rule) =>
        Due(e, e.Provider, program, null, Topics.FidelityReview, due, rule, $"{team.Name} {program}");

    private IReadOnlyList<EventFact> Read(ServiceOrderSignedV1 e)
    {
        var inForce = e.State == "in_force";
        return
        [
            Fact(e, e.Provider, e.Program, e.IndividualId, Topics.OrderInForce, inForce, e.OrderDate),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.OrderRenewal, inForce ? e.RenewalDueOn : null,
                RuleDuty.OrderRenewal.FindIn(e.Program), inForce ? Thread(e.IndividualId, e.Program) : null),
        ];
    }

    private IReadOnlyList<EventFact> Read(DeterminationMadeV1 e) =>
    [
        Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Admitted, e.State == "eligible", e.AsOf),
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.AssessmentThrough, e.AssessmentValidThrough, RuleDuty.AssessmentAge.FindIn(e.Program),
            e.AssessmentValidThrough is null ? null : Thread(e.IndividualId, e.Program)),
    ];

    // A discharged person has no open deadlines in this program; authorizations that end with the discharge publish their own event.
    private IReadOnlyList<EventFact> Read(IndividualDischargedV1 e) =>
    [
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.OrderRenewal, null, RuleDuty.OrderRenewal.FindIn(e.Program),
            Thread(e.IndividualId, e.Program)),
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.AssessmentThrough, null, RuleDuty.AssessmentAge.FindIn(e.Program),
            Thread(e.IndividualId, e.Program)),
    ];

    // No other event contains the payer's deadline. Every other day came with the event that set it.
    private IReadOnlyList<EventFact> Read(DeadlineReachedV1 e) => e.Kind == Topics.PayerDecision
        ? [Due(e, e.Provider, e.Program, e.IndividualId, Topics.PayerDecision, e.DueOn, e.RuleId, e.About)]
        : [];

    private IReadOnlyList<EventFact> Read(ReferralMovedV1 e)
    {
        // An offer is due to be sent; in every other state the duty is done.
        var waits = e.ToState == "offered";
        List<EventFact> facts =
        [
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.ReferralDue, waits ? e.DueOn : null, RuleDuty.ReferralDue.FindIn(e.Program), null),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.ReferralLate, waits ? e.LateAfter : null, RuleDuty.ReferralDue.FindIn(e.Program), null),
        ];
        if (e.ToState == "referred")
            facts.Add(Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Referred, counts: true, e.On));
        return facts;
    }

    private IReadOnlyList<EventFact> Read(AuthorizationRequestedV1 e) =>
    [
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.RequestDue, e.State is "pended_info" or "not_accepted" ? e.DueOn : null,
            RuleDuty.FirstRequest.FindIn(e.Program), Thread(e.IndividualId, e.Program, e.Kind), e.Payer),
    ];

    private IReadOnlyList<EventFact> Read(AuthorizationMovedV1 e) => e.ToState switch
    {
        "terminated" or "superseded" or "attention" =>
            [Due(e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizationEnd, null, Ends(e.Kind, e.Program), null, e.Payer)],
        "under_review" => [Due(
            e, e.Provider, e.Program, e.IndividualId, Topics.RequestDue, null, RuleDuty.FirstRequest.FindIn(e.Program),
            Thread(e.IndividualId, e.Program, e.Kind), e.Payer)],
        "withdrawn" => [Due(e, e.Provider, e.Program, e.IndividualId, Topics.PayerDecision, null, PayersTime, e.Subject, e.Payer)],
        "pended_info" => [Due(e, e.Provider, e.Program, e.IndividualId, Topics.PayerDecision, null, PayersTime, e.Subject, e.Payer)],
        // It stands again after it had ended or needed attention.
        "approved" or "modified" => [Due(
            e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizationEnd, e.Through, Ends(e.Kind, e.Program),
            Thread(e.IndividualId, e.Program, e.Kind), e.Payer)],
        _ => [],
    };

    private IReadOnlyList<EventFact> Read(AuthorizationDecidedV1 e)
    {
        var approved = e.Outcome is "approve" or "modify";
        List<EventFact> facts =
        [
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.RequestDue, null, RuleDuty.FirstRequest.FindIn(e.Program),
            Thread(e.IndividualId, e.Program, e.Kind), e.Payer),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizationEnd, approved ? e.ApprovedThrough : null, Ends(e.Kind, e.Program),
                approved ? Thread(e.IndividualId, e.Program, e.Kind) : null, e.Payer),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.PayerDecision, null, PayersTime, e.Subject, e.Payer),
        ];
        if (e.Overridden is not null)
            facts.Add(Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Overridden, counts: true, dayIn(e.Program, e.OccurredAt), payer: e.Payer));
        if (e.Kind == "m2")
            facts.Add(Fact(e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizedM2, approved, dayIn(e.Program, e.OccurredAt), 2, e.ApprovedUnits,
                payer: e.Payer));
        return facts;
    }

    private static decimal? Dollars(decimal? amount, string currency) => currency == "USD"
        ? amount
        : throw new ArgumentException($"Figures are in USD; the event is in {currency}. Give that currency figures of its own.", nameof(currency));

    private static string? Ends(string kind, string program) =>
        Codes.Parse<RequestKind>(kind) is { } known ? AuthorizationDuties.OfEnd(known).FindIn(program) : null;

    private static string Thread(IndividualId individual, string program, string kind = "") => $"{individual.Name} {program} {kind}".TrimEnd();

    private EventFact Due(
        DomainEvent e, string provider, string program, IndividualId? individual, string topic, DateOnly? dueOn, string? rule, string? thread,
        string? payer = null) => Fact(e, provider, program, individual, topic, counts: false, payer: payer, dueOn: dueOn, rule: rule, thread: thread);

    private EventFact Fact(
        DomainEvent e, string provider, string? program, IndividualId? individual, string topic, bool counts,
        DateOnly? day = null, int? milestone = null, int? units = null, decimal? amount = null, string? payer = null,
        DateOnly? dueOn = null, string? rule = null, string? thread = null) => new()
        {
            EventId = e.EventId,
            Topic = topic,
            Type = EventCatalog.Of(e.GetType()).CloudEventType,
            Subject = e.Subject,
            Sequence = e.Sequence,
            OccurredAt = e.OccurredAt.ToUniversalTime(),
            ReceivedAt = receivedAt,
            Provider = provider,
            Payer = payer,
            Program = program,
            IndividualId = individual,
            Counts = counts,
            Day = day,
            SeenOn = day ?? DateOnly.FromDateTime(e.OccurredAt.UtcDateTime),
            MilestoneNumber = milestone,
            Units = units,
            Amount = amount,
            DueOn = dueOn,
            RuleId = rule,
            Thread = thread,
        };
}
