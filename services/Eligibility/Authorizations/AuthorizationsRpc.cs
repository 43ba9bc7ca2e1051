using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class AuthorizationsRpc(
    RequestAuthorization request, RequestAuthorizations requests, AddDocuments documents, DocumentChecklist checklist, DecideAuthorization decide, EndAuthorization end,
    FindAuthorizations find, MoveUnits units) : Wire.Authorizations.AuthorizationsBase
{
    public override async Task<Wire.Authorization> RequestAuthorization(Wire.RequestAuthorizationRequest ask, ServerCallContext context) =>
        (await request.Handle(ask, context.CancellationToken)).OrThrow();

    public override Task RequestAuthorizations(Wire.RequestAuthorizationsRequest ask, IServerStreamWriter<Wire.RequestAuthorizationsResponse> answers, ServerCallContext context) =>
        requests.Handle(ask, answers, context.CancellationToken);

    public override async Task<Wire.Authorization> RenewAuthorization(Wire.RenewAuthorizationRequest ask, ServerCallContext context) =>
        (await request.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Authorization> AddDocuments(Wire.AddDocumentsRequest ask, ServerCallContext context) =>
        (await documents.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.DocumentChecklist> GetDocumentChecklist(Wire.GetDocumentChecklistRequest ask, ServerCallContext context) =>
        (await checklist.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Authorization> DecideAuthorization(Wire.DecideAuthorizationRequest ask, ServerCallContext context) =>
        (await decide.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Authorization> TerminateAuthorization(Wire.TerminateAuthorizationRequest ask, ServerCallContext context) =>
        (await end.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Authorization> GetAuthorization(Wire.GetAuthorizationRequest ask, ServerCallContext context) =>
        (await find.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListAuthorizationsResponse> ListAuthorizations(Wire.ListAuthorizationsRequest ask, ServerCallContext context) =>
        (await find.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.CoversResponse> Covers(Wire.CoversRequest ask, ServerCallContext context) =>
        (await find.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.UnitMovement> DrawUnits(Wire.DrawUnitsRequest ask, ServerCallContext context) =>
        (await units.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.UnitMovement> ConfirmUnits(Wire.ConfirmUnitsRequest ask, ServerCallContext context) =>
        (await units.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.UnitMovement> CorrectUnits(Wire.CorrectUnitsRequest ask, ServerCallContext context) =>
        (await units.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.UnitMovement> ReleaseUnits(Wire.ReleaseUnitsRequest ask, ServerCallContext context) =>
        (await units.Handle(ask, context.CancellationToken)).OrThrow();
}
