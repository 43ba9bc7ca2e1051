using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Training;

/// <summary>Reads the training of a person or of a team.</summary>
public sealed class FindTraining(StaffingDb db, StaffRecords records, TrainingPlan plan, TimeProvider clock)
{
    public async Task<Result<Proto.Transcript>> Handle(Proto.GetTranscriptRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? clock.UtcDay();
        var crisis = fields.OptionalDay("crisis_response_date", request.CrisisResponseDate);
        if (fields.Problem is { } bad)
            return bad;
        return await records.Read(id, cancellationToken) is { } found
            ? Transcript(found, day, null, crisis)
            : new Problem.NotFound("staff member", request.StaffMember);
    }

    public async Task<Result<Proto.TrainingMatrix>> Handle(Proto.GetTrainingMatrixRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? clock.UtcDay();
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Teams.AsNoTracking().Include(t => t.Roles).SingleOrDefaultAsync(t => t.Id == id, cancellationToken) is not { } team)
            return new Problem.NotFound("team", request.Team);
        var found = await records.Read([.. team.Roles.Where(r => r.HeldOn(day)).Select(r => r.StaffMemberId).Distinct()], cancellationToken);
        return new Proto.TrainingMatrix
        {
            Team = id.Name,
            Day = day.Day(),
            Rows = { found.OrderBy(f => f.Member.Id.Value).Select(f => Transcript(f, day, team.Program, null)) },
        };
    }

    private Proto.Transcript Transcript(StaffRecord found, DateOnly day, string? program, DateOnly? crisis) => new()
    {
        StaffMember = found.Member.Id.Name,
        Day = day.Day(),
        Requirements = { plan.On(found, day, crisis).Where(s => program is null || s.Program == program).Select(s => s.ToProto(day)) },
        Completions = { found.Completions.Where(c => c.Counts && c.CompletedOn <= day).OrderBy(c => c.CompletedOn).ThenBy(c => c.Id).Select(c => c.ToProto()) },
    };
}
