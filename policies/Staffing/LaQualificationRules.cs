namespace Ips.Policies.Staffing;

/// <summary>Who may hold a role in a Louisiana team (LA-STAFF-002 to -004).</summary>
public static class LaQualificationRules
{
    private static readonly RuleId Specialist = RuleId.Of("LA-STAFF-002");
    private static readonly RuleId Peer = RuleId.Of("LA-STAFF-003");
    private static readonly RuleId Supervisor = RuleId.Of("LA-STAFF-004");

    private static readonly Parameter<IReadOnlyList<string>> SpecialistEducation = Parameter<IReadOnlyList<string>>.Of(Specialist, "education");
    private static readonly Parameter<int> EmploymentMonths = Parameter<int>.Of(Specialist, "employment_experience");
    private static readonly Parameter<int> SmiMonths = Parameter<int>.Of(Specialist, "smi_experience");
    private static readonly Parameter<IReadOnlyList<string>> PeerCredentials = Parameter<IReadOnlyList<string>>.Of(Peer, "credentials");
    private static readonly Parameter<IReadOnlyList<string>> SupervisorEducation = Parameter<IReadOnlyList<string>>.Of(Supervisor, "education");
    private static readonly Parameter<int> SupervisorSmiMonths = Parameter<int>.Of(Supervisor, "smi_experience");
    private static readonly Parameter<int> ServicesMonths = Parameter<int>.Of(Supervisor, "employment_services");

    /// <summary>Evaluates the rules of the role; <see langword="null"/> where the program has none. Other roles have no requirement in the text.</summary>
    public static QualificationStatus? Evaluate(QualificationFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(Specialist))
            return null;
        switch (facts.Role)
        {
            case StaffRole.Esp:
                Esp(facts, evaluation);
                break;
            case StaffRole.Epm:
                var accepted = evaluation.Value(PeerCredentials);
                evaluation.Require(Peer, facts.Credentials?.Any(c => accepted.Contains(Codes.Of(c.Type)) && c.ValidOn(evaluation.AsOf)),
                        $"holds {NcQualificationRules.Held(facts, evaluation)}; {accepted} needed", Fact.Of(facts.Credentials))
                    .Remedy($"{accepted} valid on {evaluation.AsOf}");
                break;
            case StaffRole.TeamLead:
                Lead(facts, evaluation);
                break;
            default:
                foreach (var rule in (RuleId[])[Specialist, Peer, Supervisor])
                    evaluation.Require(rule, Verdict.Met, $"does not apply to {Codes.Of(facts.Role)}");
                break;
        }

        return QualificationStatus.Qualified;
    }

    private static void Esp(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var (work, smi) = (evaluation.Value(EmploymentMonths), evaluation.Value(SmiMonths));
        evaluation.Require(Specialist,
                Ternary.All(NcQualificationRules.Educated(facts, evaluation.Value(SpecialistEducation)),
                    NcQualificationRules.AtLeast(facts.EmploymentExperienceMonths, work), NcQualificationRules.AtLeast(facts.SmiExperienceMonths, smi)),
                $"education {facts.Education.Code()}, {facts.EmploymentExperienceMonths} of {work} months of employment, {facts.SmiExperienceMonths} of {smi} months with people with severe mental illness",
                Fact.Of(facts.Education), Fact.Of(facts.EmploymentExperienceMonths), Fact.Of(facts.SmiExperienceMonths))
            .Remedy($"education of GED or higher, employmentExperienceMonths of at least {work}, smiExperienceMonths of at least {smi}");
    }

    private static void Lead(QualificationFacts facts, RuleEvaluation evaluation)
    {
        var (smi, services) = (evaluation.Value(SupervisorSmiMonths), evaluation.Value(ServicesMonths));
        evaluation.Require(Supervisor,
                Ternary.All(NcQualificationRules.Educated(facts, evaluation.Value(SupervisorEducation)), facts.PriorEmploymentSpecialist,
                    NcQualificationRules.AtLeast(facts.SmiExperienceMonths, smi), NcQualificationRules.AtLeast(facts.EmploymentServicesMonths, services)),
                $"education {facts.Education.Code()}, earlier employment specialist {facts.PriorEmploymentSpecialist}, {facts.SmiExperienceMonths} of {smi} months with people with severe mental illness, {facts.EmploymentServicesMonths} of {services} months in employment services",
                Fact.Of(facts.Education), Fact.Of(facts.PriorEmploymentSpecialist),
                Fact.Of(facts.SmiExperienceMonths), Fact.Of(facts.EmploymentServicesMonths))
            .Remedy($"education {evaluation.Value(SupervisorEducation)}, priorEmploymentSpecialist, smiExperienceMonths of at least {smi}, employmentServicesMonths of at least {services}");
    }
}
