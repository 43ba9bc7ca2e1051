using Grpc.Core;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class AuthorizationsRpc(RequestAuthorization request, DecideAuthorization decide, FindAuthorizations find, MoveUnits units)
    : Wire.Authorizations.AuthorizationsBase
{
    public override async Task<Wire.Authorization> RequestAuthorization(Wire.RequestAuthorizationRequest ask, ServerCallContext context) =>
        (await request.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Authorization> DecideAuthorization(Wire.DecideAuthorizationRequest ask, ServerCallContext context) =>
        (await decide.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Authorization> GetAuthorization(Wire.GetAuthorizationRequest ask, ServerCallContext context) =>
        (await find.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListAuthorizationsResponse> ListAuthorizations(Wire.ListAuthorizationsRequest ask, ServerCallContext context) =>
        (await find.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.CoversResponse> Covers(Wire.CoversRequest ask, ServerCallContext context) =>
        (await find.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.UnitMovement> DrawUnits(Wire.DrawUnitsRequest ask, ServerCallContext context) =>
        (await units.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.UnitMovement> ReleaseUnits(Wire.ReleaseUnitsRequest ask, ServerCallContext context) =>
        (await units.Handle(ask, context.CancellationToken)).OrThrow();
}
