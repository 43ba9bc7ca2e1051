using Ips.Policies.Milestones;

namespace Ips.Policies.Payers;

/// <summary>
/// Who pays a milestone or service on its day: the vocational rehabilitation agency where it funds what the grid prints for it, else a coverage that is live on
/// the day. One payer pays; where two coverages are live the text of the day says whether a person chooses.
/// </summary>
public static class PayerRoute
{
    /// <summary>Who pays a line of the state's own code.</summary>
    internal const string StatePayer = "LME_MCO";

    private static readonly RuleId OnePayer = RuleId.Of("NC-EXCL-024");

    private static readonly Parameter<IReadOnlyList<string>> Order = Parameter<IReadOnlyList<string>>.Of(OnePayer, "order");
    private static readonly Parameter<string>[] TwoCoverages =
        [.. new[] { OnePayer, RuleId.Of("LA-EXCL-001") }.Select(rule => Parameter<string>.Of(rule, "two_coverages"))];

    /// <summary>The rank of a coverage in the order of payers of the day, 0 for the first; one that the text does not rank is last.</summary>
    public static int RankOf(PackDay text, Funding funding) => text.TryValue(Order, out var order) ? Rank(order, Codes.Of(funding)) : 0;

    /// <summary>The coverage that pays, as far as no person chose: the first in the order of payers of the day, and of those with the same rank the first of the list.</summary>
    /// <param name="text">The program's text of the day.</param>
    /// <param name="live">The coverages that are live on the day.</param>
    /// <param name="funding">The code of the payer program of one of them.</param>
    public static T? First<T>(PackDay text, IReadOnlyList<T> live, Func<T, string> funding) where T : class =>
        live.Count > 1 && text.TryValue(Order, out var order) ? live.MinBy(coverage => Rank(order, funding(coverage))) : live is [var first, ..] ? first : null;

    /// <summary>Whether the text of the day makes two live coverages a question to a person.</summary>
    public static bool IsQuestion(PackDay text) => Array.Exists(TwoCoverages, choice => text.TryValue(choice, out var taken) && taken == "question");

    /// <summary>Whether these coverages are a question that no person has answered.</summary>
    /// <param name="text">The program's text of the day.</param>
    /// <param name="coverages">The coverages that are live on the day; null where not given.</param>
    /// <param name="chosen">Whether a person chose which of them pays.</param>
    public static bool IsQuestion(PackDay text, IReadOnlyList<Funding>? coverages, bool? chosen) =>
        coverages is { Count: > 1 } && chosen != true && IsQuestion(text);

    /// <summary>NC-EXCL-024 on a claim line: VR neither funds nor has paid what the grid prints for it, and one coverage pays.</summary>
    /// <param name="evaluation">The results.</param>
    /// <param name="byVr">Whether the grid prints VR as funder.</param>
    /// <param name="status">What VR decided; read where <paramref name="byVr"/>.</param>
    /// <param name="coverages">The coverages that are live on the day; null where not given.</param>
    /// <param name="chosen">Whether a person chose which of them pays.</param>
    public static void RequireOnLine(RuleEvaluation evaluation, bool byVr, VrStatus? status, IReadOnlyList<Funding>? coverages, bool? chosen)
    {
        if (!byVr && coverages is null)
            return;
        bool? notVr = !byVr ? true : status is { } known ? VrFunding.FunderOf(known) != Funder.Vr : null;
        var verdict = notVr switch { true => Covered(evaluation, coverages, chosen), false => Verdict.NotMet, null => Verdict.NeedsFacts };
        evaluation.Require(OnePayer, verdict, Reason(evaluation, byVr, status, coverages, chosen),
                !byVr ? [Fact.Of(coverages)] : coverages is null ? [new Fact("vrStatus", status is not null)]
                    : [new Fact("vrStatus", status is not null), Fact.Of(coverages)])
            .Remedy(verdict == Verdict.NeedsReview ? "a person who chooses which coverage pays" : "a milestone that VR neither funds nor has paid");
    }

    /// <summary>The same beside a milestone: it is reached whichever coverage pays, so the question is only shown.</summary>
    public static void Remark(RuleEvaluation evaluation, IReadOnlyList<Funding>? coverages)
    {
        if (coverages is not null)
            evaluation.Remark(OnePayer, Covered(evaluation, coverages, chosen: null), Reason(evaluation, byVr: false, null, coverages, chosen: null), Fact.Of(coverages));
    }

    /// <summary>NC-EXCL-024 on a route: VR pays, or one coverage does.</summary>
    internal static void RequireOnRoute(RuleEvaluation evaluation, bool byVr, PayerRouteFacts facts)
    {
        bool? isVr = !byVr ? false : VrFunding.FunderOf(facts.VrStatus) is { } funder ? funder == Funder.Vr : null;
        var verdict = isVr switch
        {
            true => Verdict.Met,
            null => VrFunding.Settled(facts.VrStatus, facts.VrNonFundingDocumentDate),
            false when facts.Coverages is null => Verdict.NeedsFacts,
            false => facts.Coverages.Count == 0 ? Verdict.NotMet : Covered(evaluation, facts.Coverages, facts.CoverageChosen),
        };
        evaluation.Require(OnePayer, verdict, Reason(evaluation, byVr, facts.VrStatus, facts.Coverages, facts.CoverageChosen),
                isVr is null ? [.. VrFunding.Facts(facts.VrStatus, facts.VrNonFundingDocumentDate)] : isVr == true ? [] : [Fact.Of(facts.Coverages)])
            .Remedy(verdict == Verdict.NeedsReview ? "a person who chooses which coverage pays" : "one payer that covers the day");
    }

    /// <summary>The coverage that pays, or that the order of payers names first; null where none is live.</summary>
    internal static Funding? First(RuleEvaluation evaluation, IReadOnlyList<Funding>? coverages) =>
        coverages is { Count: > 0 } ? coverages.MinBy(funding => RankOf(evaluation.Text, funding)) : null;

    private static Verdict Covered(RuleEvaluation evaluation, IReadOnlyList<Funding>? coverages, bool? chosen) =>
        IsQuestion(evaluation.Text, coverages, chosen) ? Verdict.NeedsReview : Verdict.Met;

    private static string Reason(RuleEvaluation evaluation, bool byVr, VrStatus? status, IReadOnlyList<Funding>? coverages, bool? chosen)
    {
        if (!evaluation.Explaining)
            return "";
        var vr = byVr ? $"VR {(status is { } known ? Codes.Of(known) : "not known")}" : "";
        var covered = coverages switch
        {
            null => "",
            [] => "no coverage is live on the day",
            [var only] => $"the one live coverage is {Codes.Of(only)}",
            _ => $"live on the day: {string.Join(", ", coverages.Select(Codes.Of))}; "
                + (chosen == true ? "a person chose which pays" : $"{Codes.Of(First(evaluation, coverages)!.Value)} is first in the order of payers"),
        };
        return string.Join("; ", new[] { vr, covered }.Where(part => part.Length > 0));
    }

    private static int Rank(IReadOnlyList<string> order, string funding)
    {
        for (var i = 0; i < order.Count; i++)
        {
            if (order[i] == funding)
                return i;
        }

        return order.Count;
    }
}
