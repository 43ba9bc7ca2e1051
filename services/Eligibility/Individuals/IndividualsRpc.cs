using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class IndividualsRpc(
    Lazy<RegisterIndividual> register, Lazy<FindIndividuals> find, Lazy<RecordFacts> record, Lazy<CorrectFacts> correctFact,
    Lazy<CorrectIndividual> correct, Lazy<FindFacts> history, Lazy<FindDuplicates> duplicates, Lazy<MergeIndividuals> merge, Lazy<Consents> consents,
    Lazy<SearchIndividuals> search, Lazy<RecordContacts> recordContact, Lazy<FindContacts> contacts, Lazy<PreviewMerge> preview, Lazy<UndoMerge> undo)
    : Proto.Individuals.IndividualsBase
{
    public override async Task<Proto.Individual> RegisterIndividual(Proto.RegisterIndividualRequest request, ServerCallContext context) =>
        (await register.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Individual> GetIndividual(Proto.GetIndividualRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Individual> FindIndividual(Proto.FindIndividualRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListIndividualsResponse> ListIndividuals(Proto.ListIndividualsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListMatchingIndividualsResponse> ListMatchingIndividuals(
        Proto.ListMatchingIndividualsRequest request, ServerCallContext context) =>
        (await search.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Contact> RecordContact(Proto.RecordContactRequest request, ServerCallContext context) =>
        (await recordContact.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Contact> CorrectContact(Proto.CorrectContactRequest request, ServerCallContext context) =>
        (await recordContact.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Contact> RetractContact(Proto.RetractContactRequest request, ServerCallContext context) =>
        (await recordContact.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListContactsResponse> ListContacts(Proto.ListContactsRequest request, ServerCallContext context) =>
        (await contacts.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MatchNameResponse> MatchName(Proto.MatchNameRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CheckRedisclosureResponse> CheckRedisclosure(Proto.CheckRedisclosureRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Enrollment> AddEnrollment(Proto.AddEnrollmentRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Diagnosis> AddDiagnosis(Proto.AddDiagnosisRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Assessment> AddAssessment(Proto.AddAssessmentRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Intake> RecordIntake(Proto.RecordIntakeRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MedicalNecessityFinding> RecordMedicalNecessity(Proto.RecordMedicalNecessityRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Fact> RecordFact(Proto.RecordFactRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Fact> CorrectFact(Proto.CorrectFactRequest request, ServerCallContext context) =>
        (await correctFact.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Fact> RetractFact(Proto.RetractFactRequest request, ServerCallContext context) =>
        (await correctFact.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListFactsResponse> ListFacts(Proto.ListFactsRequest request, ServerCallContext context) =>
        (await history.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Individual> CorrectIndividual(Proto.CorrectIndividualRequest request, ServerCallContext context) =>
        (await correct.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListDuplicatesResponse> ListDuplicates(Proto.ListDuplicatesRequest request, ServerCallContext context) =>
        (await duplicates.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Individual> MergeIndividuals(Proto.MergeIndividualsRequest request, ServerCallContext context) =>
        (await merge.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.PreviewMergeResponse> PreviewMerge(Proto.PreviewMergeRequest request, ServerCallContext context) =>
        (await preview.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.UndoMergeResponse> UndoMerge(Proto.UndoMergeRequest request, ServerCallContext context) =>
        (await undo.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Consent> RecordConsent(Proto.RecordConsentRequest request, ServerCallContext context) =>
        (await consents.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Consent> RevokeConsent(Proto.RevokeConsentRequest request, ServerCallContext context) =>
        (await consents.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListConsentsResponse> ListConsents(Proto.ListConsentsRequest request, ServerCallContext context) =>
        (await consents.Value.Handle(request, context.CancellationToken)).OrThrow();
}
