using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>The stored record as the contract shows it.</summary>
internal static class IndividualsWire
{
    public static Wire.Individual ToWire(this Individual individual, Particulars particulars, string etag)
    {
        var person = Person.Open(particulars, individual);
        Wire.Individual wire = new()
        {
            Name = individual.Id.Name,
            Etag = etag,
            Provider = new OrganizationCode(individual.Provider).Name,
            GivenName = person.GivenName,
            FamilyName = person.FamilyName,
            BirthDate = person.BirthDate.Day(),
            CreateTime = individual.RecordedAt.ToTimestamp(),
            Intake = individual.Intakes.MaxBy(i => i.RecordedAt)?.ToWire(),
        };
        wire.Identifiers.AddRange(person.Identifiers.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => new Wire.Identifier { System = i.Key, Value = i.Value }));
        wire.Enrollments.AddRange(individual.Enrollments.OrderBy(e => e.From).Select(ToWire));
        wire.Diagnoses.AddRange(individual.Diagnoses.OrderBy(d => d.RecordedAt).Select(ToWire));
        wire.Assessments.AddRange(individual.Assessments.OrderBy(a => a.CompletedOn).Select(a => a.ToWire(individual.Id)));
        wire.MedicalNecessityFindings.AddRange(individual.NecessityFindings.OrderBy(f => f.FoundOn).Select(ToWire));
        return wire;
    }

    public static Wire.Enrollment ToWire(this Enrollment enrollment) => new()
    {
        Payer = new OrganizationCode(enrollment.Payer).Name,
        From = enrollment.From.Day(),
        Through = enrollment.Through.Day(),
        Funding = WireCode.TryRead<Contracts.Common.V1.Funding>(enrollment.Funding, out var funding) ? funding : default,
        BenefitPlan = enrollment.BenefitPlan,
        BenefitPlanFrom = enrollment.BenefitPlanFrom.Day(),
        BenefitPlanThrough = enrollment.BenefitPlanThrough.Day(),
    };

    public static Wire.Diagnosis ToWire(this Diagnosis diagnosis) => new()
    {
        Class = WireCode.TryRead<Wire.DiagnosisClass>(diagnosis.Class, out var code) ? code : default,
        Severity = WireCode.TryRead<Wire.DiagnosisSeverity>(diagnosis.Severity, out var severity) ? severity : default,
        Primary = diagnosis.Primary,
        DiagnosedOn = diagnosis.DiagnosedOn.Day(),
    };

    public static Wire.Assessment ToWire(this Assessment assessment, IndividualId individual)
    {
        Wire.Assessment wire = new() { Name = $"{individual.Name}/assessments/{assessment.Id}", CompletedOn = assessment.CompletedOn.Day() };
        if (assessment.AssessorScopeIncludesDiagnosis is { } inScope)
            wire.AssessorScopeIncludesDiagnosis = inScope;
        return wire;
    }

    public static Wire.MedicalNecessityFinding ToWire(this NecessityFinding finding) => new()
    {
        Finding = WireCode.TryRead<Wire.MedicalNecessity>(finding.Finding, out var code) ? code : default,
        FoundOn = finding.FoundOn.Day(),
        Payer = new OrganizationCode(finding.Payer).Name,
    };

    public static Wire.Intake ToWire(this Intake intake)
    {
        Wire.Intake wire = new()
        {
            DesireToWorkDate = intake.DesireToWorkDate.Day(),
            EmploymentHistory = WireCode.TryRead<Wire.EmploymentHistory>(intake.EmploymentHistory, out var history) ? history : default,
            OtherBhServiceLastContact = intake.OtherBhServiceLastContact.Day(),
            ReferralOutDate = intake.ReferralOutDate.Day(),
        };
        if (intake.DesireToWork is { } desire)
            wire.DesireToWork = desire;
        if (intake.EducationGoalLinkedToEmployment is { } education)
            wire.EducationGoalLinkedToEmployment = education;
        if (intake.NeedForAssistance is { } need)
            wire.NeedForAssistance = need;
        if (intake.NeedLinkedToDiagnosis is { } linked)
            wire.NeedLinkedToDiagnosis = linked;
        if (intake.DeclinesBhServices is { } declines)
            wire.DeclinesBhServices = declines;
        return wire;
    }
}
