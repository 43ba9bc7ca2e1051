using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Ips.Staffing.Meetings;
using Ips.Staffing.Organizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>Forms a team.</summary>
public sealed class CreateTeam(StaffingDb db, Requests requests, Caller caller, PolicyService policies, TeamSchedule schedule, ProviderClocks clocks, TimeProvider clock)
{
    public Task<Result<Proto.Team>> Handle(Proto.CreateTeamRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var given = request.Team ?? new();
        var provider = fields.Organization("team.provider", given.Provider);
        given.DisplayName = fields.Text("team.display_name", given.DisplayName, 200);
        policies.Today(fields, "team.program", given.Program);
        var start = fields.Day("team.operation_start", given.OperationStart);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Team>>(bad);
        if (caller.Role == Roles.Provider && provider != caller.Organization)
            return Task.FromResult<Result<Proto.Team>>(new Problem.Forbidden("a provider forms teams of its own organization"));
        return requests.Run(request.RequestId, request, s => Create(provider, given, start, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Team>>> Create(string provider, Proto.Team given, DateOnly start, CancellationToken cancellationToken)
    {
        // read
        if (caller.Role == Roles.Mco && !await db.IsInNetwork(provider, cancellationToken))
            return new Problem.Forbidden("a payer forms teams in its network; no contract with this provider is in force today");
        if (!await db.Organizations.AnyAsync(o => o.Code == provider && o.Kind == Proto.OrganizationKind.Provider
            && o.State == Proto.OrganizationState.Active, cancellationToken))
            return new Problem.Invalid("team.provider", "is not a provider on file; record the organization first");

        // write
        Changes changes = new(clock.GetUtcNow());
        var team = changes.Insert(new Team
        {
            Id = TeamId.New(clock),
            Provider = provider,
            DisplayName = given.DisplayName,
            Program = given.Program,
            OperationStart = start,
            RecordedAt = changes.Now,
        });
        changes.Publish(new TeamFormedV1
        {
            TeamId = team.Id,
            Provider = provider,
            Program = team.Program,
            OperationStart = start,
        });
        await schedule.Sync(team, (TeamMeeting?)null, changes, cancellationToken);
        await clocks.Sync(team, changes, cancellationToken);
        return new Decided<Proto.Team>(team.ToProto(), changes);
    }
}
