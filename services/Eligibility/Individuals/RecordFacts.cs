using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Adds facts to a person's record. Nothing is overwritten: each fact keeps when it was recorded.</summary>
public sealed class RecordFacts(EligibilityDb db, Once once, Caller caller, TimeProvider clock)
{
    public Task<Result<Wire.Enrollment>> Handle(Wire.AddEnrollmentRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var given = ask.Enrollment ?? new();
        var enrollment = new Enrollment(
            Guid.CreateVersion7(clock.GetUtcNow()),
            fields.Organization("enrollment.payer", given.Payer),
            fields.Day("enrollment.from", given.From), fields.OptionalDay("enrollment.through", given.Through),
            WireCode.Lower(fields.Choice("enrollment.funding", given.Funding)) ?? "",
            given.BenefitPlan,
            fields.OptionalDay("enrollment.benefit_plan_from", given.BenefitPlanFrom), fields.OptionalDay("enrollment.benefit_plan_through", given.BenefitPlanThrough),
            clock.GetUtcNow()) { RecordedBy = caller.Organization };
        fields.Require(given.BenefitPlan.Length <= 40, "enrollment.benefit_plan", "is longer than 40 characters");
        fields.Require(!(enrollment.Through < enrollment.From), "enrollment.through", "lies before from");
        fields.Require(!(enrollment.BenefitPlanThrough < enrollment.BenefitPlanFrom), "enrollment.benefit_plan_through", "lies before benefit_plan_from");
        fields.Require(enrollment.BenefitPlanThrough is null || enrollment.BenefitPlanFrom is not null, "enrollment.benefit_plan_from", "is missing; a plan that ends has a first day");
        fields.Require(caller.Role != Roles.Mco || enrollment.Payer == caller.Organization, "enrollment.payer", "is another payer; a payer records its own enrolments");
        return Add(ask.Individual, ask.RequestId, ask, fields, individual =>
        {
            individual.Facts.Add(enrollment);
            if (!individual.Payers.Contains(enrollment.Payer))
                individual.Payers.Add(enrollment.Payer);
            return enrollment.ToWire();
        }, stop);
    }

    public Task<Result<Wire.Diagnosis>> Handle(Wire.AddDiagnosisRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var given = ask.Diagnosis ?? new();
        Diagnosis diagnosis = new(
            Guid.CreateVersion7(clock.GetUtcNow()), WireCode.Upper(fields.Choice("diagnosis.class", given.Class)) ?? "", WireCode.Lower(Defined(fields, "diagnosis.severity", given.Severity)),
            given.Primary, fields.OptionalDay("diagnosis.diagnosed_on", given.DiagnosedOn), clock.GetUtcNow()) { RecordedBy = caller.Organization };
        return Add(ask.Individual, ask.RequestId, ask, fields, individual =>
        {
            individual.Facts.Add(diagnosis);
            return diagnosis.ToWire();
        }, stop);
    }

    public Task<Result<Wire.Assessment>> Handle(Wire.AddAssessmentRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var given = ask.Assessment ?? new();
        Assessment assessment = new(
            Guid.CreateVersion7(clock.GetUtcNow()), fields.Day("assessment.completed_on", given.CompletedOn),
            given.HasAssessorScopeIncludesDiagnosis ? given.AssessorScopeIncludesDiagnosis : null, clock.GetUtcNow()) { RecordedBy = caller.Organization };
        return Add(ask.Individual, ask.RequestId, ask, fields, individual =>
        {
            individual.Facts.Add(assessment);
            return assessment.ToWire(individual.Id);
        }, stop);
    }

    public Task<Result<Wire.Intake>> Handle(Wire.RecordIntakeRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        fields.Require(ask.Intake is not null, "intake", "is missing; send the whole intake, a field left out is recorded as not known");
        var given = ask.Intake ?? new();
        Intake intake = new(
            Guid.CreateVersion7(clock.GetUtcNow()),
            given.HasDesireToWork ? given.DesireToWork : null, fields.OptionalDay("intake.desire_to_work_date", given.DesireToWorkDate),
            WireCode.Lower(Defined(fields, "intake.employment_history", given.EmploymentHistory)),
            given.HasEducationGoalLinkedToEmployment ? given.EducationGoalLinkedToEmployment : null,
            given.HasNeedForAssistance ? given.NeedForAssistance : null, given.HasNeedLinkedToDiagnosis ? given.NeedLinkedToDiagnosis : null,
            fields.OptionalDay("intake.other_bh_service_last_contact", given.OtherBhServiceLastContact),
            given.HasDeclinesBhServices ? given.DeclinesBhServices : null, fields.OptionalDay("intake.referral_out_date", given.ReferralOutDate), clock.GetUtcNow()) { RecordedBy = caller.Organization };
        return Add(ask.Individual, ask.RequestId, ask, fields, individual =>
        {
            individual.Facts.Add(intake);
            return intake.ToWire();
        }, stop);
    }

    public Task<Result<Wire.MedicalNecessityFinding>> Handle(Wire.RecordMedicalNecessityRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        NecessityFinding finding = new(
            Guid.CreateVersion7(clock.GetUtcNow()), WireCode.Lower(fields.Choice("finding", ask.Finding)) ?? "", fields.Day("found_on", ask.FoundOn), caller.Organization, clock.GetUtcNow()) { RecordedBy = caller.Organization };
        fields.Require(finding.FoundOn <= clock.UtcDay(), "found_on", "lies in the future; send a day up to today");
        return Add(ask.Individual, ask.RequestId, ask, fields, individual =>
        {
            individual.Facts.Add(finding);
            return finding.ToWire();
        }, stop);
    }

    private static T Defined<T>(Fields fields, string field, T value) where T : struct, Enum
    {
        fields.Require(Enum.IsDefined(value), field, "is not a value of the contract");
        return Enum.IsDefined(value) ? value : default;
    }

    private Task<Result<TReply>> Add<TReply>(
        string name, string requestId, Google.Protobuf.IMessage ask, Fields fields, Func<Individual, TReply> add, CancellationToken stop)
        where TReply : class, Google.Protobuf.IMessage<TReply>, new()
    {
        var id = fields.Name<IndividualId>("individual", name, "individuals/{uuid}", IndividualId.TryParse);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<TReply>>(bad);
        return once.Run(requestId, ask, async s =>
        {
            if (await db.Load(id, s) is not { } individual)
                return new Problem.NotFound("individual", name);
            var reply = add(individual);
            await db.SaveChangesAsync(s);
            return (Result<TReply>)reply;
        }, stop);
    }
}
