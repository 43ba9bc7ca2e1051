using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Authorizations;

/// <summary>Reads authorizations with their receipts and units for use cases. Requests that arrive together share the read.</summary>
public sealed class AuthorizationReader(CallerContexts<EligibilityDb> contexts)
{
    private readonly GroupReader<AuthorizationId, Authorization> reader = new("authorizations", async (caller, ids) =>
    {
        await using var db = contexts.Open(caller);
        return await Read(db, ids);
    });

    /// <summary>The authorization, if the caller may see it.</summary>
    public Task<Authorization?> Find(Caller caller, AuthorizationId id, CancellationToken cancellationToken) => reader.Read(caller, id, cancellationToken);

    private static async Task<IReadOnlyDictionary<AuthorizationId, Authorization>> Read(EligibilityDb db, IReadOnlyList<AuthorizationId> ids)
    {
        var authorizations = db.Authorizations.AsNoTracking().AsSingleQuery().Include(a => a.Decision);
        var one = ids[0];
        return await (ids.Count == 1 ? authorizations.Where(a => a.Id == one) : authorizations.Where(a => ids.Contains(a.Id))).ToDictionaryAsync(a => a.Id);
    }
}
