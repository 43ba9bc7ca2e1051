using System.ComponentModel.DataAnnotations;

namespace Ips.Policies.Fidelity;

/// <summary>What is known about a finished review. Scores are totals of the 25 items, 25 to 125. <see langword="null"/> means not known.</summary>
public sealed record FidelityResultFacts
{
    /// <summary>Total of the final report.</summary>
    [TotalScore]
    public int? FinalScore { get; init; }

    /// <summary>Total of the draft; it never decides.</summary>
    [TotalScore]
    public int? DraftScore { get; init; }

    /// <summary>Day the team received the final report.</summary>
    [Act]
    public DateOnly? FinalReportReceivedDate { get; init; }

    /// <summary>Who did the review.</summary>
    public Evaluator? Evaluator { get; init; }

    /// <summary>Day of the review.</summary>
    [Act]
    public DateOnly? ReviewDate { get; init; }

    /// <summary>Standing of the team before the review.</summary>
    public TeamStatus? TeamStatus { get; init; }

    /// <summary>Items scored 1, 2 or 3.</summary>
    [ScaleItemCount]
    public int? LowItems { get; init; }

    /// <summary>Day the findings were issued.</summary>
    [Act]
    public DateOnly? FindingsDate { get; init; }

    /// <summary>Only if given: day the corrective plan was implemented.</summary>
    [Act]
    public DateOnly? CapImplementedDate { get; init; }

    /// <summary>Only if given: day on which the team began with the corrective plan.</summary>
    [Act]
    public DateOnly? CapStartedDate { get; init; }

    /// <summary>Only if given: day on which the plan approved the corrective plan.</summary>
    [Act]
    public DateOnly? CapApprovedDate { get; init; }

    /// <summary>Only if given: total of the previous external review of a new team.</summary>
    [TotalScore]
    public int? PreviousScore { get; init; }

    /// <summary>Only if given: longer interval granted by the plan, in months.</summary>
    [Range(1, int.MaxValue)]
    public int? GrantedIntervalMonths { get; init; }

    /// <summary>Only if given: shorter interval that the plan prescribes, in months.</summary>
    [Range(1, int.MaxValue)]
    public int? PrescribedIntervalMonths { get; init; }

    /// <summary>Only if given: day by which the plan wants the corrective plan implemented, for health and safety.</summary>
    [AnyDay]
    public DateOnly? CorrectivePlanDueBy { get; init; }

    /// <summary>Day of the written answer to the report.</summary>
    [Act]
    public DateOnly? ActionPlanDate { get; init; }

    /// <summary>Only if given: day on which the team and its LME/MCO(s) reviewed the Fidelity Action Plan.</summary>
    [Act]
    public DateOnly? PlanReviewDate { get; init; }

    /// <summary>Only if given: hours of technical assistance that the LME/MCO(s) set for the next 12 months; with several the largest number.</summary>
    [Range(0, 10_000)]
    public int? TechnicalAssistanceHours { get; init; }

    /// <summary>Only if given: the scale that the team was scored with.</summary>
    public string? Scale { get; init; }
}

/// <summary>Who did a review.</summary>
public enum Evaluator
{
    /// <summary>North Carolina Department of Health and Human Services.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("DHHS")] Dhhs,

    /// <summary>Contractor approved by the state.</summary>
    ApprovedContractor,

    /// <summary>The provider itself.</summary>
    Provider,
}

/// <summary>Standing of a Louisiana team.</summary>
public enum TeamStatus
{
    /// <summary>Has not yet reached good fidelity in an external review.</summary>
    New,

    /// <summary>Has reached good fidelity once.</summary>
    Existing,
}
