namespace Ips.Policies.Milestones;

/// <summary>The printed grid: code, modifiers, printed funder and rate by milestone number. Names are never used: they differ between the texts.</summary>
public static class MilestoneGrid
{
    private const int Count = 9;
    private static readonly Row[] Rows = [.. Enumerable.Range(1, Count).Select(n => new Row(n))];

    // The rule of the first milestone holds it for all of them.
    private static readonly Parameter<string> Order = Parameter<string>.Of(Rows[0].Coding, "modifier_order");

    /// <summary>Whether the program pays by milestones.</summary>
    public static bool IsIn(Pack program) => program.Find(Rows[0].Pricing) is not null;

    /// <summary>The rule that prints code and funder of a milestone: NCC-MS-0na.</summary>
    public static RuleId CodeRule(int milestone) => Rows[milestone - 1].Coding;

    /// <summary>The rule that prints the price of a milestone: NCC-MS-0nb.</summary>
    public static RuleId PriceRule(int milestone) => Rows[milestone - 1].Pricing;

    /// <summary>The procedure code.</summary>
    public static string Code(RuleEvaluation evaluation, int milestone) => Code(evaluation.Text, milestone);

    /// <inheritdoc cref="Code(RuleEvaluation, int)"/>
    public static string Code(PackDay text, int milestone) => text.Value(Rows[milestone - 1].Code);

    /// <summary>The modifiers that belong on a line, in order.</summary>
    public static IReadOnlyList<string> Modifiers(RuleEvaluation evaluation, int milestone, Funding funding) => Modifiers(evaluation.Text, milestone, funding);

    /// <inheritdoc cref="Modifiers(RuleEvaluation, int, Funding)"/>
    public static IReadOnlyList<string> Modifiers(PackDay text, int milestone, Funding funding) =>
        text.Value(funding == Funding.Medicaid ? Rows[milestone - 1].Medicaid : Rows[milestone - 1].State);

    /// <summary>Whether a line carries the modifiers of the milestone and nothing else.</summary>
    internal static bool IsCoded(RuleEvaluation evaluation, int milestone, Funding funding, IReadOnlyList<string> carried)
    {
        var expected = Modifiers(evaluation, milestone, funding);
        return evaluation.Chooses(Order, "any") ? carried.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal), StringComparer.Ordinal)
            : carried.SequenceEqual(expected, StringComparer.Ordinal);
    }

    /// <summary>The rule that prints the milestone whose own modifier is on a line; that of the first milestone where the line has none.</summary>
    internal static RuleId CodeRule(RuleEvaluation evaluation, IReadOnlyList<string>? modifiers) =>
        (Array.Find(Rows, r => modifiers?.Contains(evaluation.Value(r.State)[^1], StringComparer.Ordinal) == true) ?? Rows[0]).Coding;

    /// <summary>The funder as printed. Where it is VR, the payer depends on what VR does: <see cref="VrFunding"/>.</summary>
    public static Funder PrintedFunder(RuleEvaluation evaluation, int milestone) => Codes.Parse<Funder>(evaluation.Value(Rows[milestone - 1].Funder))
        ?? throw new InvalidOperationException($"{CodeRule(milestone)} has the funder '{evaluation.Value(Rows[milestone - 1].Funder)}' in the pack; write one of {string.Join(", ", Codes.All<Funder>())}.");

    /// <summary>The funder as printed on a day; null where the text is not in force on it, or has no such milestone.</summary>
    public static Funder? PrintedFunder(PackDay text, int milestone) => milestone is >= 1 and <= Count && text.TryValue(Rows[milestone - 1].Funder, out var funder)
        ? Codes.Parse<Funder>(funder) : null;

    /// <summary>Dollars for the units: milestone 1 by the quarter of an hour, 6 by the trigger payment, the others by the event.</summary>
    public static decimal Price(RuleEvaluation evaluation, int milestone, int units) => Price(evaluation.Text, milestone, units);

    /// <inheritdoc cref="Price(RuleEvaluation, int, int)"/>
    public static decimal Price(PackDay text, int milestone, int units) => text.Value(Rows[milestone - 1].Rate) * units;

    private sealed class Row
    {
        public Row(int milestone)
        {
            (Coding, Pricing) = (RuleId.Of($"NCC-MS-0{milestone}a"), RuleId.Of($"NCC-MS-0{milestone}b"));
            (Code, Funder, Rate) = (Parameter<string>.Of(Coding, "code"), Parameter<string>.Of(Coding, "funder"), Parameter<decimal>.Of(Pricing, "rate"));
            Medicaid = Parameter<IReadOnlyList<string>>.Of(Coding, "medicaid_modifiers");
            State = Parameter<IReadOnlyList<string>>.Of(Coding, "state_modifiers");
        }

        public RuleId Coding { get; }

        public RuleId Pricing { get; }

        public Parameter<string> Code { get; }

        public Parameter<string> Funder { get; }

        public Parameter<decimal> Rate { get; }

        public Parameter<IReadOnlyList<string>> Medicaid { get; }

        public Parameter<IReadOnlyList<string>> State { get; }
    }
}
