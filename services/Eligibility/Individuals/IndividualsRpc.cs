using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class IndividualsRpc(RegisterIndividual register, FindIndividuals find, RecordFacts record) : Wire.Individuals.IndividualsBase
{
    public override async Task<Wire.Individual> RegisterIndividual(Wire.RegisterIndividualRequest request, ServerCallContext context) =>
        (await register.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Individual> GetIndividual(Wire.GetIndividualRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Individual> FindIndividual(Wire.FindIndividualRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListIndividualsResponse> ListIndividuals(Wire.ListIndividualsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Enrollment> AddEnrollment(Wire.AddEnrollmentRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Diagnosis> AddDiagnosis(Wire.AddDiagnosisRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Assessment> AddAssessment(Wire.AddAssessmentRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Intake> RecordIntake(Wire.RecordIntakeRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.MedicalNecessityFinding> RecordMedicalNecessity(Wire.RecordMedicalNecessityRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();
}
