using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Authorizations;

/// <summary>The people for whom an authorization was approved. Events that arrive together share the read.</summary>
public sealed class ApprovedPeople
{
    private readonly CallerContexts<EligibilityDb> contexts;
    private readonly Groups<IndividualId, bool> groups;

    /// <param name="contexts">Opens the database as the service.</param>
    public ApprovedPeople(CallerContexts<EligibilityDb> contexts)
    {
        this.contexts = contexts;
        groups = new("approved people", 200, Read);
    }

    /// <summary>Whether the person, or the record into which it was merged, has an authorization that was approved, also one that has ended.</summary>
    public Task<bool> Have(IndividualId person, CancellationToken cancellationToken) => groups.Run(person, cancellationToken);

    private async Task<IReadOnlyList<bool>> Read(IReadOnlyList<IndividualId> people)
    {
        await using var db = contexts.Open(Caller.None);
        var approved = await db.Individuals.Where(i => people.Contains(i.Id)
                && db.Authorizations.Any(a => (a.IndividualId == i.Id || a.IndividualId == i.MergedInto) && a.ApprovedFrom != null))
            .Select(i => i.Id).ToHashSetAsync();
        return [.. people.Select(approved.Contains)];
    }
}
