using Grpc.Core;
using Wire = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Standings;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class StandingsRpc(TeamStandings standings) : Wire.Standings.StandingsBase
{
    public override async Task<Wire.TeamStanding> GetTeamStanding(Wire.GetTeamStandingRequest request, ServerCallContext context) =>
        (await standings.Handle(request, context.CancellationToken)).OrThrow();
}
