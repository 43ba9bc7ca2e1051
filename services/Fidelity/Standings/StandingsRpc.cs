using Grpc.Core;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Standings;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class StandingsRpc(TeamStandings standings) : Proto.Standings.StandingsBase
{
    public override async Task<Proto.TeamStanding> GetTeamStanding(Proto.GetTeamStandingRequest request, ServerCallContext context) =>
        (await standings.Handle(request, context.CancellationToken)).OrThrow();
}
