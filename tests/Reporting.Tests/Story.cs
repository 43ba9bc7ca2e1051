using Ips.Contracts;
using Ips.Contracts.Events;

namespace Ips.Reporting.Tests;

/// <summary>The events of one invented person's way through nc-core, with the sequences that the services would give.</summary>
public sealed class Story(DateTimeOffset start, string provider = "agency-one", string payer = "alliance", string program = "nc-core")
{
    private readonly Dictionary<string, long> sequences = new(StringComparer.Ordinal);
    private int told;

    public Guid Individual { get; } = Guid.CreateVersion7(start);
    public Guid Order { get; init; } = Guid.CreateVersion7(start);
    public Guid Referral { get; } = Guid.CreateVersion7(start);
    public Guid Authorization { get; } = Guid.CreateVersion7(start);
    public Guid Clock { get; } = Guid.CreateVersion7(start);
    public List<IDomainEvent> Events { get; } = [];

    /// <summary>Day 0 of the story.</summary>
    public DateOnly Day { get; } = DateOnly.FromDateTime(start.UtcDateTime);

    public IndividualRegisteredV1 Registered() => Tell(at => new IndividualRegisteredV1(Id(at), at, Individual, provider), e => e with { Sequence = Next(e) });

    public ServiceOrderSignedV1 Signed(string state = "in_force", Guid? order = null, DateOnly? on = null)
    {
        var day = on ?? Day;
        var inForce = state == "in_force";
        return Tell(at => new ServiceOrderSignedV1(
            Id(at), at, order ?? Order, Individual, provider, program, state, inForce ? "Met" : "NotMet", day, inForce ? day.AddYears(1).AddDays(-1) : null,
            inForce ? day.AddYears(1) : null, Guid.CreateVersion7(at), "1"), e => e with { Sequence = Next(e) });
    }

    public DeterminationMadeV1 Determined(string state = "eligible", DateOnly? on = null) => Tell(at => new DeterminationMadeV1(
        Id(at), at, Guid.CreateVersion7(at), Individual, provider, program, on ?? Day, state, "Met", (on ?? Day).AddYears(1), Guid.CreateVersion7(at), "1"), e => e with { Sequence = Next(e) });

    public ReferralMovedV1 Moved(string to, string? from = null, int after = 0) => Tell(at => new ReferralMovedV1(
        Id(at), at, Referral, Individual, provider, program, from, to, Day.AddDays(after), Day, to is "offered" or "referred" ? Day : null, to is "offered" or "referred" ? Day.AddDays(30) : null),
        e => e with { Sequence = Next(e) });

    public AuthorizationRequestedV1 Requested(string state = "under_review", string kind = "m2", Guid? authorization = null) => Tell(at => new AuthorizationRequestedV1(
        Id(at), at, authorization ?? Authorization, Individual, provider, payer, program, kind, state, "Met", Day, Day, Day.AddDays(89), 1, Day.AddDays(29), Guid.CreateVersion7(at), "1"),
        e => e with { Sequence = Next(e) });

    public AuthorizationDecidedV1 Decided(string outcome = "approve", string kind = "m2", Guid? authorization = null, int through = 89)
    {
        var approved = outcome != "deny";
        return Tell(at => new AuthorizationDecidedV1(
            Id(at), at, authorization ?? Authorization, Individual, provider, payer, program, kind, outcome, approved ? Day : null, approved ? Day.AddDays(through) : null, approved ? 1 : 0,
            approved ? null : "NC-AUTH-003"), e => e with { Sequence = Next(e) });
    }

    public AuthorizationMovedV1 Authorized(string to, string from, string kind = "m2", Guid? authorization = null) => Tell(at => new AuthorizationMovedV1(
        Id(at), at, authorization ?? Authorization, Individual, provider, payer, program, kind, from, to, Day, to == "terminated" ? Day.AddDays(-1) : null, null), e => e with { Sequence = Next(e) });

    public DeadlineReachedV1 Reached(string kind, string rule, string state, DateOnly dueOn, int arming = 1) => Tell(at => new DeadlineReachedV1(
        Id(at), at, Clock, Individual, provider, program, kind, rule, new AuthorizationId(Authorization).Name, state, state == "due_soon" ? 2 : null, dueOn, arming), e => e with { Sequence = Next(e) });

    public IndividualDischargedV1 Discharged(Guid determination) => Tell(at => new IndividualDischargedV1(
        Id(at), at, determination, Individual, provider, program, Day, "individual_request", Guid.CreateVersion7(at), "1"), e => e with { Sequence = Next(e) });

    public AuthorizationUnitsMovedV1 Units(int moved, int left) => Tell(at => new AuthorizationUnitsMovedV1(
        Id(at), at, Authorization, Individual, provider, program, "m2", Guid.CreateVersion7(at), moved, left), e => e with { Sequence = Next(e) });

    public MilestoneDecidedV1 Reached(int number, int units, decimal amount, string state = "billable", DateOnly? on = null) => Tell(at => new MilestoneDecidedV1(
        Id(at), at, Guid.CreateVersion7(at), Individual, provider, program, number, on ?? Day, state, "Met", "Alliance", units, units, amount, "USD", Guid.CreateVersion7(at), "1"),
        e => e with { Sequence = Next(e) });

    public ClaimLineDecidedV1 Claimed(int number, int units, decimal charge, string state = "ready", DateOnly? on = null) => Tell(at => new ClaimLineDecidedV1(
        Id(at), at, Guid.CreateVersion7(at), Guid.CreateVersion7(at), Individual, Guid.CreateVersion7(at), provider, program, number, on ?? Day, state, "Met", "H2023", ["Z2"], units, units,
        charge, charge, "USD", [], Guid.CreateVersion7(at), "1"), e => e with { Sequence = Next(e) });

    public ClaimLineVoidedV1 Voided(ClaimLineDecidedV1 line) => Tell(at => new ClaimLineVoidedV1(
        Id(at), at, line.ClaimLineId, line.MilestoneId, Individual, provider, program, line.MilestoneNumber, line.ServiceDate, line.Units, line.Charge, "USD"), e => e with { Sequence = Next(e) });

    public ReviewRecordedV1 Reviewed(Guid team, string tier, int total, DateOnly? due) => Tell(at => new ReviewRecordedV1(
        Id(at), at, Guid.CreateVersion7(at), team, provider, program, "dhhs", Day, Day, total, tier, true, due, "Met", Guid.CreateVersion7(at), "1"), e => e with { Sequence = Next(e) });

    /// <summary>The whole journey: every step of the funnel, milestones 1 and 2, a fidelity review.</summary>
    public Story Journey(Guid team)
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
        return this;
    }

    private static Guid Id(DateTimeOffset at) => Guid.CreateVersion7(at);

    private long Next(IDomainEvent e) => sequences[e.Subject] = sequences.GetValueOrDefault(e.Subject) + 1;

    // Every event a second after the one before: ids then sort as they were told.
    private T Tell<T>(Func<DateTimeOffset, T> make, Func<T, T> number) where T : IDomainEvent
    {
        var happened = number(make(start.AddSeconds(told++)));
        Events.Add(happened);
        return happened;
    }
}
