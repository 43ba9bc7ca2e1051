namespace Ips.Policies.Staffing;

/// <summary>Who may hold a role in a North Carolina team (NC-STAFF-001 to -006).</summary>
public static class NcQualificationRules
{
    private static readonly RuleId TeamLead = RuleId.Of("NC-STAFF-001");
    private static readonly RuleId Specialist = RuleId.Of("NC-STAFF-002");
    private static readonly RuleId PeerMentor = RuleId.Of("NC-STAFF-003");
    private static readonly RuleId BenefitsCounselor = RuleId.Of("NC-STAFF-004");
    private static readonly RuleId CertificateInTime = RuleId.Of("NC-STAFF-005");
    private static readonly RuleId ProgramAssistant = RuleId.Of("NC-STAFF-006");

    private static readonly Parameter<IReadOnlyList<string>> LeadCredentials = Parameter<IReadOnlyList<string>>.Of(TeamLead, "state_credentials");
    private static readonly Parameter<IReadOnlyList<string>> LeadAdvice = Parameter<IReadOnlyList<string>>.Of(TeamLead, "recommended");
    private static readonly Parameter<int> VocationalMonths = Parameter<int>.Of(TeamLead, "vocational_experience");
    private static readonly Parameter<string> State = Parameter<string>.Of(TeamLead, "state");
    private static readonly Parameter<IReadOnlyList<string>> SpecialistStateCredentials = Parameter<IReadOnlyList<string>>.Of(Specialist, "state_credentials");
    private static readonly Parameter<IReadOnlyList<string>> SpecialistCredentials = Parameter<IReadOnlyList<string>>.Of(Specialist, "credentials");
    private static readonly Parameter<IReadOnlyList<string>> PeerCredentials = Parameter<IReadOnlyList<string>>.Of(PeerMentor, "state_credentials");
    private static readonly Parameter<IReadOnlyList<string>> PeerEducation = Parameter<IReadOnlyList<string>>.Of(PeerMentor, "education");
    private static readonly Parameter<IReadOnlyList<string>> CounselorCredentials = Parameter<IReadOnlyList<string>>.Of(BenefitsCounselor, "credentials");
    private static readonly Parameter<IReadOnlyList<string>> CounselorEducation = Parameter<IReadOnlyList<string>>.Of(BenefitsCounselor, "education");
    private static readonly Parameter<int> CertificateMonths = Parameter<int>.Of(CertificateInTime, "months_from_hire");
    private static readonly Parameter<IReadOnlyList<string>> AssistantEducation = Parameter<IReadOnlyList<string>>.Of(ProgramAssistant, "education");

    /// <summary>Evaluates the rules of the role; answers the standing of a person who meets them, or <see langword="null"/> where the text is not in
    /// force.</summary>
    public static QualificationStatus? Evaluate(QualificationFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(TeamLead))
            return null;
        return facts.Role switch
        {
            StaffRole.TeamLead => Lead(facts, evaluation),
            StaffRole.Esp => Esp(facts, evaluation),
            StaffRole.Epm => Epm(facts, evaluation),
            StaffRole.BenefitsCounselor => Counselor(facts, evaluation),
            _ => Assistant(facts, evaluation),
        };
    }

    private static QualificationStatus Lead(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var months = evaluation.Value(VocationalMonths);
        var accepted = evaluation.Value(LeadCredentials);
        evaluation.Require(TeamLead, Ternary.All(Holds(facts, evaluation, accepted, ofTheState: true), AtLeast(facts.VocationalExperienceMonths, months)),
                $"holds {Held(facts, evaluation)}; {accepted} and {months} months of vocational experience needed, {facts.VocationalExperienceMonths} there",
                Fact.Of(facts.Credentials), Fact.Of(facts.VocationalExperienceMonths))
            .Remedy($"{accepted} valid on {evaluation.AsOf} and vocationalExperienceMonths of at least {months}");
        return Advised(Holds(facts, evaluation, evaluation.Value(LeadAdvice), ofTheState: false));
    }

    private static QualificationStatus Esp(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var ofState = evaluation.Value(SpecialistStateCredentials);
        var others = evaluation.Value(SpecialistCredentials);
        evaluation.Require(Specialist, Ternary.Any(Holds(facts, evaluation, ofState, ofTheState: true), Holds(facts, evaluation, others, ofTheState: false)),
                $"holds {Held(facts, evaluation)}; one of {ofState}, {others} needed", Fact.Of(facts.Credentials))
            .Remedy($"one of {ofState}, {others} valid on {evaluation.AsOf}");
        return QualificationStatus.Qualified;
    }

    private static QualificationStatus Epm(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var accepted = evaluation.Value(PeerCredentials);
        var education = evaluation.Value(PeerEducation);
        evaluation.Require(PeerMentor, Ternary.All(Holds(facts, evaluation, accepted, ofTheState: true), Educated(facts, education)),
                $"holds {Held(facts, evaluation)}, education {facts.Education.Code()}; {accepted} and one of {education} needed",
                Fact.Of(facts.Credentials), Fact.Of(facts.Education))
            .Remedy($"{accepted} valid on {evaluation.AsOf} and education of GED or higher");
        return Advised(facts.RecentEmploymentHistory);
    }

    private static QualificationStatus Counselor(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var accepted = evaluation.Value(CounselorCredentials);
        var education = evaluation.Value(CounselorEducation);
        DateOnly? due = facts.HireDate is { } hired ? Days.MonthsAfter(hired, evaluation.Value(CertificateMonths)) : null;
        var certified = Holds(facts, evaluation, accepted, ofTheState: false);
        var inTime = Ternary.Any(certified, due is { } last ? evaluation.AsOf <= last : null);
        evaluation.Require(BenefitsCounselor, Ternary.All(Educated(facts, education), inTime),
                $"education {facts.Education.Code()}, holds {Held(facts, evaluation)}; one of {accepted} needed, without it provisional through {due}",
                Fact.Of(facts.Education), Fact.Of(facts.Credentials), new("hireDate", facts.HireDate is not null || certified == true))
            .Remedy($"education of GED or higher and one of {accepted} valid on {evaluation.AsOf}");
        evaluation.Require(CertificateInTime, inTime, $"one of {accepted} is due by {due}; held on {evaluation.AsOf}: {certified}",
                Fact.Of(facts.Credentials), Fact.Of(facts.HireDate))
            .Remedy($"one of {accepted} valid on {evaluation.AsOf}");
        evaluation.Answer("certDueOn", due, CertificateInTime);
        return certified == true ? QualificationStatus.Qualified : QualificationStatus.Provisional;
    }

    private static QualificationStatus Assistant(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var education = evaluation.Value(AssistantEducation);
        evaluation.Require(ProgramAssistant, Educated(facts, education), $"education {facts.Education.Code()}, one of {education} needed",
                Fact.Of(facts.Education))
            .Remedy("education of GED or higher");
        return QualificationStatus.Qualified;
    }

    private static QualificationStatus Advised(bool? recommended) => recommended == false ? QualificationStatus.QualifiedWithAdvice
        : QualificationStatus.Qualified;

    /// <summary>A credential of the state counts where no state is named or it is this one; the others are given nationally.</summary>
    private static bool? Holds(QualificationFacts facts, RuleEvaluation evaluation, IReadOnlyList<string> accepted, bool ofTheState)
    {
        var state = evaluation.Value(State);
        return facts.Credentials?.Any(c => accepted.Contains(Codes.Of(c.Type)) && c.ValidOn(evaluation.AsOf)
            && (!ofTheState || c.Jurisdiction is not { } from || Codes.Of(from) == state));
    }

    internal static bool? Educated(QualificationFacts facts, IReadOnlyList<string> accepted) =>
        facts.Education is { } level ? accepted.Contains(Codes.Of(level)) : null;

    internal static bool? AtLeast(int? months, int needed) => months is { } there ? there >= needed : null;

    internal static IEnumerable<string> Held(QualificationFacts facts, RuleEvaluation evaluation) =>
        (facts.Credentials ?? []).Where(c => c.ValidOn(evaluation.AsOf))
            .Select(c => c.Jurisdiction is { } from ? $"{Codes.Of(c.Type)} of {Codes.Of(from)}" : Codes.Of(c.Type));
}
