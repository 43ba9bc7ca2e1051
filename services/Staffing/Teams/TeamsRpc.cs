using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class TeamsRpc(
    Lazy<CreateTeam> create, Lazy<FindTeams> find, Lazy<CheckTeam> check, Lazy<FindTeamFindings> findings, Lazy<RecordTreatmentTeams> treatment)
    : Proto.Teams.TeamsBase
{
    public override async Task<Proto.Team> CreateTeam(Proto.CreateTeamRequest request, ServerCallContext context) =>
        (await create.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Team> GetTeam(Proto.GetTeamRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListTeamsResponse> ListTeams(Proto.ListTeamsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TeamReadiness> RecordReadiness(Proto.RecordReadinessRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TeamComposition> CheckTeam(Proto.CheckTeamRequest request, ServerCallContext context) =>
        (await check.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListTeamFindingsResponse> ListTeamFindings(Proto.ListTeamFindingsRequest request, ServerCallContext context) =>
        (await findings.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TreatmentTeam> CreateTreatmentTeam(Proto.CreateTreatmentTeamRequest request, ServerCallContext context) =>
        (await treatment.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListTreatmentTeamsResponse> ListTreatmentTeams(Proto.ListTreatmentTeamsRequest request, ServerCallContext context) =>
        (await treatment.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.TreatmentTeamsOfStaff> SetTreatmentTeams(Proto.SetTreatmentTeamsRequest request, ServerCallContext context) =>
        (await treatment.Value.Handle(request, context.CancellationToken)).OrThrow();
}
