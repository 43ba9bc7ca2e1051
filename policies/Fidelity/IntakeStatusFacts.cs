namespace Ips.Policies.Fidelity;

/// <summary>What is known about a Louisiana team that wants to accept or keep members. <see langword="null"/> means not known.</summary>
public sealed record IntakeStatusFacts
{
    /// <summary>The members that the team wants to serve; required.</summary>
    public required IntakePurpose Purpose { get; init; }

    /// <summary>Standing of the team.</summary>
    public TeamStatus? TeamStatus { get; init; }

    /// <summary>External reviews, oldest first.</summary>
    public IReadOnlyList<ExternalReview>? Reviews { get; init; }

    /// <summary>Day the corrective plan was implemented.</summary>
    [Act]
    public DateOnly? CapImplementedDate { get; init; }

    /// <summary>Only if given: first day of a suspension of intake that is on record.</summary>
    [AnyDay]
    public DateOnly? SuspendedOn { get; init; }

    /// <summary>The plan or LDH found a health and safety violation.</summary>
    public bool? HealthSafetyViolation { get; init; }

    /// <summary>The latest review; of two on one day, the later in the list.</summary>
    internal ExternalReview? LatestReview()
    {
        ExternalReview? latest = null;
        foreach (var review in Reviews ?? [])
        {
            if (review.Date is not null && !(review.Date < latest?.Date))
                latest = review;
        }

        return latest;
    }
}

/// <summary>A review by the plan or its reviewer. <see langword="null"/> means not known.</summary>
public sealed record ExternalReview
{
    /// <summary>Day of the review.</summary>
    [Act]
    public DateOnly? Date { get; init; }

    /// <summary>Total of the 25 items, 25 to 125.</summary>
    [TotalScore]
    public int? Score { get; init; }
}

/// <summary>The members that a team wants to serve.</summary>
public enum IntakePurpose
{
    /// <summary>A person that the team does not serve yet.</summary>
    NewMember,

    /// <summary>A person that the team serves already.</summary>
    ExistingMember,
}

/// <summary>Whether a team accepts new members.</summary>
public enum Intake
{
    /// <summary>New members may be accepted.</summary>
    Open,

    /// <summary>New members may be accepted while the corrective plan has time left.</summary>
    CapInForce,

    /// <summary>No new members.</summary>
    Suspended,
}
