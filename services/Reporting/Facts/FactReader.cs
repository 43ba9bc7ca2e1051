using Ips.Contracts;
using Ips.Contracts.Events;

namespace Ips.Reporting.Facts;

/// <summary>Reads the facts of an event, topic by topic. Pure; the day of an instant is that of the event's program.</summary>
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
        ReviewRecordedV1 e =>
            [Due(e, e.Provider, e.Program, null, Topics.FidelityReview, e.NextReviewDue, Rules.OfTier(e.Tier), $"{e.TeamId.Name} {e.Program}")],
        _ => throw new ArgumentException($"{happened.GetType().Name} is no event that figures are made of.", nameof(happened)),
    };

    private IReadOnlyList<EventFact> Read(ServiceOrderSignedV1 e)
    {
        var inForce = e.State == "in_force";
        return
        [
            Fact(e, e.Provider, e.Program, e.IndividualId, Topics.OrderInForce, inForce, e.OrderDate),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.OrderRenewal, inForce ? e.RenewalDueOn : null, Rules.OrderYear, inForce
                ? Thread(e.IndividualId, e.Program) : null),
        ];
    }

    private IReadOnlyList<EventFact> Read(DeterminationMadeV1 e) =>
    [
        Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Admitted, e.State == "eligible", e.AsOf),
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.AssessmentThrough, e.AssessmentValidThrough, Rules.AssessmentYear,
            e.AssessmentValidThrough is null ? null : Thread(e.IndividualId, e.Program)),
    ];

    // A discharged person has no open deadlines in this program; authorizations that end with the discharge publish their own event.
    private IReadOnlyList<EventFact> Read(IndividualDischargedV1 e) =>
    [
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.OrderRenewal, null, Rules.OrderYear, Thread(e.IndividualId, e.Program)),
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.AssessmentThrough, null, Rules.AssessmentYear, Thread(e.IndividualId, e.Program)),
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
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.ReferralDue, waits ? e.DueOn : null, Rules.ReferralAtInitiation, null),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.ReferralLate, waits ? e.LateAfter : null, Rules.ReferralAtInitiation, null),
        ];
        if (e.ToState == "referred")
            facts.Add(Fact(e, e.Provider, e.Program, e.IndividualId, Topics.Referred, counts: true, e.On));
        return facts;
    }

    private IReadOnlyList<EventFact> Read(AuthorizationRequestedV1 e) =>
    [
        Due(e, e.Provider, e.Program, e.IndividualId, Topics.RequestDue, e.State is "pended_info" or "not_accepted" ? e.DueOn : null, Rules.FirstRequest,
            Thread(e.IndividualId, e.Program, e.Kind), e.Payer),
    ];

    private IReadOnlyList<EventFact> Read(AuthorizationMovedV1 e) => e.ToState switch
    {
        "terminated" or "superseded" or "attention" =>
            [Due(e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizationEnd, null, Rules.OfAuthorization(e.Kind), null, e.Payer)],
        "under_review" => [Due(
            e, e.Provider, e.Program, e.IndividualId, Topics.RequestDue, null, Rules.FirstRequest, Thread(e.IndividualId, e.Program, e.Kind), e.Payer)],
        "pended_info" => [Due(e, e.Provider, e.Program, e.IndividualId, Topics.PayerDecision, null, Rules.PayerClock, e.Subject, e.Payer)],
        // It stands again after it had ended or needed attention.
        "approved" or "modified" => [Due(
            e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizationEnd, e.Through, Rules.OfAuthorization(e.Kind),
            Thread(e.IndividualId, e.Program, e.Kind), e.Payer)],
        _ => [],
    };

    private IReadOnlyList<EventFact> Read(AuthorizationDecidedV1 e)
    {
        var approved = e.Outcome is "approve" or "modify";
        List<EventFact> facts =
        [
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.RequestDue, null, Rules.FirstRequest, Thread(e.IndividualId, e.Program, e.Kind), e.Payer),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.AuthorizationEnd, approved ? e.ApprovedThrough : null, Rules.OfAuthorization(e.Kind),
                approved ? Thread(e.IndividualId, e.Program, e.Kind) : null, e.Payer),
            Due(e, e.Provider, e.Program, e.IndividualId, Topics.PayerDecision, null, Rules.PayerClock, e.Subject, e.Payer),
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

    private static string Thread(IndividualId individual, string program, string kind = "") => $"{individual.Name} {program} {kind}".TrimEnd();

    private EventFact Due(
        DomainEvent e, string provider, string program, IndividualId? individual, string topic, DateOnly? dueOn, string rule, string? thread,
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

/// <summary>The rules that set the days. The days themselves come with the events; Reporting computes none.</summary>
public static class Rules
{
    /// <summary>An order serves for one year.</summary>
    public const string OrderYear = "NC-SO-003";

    /// <summary>The admission assessment was completed within the past year.</summary>
    public const string AssessmentYear = "NC-ELIG-013";

    /// <summary>The referral is made when IPS begins.</summary>
    public const string ReferralAtInitiation = "NC-DVRS-002";

    /// <summary>The first request reaches the payer within the first days of service.</summary>
    public const string FirstRequest = "NC-AUTH-005";

    /// <summary>The payer's time to decide.</summary>
    public const string PayerClock = "42-CFR-438.210(d)";

    /// <summary>How long an authorization of the kind lasts, or until when its successor is requested.</summary>
    public static string OfAuthorization(string kind) => kind switch
    {
        "m2" => "NCC-MS-02c",
        "m6" => "NCC-MS-06d",
        "la_prior_auth" => "LA-AUTH-001",
        _ => "NC-AUTH-006",
    };

    /// <summary>The rule of a fidelity tier; without a tier the next review follows from the latest score.</summary>
    public static string OfTier(string? tier) => tier switch
    {
        "below" => "NC-FID-008",
        "fair" => "NC-FID-010",
        "good" => "NC-FID-011",
        "exemplary" => "NC-FID-012",
        _ => "NC-FID-009",
    };
}
