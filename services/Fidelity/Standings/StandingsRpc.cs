using Grpc.Core;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Standings;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class StandingsRpc(TeamStandings standings) : Proto.Standings.StandingsBase
{
    public override async Task<Proto.TeamStanding> GetTeamStanding(Proto.GetTeamStandingRequest request, ServerCallContext context) =>
        (await standings.Handle(request, context.CancellationToken)).OrThrow();
}
