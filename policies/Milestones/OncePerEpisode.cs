namespace Ips.Policies.Milestones;

/// <summary>Milestones that are paid once in an IPS episode, and the funder that their price rule names.</summary>
public static class OncePerEpisode
{
    private static readonly Dictionary<int, Parameter<string>> OncePer =
        ((int[])[2, 3, 4, 5, 9]).ToDictionary(n => n, n => Parameter<string>.Of(MilestoneGrid.PriceRule(n), "once_per"));

    /// <summary>Whether the price rule of the milestone says how often it is paid.</summary>
    public static bool Limits(PackDay text, int milestone) => OncePer.TryGetValue(milestone, out var limit) && text.TryValue(limit, out _);

    /// <summary>Evaluates the price rule NCC-MS-0nb of a milestone that was not approved before; where the grid prints VR, the funder must be settled
    /// too.</summary>
    /// <returns>The funder, where it is settled.</returns>
    public static Funder? InEpisode(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var n = facts.Milestone;
        var approved = facts.ApprovedMilestones?.Contains(n);
        var repeatable = evaluation.Value(OncePer[n]) == "event";
        return Evaluate(evaluation, n, repeatable ? true : Ternary.Not(approved), Fact.Of(facts.ApprovedMilestones), facts.VrStatus,
            facts.VrNonFundingDocumentDate, mayBeVr: true);
    }

    /// <summary>Evaluates the price rule of a claim line: one unit, not paid before in the episode, and not a line that VR pays.</summary>
    /// <returns>The funder, where it is settled.</returns>
    public static Funder? OnLine(RuleEvaluation evaluation, int milestone, int? units, bool? alreadyPaid, VrStatus? status, DateOnly? nonFundingDocument)
    {
        bool? single = units is { } u ? u == MilestoneUnits.Event.Requested : null;
        var again = evaluation.Value(OncePer[milestone]) == "event" ? true : Ternary.Not(alreadyPaid);
        return Evaluate(evaluation, milestone, Ternary.All(single, again),
            Fact.Of(alreadyPaid, nameof(ClaimLines.ClaimLineFacts.AlreadyPaidThisEpisode)), status, nonFundingDocument, mayBeVr: false, Fact.Of(units));
    }

    private static Funder? Evaluate(RuleEvaluation evaluation, int milestone, bool? first, Fact firstFact, VrStatus? status,
        DateOnly? nonFundingDocument, bool mayBeVr, params ReadOnlySpan<Fact> more)
    {
        var byVr = MilestoneGrid.PrintedFunder(evaluation, milestone) == Funder.Vr;
        var funder = byVr ? VrFunding.FunderOf(status) : Funder.Alliance;
        var settled = byVr ? VrFunding.Settled(status, nonFundingDocument) : Verdict.Met;
        if (!mayBeVr && funder == Funder.Vr)
            settled = Verdict.NotMet;
        var once = first switch { true => Verdict.Met, false => Verdict.NotMet, null => Verdict.NeedsFacts };
        Fact[] facts = byVr ? [firstFact, .. VrFunding.Facts(status, nonFundingDocument), .. more] : [firstFact, .. more];
        evaluation.Require(MilestoneGrid.PriceRule(milestone), once > settled ? once : settled,
                $"{(first == false ? "paid or approved before, or more than one unit" : "a first single event")}{(byVr ? $"; VR {(status is { } s ? Codes.Of(s) : "not known")}" : "")}", facts)
            .Remedy($"one unit of a milestone not paid before in the episode{(byVr ? ", with a document that VR does not fund it" : "")}");
        return funder;
    }
}
