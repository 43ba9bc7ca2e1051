using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class IndividualsRpc(
    RegisterIndividual register, FindIndividuals find, RecordFacts record, CorrectFacts correctFact, CorrectIndividual correct, FindFacts history,
    FindDuplicates duplicates, MergeIndividuals merge, Consents consents) : Wire.Individuals.IndividualsBase
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

    public override async Task<Wire.Fact> RecordFact(Wire.RecordFactRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Fact> CorrectFact(Wire.CorrectFactRequest request, ServerCallContext context) =>
        (await correctFact.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Fact> RetractFact(Wire.RetractFactRequest request, ServerCallContext context) =>
        (await correctFact.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListFactsResponse> ListFacts(Wire.ListFactsRequest request, ServerCallContext context) =>
        (await history.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Individual> CorrectIndividual(Wire.CorrectIndividualRequest request, ServerCallContext context) =>
        (await correct.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListDuplicatesResponse> ListDuplicates(Wire.ListDuplicatesRequest request, ServerCallContext context) =>
        (await duplicates.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Individual> MergeIndividuals(Wire.MergeIndividualsRequest request, ServerCallContext context) =>
        (await merge.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Consent> RecordConsent(Wire.RecordConsentRequest request, ServerCallContext context) =>
        (await consents.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Consent> RevokeConsent(Wire.RevokeConsentRequest request, ServerCallContext context) =>
        (await consents.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListConsentsResponse> ListConsents(Wire.ListConsentsRequest request, ServerCallContext context) =>
        (await consents.Handle(request, context.CancellationToken)).OrThrow();
}
