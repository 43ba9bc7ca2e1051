namespace Ips.Policies.Fidelity;

/// <summary>What is known about a Louisiana team that wants to take or keep a member. <see langword="null"/> means not known.</summary>
public sealed record IntakeFacts
{
    /// <summary>Whom the question is about.</summary>
    public required IntakePurpose Purpose { get; init; }

    /// <summary>Standing of the team.</summary>
    public TeamStatus? TeamStatus { get; init; }

    /// <summary>External reviews, oldest first.</summary>
    public IReadOnlyList<ReviewResult>? Reviews { get; init; }

    /// <summary>Day on which the corrective plan was implemented.</summary>
    public DateOnly? CapImplementedDate { get; init; }

    /// <summary>Only if given: intake is suspended from that day.</summary>
    public DateOnly? SuspendedOn { get; init; }

    /// <summary>A health and safety violation found by the plan or LDH.</summary>
    public bool? HealthSafetyViolation { get; init; }

    internal static IntakeFacts Read(FactReader facts) => new()
    {
        Purpose = facts.RequiredCode<IntakePurpose>("purpose"),
        TeamStatus = facts.Code<TeamStatus>("teamStatus"),
        Reviews = facts.List("reviews", ReviewResult.Read),
        CapImplementedDate = facts.Date("capImplementedDate"),
        SuspendedOn = facts.Date("suspendedOn"),
        HealthSafetyViolation = facts.Flag("healthSafetyViolation"),
    };
}

/// <summary>Total of an external review.</summary>
/// <param name="Date">Day of the review.</param>
/// <param name="Score">Total score.</param>
public sealed record ReviewResult(DateOnly Date, int Score)
{
    internal static ReviewResult Read(FactReader facts) => new(
        facts.RequiredDate("date"), facts.RequiredInteger("score", FidelityScale.Ips25.LowestTotal, FidelityScale.Ips25.HighestTotal));
}

/// <summary>Whom an intake question is about.</summary>
public enum IntakePurpose
{
    /// <summary>A person whom the team wants to accept.</summary>
    NewMember,

    /// <summary>A person whom the team serves.</summary>
    ExistingMember,
}
