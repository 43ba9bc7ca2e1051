using Ips.Policies.Milestones;
using Ips.Policies.Payers;

namespace Ips.Policies.LouisianaEncounters;

/// <summary>Is this Louisiana encounter or month billable as sent?</summary>
public static class LaEncounterDecision
{
    private static readonly RuleId PerEncounter = RuleId.Of("LHCC-CODE-001");
    private static readonly RuleId Tier = RuleId.Of("LHCC-CODE-002");
    private static readonly RuleId Bundle = RuleId.Of("ACLA-BILL-001");
    private static readonly RuleId Modes = RuleId.Of("LA-SVC-028");
    private static readonly RuleId Authorized = RuleId.Of("LA-AUTH-001");
    private static readonly RuleId Npis = RuleId.Of("LA-BILL-001");
    private static readonly RuleId NotExcluded = RuleId.Of("LA-BGC-007");
    private static readonly RuleId NoDuplicate = RuleId.Of("LA-EXCL-001");
    private static readonly RuleId NoIncentive = RuleId.Of("LA-EXCL-003");
    private static readonly RuleId[] NotServedByLrs = [RuleId.Of("ACLA-EXCL-001"), RuleId.Of("LHCC-EXCL-001")];

    private static readonly Parameter<string> RenderingNpi = Parameter<string>.Of(Npis, "rendering_npi");
    private static readonly Parameter<string> Code = Parameter<string>.Of(PerEncounter, "code");
    private static readonly Parameter<int> MostADay = Parameter<int>.Of(PerEncounter, "most_a_day");
    private static readonly Parameter<int> BaseEncounters = Parameter<int>.Of(Tier, "encounters_without_modifier");
    private static readonly Parameter<string> TierModifier = Parameter<string>.Of(Tier, "modifier");
    private static readonly Parameter<int> FewestServices = Parameter<int>.Of(Bundle, "fewest_services");
    private static readonly Parameter<int> MostBundles = Parameter<int>.Of(Bundle, "most_a_month");
    private static readonly Parameter<IReadOnlyList<string>> AllowedModes = Parameter<IReadOnlyList<string>>.Of(Modes, "modes");
    private static readonly Parameter<IReadOnlyList<string>> AllowedCosts = Parameter<IReadOnlyList<string>>.Of(NoIncentive, "cost_types");

    private static readonly (RuleId Rule, Parameter<string> Code, Parameter<IReadOnlyList<string>> Modifiers)[] OtherServices =
        [.. new[] { "LHCC-CODE-003", "LHCC-CODE-004", "LHCC-CODE-005" }.Select(RuleId.Of)
            .Select(rule => (rule, Parameter<string>.Of(rule, "code"), Parameter<IReadOnlyList<string>>.Of(rule, "modifiers")))];

    /// <summary>The code of an encounter in the text of the day; null where a month is billed, not an encounter.</summary>
    public static string? CodeOf(PackDay text) => text.TryValue(Code, out var code) ? code : null;

    /// <summary>The modifiers of an encounter by its number in the calendar month, 1 for the first; none where a month is billed.</summary>
    public static IReadOnlyList<string> ModifiersOf(PackDay text, int numberInMonth) =>
        text.TryValue(BaseEncounters, out var without) && numberInMonth > without ? [text.Value(TierModifier)] : [];

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<LaEncounterFacts> Kind { get; } = new(
        "la-encounter", "Is this Louisiana encounter or month billable as sent?", Evaluate,
        textDay: f => f.EncounterDate, beforeText: (_, evaluation) => evaluation.Answer("payableUnits", 0));

    private static void Evaluate(LaEncounterFacts facts, RuleEvaluation evaluation)
    {
        if (evaluation.Has(PerEncounter))
            Encounter(facts, evaluation);
        if (evaluation.Has(Bundle))
            Month(facts, evaluation);
        Everywhere(facts, evaluation);
        OnlyIfGiven(facts, evaluation);
        evaluation.Answer("payableUnits", evaluation.Worst == Verdict.Met ? 1 : 0);
    }

    private static void Encounter(LaEncounterFacts facts, RuleEvaluation evaluation)
    {
        bool? coded = facts.Code is { } carriedCode ? carriedCode == evaluation.Value(Code) : null;
        bool? first = facts.EncountersBilledSameDay is { } billed ? billed < evaluation.Value(MostADay) : null;
        evaluation.Require(PerEncounter, Ternary.All(coded, first),
            $"{facts.EncountersBilledSameDay} encounters billed for that day, at most {evaluation.Value(MostADay)} of {evaluation.Value(Code)}",
                Fact.Of(facts.Code), Fact.Of(facts.EncountersBilledSameDay))
            .Remedy($"{evaluation.Value(Code)}, once a day");

        IReadOnlyList<string> with = [evaluation.Value(TierModifier)];
        var expected = facts.EncounterNumberInMonth is { } number ? number > evaluation.Value(BaseEncounters) ? with : [] : null;
        bool? right = facts.Modifiers is not { } carried ? null
            : expected is not null ? carried.SequenceEqual(expected, StringComparer.Ordinal)
            : carried.Count == 0 || carried.SequenceEqual(with, StringComparer.Ordinal) ? null
            : false;
        evaluation.Require(Tier, right,
            $"encounter {facts.EncounterNumberInMonth} of the month carries {expected ?? []}; the line carries {facts.Modifiers?.Select(m => m.Length <= 2 ? m : "something else") ?? []}",
                Fact.Of(facts.EncounterNumberInMonth), Fact.Of(facts.Modifiers))
            .Remedy($"the modifiers {expected ?? []}");
        foreach (var (rule, code, modifiers) in OtherServices)
        {
            if (facts.Code == evaluation.Value(code) && evaluation.Value(modifiers).SequenceEqual(facts.Modifiers ?? [], StringComparer.Ordinal))
                evaluation.Remark(rule, Verdict.NotMet, $"{facts.Code} is the code of another service").Remedy($"{evaluation.Value(Code)}");
        }

        evaluation.Answer("basis", "per_encounter");
        evaluation.Answer("expectedModifiers", expected);
    }

    private static void Month(LaEncounterFacts facts, RuleEvaluation evaluation)
    {
        bool? served = facts.DocumentedServicesInMonth is { } services ? services >= evaluation.Value(FewestServices) : null;
        bool? first = facts.BundlesAlreadyBilled is { } bundles ? bundles < evaluation.Value(MostBundles) : null;
        evaluation.Require(Bundle, Ternary.All(served, first),
            $"{facts.DocumentedServicesInMonth} documented services, {facts.BundlesAlreadyBilled} bundles billed for the month",
                Fact.Of(facts.DocumentedServicesInMonth), Fact.Of(facts.BundlesAlreadyBilled))
            .Remedy($"{evaluation.Value(FewestServices)} documented service and no bundle billed for the month");
        evaluation.Answer("basis", "monthly_bundle");
    }

    private static void Everywhere(LaEncounterFacts facts, RuleEvaluation evaluation)
    {
        evaluation.Require(Modes, facts.DeliveryMode is { } mode ? evaluation.Value(AllowedModes).Contains(Codes.Of(mode), StringComparer.Ordinal) : null,
                $"held as {(facts.DeliveryMode is { } m ? Codes.Of(m) : "not known")}", Fact.Of(facts.DeliveryMode))
            .Remedy($"deliveryMode {evaluation.Value(AllowedModes)}");
        evaluation.Require(Authorized, Evidence.Inside(facts.EncounterDate, facts.AuthorizationFrom, facts.AuthorizationTo),
                $"{facts.EncounterDate} in {facts.AuthorizationFrom} to {facts.AuthorizationTo}", Fact.Of(facts.AuthorizationFrom),
                    Fact.Of(facts.AuthorizationTo), new("encounterDate", true))
            .Remedy($"an authorization that covers {facts.EncounterDate}");
        var excepted = facts.RenderingNpiApplies == false && evaluation.Chooses(RenderingNpi, "where_applicable");
        evaluation.Require(Npis, Ternary.All(facts.AgencyNpiOnClaim, excepted ? true : facts.RenderingNpiOnClaim),
                $"agency NPI: {(facts.AgencyNpiOnClaim == true ? "there" : "missing")}; rendering NPI: {(facts.RenderingNpiOnClaim == true ? "there" : excepted ? "does not apply" : "missing")}",
                Fact.Of(facts.AgencyNpiOnClaim), new("renderingNpiOnClaim", excepted || facts.RenderingNpiOnClaim is not null))
            .Remedy("both NPIs on the claim");
    }

    private static void OnlyIfGiven(LaEncounterFacts facts, RuleEvaluation evaluation)
    {
        if (facts.StaffBlockedFrom is { } blocked)
            evaluation.Require(NotExcluded, facts.EncounterDate < blocked,
                $"the rendering person is blocked from {blocked}; service on {facts.EncounterDate}").Remedy("a person who is not excluded");
        // What another live coverage pays may be the same service.
        var question = PayerRoute.IsQuestion(evaluation.Text, facts.Coverages, facts.CoverageChosen);
        if (facts.DuplicateOrFreeService is { } duplicate && (duplicate || !question))
            evaluation.Require(NoDuplicate, !duplicate, duplicate ? "duplicates a covered or free service" : "no duplicate")
                .Remedy("a service that no one else covers");
        else if (question)
            evaluation.Require(NoDuplicate, Verdict.NeedsReview, $"live on the day: {facts.Coverages!.Select(Codes.Of)}")
                .Remedy("a person who chooses which coverage pays");
        if (facts.CostType is { } cost)
            evaluation.Require(NoIncentive, evaluation.Value(AllowedCosts).Contains(Codes.Of(cost), StringComparer.Ordinal),
                $"the charge is for {Codes.Of(cost)}").Remedy($"a charge for {evaluation.Value(AllowedCosts)}");
        if (facts.LrsServed is not { } served)
            return;
        foreach (var rule in NotServedByLrs)
            evaluation.Require(rule, !served, served ? "served by Louisiana Rehabilitation Services"
                : "not served by Louisiana Rehabilitation Services").Remedy("lrsServed false");
    }
}
