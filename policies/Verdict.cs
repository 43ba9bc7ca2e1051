namespace Ips.Policies;

/// <summary>The result of one rule, or of a whole decision. The members are ordered: the worst of several is the greatest.</summary>
public enum Verdict
{
    /// <summary>Yes: eligible, compliant, acceptable, payable.</summary>
    Met = 0,

    /// <summary>The text leaves it to a person; the rule's entry names who decides.</summary>
    NeedsReview = 1,

    /// <summary>A fact that the rule needs is absent. An absent fact is never a no.</summary>
    NeedsFacts = 2,

    /// <summary>No. A denial is a normal answer and carries its reason.</summary>
    NotMet = 3,
}
