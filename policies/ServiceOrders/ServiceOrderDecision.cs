namespace Ips.Policies.ServiceOrders;

/// <summary>Is there a valid service order for the date of service?</summary>
public static class ServiceOrderDecision
{
    private static readonly RuleId Signer = RuleId.Of("NC-SO-001");
    private static readonly RuleId RestsOnAssessment = RuleId.Of("NC-SO-002");
    private static readonly RuleId StillValid = RuleId.Of("NC-SO-003");
    private static readonly RuleId Reordered = RuleId.Of("NC-SO-004");
    private static readonly RuleId NotBackdated = RuleId.Of("NC-SO-005");
    private static readonly RuleId SignedAndDated = RuleId.Of("NC-SO-006");
    private static readonly RuleId BeforeService = RuleId.Of("NC-SO-007");

    private static readonly Parameter<IReadOnlyList<string>> Signers = Parameter<IReadOnlyList<string>>.Of(Signer, "signers");
    private static readonly Parameter<string> AssessmentAge = Parameter<string>.Of(RestsOnAssessment, "age");
    private static readonly Parameter<string> PostDated = Parameter<string>.Of(NotBackdated, "post_dated");
    private static readonly Parameter<int> ValidYears = Parameter<int>.Of(StillValid, "valid_years");
    private static readonly Parameter<string> Ends = Parameter<string>.Of(StillValid, "ends");
    private static readonly Parameter<int> RenewalYears = Parameter<int>.Of(Reordered, "renewal_years");

    private static readonly Parameter<int> GraceDays = Parameter<int>.Of(BeforeService, "grace_days");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ServiceOrderFacts> Kind { get; } = new(
        "service-order", "Is there a valid service order for the date of service?", Evaluate);

    private static void Evaluate(ServiceOrderFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Signer))
            return;
        RequireOrder(facts, evaluation);
        OrderSpan? span = facts.OrderDate is { } ordered
            ? OrderSpan.Of(ordered, facts.OriginalOrderDate, evaluation.Value(ValidYears), evaluation.Value(RenewalYears))
            : null;
        if (facts.OrderDate is { } year && evaluation.Chooses(Ends, "december"))
            span = new OrderSpan(new(year.Year, 12, 31), span!.Value.GapFrom, span.Value.GapTo);
        RequireSpan(facts, span, evaluation);
        if (span is not { } known)
            return;
        evaluation.Answer("validThrough", known.ValidThrough);
        evaluation.Answer("renewalDueOn", known.ValidThrough.AddDays(1));
        evaluation.Answer("gapFrom", known.GapFrom);
        evaluation.Answer("gapTo", known.GapTo);
    }

    private static void RequireOrder(ServiceOrderFacts facts, RuleEvaluation evaluation)
    {
        evaluation.Require(Signer, MaySign(facts, evaluation), $"signed by {facts.SignerType.Code()}, ordered on {facts.OrderDate}",
                Fact.Of(facts.SignerType), Fact.Of(facts.OrderDate))
            .Remedy($"an order signed by one of {evaluation.Value(Signers)}");
        evaluation.Require(RestsOnAssessment, facts.AssessmentDate is { } assessed && facts.OrderDate is { } ordered
                ? assessed <= ordered && (!evaluation.Chooses(AssessmentAge, "one_year") || ordered <= Days.YearsAfter(assessed, 1)) : null,
                $"assessed {facts.AssessmentDate}, ordered {facts.OrderDate}", Fact.Of(facts.AssessmentDate), Fact.Of(facts.OrderDate))
            .Remedy($"assessmentDate on or before {facts.OrderDate}");
        bool? notBackdated = facts.OrderDate is { } dated && facts.SignatureCapturedDate is { } captured
            ? dated >= captured && (dated == captured || evaluation.Value(PostDated) == "accepted") : null;
        evaluation.Require(NotBackdated, notBackdated,
                $"ordered {facts.OrderDate}, signature captured {facts.SignatureCapturedDate}",
                Fact.Of(facts.OrderDate), Fact.Of(facts.SignatureCapturedDate))
            .Remedy($"orderDate on or after {facts.SignatureCapturedDate}");
        bool? dateWritten = facts.SignatureDate is { } written ? written.Day is not null : null;
        evaluation.Require(SignedAndDated, Ternary.All(facts.Signed, dateWritten, facts.OrderDate is null ? null : true),
                $"signed: {facts.Signed}; dated: {dateWritten}; ordered {facts.OrderDate}",
                Fact.Of(facts.Signed), Fact.Of(facts.SignatureDate), Fact.Of(facts.OrderDate))
            .Remedy("an order that carries a signature, the date of signing and the date on which the service was ordered");
    }

    private static void RequireSpan(ServiceOrderFacts facts, OrderSpan? span, RuleEvaluation evaluation)
    {
        var day = evaluation.AsOf;
        evaluation.Require(StillValid, span is { } order ? day <= order.ValidThrough : null, $"the order serves through {span?.ValidThrough}, service on {day}",
                Fact.Of(facts.OrderDate))
            .Remedy($"a renewal dated on or before {day}");
        evaluation.Require(Reordered, facts.OriginalOrderDate is null ? true : span is { } s ? !s.InGap(day) : null,
                $"service on {day}; {(span is { GapFrom: { } gap } late ? "without an order " + Words.Span(gap, late.GapTo) : "no gap before a renewal")}",
                Fact.Of(facts.OrderDate).NotNeeded)
            .Remedy($"a renewal dated on or before {span?.GapFrom}");
        var first = facts.OriginalOrderDate ?? facts.OrderDate;
        evaluation.Require(BeforeService, first is null ? null : InPlace(first.Value, day, evaluation), $"first ordered {first}, service on {day}",
                Fact.Of(first, facts.OriginalOrderDate is null ? nameof(facts.OrderDate) : nameof(facts.OriginalOrderDate)))
            .Remedy($"service on or after {first}");
        if (first is { } begins && !InPlace(begins, day, evaluation))
            evaluation.Answer("billableFrom", first);
    }

    /// <summary>Whether the first order was in place for service on the day.</summary>
    public static bool InPlace(DateOnly ordered, DateOnly service, RuleEvaluation evaluation) =>
        ordered <= Days.After(service, evaluation.Text.ValueOr(GraceDays, 0));

    /// <summary>Who may sign is picked by the day of the order; while that day is not known, only what every list agrees on is known.</summary>
    private static bool? MaySign(ServiceOrderFacts facts, RuleEvaluation evaluation)
    {
        if (facts.SignerType is not { } type)
            return null;
        var signer = Codes.Of(type);
        if (facts.OrderDate is { } ordered)
            return evaluation.Value(Signers, ordered).Contains(signer, StringComparer.Ordinal);
        var lists = evaluation.EveryValue(Signers).Select(list => list.Contains(signer, StringComparer.Ordinal)).Distinct().ToList();
        return lists is [var agreed] ? agreed : null;
    }
}
