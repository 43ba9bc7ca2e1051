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
    private static readonly Parameter<IReadOnlyList<string>> UncountedModes = Parameter<IReadOnlyList<string>>.Of(SupportDocuments, "uncounted_modes");
    private static readonly Parameter<int> RecoveryDays = Parameter<int>.Of(Employed, "days");

    /// <summary>NCC-MS-03b to -03d.</summary>
    public static MilestoneUnits Start(MilestoneFacts facts, RuleEvaluation ruling)
    {
        var funder = OncePerEpisode.InEpisode(facts, ruling);
        Documents(StartDocuments, StartNeeds, facts, ruling);
        var fewest = ruling.Value(FewestDays);
        var days = facts.DaysWorked?.Distinct().Count(d => !(d < facts.JobStartDate));
        bool? enough = days is null ? null : days < fewest ? false : facts.JobStartDate is null ? null : true;
        ruling.Judge(DaysOnJob, enough, $"{days} different days on the job from {facts.JobStartDate}, at least {fewest} needed",
                Fact.Of("daysWorked", facts.DaysWorked), Fact.Of("jobStartDate", facts.JobStartDate))
            .Remedy($"{fewest} different days on the job on or after its start");
        return MilestoneUnits.Event with { Funder = funder };
    }

    /// <summary>NCC-MS-04b to -04d.</summary>
    public static MilestoneUnits Support(MilestoneFacts facts, RuleEvaluation ruling)
    {
        var funder = OncePerEpisode.InEpisode(facts, ruling);
        var needed = ruling.Value(SupportNeeds);
        var weeks = WeeksWithoutContact(facts, ruling);
        bool? period = facts is { SupportPeriodFrom: { } from, SupportPeriodTo: { } to } ? from <= to : null;
        bool? updated = facts is { FaspVersionDate: { } now, M3FaspVersionDate: { } before } ? now > before : null;
        ruling.Judge(SupportDocuments, Ternary.All(Evidence.HasAll(facts.Documents, needed), updated, period, weeks is null ? null : weeks.Count == 0),
                $"missing documents: {Evidence.Missing(facts.Documents, needed)}; plan of {facts.FaspVersionDate} after {facts.M3FaspVersionDate}; weeks without contact: {weeks?.AsEnumerable() ?? []}",
                Fact.Of("documents", facts.Documents), Fact.Of("faspVersionDate", facts.FaspVersionDate), Fact.Of("m3FaspVersionDate", facts.M3FaspVersionDate),
                Fact.Of("supportPeriodFrom", facts.SupportPeriodFrom), Fact.Of("supportPeriodTo", facts.SupportPeriodTo), Fact.Of("contacts", facts.Contacts),
                new("contacts[].mode", facts.Contacts?.Any(c => c.Mode is null) != true))
            .Remedy($"{needed}, a plan changed after milestone 3, and a client contact in every week of the support period");
        ruling.Judge(TeamLeadApproval, Ternary.All(facts.TeamLeadApprovalDate is null ? null : true, facts.TeamLeadSigned),
                $"approval of {facts.TeamLeadApprovalDate}, signed by the Team Lead: {(facts.TeamLeadSigned == true ? "yes" : "no")}",
                Fact.Of("teamLeadApprovalDate", facts.TeamLeadApprovalDate), Fact.Of("teamLeadSigned", facts.TeamLeadSigned))
            .Remedy("a dated approval written or co-signed by the Team Lead");
        ruling.Answer("weeksWithoutContact", weeks);
        return MilestoneUnits.Event with { Funder = funder };
    }

    /// <summary>NCC-MS-05b to -05d.</summary>
    public static MilestoneUnits Closure(MilestoneFacts facts, RuleEvaluation ruling)
    {
        var funder = OncePerEpisode.InEpisode(facts, ruling);
        Documents(ClosureDocuments, ClosureNeeds, facts, ruling);
        DateOnly? last = facts.VocationalRecoveryStart is { } start ? Days.WithinFirst(start, ruling.Value(RecoveryDays)) : null;
        bool? employed = last is { } day90 && facts.EmploymentSpells is { } spells ? Employment.EveryDay(spells, facts.VocationalRecoveryStart!.Value, day90, facts.EventDate) : null;
        ruling.Judge(Employed, Ternary.All(last is { } end ? end <= facts.EventDate : null, employed),
                $"employed on every day from {facts.VocationalRecoveryStart} to {last}: {(employed == true ? "yes" : "no")}; event on {facts.EventDate}",
                Fact.Of("vocationalRecoveryStart", facts.VocationalRecoveryStart), Fact.Of("employmentSpells", facts.EmploymentSpells))
            .Remedy($"an event on or after {last} with employment on each of the {ruling.Value(RecoveryDays)} days");
        ruling.Answer("day90", last);
        return MilestoneUnits.Event with { Funder = funder };
    }

    private static void Documents(RuleId rule, Parameter<IReadOnlyList<string>> documents, MilestoneFacts facts, RuleEvaluation ruling)
    {
        var needed = ruling.Value(documents);
        ruling.Judge(rule, Evidence.HasAll(facts.Documents, needed), $"missing documents: {Evidence.Missing(facts.Documents, needed)}", Fact.Of("documents", facts.Documents))
            .Remedy($"the documents {needed}");
    }

    /// <summary>Mondays of the weeks touched by the support period in which no client contact took place.</summary>
    private static List<DateOnly>? WeeksWithoutContact(MilestoneFacts facts, RuleEvaluation ruling)
    {
        if (facts is not { Contacts: { } contacts, SupportPeriodFrom: { } from, SupportPeriodTo: { } to } || contacts.Any(c => c.Mode is null))
            return null;
        var uncounted = ruling.Value(UncountedModes);
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
