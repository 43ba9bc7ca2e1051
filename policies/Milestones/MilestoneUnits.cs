namespace Ips.Policies.Milestones;

/// <summary>What one milestone asks to be paid.</summary>
/// <param name="Asked">Units asked; null where not known.</param>
/// <param name="InsideCap">Units inside the caps; null where not known.</param>
/// <param name="Open">False where nothing is payable for a reason that a cap rule reports beside its cap, such as a day outside the authorization.</param>
/// <param name="Funder">Who pays; null where not settled.</param>
public readonly record struct MilestoneUnits(int? Asked, int? InsideCap, bool Open = true, Funder? Funder = Funder.Alliance)
{
    /// <summary>Rules that refuse only what lies above them.</summary>
    public IReadOnlyList<RuleId> LeaveTheRest { get; init; } = Caps.LeaveTheRest;

    /// <summary>A single event.</summary>
    public static MilestoneUnits Event { get; } = new(1, 1);

    /// <summary>Units that the caps refuse.</summary>
    public int? Denied => Asked - InsideCap;

    /// <summary>
    /// Units payable: none while a rule that is not a cap says anything but yes, none where VR pays;
    /// null while a cap itself cannot be told and no rule says no.
    /// </summary>
    public int? Payable(RuleEvaluation ruling)
    {
        if (!Open || Funder == Milestones.Funder.Vr || ruling.WorstWithout(LeaveTheRest) != Verdict.Met)
            return 0;
        return InsideCap ?? (ruling.Worst == Verdict.NotMet ? 0 : null);
    }
}
