using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class AuthorizationsRpc(
    Lazy<RequestAuthorization> requesting, Lazy<RequestAuthorizations> requests, Lazy<AddDocuments> documents, Lazy<DocumentChecklist> checklist,
    Lazy<DecideAuthorization> decide, Lazy<EndAuthorization> end, Lazy<FindAuthorizations> find, Lazy<CheckOverlaps> overlaps, Lazy<MoveUnits> units,
    Lazy<WithdrawAuthorization> withdraw, Lazy<CancelAuthorization> cancel, Lazy<ReviseAuthorization> revise,
    Lazy<ExtendDecision> extend, Lazy<SetAutoApproval> automatic)
    : Proto.Authorizations.AuthorizationsBase
{
    public override async Task<Proto.Authorization> RequestAuthorization(Proto.RequestAuthorizationRequest request, ServerCallContext context) =>
        (await requesting.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task RequestAuthorizations(Proto.RequestAuthorizationsRequest request, IServerStreamWriter<Proto.RequestAuthorizationsResponse> answers,
        ServerCallContext context) =>
        requests.Value.Handle(request, answers, context.CancellationToken);

    public override async Task<Proto.Authorization> RenewAuthorization(Proto.RenewAuthorizationRequest request, ServerCallContext context) =>
        (await requesting.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> AddDocuments(Proto.AddDocumentsRequest request, ServerCallContext context) =>
        (await documents.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.DocumentChecklist> GetDocumentChecklist(Proto.GetDocumentChecklistRequest request, ServerCallContext context) =>
        (await checklist.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> DecideAuthorization(Proto.DecideAuthorizationRequest request, ServerCallContext context) =>
        (await decide.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> ExtendDecision(Proto.ExtendDecisionRequest request, ServerCallContext context) =>
        (await extend.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.AutoApproval> SetAutoApproval(Proto.SetAutoApprovalRequest request, ServerCallContext context) =>
        (await automatic.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListAutoApprovalsResponse> ListAutoApprovals(Proto.ListAutoApprovalsRequest request, ServerCallContext context) =>
        (await automatic.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> ReviewAutoApproval(Proto.ReviewAutoApprovalRequest request, ServerCallContext context) =>
        (await automatic.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> TerminateAuthorization(Proto.TerminateAuthorizationRequest request, ServerCallContext context) =>
        (await end.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> WithdrawAuthorization(Proto.WithdrawAuthorizationRequest request, ServerCallContext context) =>
        (await withdraw.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> ReviseAuthorization(Proto.ReviseAuthorizationRequest request, ServerCallContext context) =>
        (await revise.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> CancelAuthorization(Proto.CancelAuthorizationRequest request, ServerCallContext context) =>
        (await cancel.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListAuthorizationVersionsResponse> ListAuthorizationVersions(
        Proto.ListAuthorizationVersionsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Authorization> GetAuthorization(Proto.GetAuthorizationRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListAuthorizationsResponse> ListAuthorizations(Proto.ListAuthorizationsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CoversResponse> Covers(Proto.CoversRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CheckOverlapsResponse> CheckOverlaps(Proto.CheckOverlapsRequest request, ServerCallContext context) =>
        (await overlaps.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.UnitMovement> DrawUnits(Proto.DrawUnitsRequest request, ServerCallContext context) =>
        (await units.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.UnitMovement> ConfirmUnits(Proto.ConfirmUnitsRequest request, ServerCallContext context) =>
        (await units.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.UnitMovement> CorrectUnits(Proto.CorrectUnitsRequest request, ServerCallContext context) =>
        (await units.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.UnitMovement> ReleaseUnits(Proto.ReleaseUnitsRequest request, ServerCallContext context) =>
        (await units.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListUnitEntriesResponse> ListUnitEntries(Proto.ListUnitEntriesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListUnitDrawsResponse> ListUnitDraws(Proto.ListUnitDrawsRequest request, ServerCallContext context) =>
        (await units.Value.Handle(request, context.CancellationToken)).OrThrow();
}
