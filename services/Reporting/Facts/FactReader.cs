using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Reporting.Feeds;

namespace Ips.Reporting.Facts;

/// <summary>
/// Reads the facts of an event, topic by topic. Pure; the day of an instant is that of the event's program. Due days come with the events of the services that
/// keep the deadlines, together with the rule that sets them.
/// </summary>
/// <param name="dayIn">The day of an instant in a program's time zone.</param>
/// <param name="receivedAt">When the event arrived, UTC.</param>
public sealed class FactReader(Func<string, DateTimeOffset, DateOnly> dayIn, DateTimeOffset receivedAt)
{
    /// <summary>All facts of the event.</summary>
    /// <exception cref="ArgumentException">Reporting does not listen to this event, or it is in another currency than US dollars.</exception>
    public IReadOnlyList<EventFact> Read(DomainEvent happened) => happened switch
    {
        IndividualRegisteredV1 e => [Fact(e, e.Provider, null, e.IndividualId, Topics.Registered, counts: true)],
        IndividualsMergedV1 e => [Fact(e, e.Provider, null, e.IndividualId, Topics.Merged, counts: false, thread: e.MergedId.Value.ToString())],
        ServiceOrderSignedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.OrderInForce, counts: e.State == "in_force", e.OrderDate)],
        DeterminationMadeV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Admitted, counts: e.State == "eligible", e.AsOf)],
        ReferralMovedV1 e => e.ToState == "referred"
            ? [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Referred, counts: true, e.On)]
            : [],
        DeterminationMovedV1 or IndividualDischargedV1 or IndividualDiedV1 or AuthorizationMovedV1 or AuthorizationUnitsMovedV1 => [],
        AuthorizationRequestedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId,
            e.Expedited == true ? Topics.AuthorizationReceivedExpedited : Topics.AuthorizationReceived, counts: false, payer: e.Payer)],
        AuthorizationDecidedV1 e => Read(e),
        DeadlineMovedV1 e => [Due(e, e.Program, e.IndividualId, e.Kind, e.About, IsRunning(e.State) ? e.DueOn : null, e.RuleId)],
        DeadlineReachedV1 e => [Due(e, e.Program, e.IndividualId, e.Kind, e.About, e.DueOn, e.RuleId)],
        StaffDeadlineMovedV1 e => [Due(e, e.Program, null, e.Kind, e.About, IsRunning(e.State) ? e.DueOn : null, e.RuleId)],
        StaffDeadlineReachedV1 e => [Due(e, e.Program, null, e.Kind, e.About, e.DueOn, e.RuleId)],
        BillingDeadlineMovedV1 e => [Due(e, e.Program, e.IndividualId, e.Kind, e.About, IsRunning(e.State) ? e.DueOn : null, e.RuleId)],
        BillingDeadlineReachedV1 e => [Due(e, e.Program, e.IndividualId, e.Kind, e.About, e.DueOn, e.RuleId)],
        JobStartedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.JobStart, counts: e.Competitive, e.From, units: e.WeeklyHours)],
        // A job that had ended goes on again when its end is corrected away.
        JobChangedV1 e =>
        [
            Fact(e, e.Provider, e.Program, e.IndividualId, Topics.JobStart, counts: e.Competitive && !e.Withdrawn, e.From, units: e.WeeklyHours),
            Fact(e, e.Provider, e.Program, e.IndividualId, Topics.JobEnd, counts: false),
        ],
        JobEndedV1 e =>
        [
            Fact(e, e.Provider, e.Program, e.IndividualId, Topics.JobStart, counts: e.Competitive, e.From, units: e.WeeklyHours),
            Fact(e, e.Provider, e.Program, e.IndividualId, Topics.JobEnd, counts: e.Competitive, e.Through),
        ],
        EducationCompletedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.EducationCompleted, counts: !e.Withdrawn, e.On)],
        MilestoneDecidedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.MilestoneReached,
            counts: e.State is "billable" or "claimed", e.EventDate, e.Number, e.PayableUnits, Dollars(e.Amount, e.Currency))],
        ClaimLineDecidedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.ClaimLine,
            counts: e.State == "ready", e.ServiceDate, e.MilestoneNumber, e.Units, Dollars(e.Charge, e.Currency))],
        ClaimLineVoidedV1 e =>
            [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.ClaimLine, counts: false, e.ServiceDate, e.MilestoneNumber, e.Units,
                Dollars(e.Charge, e.Currency))],
        ClaimMovedV1 e => [Fact(e, e.Provider, e.Program, e.IndividualId, Topics.ClaimPaid,
            counts: e.Paid != 0, e.ServiceDate, e.MilestoneNumber == 0 ? null : e.MilestoneNumber, amount: Dollars(e.Paid, e.Currency))],
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
        Due(e, program, null, Topics.FidelityReview, team.Name, due, rule, $"{team.Name} {program}");

    private IReadOnlyList<EventFact> Read(AuthorizationDecidedV1 e)
    {
        List<EventFact> facts =
        [
            Fact(e, e.Provider, e.Program, e.IndividualId, e.AppealId is null ? Topics.AuthorizationDecision : Topics.AuthorizationAppealDecision,
                counts: e.Outcome is "approve" or "modify", payer: e.Payer),
        ];
        if (e.Overridden is not null)
            facts.Add(Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Overridden, counts: true, dayIn(e.Program, e.OccurredAt), payer: e.Payer));
        if (e.Kind == "m2")
            facts.Add(Fact(e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizedM2, e.Outcome is "approve" or "modify",
                dayIn(e.Program, e.OccurredAt), 2, e.ApprovedUnits, payer: e.Payer));
        return facts;
    }

    private static bool IsRunning(string state) => state is not ("met" or "cancelled");

    private static decimal? Dollars(decimal? amount, string currency) => currency == "USD"
        ? amount
        : throw new ArgumentException($"Figures are in USD; the event is in {currency}. Give that currency figures of its own.", nameof(currency));

    private EventFact Due(
        ProviderEvent e, string program, IndividualId? individual, string kind, string about, DateOnly? dueOn, string? rule, string? thread = null) =>
        Fact(e, e.Provider, program, individual, kind, counts: false, dueOn: dueOn, rule: rule, thread: thread, about: about);

    private EventFact Fact(
        DomainEvent e, string provider, string? program, IndividualId? individual, string topic, bool counts,
        DateOnly? day = null, int? milestone = null, int? units = null, decimal? amount = null, string? payer = null,
        DateOnly? dueOn = null, string? rule = null, string? thread = null, string? about = null) => new()
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
            ProviderOnly = EventKeys.IsOfTheAgencyAlone(e),
            SeenOn = day ?? DateOnly.FromDateTime(e.OccurredAt.UtcDateTime),
            // A line of service notes has no milestone; its event says 0.
            MilestoneNumber = milestone is 0 ? null : milestone,
            Units = units,
            Amount = amount,
            DueOn = dueOn,
            RuleId = rule,
            Thread = thread,
            About = about,
        };
}
