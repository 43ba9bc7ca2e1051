namespace Ips.Policies.Dvrs;

/// <summary>Is the referral duty to the state VR agency met?</summary>
public static class DvrsReferralDecision
{
    private static readonly RuleId Referred = RuleId.Of("NC-DVRS-001");
    private static readonly RuleId AtInitiation = RuleId.Of("NC-DVRS-002");
    private static readonly RuleId ContractReferred = RuleId.Of("NCC-ELIG-005");

    private static readonly Parameter<int> ToleranceDays = Parameter<int>.Of(AtInitiation, "tolerance_days");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<DvrsReferralFacts> Kind { get; } = new(
        "dvrs-referral", "Is the referral duty to the state VR agency met?", Evaluate);

    private static void Evaluate(DvrsReferralFacts facts, RuleEvaluation evaluation)
    {
        var declined = facts.IndividualDeclined == true;
        RequireReferred(Referred, declined, facts, evaluation);
        RequireReferred(ContractReferred, declined, facts, evaluation);
        if (evaluation.Has(AtInitiation))
            RequireInTime(declined, facts, evaluation);
        if (declined)
            evaluation.Answer("vrFundingAvailable", false);
    }

    private static void RequireReferred(RuleId rule, bool declined, DvrsReferralFacts facts, RuleEvaluation evaluation)
    {
        var offered = declined ? evaluation.Happened(facts.OfferDocumentedDate) : false;
        evaluation.Require(rule, Ternary.Any(Sent(facts, evaluation), offered),
                $"referral sent: {facts.ReferralSent}{(declined ? Words.Day(facts.OfferDocumentedDate, "; declined after an offer documented on ", "; declined, no offer documented") : "")}",
                new("referralSent", declined), new Fact("offerDocumentedDate", !declined).NotNeeded)
            .Remedy("a referral to the state VR agency, or a documented offer that the person declined");
    }

    private static void RequireInTime(bool declined, DvrsReferralFacts facts, RuleEvaluation evaluation)
    {
        var due = facts.ServiceInitiationDate;
        var hardLateAfter = due is { } initiated ? Days.After(initiated, evaluation.Value(ToleranceDays)) : (DateOnly?)null;
        var done = declined ? facts.OfferDocumentedDate ?? facts.ReferralDate : facts.ReferralDate;
        var sent = Sent(facts, evaluation);
        if (declined || sent != false)
        {
            evaluation.Require(AtInitiation, done is { } day && hardLateAfter is { } last ? day <= last : null,
                    $"referred or offered on {done}, IPS began on {due}, tolerated through {hardLateAfter}",
                    Fact.Of(due, nameof(facts.ServiceInitiationDate)), new(declined ? "offerDocumentedDate" : "referralDate", done is not null))
                .Remedy($"a referral or documented offer on or before {hardLateAfter}");
        }

        evaluation.Answer("dueOn", due);
        evaluation.Answer("hardLateAfter", hardLateAfter);
        if (Status(declined, sent, evaluation.Happened(facts.OfferDocumentedDate), done, due, hardLateAfter) is { } status)
            evaluation.Answer("status", Codes.Of(status));
    }

    /// <summary>A referral of a later day has not been sent yet.</summary>
    private static bool? Sent(DvrsReferralFacts facts, RuleEvaluation evaluation) =>
        evaluation.Happened(facts.ReferralDate) == false ? false : facts.ReferralSent;

    private static ReferralStatus? Status(bool declined, bool? sent, bool? offered, DateOnly? done, DateOnly? due, DateOnly? hardLateAfter) =>
        (declined, sent) switch
        {
            (true, _) when offered == true => ReferralStatus.DeclinedDocumented,
            (false, false) => ReferralStatus.Missing,
            (_, true) when done is not null && due is not null => done <= due ? ReferralStatus.OnTime : done <= hardLateAfter ? ReferralStatus.LateWarning
                : ReferralStatus.Late,
            _ => null,
        };
}
