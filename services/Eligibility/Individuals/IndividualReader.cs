using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Individuals;

/// <summary>Reads people with all their facts for use cases. Requests that arrive together share the read.</summary>
public sealed class IndividualReader(CallerContexts<EligibilityDb> contexts)
{
    private readonly GroupReader<EligibilityDb, IndividualId, Individual> reader = new("individuals", contexts, Read);

    /// <summary>
    /// The person, if the caller may see the person. For a merged record it returns the survivor, so use the id of the returned person.
    /// </summary>
    public async Task<Individual?> Find(Caller caller, IndividualId id, CancellationToken cancellationToken)
    {
        var found = await reader.Read(caller, id, cancellationToken);
        return found?.MergedInto is { } survivor ? await Find(caller, survivor, cancellationToken) : found;
    }

    // PostgreSQL plans a query for a list of unknown length each time; it keeps the plan for one person.
    private static async Task<IReadOnlyDictionary<IndividualId, Individual>> Read(EligibilityDb db, IReadOnlyList<IndividualId> ids)
    {
        var people = db.Individuals.AsNoTracking().AsSingleQuery();
        var one = ids[0];
        return await (ids.Count == 1 ? people.Where(i => i.Id == one) : people.Where(i => ids.Contains(i.Id))).ToDictionaryAsync(i => i.Id);
    }
}
