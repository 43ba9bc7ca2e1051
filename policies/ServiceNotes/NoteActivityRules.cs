namespace Ips.Policies.ServiceNotes;

/// <summary>Whether what the note describes may be billed.</summary>
public static class NoteActivityRules
{
    private static readonly RuleId Places = RuleId.Of("NC-BILL-007");
    private static readonly RuleId ForIndividual = RuleId.Of("NC-BILL-001");
    private static readonly RuleId GroupSearch = RuleId.Of("NC-EXCL-014");
    private static readonly RuleId Individually = RuleId.Of("NC-LIM-006");
    private static readonly RuleId Meetings = RuleId.Of("NC-EXCL-019");
    private static readonly RuleId Rendered = RuleId.Of("NC-EXCL-021");
    private static readonly RuleId OnPlan = RuleId.Of("NC-EXCL-023");
    private static readonly RuleId RehabilitationAct = RuleId.Of("NC-EXCL-024");

    private static readonly Parameter<IReadOnlyList<string>> AllowedPlaces = Parameter<IReadOnlyList<string>>.Of(Places, "places");
    private static readonly Parameter<IReadOnlyList<string>> BillableActivities = Parameter<IReadOnlyList<string>>.Of(ForIndividual, "billable_activities");
    private static readonly Parameter<IReadOnlyList<string>> RefusedActivities = Parameter<IReadOnlyList<string>>.Of(ForIndividual, "refused_activities");
    private static readonly Parameter<IReadOnlyList<string>> MeetingActivities = Parameter<IReadOnlyList<string>>.Of(Meetings, "activities");
    private static readonly Parameter<int> MostPeople = Parameter<int>.Of(Individually, "most_people");

    /// <summary>Rules that refuse the activities they list and say nothing about others.</summary>
    private static readonly (RuleId Rule, Parameter<IReadOnlyList<string>> Activities)[] Refusals =
        [.. new[] { "NC-BILL-002", "NC-BILL-009", "NC-EXCL-010", "NC-EXCL-011", "NC-EXCL-012", "NC-EXCL-013", "NC-EXCL-015", "NC-EXCL-016", "NC-EXCL-017",
                "NC-EXCL-018", "NC-EXCL-020", "NC-EXCL-022", "NC-EXCL-025", "NC-EXCL-026" }
            .Select(RuleId.Of).Select(rule => (rule, Parameter<IReadOnlyList<string>>.Of(rule, "activities")))];

    /// <summary>Evaluates the activity, the place, the group and the plan.</summary>
    public static void Evaluate(ServiceNoteFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Places))
            return;
        Place(facts.PlaceOfService, evaluation);
        Activity(facts, evaluation);
        bool? alone = facts.GroupSize is { } people ? people <= evaluation.Value(MostPeople) : null;
        foreach (var rule in (RuleId[])[GroupSearch, Individually])
        {
            evaluation.Require(rule, alone, $"{facts.GroupSize} people served together, at most {evaluation.Value(MostPeople)} allowed",
                    Fact.Of(facts.GroupSize))
                .Remedy($"groupSize {evaluation.Value(MostPeople)}");
        }

        evaluation.Require(Rendered, facts.Rendered, facts.Rendered == true ? "the service was given" : "the service was not given", Fact.Of(facts.Rendered),
                new("serviceDate", true))
            .Remedy("a service that was given");
        evaluation.Require(OnPlan, facts.InterventionOnPlanFrom is { } from ? from <= facts.ServiceDate : null,
                $"on the service plan from {facts.InterventionOnPlanFrom}, service on {facts.ServiceDate}", Fact.Of(facts.InterventionOnPlanFrom))
            .Remedy($"interventionOnPlanFrom on or before {facts.ServiceDate}");
        if (facts.VrPaidSameService is { } paid)
            evaluation.Require(RehabilitationAct, !paid, paid ? "VR paid this same service" : "VR did not pay this service")
                .Remedy("a service that VR did not pay");
    }

    /// <summary>NC-BILL-007: the place is one of those printed.</summary>
    internal static void Place(PlaceOfService? place, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Places))
            return;
        var code = place is { } given ? Codes.Of(given) : null;
        evaluation.Require(Places, code is null ? null : evaluation.Value(AllowedPlaces).Contains(code, StringComparer.Ordinal),
                $"given at {code}; allowed are {evaluation.Value(AllowedPlaces)}", Fact.Of(place, nameof(ServiceNoteFacts.PlaceOfService)))
            .Remedy($"a service given at {evaluation.Value(AllowedPlaces)}");
    }

    private static void Activity(ServiceNoteFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Activity is not { } activity)
        {
            evaluation.Require(ForIndividual, Verdict.NeedsFacts, "the activity is not known", Fact.Of(facts.Activity)).Remedy("an activity on the note");
            return;
        }

        var code = Codes.Of(activity);
        var billable = Lists(evaluation, BillableActivities, code);
        if (billable || Lists(evaluation, RefusedActivities, code))
        {
            evaluation.Require(ForIndividual, billable, $"{code} is {(billable ? "" : "not ")}given to or for the individual")
                .Remedy($"an activity of the list {evaluation.Value(BillableActivities)}");
        }

        foreach (var (rule, activities) in Refusals)
        {
            if (Lists(evaluation, activities, code))
                evaluation.Require(rule, Verdict.NotMet, $"{code} is not billed");
        }

        if (!Lists(evaluation, MeetingActivities, code))
            return;
        evaluation.Require(Meetings, facts.IndividualPresent, facts.IndividualPresent == true ? "the individual took part in the meeting"
            : "a meeting without the individual",
                Fact.Of(facts.IndividualPresent))
            .Remedy("a meeting in which the individual takes part");
    }

    private static bool Lists(RuleEvaluation evaluation, Parameter<IReadOnlyList<string>> list, string code) => evaluation.Value(list)
        .Contains(code, StringComparer.Ordinal);
}
