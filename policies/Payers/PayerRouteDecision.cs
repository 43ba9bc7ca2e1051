using System.ComponentModel.DataAnnotations;
using Ips.Policies.Milestones;

namespace Ips.Policies.Payers;

/// <summary>Who pays this milestone or service on its day?</summary>
public static class PayerRouteDecision
{
    /// <summary>The kind of decision.</summary>
    public static DecisionKind<PayerRouteFacts> Kind { get; } = new(
        "payer-route", "Who pays this milestone or service on its day?", Evaluate, textDay: f => f.ServiceDate);

    private static void Evaluate(PayerRouteFacts facts, RuleEvaluation evaluation)
    {
        ContractDay.Require(evaluation, facts.ServiceDate);
        var grid = facts.Milestone is not null && MilestoneGrid.IsIn(evaluation.Text.Pack);
        var byVr = grid && MilestoneGrid.PrintedFunder(evaluation, facts.Milestone!.Value) == Funder.Vr;
        if (byVr)
        {
            evaluation.Require(MilestoneGrid.PriceRule(facts.Milestone!.Value), VrFunding.Settled(facts.VrStatus, facts.VrNonFundingDocumentDate),
                    $"the grid prints VR as funder; VR {(facts.VrStatus is { } status ? Codes.Of(status) : "not known")}",
                    [.. VrFunding.Facts(facts.VrStatus, facts.VrNonFundingDocumentDate)])
                .Remedy("a decision of VR, with a document where it does not fund the milestone");
        }

        PayerRoute.RequireOnRoute(evaluation, byVr, facts);
        var funder = byVr ? VrFunding.FunderOf(facts.VrStatus) : Funder.Alliance;
        var first = funder == Funder.Alliance ? PayerRoute.First(evaluation, facts.Coverages) : null;
        if (evaluation.Worst == Verdict.Met)
            evaluation.Answer("payer", grid ? Codes.Of(funder!.Value) : PayerRoute.StatePayer);
        if (facts.CoverageChosen != true && first is { } funding)
            evaluation.Answer("firstFunding", Codes.Of(funding));
    }
}

/// <summary>One milestone or service of one person. <see langword="null"/> means not known.</summary>
public sealed record PayerRouteFacts
{
    /// <summary>Day of the service or of the milestone event. Required; it selects the text.</summary>
    [Act]
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Number of the milestone; absent for a service that is paid by no milestone.</summary>
    [Range(1, 9)]
    public int? Milestone { get; init; }

    /// <summary>The coverages that are live on the day: the payer program of each.</summary>
    public IReadOnlyList<Funding>? Coverages { get; init; }

    /// <summary>Only if given: a person chose which of them pays.</summary>
    public bool? CoverageChosen { get; init; }

    /// <summary>M3 to M5: the VR decision on funding.</summary>
    public VrStatus? VrStatus { get; init; }

    /// <summary>M3 to M5: date of the letter or record that VR does not fund.</summary>
    [Act]
    public DateOnly? VrNonFundingDocumentDate { get; init; }
}
