using Ips.Contracts;

namespace Ips.Eligibility.Individuals;

/// <summary>Reads people with all their facts for use cases. Requests that arrive together share the read.</summary>
public sealed class IndividualReader
{
    private readonly GroupReader<IndividualId, Individual> reader;

    /// <param name="rows">Reads the rows.</param>
    public IndividualReader(IRowReader rows) => reader = new("individuals", (caller, ids) => Read(rows, caller, ids));

    /// <summary>
    /// The person, if the caller may see the person. For a merged record it returns the survivor, so use the id of the returned person.
    /// </summary>
    public async Task<Individual?> Find(Caller caller, IndividualId id, CancellationToken cancellationToken)
    {
        var found = await reader.Read(caller, id, cancellationToken);
        return found?.MergedInto is { } survivor ? await Find(caller, survivor, cancellationToken) : found;
    }

    private static async Task<IReadOnlyDictionary<IndividualId, Individual>> Read(IRowReader rows, Caller caller, IReadOnlyList<IndividualId> ids)
    {
        IndividualId[] keys = [.. ids];
        var found = await rows.Read(caller, [new(typeof(Individual), nameof(Individual.Id), keys), new(typeof(Fact), nameof(Fact.IndividualId), keys)]);
        var people = found[0].Cast<Individual>().Where(individual => individual.IsSeenBy(caller)).ToDictionary(individual => individual.Id);
        foreach (var fact in found[1].Cast<Fact>())
        {
            if (people.TryGetValue(fact.IndividualId, out var individual))
                individual.Facts.Add(fact);
        }

        return people;
    }
}
