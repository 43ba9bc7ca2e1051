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

    /// <summary>Judges the activity, the place, the group and the plan.</summary>
    public static void Evaluate(ServiceNoteFacts facts, RuleEvaluation ruling)
    {
        if (!ruling.Has(Places))
            return;
        Place(facts.PlaceOfService, ruling);
        Activity(facts, ruling);
        bool? alone = facts.GroupSize is { } people ? people <= ruling.Value(MostPeople) : null;
        foreach (var rule in (RuleId[])[GroupSearch, Individually])
        {
            ruling.Judge(rule, alone, $"{facts.GroupSize} people served together, at most {ruling.Value(MostPeople)} allowed", Fact.Of("groupSize", facts.GroupSize))
                .Remedy($"groupSize {ruling.Value(MostPeople)}");
        }

        ruling.Judge(Rendered, facts.Rendered, facts.Rendered == true ? "the service was given" : "the service was not given", Fact.Of("rendered", facts.Rendered))
            .Remedy("a service that was given");
        ruling.Judge(OnPlan, facts.InterventionOnPlanFrom is { } from ? from <= facts.ServiceDate : null,
                $"on the service plan from {facts.InterventionOnPlanFrom}, service on {facts.ServiceDate}", Fact.Of("interventionOnPlanFrom", facts.InterventionOnPlanFrom))
            .Remedy($"interventionOnPlanFrom on or before {facts.ServiceDate}");
        if (facts.VrPaidSameService is { } paid)
            ruling.Judge(RehabilitationAct, !paid, paid ? "VR paid this same service" : "VR did not pay this service").Remedy("a service that VR did not pay");
    }

    /// <summary>NC-BILL-007: the place is one of those printed.</summary>
    internal static void Place(PlaceOfService? place, RuleEvaluation ruling)
    {
        if (!ruling.Has(Places))
            return;
        var code = place is { } given ? Codes.Of(given) : null;
        ruling.Judge(Places, code is null ? null : ruling.Value(AllowedPlaces).Contains(code, StringComparer.Ordinal),
                $"given at {code}; allowed are {ruling.Value(AllowedPlaces)}", Fact.Of("placeOfService", place))
            .Remedy($"a service given at {ruling.Value(AllowedPlaces)}");
    }

    private static void Activity(ServiceNoteFacts facts, RuleEvaluation ruling)
    {
        if (facts.Activity is not { } activity)
        {
            ruling.Judge(ForIndividual, Verdict.NeedsFacts, "the activity is not known", Fact.Of("activity", facts.Activity)).Remedy("an activity on the note");
            return;
        }

        var code = Codes.Of(activity);
        var billable = Lists(ruling, BillableActivities, code);
        if (billable || Lists(ruling, RefusedActivities, code))
        {
            ruling.Judge(ForIndividual, billable, $"{code} is {(billable ? "" : "not ")}given to or for the individual")
                .Remedy($"an activity of the list {ruling.Value(BillableActivities)}");
        }

        foreach (var (rule, activities) in Refusals)
        {
            if (Lists(ruling, activities, code))
                ruling.Judge(rule, Verdict.NotMet, $"{code} is not billed");
        }

        if (!Lists(ruling, MeetingActivities, code))
            return;
        ruling.Judge(Meetings, facts.IndividualPresent, facts.IndividualPresent == true ? "the individual took part in the meeting" : "a meeting without the individual",
                Fact.Of("individualPresent", facts.IndividualPresent))
            .Remedy("a meeting in which the individual takes part");
    }

    private static bool Lists(RuleEvaluation ruling, Parameter<IReadOnlyList<string>> list, string code) => ruling.Value(list).Contains(code, StringComparer.Ordinal);
}
