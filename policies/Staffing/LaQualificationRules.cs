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

    /// <summary>Judges the rules of the role. Other roles have no requirement in the text.</summary>
    public static QualificationStatus Evaluate(QualificationFacts facts, RuleEvaluation ruling)
    {
        switch (facts.Role)
        {
            case StaffRole.Esp:
                Esp(facts, ruling);
                break;
            case StaffRole.Epm:
                var accepted = ruling.Value(PeerCredentials);
                ruling.Judge(Peer, facts.Credentials?.Any(c => accepted.Contains(Codes.Of(c.Type)) && c.ValidOn(ruling.AsOf)),
                        $"holds {NcQualificationRules.Held(facts, ruling)}; {accepted} needed", Fact.Of("credentials", facts.Credentials))
                    .Remedy($"{accepted} valid on {ruling.AsOf}");
                break;
            case StaffRole.TeamLead:
                Lead(facts, ruling);
                break;
            default:
                foreach (var rule in (RuleId[])[Specialist, Peer, Supervisor])
                    ruling.Remark(rule, Verdict.Met, $"asks nothing of {Codes.Of(facts.Role)}");
                break;
        }

        return QualificationStatus.Qualified;
    }

    private static void Esp(QualificationFacts facts, RuleEvaluation ruling)
    {
        var (work, smi) = (ruling.Value(EmploymentMonths), ruling.Value(SmiMonths));
        ruling.Judge(Specialist,
                Ternary.All(NcQualificationRules.Educated(facts, ruling.Value(SpecialistEducation)), NcQualificationRules.AtLeast(facts.EmploymentExperienceMonths, work), NcQualificationRules.AtLeast(facts.SmiExperienceMonths, smi)),
                $"education {facts.Education.Code()}, {facts.EmploymentExperienceMonths} of {work} months of employment, {facts.SmiExperienceMonths} of {smi} months with people with severe mental illness",
                Fact.Of("education", facts.Education), Fact.Of("employmentExperienceMonths", facts.EmploymentExperienceMonths), Fact.Of("smiExperienceMonths", facts.SmiExperienceMonths))
            .Remedy($"education of GED or higher, employmentExperienceMonths of at least {work}, smiExperienceMonths of at least {smi}");
    }

    private static void Lead(QualificationFacts facts, RuleEvaluation ruling)
    {
        var (smi, services) = (ruling.Value(SupervisorSmiMonths), ruling.Value(ServicesMonths));
        ruling.Judge(Supervisor,
                Ternary.All(NcQualificationRules.Educated(facts, ruling.Value(SupervisorEducation)), facts.PriorEmploymentSpecialist,
                    NcQualificationRules.AtLeast(facts.SmiExperienceMonths, smi), NcQualificationRules.AtLeast(facts.EmploymentServicesMonths, services)),
                $"education {facts.Education.Code()}, earlier employment specialist {facts.PriorEmploymentSpecialist}, {facts.SmiExperienceMonths} of {smi} months with people with severe mental illness, {facts.EmploymentServicesMonths} of {services} months in employment services",
                Fact.Of("education", facts.Education), Fact.Of("priorEmploymentSpecialist", facts.PriorEmploymentSpecialist),
                Fact.Of("smiExperienceMonths", facts.SmiExperienceMonths), Fact.Of("employmentServicesMonths", facts.EmploymentServicesMonths))
            .Remedy($"education {ruling.Value(SupervisorEducation)}, priorEmploymentSpecialist, smiExperienceMonths of at least {smi}, employmentServicesMonths of at least {services}");
    }
}
