using Ips.Policies.Milestones;

namespace Ips.Policies.ClaimLines;

/// <summary>What the milestone contract asks of a line: its code, its caps, its authorization or letter, and who pays.</summary>
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

    /// <summary>Judges the line of a milestone.</summary>
    public static MilestoneUnits Evaluate(ClaimLineFacts facts, int milestone, RuleEvaluation ruling)
    {
        ruling.Judge(MilestoneGrid.CodeRule(milestone), Coded(facts, milestone, ruling), $"milestone {milestone} is {MilestoneGrid.Code(ruling, milestone)}; on the line: {Shown(facts.Modifiers)}",
                Fact.Of("funding", facts.Funding), Fact.Of("code", facts.Code), Fact.Of("modifiers", facts.Modifiers))
            .Remedy($"{MilestoneGrid.Code(ruling, milestone)} with the modifiers {(facts.Funding is { } f ? MilestoneGrid.Modifiers(ruling, milestone, f) : ["of the funding"])}");
        var units = Units(facts, milestone, ruling);
        if (ruling.Value(ReviewedMilestones).Contains($"M{milestone}", StringComparer.Ordinal))
            Letter(facts, Coded(facts, milestone, ruling), ruling);
        if (ruling.Value(AuthorizedMilestones).Contains($"M{milestone}", StringComparer.Ordinal))
        {
            ruling.Remark(ByAuthorization, Evidence.Inside(facts.ServiceDate, facts.AuthorizationFrom, facts.AuthorizationTo), "decided by an authorization; no approval letter is needed",
                Fact.Of("authorizationFrom", facts.AuthorizationFrom), Fact.Of("authorizationTo", facts.AuthorizationTo));
        }

        if (MilestoneGrid.PrintedFunder(ruling, milestone) == Funder.Vr)
            StateLineRules.NotPaidByVr(facts, ruling);
        if (facts.Channel is { } channel)
            ruling.Judge(ClaimsSystem, Codes.Of(channel) == ruling.Value(Channel), $"sent by {Codes.Of(channel)}").Remedy($"a claim through {ruling.Value(Channel)}");
        return units;
    }

    /// <summary>A line of the contract without the milestone that the record shows cannot be judged.</summary>
    public static void MilestoneNotKnown(ClaimLineFacts facts, RuleEvaluation ruling) =>
        ruling.Judge(MilestoneGrid.CodeRule(1), Verdict.NeedsFacts, "the milestone is not known", Fact.Of("milestone", facts.Milestone)).Remedy("the milestone that the record shows");

    private static MilestoneUnits Units(ClaimLineFacts facts, int milestone, RuleEvaluation ruling)
    {
        switch (milestone)
        {
            case 1:
                ruling.Remark(Unmanaged, Verdict.Met, "needs neither authorization nor approval letter");
                if (facts.DurationMinutes is { } minutes)
                {
                    var most = QuarterHours.OfEngagement(ruling, minutes);
                    ruling.Judge(EngagementTime, facts.Units is { } billed ? billed <= most : null, $"{facts.Units} units billed, {most} in {minutes} minutes", Fact.Of("units", facts.Units))
                        .Remedy($"at most {most} units");
                }

                return new(facts.Units, Caps.Engagement(ruling, facts.Units is { } asked ? [(facts.ServiceDate, asked)] : null, facts.UnitsUsedByYear, Fact.Of("units", facts.Units)));
            case 6:
                var inMonth = Caps.Triggers(ruling, facts.Units, facts.TriggersPaidThisMonth, "units");
                var (covered, left) = Caps.Authorized(ruling, facts.ServiceDate, AuthorizationOf(facts), facts.Units, "units");
                return new(facts.Units, inMonth is { } a && left is { } b ? Math.Min(a, b) : null, Open: covered == true);
            case 7:
                Single(facts, milestone, ruling);
                Caps.PromotionsOf(ruling, facts.ServiceDate, facts.PaymentsByYear);
                return MilestoneUnits.Event;
            case 8:
                Single(facts, milestone, ruling);
                Caps.EducationOf(ruling, facts.PriorPayments);
                return MilestoneUnits.Event;
            default:
                var funder = OncePerEpisode.OnLine(ruling, milestone, facts.Units, facts.AlreadyPaidThisEpisode, facts.VrStatus, facts.VrNonFundingDocumentDate);
                if (milestone == 2)
                    IntakeRules.AuthorizedOn(ruling, facts.ServiceDate, AuthorizationOf(facts));
                return MilestoneUnits.Event with { Funder = funder };
        }
    }

    private static void Single(ClaimLineFacts facts, int milestone, RuleEvaluation ruling) =>
        ruling.Judge(MilestoneGrid.PriceRule(milestone), facts.Units is { } units ? units == MilestoneUnits.Event.Asked : null, $"{facts.Units} units; an event is one payment", Fact.Of("units", facts.Units))
            .Remedy("units 1");

    private static void Letter(ClaimLineFacts facts, bool? coded, RuleEvaluation ruling)
    {
        ruling.Judge(LetterReceived, facts.ApprovalLetterReceivedOn is { } came ? came <= ruling.AsOf : null, $"approval letter of {facts.ApprovalLetterReceivedOn}",
                Fact.Of("approvalLetterReceivedOn", facts.ApprovalLetterReceivedOn))
            .Remedy("the approval letter of Network Evaluation");
        ruling.Judge(LetterUploaded, facts.ApprovalLetterUploadedOn is { } up ? up <= ruling.AsOf : null, $"letter uploaded on {facts.ApprovalLetterUploadedOn}",
                Fact.Of("approvalLetterUploadedOn", facts.ApprovalLetterUploadedOn))
            .Remedy("the letter uploaded to the claims system");
        ruling.Remark(OwnCode, Ternary.All(facts.ApprovalLetterUploadedOn is { } day ? day <= ruling.AsOf : null, coded), "billed under the milestone's own code once the letter is uploaded",
            Fact.Of("approvalLetterUploadedOn", facts.ApprovalLetterUploadedOn), Fact.Of("code", facts.Code), Fact.Of("modifiers", facts.Modifiers), Fact.Of("funding", facts.Funding));
    }

    /// <summary>Exactly the code and modifiers of the milestone; without the funding a line can only be known to be wrong.</summary>
    private static bool? Coded(ClaimLineFacts facts, int milestone, RuleEvaluation ruling)
    {
        bool? code = facts.Code is { } given ? given == MilestoneGrid.Code(ruling, milestone) : null;
        bool? modifiers = facts.Modifiers is { } carried ? facts.Funding is { } funding
                ? carried.SequenceEqual(MilestoneGrid.Modifiers(ruling, milestone, funding), StringComparer.Ordinal)
                : Enum.GetValues<Funding>().Any(f => carried.SequenceEqual(MilestoneGrid.Modifiers(ruling, milestone, f), StringComparer.Ordinal)) ? null : false
            : null;
        return Ternary.All(code, modifiers);
    }

    /// <summary>A modifier has two characters; anything longer is not a modifier and is not shown.</summary>
    private static IEnumerable<string> Shown(IReadOnlyList<string>? modifiers) => modifiers?.Select(m => m.Length <= 2 ? m : "something else") ?? [];

    private static Authorization AuthorizationOf(ClaimLineFacts facts) => new(facts.AuthorizationFrom, facts.AuthorizationTo, facts.AuthorizationUnitsLeft,
        [Fact.Of("authorizationFrom", facts.AuthorizationFrom), Fact.Of("authorizationTo", facts.AuthorizationTo), Fact.Of("authorizationUnitsLeft", facts.AuthorizationUnitsLeft)]);
}
