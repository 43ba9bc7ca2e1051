using Ips.Policies.Milestones;
using Ips.Policies.Payers;

namespace Ips.Policies.ClaimLines;

/// <summary>What the milestone contract requires of a line: its code, its caps, its authorization or letter, and who pays.</summary>
public static class ContractLineRules
{
    private static readonly RuleId EngagementTime = RuleId.Of("NCC-MS-01b");
    private static readonly RuleId LetterReceived = RuleId.Of("NCC-UM-004");
    private static readonly RuleId LetterUploaded = RuleId.Of("NCC-UM-005");
    private static readonly RuleId OwnCode = RuleId.Of("NCC-UM-006");
    private static readonly RuleId Unmanaged = RuleId.Of("NCC-MS-01d");
    private static readonly RuleId ByAuthorization = RuleId.Of("NCC-MS-02e");
    private static readonly RuleId ClaimsSystem = RuleId.Of("NCC-FIN-001");

    private static readonly Parameter<IReadOnlyList<string>> ReviewedMilestones = Parameter<IReadOnlyList<string>>.Of(LetterReceived, "milestones");
    private static readonly Parameter<IReadOnlyList<string>> AuthorizedMilestones = Parameter<IReadOnlyList<string>>.Of(ByAuthorization, "milestones");
    private static readonly Parameter<string> Channel = Parameter<string>.Of(ClaimsSystem, "channel");

    /// <summary>Whether a milestone is billed only after the letter of its reviewer was uploaded.</summary>
    public static bool NeedsLetter(PackDay text, int milestone) =>
        text.TryValue(ReviewedMilestones, out var reviewed) && reviewed.Contains($"M{milestone}", StringComparer.Ordinal);

    /// <summary>Evaluates the line of a milestone.</summary>
    public static MilestoneUnits Evaluate(ClaimLineFacts facts, int milestone, RuleEvaluation evaluation)
    {
        evaluation.Require(MilestoneGrid.CodeRule(milestone), Coded(facts, milestone, evaluation),
            $"milestone {milestone} is {MilestoneGrid.Code(evaluation, milestone)}; on the line: {Shown(facts.Modifiers)}",
                Fact.Of(facts.Funding), Fact.Of(facts.Code), Fact.Of(facts.Modifiers))
            .Remedy($"{MilestoneGrid.Code(evaluation, milestone)} with the modifiers {(facts.Funding is { } f ? MilestoneGrid.Modifiers(evaluation, milestone, f) : ["of the funding"])}");
        var units = Units(facts, milestone, evaluation);
        if (evaluation.Value(ReviewedMilestones).Contains($"M{milestone}", StringComparer.Ordinal))
            Letter(facts, Coded(facts, milestone, evaluation), evaluation);
        if (evaluation.Value(AuthorizedMilestones).Contains($"M{milestone}", StringComparer.Ordinal))
        {
            evaluation.Remark(ByAuthorization, Evidence.Inside(facts.ServiceDate, facts.AuthorizationFrom, facts.AuthorizationTo),
                "decided by an authorization; no approval letter is needed",
                Fact.Of(facts.AuthorizationFrom), Fact.Of(facts.AuthorizationTo));
        }

        PayerRoute.RequireOnLine(evaluation, MilestoneGrid.PrintedFunder(evaluation, milestone) == Funder.Vr, facts.VrStatus, facts.Coverages, facts.CoverageChosen);
        if (facts.Channel is { } channel)
            evaluation.Require(ClaimsSystem, Codes.Of(channel) == evaluation.Value(Channel), $"sent by {Codes.Of(channel)}")
                .Remedy($"a claim through {evaluation.Value(Channel)}");
        return units;
    }

    /// <summary>A contract line without a milestone: the rule of its modifier cannot be evaluated, or that of the first milestone where it has none.</summary>
    public static void MilestoneNotKnown(ClaimLineFacts facts, RuleEvaluation evaluation) =>
        evaluation.Require(MilestoneGrid.CodeRule(evaluation, facts.Modifiers), Verdict.NeedsFacts, "the milestone is not known",
                Fact.Of(facts.Milestone))
            .Remedy("the milestone that the record shows");

    private static MilestoneUnits Units(ClaimLineFacts facts, int milestone, RuleEvaluation evaluation)
    {
        switch (milestone)
        {
            case 1:
                evaluation.Remark(Unmanaged, Verdict.Met, "needs neither authorization nor approval letter");
                if (facts.DurationMinutes is { } minutes)
                {
                    var most = QuarterHours.OfEngagement(evaluation, minutes);
                    evaluation.Require(EngagementTime, facts.Units is { } billed ? billed <= most : null,
                            $"{facts.Units} units billed, {most} in {minutes} minutes", Fact.Of(facts.Units))
                        .Remedy($"at most {most} units");
                }

                return new(facts.Units, Caps.Engagement(evaluation, facts.Units is { } requested ? [(facts.ServiceDate, requested)] : null,
                    facts.UnitsUsedByYear, Fact.Of(facts.Units)));
            case 6:
                var inMonth = Caps.Triggers(evaluation, facts.Units, facts.TriggersPaidThisMonth, "units");
                var (covered, left) = Caps.Authorized(evaluation, facts.ServiceDate, AuthorizationOf(facts), facts.Units, "units");
                return new(facts.Units, inMonth is { } a && left is { } b ? Math.Min(a, b) : null, Open: covered == true);
            case 7:
                Single(facts, milestone, evaluation);
                Caps.PromotionsOf(evaluation, facts.ServiceDate, facts.PaymentsByYear);
                return MilestoneUnits.Event;
            case 8:
                Single(facts, milestone, evaluation);
                Caps.EducationOf(evaluation, facts.PriorPayments);
                return MilestoneUnits.Event;
            default:
                var funder = OncePerEpisode.OnLine(evaluation, milestone, facts.Units, facts.AlreadyPaidThisEpisode, facts.VrStatus,
                    facts.VrNonFundingDocumentDate);
                if (milestone == 2)
                    IntakeRules.AuthorizedOn(evaluation, facts.ServiceDate, AuthorizationOf(facts));
                return MilestoneUnits.Event with { Funder = funder };
        }
    }

    private static void Single(ClaimLineFacts facts, int milestone, RuleEvaluation evaluation) =>
        evaluation.Require(MilestoneGrid.PriceRule(milestone), facts.Units is { } units ? units == MilestoneUnits.Event.Requested : null,
                $"{facts.Units} units; an event is one payment", Fact.Of(facts.Units))
            .Remedy("units 1");

    private static void Letter(ClaimLineFacts facts, bool? coded, RuleEvaluation evaluation)
    {
        evaluation.Require(LetterReceived, evaluation.Happened(facts.ApprovalLetterReceivedOn),
            $"approval letter of {facts.ApprovalLetterReceivedOn}",
                Fact.Of(facts.ApprovalLetterReceivedOn))
            .Remedy("the approval letter of Network Evaluation");
        evaluation.Require(LetterUploaded, evaluation.Happened(facts.ApprovalLetterUploadedOn),
            $"letter uploaded on {facts.ApprovalLetterUploadedOn}",
                Fact.Of(facts.ApprovalLetterUploadedOn))
            .Remedy("the letter uploaded to the claims system");
        evaluation.Remark(OwnCode, Ternary.All(evaluation.Happened(facts.ApprovalLetterUploadedOn), coded),
            "billed under the milestone's own code once the letter is uploaded",
            Fact.Of(facts.ApprovalLetterUploadedOn), Fact.Of(facts.Code), Fact.Of(facts.Modifiers), Fact.Of(facts.Funding));
    }

    /// <summary>Exactly the code and modifiers of the milestone; without the funding a line can only be known to be wrong.</summary>
    private static bool? Coded(ClaimLineFacts facts, int milestone, RuleEvaluation evaluation)
    {
        bool? code = facts.Code is { } given ? given == MilestoneGrid.Code(evaluation, milestone) : null;
        bool? modifiers = facts.Modifiers is { } carried ? facts.Funding is { } funding
                ? MilestoneGrid.IsCoded(evaluation, milestone, funding, carried)
                : Enum.GetValues<Funding>().Any(f => MilestoneGrid.IsCoded(evaluation, milestone, f, carried))
                    ? null : false
            : null;
        return Ternary.All(code, modifiers);
    }

    /// <summary>A modifier has two characters; anything longer is not a modifier and is not shown.</summary>
    private static IEnumerable<string> Shown(IReadOnlyList<string>? modifiers) => modifiers?.Select(m => m.Length <= 2 ? m : "something else") ?? [];

    private static Authorization AuthorizationOf(ClaimLineFacts facts) => new(facts.AuthorizationFrom, facts.AuthorizationTo, facts.AuthorizationUnitsLeft,
        [Fact.Of(facts.AuthorizationFrom), Fact.Of(facts.AuthorizationTo), Fact.Of(facts.AuthorizationUnitsLeft)]);
}
