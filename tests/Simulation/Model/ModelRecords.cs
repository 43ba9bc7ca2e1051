using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;

namespace Ips.Simulation.Model;

/// <summary>The same records as <see cref="EligibilityRecords"/> reads by one statement of PostgreSQL, by LINQ.</summary>
internal sealed class ModelRecords(RequestDatabase unused, CallerContexts<EligibilityDb> contexts) : EligibilityRecords(unused)
{
    internal override async Task<IReadOnlyList<EligibilityRecord?>> Of(
        Caller caller, IReadOnlyList<DayRequest> days, CancellationToken cancellationToken)
    {
        await using var db = contexts.Open(caller);
        List<EligibilityRecord?> records = [];
        foreach (var day in days)
            records.Add(await Of(db, day, cancellationToken));
        return records;
    }

    private static async Task<EligibilityRecord?> Of(EligibilityDb db, DayRequest request, CancellationToken cancellationToken)
    {
        var (named, program, day) = (request.Individual, request.Program, request.Day);
        var people = db.Individuals.AsNoTracking().IgnoreAutoIncludes();
        // Who may not see the survivor of a merge sees neither.
        var person = await people.Where(i => i.Id == named).Select(i => new { i.Id, i.MergedInto, i.RecordedAt }).SingleOrDefaultAsync(cancellationToken);
        while (person?.MergedInto is { } survivor)
            person = await people.Where(i => i.Id == survivor).Select(i => new { i.Id, i.MergedInto, i.RecordedAt }).SingleOrDefaultAsync(cancellationToken);
        if (person is null)
            return null;
        var (id, knownAt) = (person.Id, request.KnownAt ?? DateTimeOffset.MaxValue);
        var admission = await db.Determinations.AsNoTracking().IgnoreQueryFilters()
            .Where(d => d.IndividualId == id && d.Program == program && d.AsOf <= day && d.DecidedAt <= knownAt)
            .OrderByDescending(d => d.AsOf).ThenByDescending(d => d.DecidedAt).ThenByDescending(d => d.Id)
            .Select(d => new AdmissionRow(d.Id, d.State, d.AsOf, d.EligibleThrough, d.EndedAt)).FirstOrDefaultAsync(cancellationToken);
        var enrollments = await db.Set<Enrollment>().AsNoTracking()
            .Where(e => e.IndividualId == id && e.From <= day && (e.Through == null || e.Through >= day)).ToListAsync(cancellationToken);
        List<Enrollment> live = [.. enrollments.Where(e => request.KnownAt is null ? e.SupersededAt is null : e.StoodAt(knownAt))
            .OrderByDescending(e => e.From).ThenBy(e => e.JoinedAt ?? e.RecordedAt).ThenBy(e => e.Id)];
        return new(id, person.RecordedAt, admission, [.. live.Select(e => new CoverageRow(e.Payer, e.Funding, e.From))]);
    }
}
