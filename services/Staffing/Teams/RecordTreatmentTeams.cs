using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>Records treatment teams, and to which of them a specialist belongs from a day.</summary>
public sealed class RecordTreatmentTeams(StaffingDb db, Requests requests, Caller caller, TimeProvider clock)
{
    private const int LongestName = 200;

    public Task<Result<Proto.TreatmentTeam>> Handle(Proto.CreateTreatmentTeamRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var given = request.TreatmentTeam ?? new();
        var name = fields.Text("treatment_team.display_name", given.DisplayName, LongestName);
        var runBy = given.RunBy.Length == 0 ? "" : fields.Text("treatment_team.run_by", given.RunBy, LongestName);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.TreatmentTeam>>(bad);
        return requests.Run<Proto.TreatmentTeam>(request.RequestId, request, async s =>
        {
            // read
            if (!await db.Organizations.AnyAsync(o => o.Code == caller.Organization && o.Kind == Proto.OrganizationKind.Provider
                && o.State == Proto.OrganizationState.Active, s))
                return new Problem.Forbidden("only a provider on file records treatment teams; register the organization first");
            if (await db.TreatmentTeams.AnyAsync(t => t.Provider == caller.Organization && t.DisplayName == name, s))
                return new Problem.Exists("treatment team", "of this name");

            // write
            Changes changes = new(clock.GetUtcNow());
            var team = changes.Insert(new TreatmentTeam
            {
                Id = TreatmentTeamId.New(clock),
                Provider = caller.Organization,
                DisplayName = name,
                RunBy = runBy,
                Colocated = given.Colocated,
                RecordedAt = changes.Now,
            });
            return new Decided<Proto.TreatmentTeam>(team.ToProto(), changes);
        }, cancellationToken);
    }

    public async Task<Result<Proto.ListTreatmentTeamsResponse>> Handle(Proto.ListTreatmentTeamsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.TreatmentTeams.AsNoTracking().ToPage(page, t => t.Id, cancellationToken, oldestFirst: true);
        return new Proto.ListTreatmentTeamsResponse { TreatmentTeams = { items.Select(t => t.ToProto()) }, NextPageToken = next };
    }

    public Task<Result<Proto.TreatmentTeamsOfStaff>> Handle(Proto.SetTreatmentTeamsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var from = fields.Day("from", request.From);
        TreatmentTeamId[] teams = [.. request.TreatmentTeams.Select((name, i) => fields.Id<TreatmentTeamId>($"treatment_teams[{i}]", name))];
        fields.Require(teams.Distinct().Count() == teams.Length, "treatment_teams", "holds a team twice");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.TreatmentTeamsOfStaff>>(bad);
        return requests.Run<Proto.TreatmentTeamsOfStaff>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Staff.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, s) is not { } member)
                return new Problem.NotFound("staff member", request.StaffMember);
            var known = await db.TreatmentTeams.Where(t => teams.Contains(t.Id) && t.Provider == member.Provider).Select(t => t.Id).ToListAsync(s);
            var present = await db.TreatmentTeamMembers.AsNoTracking().Where(m => m.StaffMemberId == id && (m.Through == null || m.Through >= from)).ToListAsync(s);

            // decide
            if (Array.FindIndex(teams, t => !known.Contains(t)) is >= 0 and var unknown)
                return new Problem.NotFound("treatment team", request.TreatmentTeams[unknown]);
            if (Problem.Invalid.IfBefore("from", from, member.HireDate, "the day of hire") is { } early)
                return early;

            // write
            Changes changes = new(clock.GetUtcNow());
            changes.Update(member);
            foreach (var ended in present.Where(m => !(m.Through < m.From)))
            {
                ended.Through = ended.From < from ? from.AddDays(-1) : ended.From.AddDays(-1);
                changes.Update(ended);
            }

            foreach (var team in teams)
            {
                changes.Insert(new TreatmentTeamMember
                {
                    Id = Guid.CreateVersion7(changes.Now),
                    Provider = member.Provider,
                    StaffMemberId = id,
                    TreatmentTeamId = team,
                    From = from,
                });
            }

            return new Decided<Proto.TreatmentTeamsOfStaff>(
                new() { StaffMember = id.Name, From = from.Day(), TreatmentTeams = { teams.Select(t => t.Name) } }, changes);
        }, cancellationToken);
    }
}
