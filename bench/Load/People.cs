using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;

namespace Ips.Load;

/// <summary>People under nc-core with every fact that admission asks for.</summary>
internal sealed class People(Callers callers, Steps steps)
{
    public const string Provider = "organizations/harbor-works";
    public const string Payer = "organizations/alliance";
    public const string Program = "nc-core";

    private readonly Individuals.IndividualsClient _individuals = new(callers.Channel("eligibility"));

    /// <summary>Registers a person and records the facts; answers the person's name and the assessment's.</summary>
    public async Task<(string Person, string Assessment)> Admit(string label)
    {
        var provider = Callers.As("provider");
        var person = (await steps.Time("register person", () => _individuals.RegisterIndividualAsync(new()
        {
            Provider = Provider,
            GivenName = $"Bench {label}",
            FamilyName = "Case",
            BirthDate = callers.On(-31 * 365),
            RequestId = Callers.RequestId(),
            Identifiers = { new Identifier { System = "bench-member", Value = $"{callers.Run}-{label}" } },
        }, provider))).Name;
        await steps.Time("record enrollment", () => _individuals.AddEnrollmentAsync(new()
        {
            Individual = person,
            RequestId = Callers.RequestId(),
            Enrollment = new() { Payer = Payer, From = callers.On(-120), Funding = Funding.State, BenefitPlan = "ASWOM", BenefitPlanFrom = callers.On(-120) },
        }, provider));
        await steps.Time("record diagnosis", () => _individuals.AddDiagnosisAsync(new()
        {
            Individual = person,
            RequestId = Callers.RequestId(),
            Diagnosis = new() { Class = DiagnosisClass.Spmi, Primary = true, DiagnosedOn = callers.On(-90) },
        }, provider));
        var assessment = (await steps.Time("record assessment", () => _individuals.AddAssessmentAsync(new()
        {
            Individual = person,
            RequestId = Callers.RequestId(),
            Assessment = new() { CompletedOn = callers.On(-10), AssessorScopeIncludesDiagnosis = true },
        }, provider))).Name;
        await steps.Time("record intake", () => _individuals.RecordIntakeAsync(new()
        {
            Individual = person,
            RequestId = Callers.RequestId(),
            Intake = new()
            {
                DesireToWork = true,
                DesireToWorkDate = callers.On(-10),
                EmploymentHistory = EmploymentHistory.Intermittent,
                NeedForAssistance = true,
                NeedLinkedToDiagnosis = true,
                OtherBhServiceLastContact = callers.On(-12),
                DeclinesBhServices = false,
            },
        }, provider));
        await steps.Time("record medical necessity", () => _individuals.RecordMedicalNecessityAsync(
            new() { Individual = person, RequestId = Callers.RequestId(), Finding = MedicalNecessity.Met, FoundOn = callers.On(-5) }, Callers.As("mco")));
        return (person, assessment);
    }
}
