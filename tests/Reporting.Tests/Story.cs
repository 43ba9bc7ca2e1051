using Ips.Contracts;
using Ips.Contracts.Events;

namespace Ips.Reporting.Tests;

/// <summary>The events of one invented person in nc-core, with the sequences that the services would assign.</summary>
public sealed class Story(DateTimeOffset start, string provider = "agency-one", string payer = "alliance", string program = "nc-core")
{
    private readonly Dictionary<string, long> sequences = new(StringComparer.Ordinal);

    public IndividualId Individual { get; } = new(Guid.CreateVersion7(start));
    public ServiceOrderId Order { get; init; } = new(Guid.CreateVersion7(start));
    public ReferralId Referral { get; } = new(Guid.CreateVersion7(start));
    public AuthorizationId Authorization { get; } = new(Guid.CreateVersion7(start));
    public List<DomainEvent> Events { get; } = [];

    /// <summary>Day 0 of the story.</summary>
    public DateOnly Day { get; } = DateOnly.FromDateTime(start.UtcDateTime);

    /// <summary>A contract of an agency with a payer, accepted, from 2020 on.</summary>
    public static ContractMovedV1 Contract(string provider, string payer, DateOnly? through = null) => new()
    {
        EventId = Guid.CreateVersion7(),
        Sequence = 1,
        ContractId = new(Guid.CreateVersion7()),
        Payer = payer,
        Provider = provider,
        Program = "nc-core",
        From = new(2020, 1, 1),
        Through = through,
        Accepted = true,
    };

    /// <summary>A span in which a payer covers a person, from 2020 on.</summary>
    public static CoverageMovedV1 Coverage(IndividualId person, string payer, long sequence = 1, DateOnly? through = null, bool retracted = false) => new()
    {
        EventId = Guid.CreateVersion7(),
        Sequence = sequence,
        IndividualId = person,
        Provider = "agency-one",
        Payer = payer,
        From = new(2020, 1, 1),
        Through = through,
        Retracted = retracted,
    };

    public IndividualRegisteredV1 Registered() => Record(at => new IndividualRegisteredV1 { IndividualId = Individual, Provider = provider });

    public ServiceOrderSignedV1 Signed(string state = "in_force", ServiceOrderId? order = null, DateOnly? on = null)
    {
        var day = on ?? Day;
        var inForce = state == "in_force";
        return Record(at => new ServiceOrderSignedV1
        {
            ServiceOrderId = order ?? Order,
            IndividualId = Individual,
            Provider = provider,
            Program = program,
            State = state,
            Verdict = inForce ? "Met" : "NotMet",
            OrderDate = day,
            ValidThrough = inForce ? day.AddYears(1).AddDays(-1) : null,
            RenewalDueOn = inForce ? day.AddYears(1) : null,
            DecisionId = new(Guid.CreateVersion7(at)),
            PackVersion = "1",
        });
    }

    public DeterminationMadeV1 Determined(string state = "eligible", DateOnly? on = null) => Record(at => new DeterminationMadeV1
    {
        DeterminationId = new(Guid.CreateVersion7(at)),
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        AsOf = on ?? Day,
        State = state,
        Verdict = "Met",
        AssessmentValidThrough = (on ?? Day).AddYears(1),
        DecisionId = new(Guid.CreateVersion7(at)),
        PackVersion = "1",
    });

    public ReferralMovedV1 Moved(string to, string? from = null, int after = 0) => Record(at => new ReferralMovedV1
    {
        ReferralId = Referral,
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        FromState = from,
        ToState = to,
        On = Day.AddDays(after),
        ServiceInitiationDate = Day,
        DueOn = to is "offered" or "referred" ? Day : null,
        LateAfter = to is "offered" or "referred" ? Day.AddDays(30) : null,
    });

    public AuthorizationRequestedV1 Requested(string state = "under_review", string kind = "m2", AuthorizationId? authorization = null) =>
        Record(at => new AuthorizationRequestedV1
        {
            AuthorizationId = authorization ?? Authorization,
            IndividualId = Individual,
            Provider = provider,
            Payer = payer,
            Program = program,
            Kind = kind,
            State = state,
            Verdict = "Met",
            ReceivedOn = Day,
            RequestedFrom = Day,
            RequestedThrough = Day.AddDays(89),
            RequestedUnits = 1,
            DueOn = Day.AddDays(29),
            DecisionId = new(Guid.CreateVersion7(at)),
            PackVersion = "1",
            RenewsId = null,
        });

    public AuthorizationDecidedV1 Decided(string outcome = "approve", string kind = "m2", AuthorizationId? authorization = null, int through = 89,
        IReadOnlyList<string>? overridden = null)
    {
        var approved = outcome != "deny";
        return Record(at => new AuthorizationDecidedV1
        {
            AuthorizationId = authorization ?? Authorization,
            IndividualId = Individual,
            Provider = provider,
            Payer = payer,
            Program = program,
            Kind = kind,
            Outcome = outcome,
            ApprovedFrom = approved ? Day : null,
            ApprovedThrough = approved ? Day.AddDays(through) : null,
            ApprovedUnits = approved ? 1 : 0,
            RuleId = approved ? null : "NC-AUTH-003",
            Overridden = overridden,
        });
    }

    public AuthorizationMovedV1 Authorized(string to, string from, string kind = "m2", AuthorizationId? authorization = null) =>
        Record(at => new AuthorizationMovedV1
        {
            AuthorizationId = authorization ?? Authorization,
            IndividualId = Individual,
            Provider = provider,
            Payer = payer,
            Program = program,
            Kind = kind,
            FromState = from,
            ToState = to,
            On = Day,
            Through = to == "terminated" ? Day.AddDays(-1) : null,
            RuleId = null,
        });

    public DeadlineReachedV1 Reached(string kind, string rule, string state, DateOnly dueOn, int arming = 1) => Record(at => new DeadlineReachedV1
    {
        DeadlineId = DeadlineOf(kind, Authorization.Name),
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        Kind = kind,
        RuleId = rule,
        About = Authorization.Name,
        State = state,
        LeadDays = state == "due_soon" ? 2 : null,
        DueOn = dueOn,
        Arming = arming,
    });

    /// <summary>A deadline was set, corrected, met or cancelled. One of a kind about a resource keeps its id.</summary>
    public DeadlineMovedV1 Set(string kind, string rule, string about, DateOnly dueOn, string state = "open", bool ofPerson = true) =>
        Record(at => new DeadlineMovedV1
        {
            DeadlineId = DeadlineOf(kind, about),
            IndividualId = ofPerson ? Individual : null,
            Provider = provider,
            Program = program,
            Kind = kind,
            RuleId = rule,
            About = about,
            State = state,
            DueOn = dueOn,
            Arming = 1,
        });

    private DeadlineId DeadlineOf(string kind, string about)
    {
        if (!deadlines.TryGetValue((kind, about), out var id))
            deadlines[(kind, about)] = id = new(Guid.CreateVersion7(start));
        return id;
    }

    private readonly Dictionary<(string Kind, string About), DeadlineId> deadlines = [];

    public IndividualDischargedV1 Discharged(DeterminationId determination) => Record(at => new IndividualDischargedV1
    {
        DeterminationId = determination,
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        Through = Day,
        Outcome = "individual_request",
        DecisionId = new(Guid.CreateVersion7(at)),
        PackVersion = "1",
    });

    public AuthorizationUnitsMovedV1 Units(int moved, int left) => Record(at => new AuthorizationUnitsMovedV1
    {
        AuthorizationId = Authorization,
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        Kind = "m2",
        ClaimLineId = new(Guid.CreateVersion7(at)),
        UnitsMoved = moved,
        UnitsLeft = left,
    });

    public MilestoneDecidedV1 Reached(int number, int units, decimal amount, string state = "billable", DateOnly? on = null) =>
        Record(at => new MilestoneDecidedV1
        {
            MilestoneId = new(Guid.CreateVersion7(at)),
            IndividualId = Individual,
            Provider = provider,
            Program = program,
            Number = number,
            EventDate = on ?? Day,
            State = state,
            Verdict = "Met",
            Funder = "Alliance",
            Units = units,
            PayableUnits = units,
            Amount = amount,
            Currency = "USD",
            DecisionId = new(Guid.CreateVersion7(at)),
            PackVersion = "1",
        });

    public ClaimLineDecidedV1 Claimed(int number, int units, decimal charge, string state = "ready", DateOnly? on = null) => Record(at => new ClaimLineDecidedV1
    {
        ClaimLineId = new(Guid.CreateVersion7(at)),
        MilestoneId = new(Guid.CreateVersion7(at)),
        IndividualId = Individual,
        StaffMemberId = new(Guid.CreateVersion7(at)),
        Provider = provider,
        Program = program,
        MilestoneNumber = number,
        ServiceDate = on ?? Day,
        State = state,
        Verdict = "Met",
        Code = "H2023",
        Modifiers = ["Z2"],
        Units = units,
        PayableUnits = units,
        Charge = charge,
        Amount = charge,
        Currency = "USD",
        RefusedBy = [],
        DecisionId = new(Guid.CreateVersion7(at)),
        PackVersion = "1",
    });

    public ClaimLineVoidedV1 Voided(ClaimLineDecidedV1 line) => Record(at => new ClaimLineVoidedV1
    {
        ClaimLineId = line.ClaimLineId,
        MilestoneId = line.MilestoneId,
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        MilestoneNumber = line.MilestoneNumber,
        ServiceDate = line.ServiceDate,
        Units = line.Units,
        Charge = line.Charge,
        Currency = "USD",
    });

    /// <summary>A claim of a line, with what was paid so far; later steps of one claim name it.</summary>
    public ClaimMovedV1 Moved(ClaimLineDecidedV1 line, string state, decimal paid, ClaimMovedV1? earlier = null) => Record(at => new ClaimMovedV1
    {
        ClaimId = earlier?.ClaimId ?? new(Guid.CreateVersion7(at)),
        ClaimLineId = line.ClaimLineId,
        IndividualId = Individual,
        Provider = provider,
        Payer = "alliance",
        Program = program,
        MilestoneNumber = line.MilestoneNumber,
        ServiceDate = line.ServiceDate,
        FromState = earlier?.ToState,
        ToState = state,
        Charge = line.Charge,
        Paid = paid,
        Currency = "USD",
    });

    public ReviewRecordedV1 Reviewed(TeamId team, string tier, int total, DateOnly? due) => Record(at => new ReviewRecordedV1
    {
        ReviewId = new(Guid.CreateVersion7(at)),
        TeamId = team,
        Provider = provider,
        Program = program,
        Evaluator = "dhhs",
        LastOnsiteDay = Day,
        FinalReportReceivedOn = Day,
        Total = total,
        Tier = tier,
        Certified = true,
        NextReviewDue = due,
        NextReviewRule = "NC-FID-012",
        Verdict = "Met",
        DecisionId = new(Guid.CreateVersion7(at)),
        PackVersion = "1",
    });

    /// <summary>A draft of a review: its report is not received.</summary>
    public ReviewRecordedV1 Drafted(TeamId team) => Record(at => new ReviewRecordedV1
    {
        ReviewId = new(Guid.CreateVersion7(at)),
        TeamId = team,
        Provider = provider,
        Program = program,
        Evaluator = "dhhs",
        LastOnsiteDay = Day,
        FinalReportReceivedOn = null,
        Total = 90,
        Tier = null,
        Certified = false,
        NextReviewDue = null,
        Verdict = "NeedsFacts",
        DecisionId = new(Guid.CreateVersion7(at)),
        PackVersion = "1",
    });

    /// <summary>A review is withdrawn; the team's next review is due on that day by an earlier one, or by none.</summary>
    public ReviewMovedV1 Withdrawn(ReviewRecordedV1 review, DateOnly? due) => Record(at => new ReviewMovedV1
    {
        ReviewId = review.ReviewId,
        TeamId = review.TeamId,
        Provider = provider,
        Program = program,
        FromState = "final",
        ToState = "withdrawn",
        On = Day,
        Total = review.Total,
        TeamNextReviewDue = due,
        TeamNextReviewRule = due is null ? null : "NC-FID-011",
    });

    public JobStartedV1 Started(JobId job, DateOnly from, bool competitive = true) => Record(at => new JobStartedV1
    {
        JobId = job,
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        From = from,
        Competitive = competitive,
        WeeklyHours = 20,
        Code = "35",
    });

    public JobChangedV1 Changed(JobId job, DateOnly from, bool competitive, bool withdrawn = false) => Record(at => new JobChangedV1
    {
        JobId = job,
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        From = from,
        Competitive = competitive,
        WeeklyHours = 20,
        Code = "35",
        Promotions = 0,
        Withdrawn = withdrawn,
    });

    public JobEndedV1 Ended(JobId job, DateOnly from, DateOnly through) => Record(at => new JobEndedV1
    {
        JobId = job,
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        From = from,
        Competitive = true,
        WeeklyHours = 20,
        Code = "35",
        Through = through,
        Outcome = "left",
    });

    public EducationCompletedV1 Educated(DateOnly on) => Record(at => new EducationCompletedV1
    {
        EducationId = new(Guid.CreateVersion7(at)),
        IndividualId = Individual,
        Provider = provider,
        Program = program,
        Kind = "certification",
        On = on,
        Withdrawn = false,
    });

    /// <summary>The whole journey: every step of the funnel, milestones 1 and 2, a fidelity review.</summary>
    public Story Journey(TeamId team)
    {
        Registered();
        Signed();
        Determined();
        Moved("offered");
        Moved("referred", "offered");
        Requested();
        Decided();
        Reached(1, 6, 150m);
        Claimed(1, 4, 100m);
        Claimed(1, 2, 50m);
        Reached(2, 1, 2000m);
        Claimed(2, 1, 2000m);
        Units(1, 0);
        Reviewed(team, "good", 110, Day.AddMonths(12));
        Set("service-order-renewal", "NC-SO-004", Order.Name, Day.AddYears(1));
        Set("assessment-age", "NC-ELIG-013", Individual.Name, Day.AddYears(1));
        return this;
    }

    // Every event is a second later than the one before, so that their ids sort in the order of the story.
    private TEvent Record<TEvent>(Func<DateTimeOffset, TEvent> make) where TEvent : DomainEvent
    {
        var at = start.AddSeconds(Events.Count);
        DomainEvent happened = make(at);
        var sequence = sequences[happened.Subject] = sequences.GetValueOrDefault(happened.Subject) + 1;
        happened = happened with { EventId = Guid.CreateVersion7(at), OccurredAt = at, Sequence = sequence };
        Events.Add(happened);
        return (TEvent)happened;
    }
}
