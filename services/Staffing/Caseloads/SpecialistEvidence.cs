using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Caseloads;

/// <summary>
/// What is on file about the work of a specialist beside the number of people: treatment teams, where people come from, and working time. Null where nothing was
/// recorded, and then the rules on it are not tested.
/// </summary>
/// <param name="TeamsAttached">Treatment teams on the day.</param>
/// <param name="CaseloadFromTeams">People of the caseload who come from them.</param>
/// <param name="ReferralsTotal">Assignments that began in the quarter, up to the day.</param>
/// <param name="ReferralsFromTeams">Those of people who come from the teams.</param>
/// <param name="Time">Working time of the latest recorded month, this one or the one before.</param>
public sealed record SpecialistEvidence(int? TeamsAttached, int? CaseloadFromTeams, int? ReferralsTotal, int? ReferralsFromTeams, WorkMonth? Time)
{
    private const int MonthsOfQuarter = 3;

    /// <summary>Counts on a day.</summary>
    /// <param name="assignments">Assignments of the specialist in the program, those that ended too.</param>
    /// <param name="memberships">Treatment teams of the specialist, those that ended too.</param>
    /// <param name="months">Working time of the specialist.</param>
    /// <param name="day">The day.</param>
    public static SpecialistEvidence Of(
        IReadOnlyList<Assignment> assignments, IReadOnlyList<TreatmentTeamMember> memberships, IReadOnlyList<WorkMonth> months, DateOnly day)
    {
        DateOnly month = new(day.Year, day.Month, 1);
        var time = months.Where(m => m.Month <= month && m.Month >= month.AddMonths(-1)).MaxBy(m => m.Month);
        if (memberships.Count == 0)
            return new(null, null, null, null, time);
        var teams = memberships.Where(m => m.HeldOn(day)).Select(m => m.TreatmentTeamId).ToHashSet();
        var quarter = month.AddMonths(-((month.Month - 1) % MonthsOfQuarter));
        var referred = assignments.Where(a => a.From >= quarter && a.From <= day && !(a.Through < a.From)).DistinctBy(a => a.IndividualId).ToList();
        return new(teams.Count,
            assignments.Where(a => a.From <= day && !(a.Through < day) && IsOf(a)).Select(a => a.IndividualId).Distinct().Count(),
            referred.Count, referred.Count(IsOf), time);

        bool IsOf(Assignment assignment) => assignment.TreatmentTeamId is { } team && teams.Contains(team);
    }

    /// <summary>Reads and counts on a day.</summary>
    public static async Task<SpecialistEvidence> Read(StaffingDb db, StaffMemberId id, string program, DateOnly day, CancellationToken cancellationToken) => Of(
        await db.Assignments.AsNoTracking().Where(a => a.StaffMemberId == id && a.Program == program).ToListAsync(cancellationToken),
        await db.TreatmentTeamMembers.AsNoTracking().Where(m => m.StaffMemberId == id).ToListAsync(cancellationToken),
        await db.WorkMonths.AsNoTracking().Where(m => m.StaffMemberId == id).ToListAsync(cancellationToken), day);
}
