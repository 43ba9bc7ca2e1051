namespace Ips.Policies.Staffing;

/// <summary>Training and certification in Louisiana (LA-TRN-001 to -010).</summary>
internal static class LaTrainingRules
{
    private static readonly RuleId FirstAid = RuleId.Of("LA-TRN-001");
    private static readonly RuleId Renewed = RuleId.Of("LA-TRN-002");
    private static readonly RuleId Exempt = RuleId.Of("LA-TRN-003");
    private static readonly RuleId Verified = RuleId.Of("LA-TRN-004");
    private static readonly RuleId Crisis = RuleId.Of("LA-TRN-005");
    private static readonly RuleId Topics = RuleId.Of("LA-TRN-006");
    private static readonly RuleId ClinicalCompetency = RuleId.Of("LA-TRN-007");
    private static readonly RuleId IpsTraining = RuleId.Of("LA-TRN-008");

    private static readonly Parameter<IReadOnlyList<string>> FirstAidCourses = Courses(FirstAid);
    private static readonly Parameter<string> UnrecordedProfession = Parameter<string>.Of(FirstAid, "unrecorded_profession");
    private static readonly Parameter<int> FirstAidDays = Parameter<int>.Of(FirstAid, "days_from_hire");
    private static readonly Parameter<IReadOnlyList<string>> ExemptProfessions = Parameter<IReadOnlyList<string>>.Of(Exempt, "professions");
    private static readonly Parameter<IReadOnlyList<string>> CrisisCourses = Courses(Crisis);
    private static readonly Parameter<int> CrisisMonths = Parameter<int>.Of(Crisis, "valid_for");
    private static readonly Parameter<string> CrisisTested = Parameter<string>.Of(Crisis, "tested");
    private static readonly Parameter<int> CardYears = Parameter<int>.Of(Renewed, "years_without_last_day");
    private static readonly Parameter<string> WithoutProof = Parameter<string>.Of(Verified, "not_kept");
    private static readonly Parameter<IReadOnlyList<string>> TopicCourses = Courses(Topics);
    private static readonly Parameter<IReadOnlyList<string>> TopicRoles = Roles(Topics);
    private static readonly Parameter<string> TopicsRepeated = Parameter<string>.Of(Topics, "repeated");
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

        ContinuingEducation(ledger);
        Proof(ledger);
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
        else if (Cards(ledger, courses) is { } cards && cards.Exists(c => c.ExpiresOn is not null))
            Card(ledger, cards);
    }

    private static List<Completion>? Cards(TrainingLedger ledger, IReadOnlyList<string> courses)
    {
        var years = ledger.Evaluation.Text.ValueOr(CardYears, 0);
        return ledger.Done(courses)?.Select(c => c.ExpiresOn is null && years > 0 ? c with { ExpiresOn = Days.YearsAfter(c.CompletedOn, years) } : c).ToList();
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

    /// <summary>Each topic, with no last day: what is not done is reported and decides nothing.</summary>
    private static void ContinuingEducation(TrainingLedger ledger)
    {
        var (facts, evaluation) = (ledger.Facts, ledger.Evaluation);
        if (!evaluation.Text.TryValue(TopicCourses, out var topics) || !ledger.AppliesTo(Topics, TopicRoles) || facts.Completions is null)
            return;
        DateOnly? since = evaluation.Chooses(TopicsRepeated, "every_year") ? Days.YearsAfter(evaluation.AsOf, -1) : null;
        var open = topics.Where(topic => !ledger.Done([topic])!.Any(c => !(c.CompletedOn < since))).ToList();
        evaluation.Remark(Topics, open.Count == 0 ? Verdict.Met : Verdict.NeedsReview, $"continuing education not completed: {open}", Fact.Of(facts.Completions))
            .Remedy($"completed: {open}");
        ledger.List(Topics, open.Count == 0 ? TrainingStatus.Completed : TrainingStatus.NoTargetDate, null);
    }

    /// <summary>The agency keeps the proof of each course on file.</summary>
    private static void Proof(TrainingLedger ledger)
    {
        var evaluation = ledger.Evaluation;
        if (ledger.Facts.Completions is not { } done || !done.Any(c => c.ProofOnFile is not null) || !evaluation.Text.TryValue(WithoutProof, out var consequence))
            return;
        var without = done.Where(c => c.ProofOnFile == false).Select(c => Codes.Of(c.Course)).Distinct(StringComparer.Ordinal).ToList();
        bool? proved = without.Count > 0 ? false : done.Any(c => c.ProofOnFile is null) ? null : true;
        Fact needed = new("completions[].proofOnFile", proved is not null);
        var result = consequence == "not_trained" ? evaluation.Require(Verified, proved, $"without proof on file: {without}", needed)
            : evaluation.Remark(Verified, proved, $"without proof on file: {without}", needed);
        result.Remedy($"proof on file of {without}");
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
