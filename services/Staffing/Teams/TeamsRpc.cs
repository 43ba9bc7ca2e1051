using Grpc.Core;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class TeamsRpc(CreateTeam create, FindTeams find) : Wire.Teams.TeamsBase
{
    public override async Task<Wire.Team> CreateTeam(Wire.CreateTeamRequest request, ServerCallContext context) =>
        (await create.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Team> GetTeam(Wire.GetTeamRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListTeamsResponse> ListTeams(Wire.ListTeamsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
