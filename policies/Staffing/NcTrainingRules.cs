namespace Ips.Policies.Staffing;

/// <summary>Initial courses, annual hours and waivers in North Carolina (NC-TRN-001 to -010).</summary>
internal static class NcTrainingRules
{
    private static readonly RuleId MotivationalInterviewing = RuleId.Of("NC-TRN-005");
    private static readonly RuleId AnnualHours = RuleId.Of("NC-TRN-006");
    private static readonly RuleId WaiverAge = RuleId.Of("NC-TRN-008");
    private static readonly RuleId Mint = RuleId.Of("NC-TRN-010");

    private static readonly InitialCourse[] Courses =
    [
        new("NC-TRN-001", inDays: true, inMonths: false), new("NC-TRN-002", inDays: true, inMonths: false), new("NC-TRN-003", inDays: true, inMonths: true),
        new("NC-TRN-004", inDays: false, inMonths: true), new("NC-TRN-005", inDays: false, inMonths: true),
    ];

    private static readonly Parameter<IReadOnlyList<string>> AnnualRoles = Parameter<IReadOnlyList<string>>.Of(AnnualHours, "roles");
    private static readonly Parameter<int> AnnualMinutes = Parameter<int>.Of(AnnualHours, "yearly_minutes");
    private static readonly Parameter<string> BeforeHire = Parameter<string>.Of(WaiverAge, "before_hire");
    private static readonly Parameter<int> WaiverMonths = Parameter<int>.Of(WaiverAge, "max_age");

    /// <summary>The rules on initial courses.</summary>
    public static IEnumerable<RuleId> CourseRules => Courses.Select(c => c.Rule);

    public static void Evaluate(TrainingLedger ledger)
    {
        foreach (var course in Courses)
        {
            if (ledger.AppliesTo(course.Rule, course.Roles))
                Course(ledger, course.Rule, ledger.Evaluation.Value(course.Accepted), Due(ledger, course));
        }

        if (ledger.Facts.TrainingYear is { } year && ledger.AppliesTo(AnnualHours, AnnualRoles))
            Annual(ledger, year);
        Waivers(ledger);
    }

    /// <summary>The last day by the clock of the person's hire date: earlier hires keep the clock that was in force for them.</summary>
    private static DateOnly? Due(TrainingLedger ledger, InitialCourse course)
    {
        if (ledger.Facts is not { HireDate: { } hired, Start: { } start })
            return null;
        var then = ledger.Evaluation.Text.Pack.On(hired);
        if (course.Days is { } days && then.TryValue(days, out var n))
            return Days.After(start, n);
        return course.Months is { } months ? Days.MonthsAfter(start, then.Value(months))
            : throw new NotInForceException(ledger.Evaluation.Program, course.Days!, hired);
    }

    private static void Course(TrainingLedger ledger, RuleId rule, IReadOnlyList<string> courses, DateOnly? due)
    {
        var exempt = rule == MotivationalInterviewing && ledger.Facts.MintTrainer == true;
        // Training before hire counts in the same way as a waiver, whichever list reports it.
        var hired = ledger.Facts.HireDate;
        var waived = ledger.Facts.Waivers?.Any(w => Lists.Names(courses, w.Course) && Grants(ledger, w)) == true
            || ledger.Done(courses)?.Any(c => c.CompletedOn < hired
                && (ledger.Evaluation.Chooses(BeforeHire, "any_age") || YoungEnough(ledger, c.CompletedOn) == true)) == true;
        ledger.Enter(rule, exempt ? TrainingStatus.Exempt : ledger.Course(courses, due, waived, hired), due,
            Fact.Of(ledger.Facts.Completions), Fact.Of(ledger.Facts.HireDate));
    }

    /// <summary>MINT training in Motivational Interviewing may be waived whatever its age; other certificates grow too old.</summary>
    private static bool Grants(TrainingLedger ledger, Waiver waiver) => IsMint(ledger, waiver) || YoungEnough(ledger, waiver.CertificateDate) == true;

    private static bool? YoungEnough(TrainingLedger ledger, DateOnly certified) =>
        ledger.Facts.HireDate is { } hired ? Days.MonthsAfter(certified, ledger.Evaluation.Value(WaiverMonths)) >= hired : null;

    private static bool IsMint(TrainingLedger ledger, Waiver waiver) =>
        waiver.Mint == true && Lists.Names(ledger.Evaluation.Value(Courses[^1].Accepted), waiver.Course);

    private static void Waivers(TrainingLedger ledger)
    {
        var (facts, evaluation) = (ledger.Facts, ledger.Evaluation);
        if (!evaluation.Has(WaiverAge))
            return;
        if (facts.Waivers is { } waivers)
        {
            var months = evaluation.Value(WaiverMonths);
            var counted = waivers.Where(w => !IsMint(ledger, w)).ToList();
            evaluation.Remark(WaiverAge, Ternary.All([.. counted.Select(w => YoungEnough(ledger, w.CertificateDate)), !evaluation.HadLater("waivers")]),
                    $"certificates of {counted.Select(w => w.CertificateDate)}, hired {facts.HireDate}; none may be older than {months} months at hire",
                    Fact.Of(facts.HireDate))
                .Remedy($"certificates no older than {months} months at hire");
        }

        if (facts.MintTrainer == true || facts.Waivers?.Any(w => IsMint(ledger, w)) == true)
            evaluation.Remark(Mint, Verdict.Met,
                $"MINT trainer: {facts.MintTrainer == true}; a MINT certificate in Motivational Interviewing has no age limit");
    }

    private static void Annual(TrainingLedger ledger, int year)
    {
        var (facts, evaluation) = (ledger.Facts, ledger.Evaluation);
        var needed = evaluation.Value(AnnualMinutes);
        DateOnly? first = facts.HireDate is { } hired ? Days.YearsAfter(hired, year - 1) : null;
        DateOnly? last = facts.HireDate is { } from ? Days.LastOfYears(from, year) : null;
        int? done = first is null ? null : facts.AnnualTraining?.Where(t => t.Date >= first && t.Date <= last).Sum(t => t.Minutes);
        TrainingStatus? status = done is null ? null : done >= needed ? TrainingStatus.Completed : evaluation.AsOf <= last ? TrainingStatus.Due
            : TrainingStatus.Overdue;
        evaluation.Require(AnnualHours, TrainingLedger.VerdictOf(status),
            $"{done} of {needed} minutes from {first} to {last}, {status.Code()} on {evaluation.AsOf}",
                Fact.Of(facts.HireDate), Fact.Of(facts.AnnualTraining))
            .Remedy($"{needed - done} more minutes from {first} to {last}");
        ledger.List(AnnualHours, status, last);
        evaluation.Answer("minutesShort", done is { } d ? Math.Max(0, needed - d) : null);
    }

    /// <summary>A course with its clock: days or months from the start, or one for earlier hires and the other for later ones.</summary>
    private sealed class InitialCourse(string rule, bool inDays, bool inMonths)
    {
        public RuleId Rule { get; } = RuleId.Of(rule);

        public Parameter<IReadOnlyList<string>> Roles { get; } = Parameter<IReadOnlyList<string>>.Of(RuleId.Of(rule), "roles");

        public Parameter<IReadOnlyList<string>> Accepted { get; } = Parameter<IReadOnlyList<string>>.Of(RuleId.Of(rule), "courses");

        public Parameter<int>? Days { get; } = inDays ? Parameter<int>.Of(RuleId.Of(rule), "days_from_start") : null;

        public Parameter<int>? Months { get; } = inMonths ? Parameter<int>.Of(RuleId.Of(rule), "months_from_start") : null;
    }
}
