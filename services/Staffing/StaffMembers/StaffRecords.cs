using Ips.Contracts;
using Ips.Staffing.Clearances;
using Ips.Staffing.Db;
using Ips.Staffing.Training;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.StaffMembers;

/// <summary>Everything on file about a staff member that a decision about the person reads.</summary>
/// <param name="Member">The staff member with credentials, roles with their teams, and experience.</param>
/// <param name="Clearances">Checks, withdrawn ones too.</param>
/// <param name="Hits">Entries of lists that are or may be the person.</param>
/// <param name="Completions">Completions and waivers, withdrawn ones too.</param>
/// <param name="Targets">Days of local plans.</param>
/// <param name="Requirements">Requirements that were made.</param>
/// <param name="Earlier">What stood there before changes; empty unless it was asked for.</param>
public sealed record StaffRecord(
    StaffMember Member, IReadOnlyList<ClearanceCheck> Clearances, IReadOnlyList<ExclusionHit> Hits, IReadOnlyList<TrainingCompletion> Completions,
    IReadOnlyList<TrainingTargetDay> Targets, IReadOnlyList<TrainingRequirement> Requirements,
    IReadOnlyList<EarlierRecord> Earlier);

/// <summary>Reads the records of staff whom the caller may see.</summary>
public sealed class StaffRecords(StaffingDb db)
{
    /// <summary>The record; null when there is no such staff member, or the caller may not see it.</summary>
    public async Task<StaffRecord?> Read(StaffMemberId id, CancellationToken cancellationToken) =>
        (await Read([id], cancellationToken)).SingleOrDefault();

    /// <summary>The records of several, in no order; those that the caller may not see are left out.</summary>
    /// <param name="ids">Whose.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <param name="history">Whether to read what stood there before changes too.</param>
    public async Task<IReadOnlyList<StaffRecord>> Read(IReadOnlyCollection<StaffMemberId> ids, CancellationToken cancellationToken, bool history = false)
    {
        StaffMemberId[] wanted = [.. ids];
        var members = await db.Staff.AsNoTracking().Include(m => m.Credentials).Include(m => m.Roles).ThenInclude(r => r.Team).Include(m => m.Experience)
            .AsSplitQuery().Where(m => wanted.Contains(m.Id)).ToListAsync(cancellationToken);
        if (members.Count == 0)
            return [];
        var clearances = (await db.Clearances.AsNoTracking().Where(c => wanted.Contains(c.StaffMemberId)).ToListAsync(cancellationToken))
            .ToLookup(c => c.StaffMemberId);
        var hits = (await db.ExclusionHits.AsNoTracking().Where(h => wanted.Contains(h.StaffMemberId)).ToListAsync(cancellationToken))
            .ToLookup(h => h.StaffMemberId);
        var completions = (await db.Completions.AsNoTracking().Where(c => wanted.Contains(c.StaffMemberId)).ToListAsync(cancellationToken))
            .ToLookup(c => c.StaffMemberId);
        var targets = (await db.TrainingTargets.AsNoTracking().Where(t => wanted.Contains(t.StaffMemberId)).ToListAsync(cancellationToken))
            .ToLookup(t => t.StaffMemberId);
        var requirements = (await db.Requirements.AsNoTracking().Where(r => wanted.Contains(r.StaffMemberId)).ToListAsync(cancellationToken))
            .ToLookup(r => r.StaffMemberId);
        var earlier = (history ? await db.EarlierRecords.AsNoTracking().Where(e => wanted.Contains(e.StaffMemberId)).ToListAsync(cancellationToken) : [])
            .ToLookup(e => e.StaffMemberId);
        return [.. members.Select(m => new StaffRecord(
            m, [.. clearances[m.Id]], [.. hits[m.Id]], [.. completions[m.Id]], [.. targets[m.Id]], [.. requirements[m.Id]], [.. earlier[m.Id]]))];
    }
}
