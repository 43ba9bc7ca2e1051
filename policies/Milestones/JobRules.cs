namespace Ips.Policies.Milestones;

/// <summary>Milestones 3 to 5: the job start, its support, and ninety days of employment.</summary>
public static class JobRules
{
    private static readonly RuleId StartDocuments = RuleId.Of("NCC-MS-03c");
    private static readonly RuleId DaysOnJob = RuleId.Of("NCC-MS-03d");
    private static readonly RuleId SupportDocuments = RuleId.Of("NCC-MS-04c");
    private static readonly RuleId TeamLeadApproval = RuleId.Of("NCC-MS-04d");
    private static readonly RuleId ClosureDocuments = RuleId.Of("NCC-MS-05c");
    private static readonly RuleId Employed = RuleId.Of("NCC-MS-05d");

    private static readonly Parameter<IReadOnlyList<string>> StartNeeds = Parameter<IReadOnlyList<string>>.Of(StartDocuments, "documents");
    private static readonly Parameter<IReadOnlyList<string>> SupportNeeds = Parameter<IReadOnlyList<string>>.Of(SupportDocuments, "documents");
    private static readonly Parameter<IReadOnlyList<string>> ClosureNeeds = Parameter<IReadOnlyList<string>>.Of(ClosureDocuments, "documents");
    private static readonly Parameter<int> FewestDays = Parameter<int>.Of(DaysOnJob, "days");
    private static readonly Parameter<string> DaysCounted = Parameter<string>.Of(DaysOnJob, "counted");
    private static readonly Parameter<string> Updated = Parameter<string>.Of(SupportDocuments, "updated");
    private static readonly Parameter<IReadOnlyList<string>> UncountedModes = Parameter<IReadOnlyList<string>>.Of(SupportDocuments, "uncounted_modes");
    private static readonly Parameter<int> RecoveryDays = Parameter<int>.Of(Employed, "days");

    /// <summary>NCC-MS-03b to -03d.</summary>
    public static MilestoneUnits Start(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var funder = OncePerEpisode.InEpisode(facts, evaluation);
        Documents(StartDocuments, StartNeeds, facts, evaluation);
        var fewest = evaluation.Value(FewestDays);
        if (evaluation.Chooses(DaysCounted, "calendar"))
        {
            evaluation.Require(DaysOnJob, facts.JobStartDate is { } start ? Days.WithinFirst(start, fewest) <= facts.EventDate : null,
                    $"employed from {facts.JobStartDate} to {facts.EventDate}, at least {fewest} days needed", Fact.Of(facts.JobStartDate))
                .Remedy($"an event on the day {fewest} of the job or later");
            return MilestoneUnits.Event with { Funder = funder };
        }

        var days = facts.DaysWorked?.Distinct().Count(d => !(d < facts.JobStartDate));
        bool? enough = days is null ? null : days < fewest ? false : facts.JobStartDate is null ? null : true;
        evaluation.Require(DaysOnJob, enough, $"{days} different days on the job from {facts.JobStartDate}, at least {fewest} needed",
                Fact.Of(facts.DaysWorked), Fact.Of(facts.JobStartDate))
            .Remedy($"{fewest} different days on the job on or after its start");
        return MilestoneUnits.Event with { Funder = funder };
    }

    /// <summary>NCC-MS-04b to -04d.</summary>
    public static MilestoneUnits Support(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var funder = OncePerEpisode.InEpisode(facts, evaluation);
        var needed = evaluation.Value(SupportNeeds);
        var weeks = WeeksWithoutContact(facts, evaluation);
        bool? period = facts is { SupportPeriodFrom: { } from, SupportPeriodTo: { } to } ? from <= to : null;
        bool? updated = facts is { FaspVersionDate: { } now, M3FaspVersionDate: { } before } ? now > before || (now == before && evaluation.Chooses(Updated, "reviewed")) : null;
        evaluation.Require(SupportDocuments, Ternary.All(Evidence.HasAll(facts.Documents, needed), updated, period, weeks is null ? null : weeks.Count == 0),
                $"missing documents: {Evidence.Missing(facts.Documents, needed)}; plan of {facts.FaspVersionDate} after {facts.M3FaspVersionDate}; weeks without contact: {weeks?.AsEnumerable() ?? []}",
                Fact.Of(facts.Documents), Fact.Of(facts.FaspVersionDate), Fact.Of(facts.M3FaspVersionDate),
                Fact.Of(facts.SupportPeriodFrom), Fact.Of(facts.SupportPeriodTo), Fact.Of(facts.Contacts),
                new("contacts[].mode", facts.Contacts?.Any(c => c.Mode is null) != true))
            .Remedy($"{needed}, a plan changed after milestone 3, and a client contact in every week of the support period");
        evaluation.Require(TeamLeadApproval, Ternary.All(facts.TeamLeadApprovalDate is null ? null : true, facts.TeamLeadSigned),
                $"approval of {facts.TeamLeadApprovalDate}, signed by the Team Lead: {(facts.TeamLeadSigned == true ? "yes" : "no")}",
                Fact.Of(facts.TeamLeadApprovalDate), Fact.Of(facts.TeamLeadSigned))
            .Remedy("a dated approval written or co-signed by the Team Lead");
        evaluation.Answer("weeksWithoutContact", weeks);
        return MilestoneUnits.Event with { Funder = funder };
    }

    /// <summary>NCC-MS-05b to -05d.</summary>
    public static MilestoneUnits Closure(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var funder = OncePerEpisode.InEpisode(facts, evaluation);
        Documents(ClosureDocuments, ClosureNeeds, facts, evaluation);
        DateOnly? last = facts.VocationalRecoveryStart is { } start ? Days.WithinFirst(start, evaluation.Value(RecoveryDays)) : null;
        bool? employed = last is { } day90 && facts.EmploymentSpells is { } spells
            ? Employment.EveryDay(spells, facts.VocationalRecoveryStart!.Value, day90, facts.EventDate) : null;
        evaluation.Require(Employed, Ternary.All(last is { } end ? end <= facts.EventDate : null, employed),
                $"employed on every day from {facts.VocationalRecoveryStart} to {last}: {(employed == true ? "yes" : "no")}; event on {facts.EventDate}",
                Fact.Of(facts.VocationalRecoveryStart), Fact.Of(facts.EmploymentSpells))
            .Remedy($"an event on or after {last} with employment on each of the {evaluation.Value(RecoveryDays)} days");
        evaluation.Answer("day90", last);
        return MilestoneUnits.Event with { Funder = funder };
    }

    private static void Documents(RuleId rule, Parameter<IReadOnlyList<string>> documents, MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var needed = evaluation.Value(documents);
        evaluation.Require(rule, Evidence.HasAll(facts.Documents, needed), $"missing documents: {Evidence.Missing(facts.Documents, needed)}",
                Fact.Of(facts.Documents))
            .Remedy($"the documents {needed}");
    }

    /// <summary>Mondays of the weeks touched by the support period in which no client contact took place.</summary>
    private static List<DateOnly>? WeeksWithoutContact(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        if (facts is not { Contacts: { } contacts, SupportPeriodFrom: { } from, SupportPeriodTo: { } to } || contacts.Any(c => c.Mode is null))
            return null;
        var uncounted = evaluation.Value(UncountedModes);
        var met = contacts.Where(c => !uncounted.Contains(Codes.Of(c.Mode!.Value), StringComparer.Ordinal)).Select(c => Days.Monday(c.Date)).ToHashSet();
        List<DateOnly> weeks = [];
        for (var monday = Days.Monday(from); monday <= to; monday = monday.AddDays(7))
        {
            if (!met.Contains(monday))
                weeks.Add(monday);
        }

        return weeks;
    }
}
