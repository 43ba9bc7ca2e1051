namespace Ips.Policies.Milestones;

/// <summary>The units of one milestone.</summary>
/// <param name="Requested">Units requested; null where not known.</param>
/// <param name="InsideCap">Units inside the caps; null where not known.</param>
/// <param name="Open">False where nothing is payable for a reason that a cap rule reports beside its cap, such as a day outside the authorization.</param>
/// <param name="Funder">Who pays; null where not settled.</param>
public readonly record struct MilestoneUnits(int? Requested, int? InsideCap, bool Open = true, Funder? Funder = Funder.Alliance)
{
    /// <summary>Rules that refuse only what lies above them.</summary>
    public IReadOnlyList<RuleId> LeaveTheRest { get; init; } = Caps.LeaveTheRest;

    /// <summary>A single event.</summary>
    public static MilestoneUnits Event { get; } = new(1, 1);

    /// <summary>Units that the caps refuse.</summary>
    public int? Denied => Requested - InsideCap;

    /// <summary>
    /// Units payable: none while a rule that is not a cap is anything but Met, none where VR pays;
    /// null while a cap is not known and no rule is NotMet.
    /// </summary>
    public int? Payable(RuleEvaluation evaluation)
    {
        if (!Open || Funder == Milestones.Funder.Vr || evaluation.WorstWithout(LeaveTheRest) != Verdict.Met)
            return 0;
        return InsideCap ?? (evaluation.Worst == Verdict.NotMet ? 0 : null);
    }
}
