namespace Ips.Policies.Reports;

/// <summary>Is this report in order on the as-of day?</summary>
public static class ReportDueDecision
{
    private static readonly RuleId Monthly = RuleId.Of("NCC-REP-003");
    private static readonly RuleId Quarterly = RuleId.Of("NCC-REP-004");
    private static readonly RuleId ByTheTenth = RuleId.Of("NCC-REP-005");
    private static readonly RuleId SubjectLine = RuleId.Of("NCC-REP-006");
    private static readonly RuleId StateQuarterly = RuleId.Of("NC-REP-001");
    private static readonly RuleId FirstChecklist = RuleId.Of("NCC-REP-001");
    private static readonly RuleId UpdatedChecklist = RuleId.Of("NCC-REP-002");
    private static readonly RuleId AccreditationNotice = RuleId.Of("LA-PROV-005");
    private static readonly RuleId FurtherDocuments = RuleId.Of("NCC-DOC-002");
    private static readonly RuleId Assessments = RuleId.Of("NC-REP-002");

    private static readonly RuleId[] OutcomeReviews = [RuleId.Of("LA-SUP-006"), RuleId.Of("MO-STAFF-006")];

    private static readonly Dictionary<RuleId, Parameter<int>> ReviewDays = OutcomeReviews.ToDictionary(rule => rule, rule => Parameter<int>.Of(rule, "report_days"));
    private static readonly Parameter<int> DueDay = Parameter<int>.Of(ByTheTenth, "due_day");
    private static readonly Parameter<int> StateDueDay = Parameter<int>.Of(StateQuarterly, "due_day");
    private static readonly Parameter<int> FirstChecklistDays = Parameter<int>.Of(FirstChecklist, "due_days");
    private static readonly Parameter<int> UpdateBusinessDays = Parameter<int>.Of(UpdatedChecklist, "due_business_days");
    private static readonly Parameter<int> WindowDays = Parameter<int>.Of(Assessments, "window_days");
    private static readonly Parameter<int>[] UpdateMonths =
        [Parameter<int>.Of(Assessments, "first_update_months"), Parameter<int>.Of(Assessments, "second_update_months"), Parameter<int>.Of(Assessments, "third_update_months")];
    private static readonly Parameter<int> ThenEveryMonths = Parameter<int>.Of(Assessments, "then_every_months");
    private static readonly Parameter<int> FurtherDocumentDays = Parameter<int>.Of(FurtherDocuments, "notice_days");
    private static readonly Parameter<int> NoticeBusinessDays = Parameter<int>.Of(AccreditationNotice, "due_business_days");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ReportDueFacts> Kind { get; } = new(
        "report-due", "Is this report in order on the as-of day?", Evaluate);

    private static void Evaluate(ReportDueFacts facts, RuleEvaluation evaluation)
    {
        Refuse(facts, evaluation.Text.Pack);
        switch (facts.Report)
        {
            case Report.NcCoreMonthly:
                LastDay? due = facts.Period?.DayOfNextMonth(evaluation.Value(DueDay));
                RequireInTime(Monthly, due, facts, evaluation);
                RequireInTime(ByTheTenth, due, facts, evaluation);
                break;
            case Report.DhhsQuarterlyOutcome:
                if (evaluation.Has(Quarterly))
                    RequireInTime(Quarterly, facts.Period?.DayOfNextMonth(evaluation.Value(DueDay)), facts, evaluation, Recipient.Alliance);
                if (evaluation.Has(StateQuarterly))
                    RequireInTime(StateQuarterly, facts.Period?.DayOfNextMonth(evaluation.Value(StateDueDay)), facts, evaluation,
                        evaluation.Has(Quarterly) ? Recipient.Dhhs : null);
                break;
            case Report.IoarInitial:
                RequireInTime(FirstChecklist, facts.TriggerDate is { } first ? Days.After(first, evaluation.Value(FirstChecklistDays)) : null, facts,
                    evaluation);
                break;
            case Report.IoarUpdate or Report.IoarCorrection:
                RequireInTime(UpdatedChecklist, facts.TriggerDate is { } changed
                    ? evaluation.Calendar.LastDayAfter(changed, evaluation.Value(UpdateBusinessDays)) : null, facts, evaluation);
                break;
            case Report.OutcomeReview:
                foreach (var rule in OutcomeReviews.Where(evaluation.Has))
                    RequireInTime(rule, facts.Period is { } quarter ? Days.After(quarter.Last, evaluation.Value(ReviewDays[rule])) : null, facts, evaluation);
                break;
            case Report.NcTopps:
                RequireAssessments(facts, evaluation);
                break;
            case Report.FurtherDocuments:
                RequireInTime(FurtherDocuments, facts.TriggerDate is { } announced ? Days.After(announced, evaluation.Value(FurtherDocumentDays)) : null, facts,
                    evaluation);
                break;
            default:
                RequireInTime(AccreditationNotice, facts.TriggerDate is { } notified
                    ? evaluation.Calendar.LastDayAfter(notified, evaluation.Value(NoticeBusinessDays)) : null, facts, evaluation);
                break;
        }

        if (facts.SubjectLine is { } subject)
        {
            evaluation.Require(SubjectLine, Ternary.All(SubjectLines.Names(subject, facts.ProviderName), SubjectLines.Names(subject, facts.ProgramName)),
                "the subject line has to name provider and program",
                    Fact.Of(facts.ProviderName), Fact.Of(facts.ProgramName))
                .Remedy("a subject line with the provider's and the program's name");
        }
    }

    /// <summary>Sent by the last day, or not yet sent while the last day has not passed; and sent to the recipients that the rule names.</summary>
    private static void RequireInTime(RuleId rule, LastDay? due, ReportDueFacts facts, RuleEvaluation evaluation, Recipient? recipient = null)
    {
        // A report of a later day has not been sent yet; its last day may still be to come.
        var submitted = evaluation.Happened(facts.SubmittedDate) == false ? false : facts.Submitted;
        var sent = submitted == true ? facts.SubmittedDate : submitted == false ? evaluation.AsOf : null;
        var timely = due is { } last && sent is { } day ? last.InTime(day) : Verdict.NeedsFacts;
        bool? received = recipient is not { } to || submitted == false ? true : facts.Recipients?.Contains(to);
        var sentThere = received switch { true => Verdict.Met, false => Verdict.NotMet, null => Verdict.NeedsFacts };
        evaluation.Require(rule, Ternary.Worst(timely, sentThere),
                $"last day {due}; {(submitted == true ? Words.Day(facts.SubmittedDate, "sent on ", "sent") : Words.Day(evaluation.AsOf, "not sent by ", ""))}{(recipient is null || submitted != true ? "" : " to " + string.Join(", ", Lists.Of(facts.Recipients)))}",
                new(IsPeriodic(facts.Report) ? "period" : "triggerDate", due is not null), Fact.Of(facts.Submitted),
                new Fact("submittedDate", submitted != true || facts.SubmittedDate is not null).NotNeeded, new("recipients", received is not null))
            .Remedy($"sent on or before {due}{(recipient is { } wanted ? " to " + Codes.Of(wanted) : "")}");
        if (evaluation.Has(rule) && !evaluation.Answered("dueOn"))
            Answer(due, timely, submitted, evaluation);
    }

    /// <summary>
    /// An assessment at the start and updates after it, each in a window around its day. A window that passed without one stays missed; the next one is counted
    /// from the last assessment.
    /// </summary>
    private static void RequireAssessments(ReportDueFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Assessments))
            return;
        if (facts is not { TriggerDate: { } start, AssessedOn: { } assessed })
        {
            evaluation.Require(Assessments, (bool?)null, "the start or the assessments are not known", Fact.Of(facts.TriggerDate), Fact.Of(facts.AssessedOn));
            return;
        }

        var days = evaluation.Value(WindowDays);
        List<(DateOnly First, DateOnly Last)> windows = [(start, start.AddDays(days)), .. Updates(evaluation)
            .Select(months => (start.AddMonths(months).AddDays(-days), start.AddMonths(months).AddDays(days)))];
        var reached = windows.FindLastIndex(Done);
        var (first, last) = windows[reached + 1];
        List<DateOnly> missed = [.. windows.Take(reached).Where(w => !Done(w)).Select(w => w.Last)];
        evaluation.Require(Assessments, evaluation.AsOf <= last, $"next assessment from {first} to {last}; missed until {missed}",
                Fact.Of(facts.TriggerDate), Fact.Of(facts.AssessedOn).NotNeeded)
            .Remedy($"an assessment on or before {last}");
        evaluation.Answer("dueOn", last);
        evaluation.Answer("windowFrom", first);
        evaluation.Answer("missed", missed.Count);
        evaluation.Answer("status", Codes.Of(evaluation.AsOf > last ? ReportStatus.Overdue : evaluation.AsOf < first ? ReportStatus.Submitted : ReportStatus.Open));

        bool Done((DateOnly First, DateOnly Last) window) => assessed.Any(day => day >= window.First && day <= window.Last);
    }

    // As many as reach behind the as-of day, however long the person is served.
    private static IEnumerable<int> Updates(RuleEvaluation evaluation)
    {
        foreach (var months in UpdateMonths)
            yield return evaluation.Value(months);
        var (month, every) = (evaluation.Value(UpdateMonths[^1]), evaluation.Value(ThenEveryMonths));
        for (var more = 0; more < 240; more++)
            yield return month += every;
    }

    private static void Answer(LastDay? due, Verdict timely, bool? submitted, RuleEvaluation evaluation)
    {
        evaluation.Answer("dueOn", due?.Day);
        if (timely is not (Verdict.Met or Verdict.NotMet))
            return;
        evaluation.Answer("status", Codes.Of((submitted, timely == Verdict.Met) switch
        {
            (true, true) => ReportStatus.Submitted,
            (true, _) => ReportStatus.SubmittedLate,
            (_, true) => ReportStatus.Open,
            _ => ReportStatus.Overdue,
        }));
    }

    private static bool IsPeriodic(Report report) => report is Report.NcCoreMonthly or Report.DhhsQuarterlyOutcome or Report.OutcomeReview;

    /// <summary>A report that the program does not have, or a period of the other kind, is bad input; its rules are of another program.</summary>
    private static void Refuse(ReportDueFacts facts, Pack program)
    {
        if (!Has(program, facts.Report))
        {
            throw new InvalidRequestException([new("report", Codes.Of(facts.Report),
                $"a report that {program.Id} has: {string.Join(", ", Enum.GetValues<Report>().Where(r => Has(program, r)).Select(Codes.Of))}")]);
        }

        if (facts.Period is { } period && IsPeriodic(facts.Report) && period.IsQuarter == (facts.Report == Report.NcCoreMonthly))
            throw new InvalidRequestException([new("period", period.ToString(), facts.Report != Report.NcCoreMonthly ? "a quarter YYYY-Qn" : "a month YYYY-MM")]);
    }

    /// <summary>Whether a program has the report.</summary>
    public static bool Has(Pack program, Report report) => report == Report.OutcomeReview ? OutcomeReviews.Any(rule => program.Find(rule) is not null) : program.Find(report switch
    {
        Report.NcCoreMonthly => Monthly,
        Report.DhhsQuarterlyOutcome => StateQuarterly,
        Report.IoarInitial => FirstChecklist,
        Report.IoarUpdate or Report.IoarCorrection => UpdatedChecklist,
        Report.NcTopps => Assessments,
        Report.FurtherDocuments => FurtherDocuments,
        _ => AccreditationNotice,
    }) is not null;
}
