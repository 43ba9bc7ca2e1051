namespace Ips.Policies.Staffing;

/// <summary>Training and certification in Louisiana (LA-TRN-001 to -010).</summary>
internal static class LaTrainingRules
{
    private static readonly RuleId FirstAid = RuleId.Of("LA-TRN-001");
    private static readonly RuleId Renewed = RuleId.Of("LA-TRN-002");
    private static readonly RuleId Exempt = RuleId.Of("LA-TRN-003");
    private static readonly RuleId Crisis = RuleId.Of("LA-TRN-005");
    private static readonly RuleId ClinicalCompetency = RuleId.Of("LA-TRN-007");
    private static readonly RuleId IpsTraining = RuleId.Of("LA-TRN-008");

    private static readonly Parameter<IReadOnlyList<string>> FirstAidCourses = Courses(FirstAid);
    private static readonly Parameter<string> UnrecordedProfession = Parameter<string>.Of(FirstAid, "unrecorded_profession");
    private static readonly Parameter<int> FirstAidDays = Parameter<int>.Of(FirstAid, "days_from_hire");
    private static readonly Parameter<IReadOnlyList<string>> ExemptProfessions = Parameter<IReadOnlyList<string>>.Of(Exempt, "professions");
    private static readonly Parameter<IReadOnlyList<string>> CrisisCourses = Courses(Crisis);
    private static readonly Parameter<int> CrisisMonths = Parameter<int>.Of(Crisis, "valid_for");
    private static readonly Parameter<string> CrisisTested = Parameter<string>.Of(Crisis, "tested");
    private static readonly Parameter<int> CompetencyBefore = Parameter<int>.Of(ClinicalCompetency, "days_before");
    private static readonly Parameter<int> IpsBefore = Parameter<int>.Of(IpsTraining, "days_before");
    private static readonly Parameter<IReadOnlyList<string>> CompetencyCourses = Courses(ClinicalCompetency);
    private static readonly Parameter<IReadOnlyList<string>> IpsCourses = Courses(IpsTraining);
    private static readonly Parameter<IReadOnlyList<string>> IpsRoles = Roles(IpsTraining);

    private static readonly (RuleId Rule, Parameter<IReadOnlyList<string>> Roles, Parameter<IReadOnlyList<string>> Accepted,
        Parameter<int> Years)[] Certificates =
        [.. new[] { "LA-TRN-009", "LA-TRN-010" }.Select(RuleId.Of).Select(rule => (rule, Roles(rule), Courses(rule), Parameter<int>.Of(rule, "years_from_hire")))];

    public static void Evaluate(TrainingLedger ledger)
    {
        if (!ledger.Evaluation.Has(FirstAid))
            return;
        AidAndResuscitation(ledger);
        if (ledger.Facts.CrisisResponseDate is { } handled)
            CrisisOn(ledger, handled);
        else if (ledger.Evaluation.Value(CrisisTested) == "standing" && ledger.Done(ledger.Evaluation.Value(CrisisCourses))?.Any() == true)
            CrisisOn(ledger, ledger.Evaluation.AsOf);
        Competency(ledger);
        if (ledger.AppliesTo(IpsTraining, IpsRoles))
        {
            var (status, due) = BeforeService(ledger, ledger.Evaluation.Value(IpsCourses), ledger.Evaluation.Value(IpsBefore));
            ledger.Enter(IpsTraining, status, due, Fact.Of(ledger.Facts.Completions));
        }

        foreach (var (rule, roles, accepted, years) in Certificates)
        {
            if (ledger.AppliesTo(rule, roles))
                Certificate(ledger, rule, ledger.Evaluation.Value(accepted), ledger.Evaluation.Value(years));
        }
    }

    private static void AidAndResuscitation(TrainingLedger ledger)
    {
        var (facts, evaluation) = (ledger.Facts, ledger.Evaluation);
        DateOnly? due = facts.HireDate is { } hired ? Days.After(hired, evaluation.Value(FirstAidDays)) : null;
        var exempt = facts.Profession is { } profession && Lists.Names(evaluation.Value(ExemptProfessions), profession);
        var courses = evaluation.Value(FirstAidCourses);
        var unclear = facts.Profession is null && evaluation.Chooses(UnrecordedProfession, "not_known");
        TrainingStatus? status = exempt ? TrainingStatus.Exempt : ledger.Course(courses, due);
        ledger.Enter(FirstAid, unclear && status == TrainingStatus.Overdue ? null : status, due,
            Fact.Of(facts.Completions), Fact.Of(facts.HireDate), new("profession", !unclear));
        if (exempt)
            evaluation.Require(Exempt, Verdict.Met, $"profession {facts.Profession.Code()} needs no First Aid and CPR course");
        else if (ledger.Done(courses)?.ToList() is { } cards && cards.Exists(c => c.ExpiresOn is not null))
            Card(ledger, cards);
    }

    /// <summary>The latest card decides. One without a last day is not an expired one: while an earlier card does not cover the day, it is not known.</summary>
    private static void Card(TrainingLedger ledger, List<Completion> cards)
    {
        var today = ledger.Evaluation.AsOf;
        var latest = cards.Max(c => c.CompletedOn);
        var expires = cards.Where(c => c.CompletedOn == latest).Max(c => c.ExpiresOn);
        var covered = cards.Max(c => c.ExpiresOn);
        TrainingStatus? status = today <= (expires ?? covered) ? TrainingStatus.Completed : expires is null ? null : TrainingStatus.Expired;
        ledger.Enter(Renewed, status, expires, new Fact("completions[].expiresOn", expires is not null));
    }

    private static void CrisisOn(TrainingLedger ledger, DateOnly handled)
    {
        DateOnly? latest = ledger.Done(ledger.Evaluation.Value(CrisisCourses))?.Where(c => c.CompletedOn <= handled)
            .Select(c => (DateOnly?)c.CompletedOn).Max();
        // The update is due on the anniversary of the course; before the first course, it is due before a crisis is handled.
        var due = latest is { } last ? Days.MonthsAfter(last, ledger.Evaluation.Value(CrisisMonths)) : handled;
        TrainingStatus? status = ledger.Facts.Completions is null ? null
            : latest is not { } on ? TrainingStatus.Overdue
            : handled <= due ? TrainingStatus.Completed
            : TrainingStatus.Expired;
        ledger.Enter(Crisis, status, due, Fact.Of(ledger.Facts.Completions), new("crisisResponseDate", true));
    }

    private static void Competency(TrainingLedger ledger)
    {
        var (status, due) = BeforeService(ledger, ledger.Evaluation.Value(CompetencyCourses), ledger.Evaluation.Value(CompetencyBefore));
        status = ledger.Facts.Licensed switch { true => TrainingStatus.NotRequired, false => status, null => null };
        ledger.Enter(ClinicalCompetency, status, due, Fact.Of(ledger.Facts.Completions), Fact.Of(ledger.Facts.Licensed));
    }

    /// <summary>Done so many days before the first service. While no service was given there is no last day yet.</summary>
    private static (TrainingStatus? Status, DateOnly? Due) BeforeService(TrainingLedger ledger, IReadOnlyList<string> courses, int days)
    {
        if (ledger.Facts.FirstServiceDate is { } first)
            return (ledger.Course(courses, first.AddDays(-days)), first.AddDays(-days));
        return (ledger.Done(courses) is { } done ? done.Any() ? TrainingStatus.Completed : TrainingStatus.Due : null, null);
    }

    private static void Certificate(TrainingLedger ledger, RuleId rule, IReadOnlyList<string> courses, int years)
    {
        var (facts, evaluation) = (ledger.Facts, ledger.Evaluation);
        DateOnly? due = facts.HireDate is { } hired ? Days.YearsAfter(hired, years) : null;
        var lapsed = ledger.Done(courses)?.ToList() is { Count: > 0 } held && held.All(c => c.ExpiresOn < evaluation.AsOf);
        ledger.Enter(rule, lapsed ? TrainingStatus.Lapsed : ledger.Course(courses, due), due,
            Fact.Of(facts.Completions), Fact.Of(facts.HireDate));
    }

    private static Parameter<IReadOnlyList<string>> Courses(RuleId rule) => Parameter<IReadOnlyList<string>>.Of(rule, "courses");

    private static Parameter<IReadOnlyList<string>> Roles(RuleId rule) => Parameter<IReadOnlyList<string>>.Of(rule, "roles");
}
