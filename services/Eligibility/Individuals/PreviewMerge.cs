using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Determinations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Shows what a merge would do in Eligibility, and changes nothing. Billing and Staffing answer for their records.</summary>
public sealed class PreviewMerge(EligibilityDb db)
{
    public async Task<Result<Proto.PreviewMergeResponse>> Handle(Proto.PreviewMergeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var survivorId = fields.Id<IndividualId>("survivor", request.Survivor);
        var mergedId = fields.Id<IndividualId>("merged", request.Merged);
        fields.Require(survivorId != mergedId || mergedId == default, "merged", "is the survivor itself");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(survivorId, cancellationToken) is not { } survivor)
            return new Problem.NotFound("individual", request.Survivor);
        if (await db.Load(mergedId, cancellationToken) is not { } merged)
            return new Problem.NotFound("individual", request.Merged);

        Proto.PreviewMergeResponse reply = new() { Individuals = { survivorId.Name, mergedId.Name } };
        if (await MergeIndividuals.Refusal(db, survivorId, mergedId, survivor, merged, cancellationToken) is { } refusal)
            reply.Refusal = refusal is Problem.Conflict conflict ? conflict.Why : $"{((Problem.Invalid)refusal).Field} {((Problem.Invalid)refusal).Why}";
        reply.Moves.AddRange((await db.CountReferences(mergedId, cancellationToken)).OrderBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => new MovedRecords { Kind = count.Key, Count = count.Value }));

        var both = new[] { survivorId, mergedId };
        var determinations = (await db.Determinations.AsNoTracking().Where(d => both.Contains(d.IndividualId)).OrderBy(d => d.Id).ToListAsync(cancellationToken))
            .Where(d => d.Admits).ToList();
        var orders = await db.ServiceOrders.AsNoTracking()
            .Where(o => both.Contains(o.IndividualId) && (o.State == Proto.ServiceOrderState.InForce || o.State == Proto.ServiceOrderState.Attention))
            .OrderBy(o => o.Id).ToListAsync(cancellationToken);
        var authorizations = await db.Authorizations.AsNoTracking().IgnoreAutoIncludes().Where(a => both.Contains(a.IndividualId) && a.ApprovedFrom != null)
            .OrderBy(a => a.Id).ToListAsync(cancellationToken);
        reply.DecidedAgain.AddRange(
            [.. determinations.Select(d => d.Id.Name), .. orders.Select(o => o.Id.Name), .. authorizations.Select(a => a.Id.Name)]);
        Pair("determinations_of_one_program", determinations, d => d.IndividualId, d => d.Id.Name, (one, other) => one.Program == other.Program);
        Pair("service_orders_of_one_program", orders, o => o.IndividualId, o => o.Id.Name, (one, other) => one.Program == other.Program);
        Pair("overlapping_authorizations", authorizations, a => a.IndividualId, a => a.Id.Name, (one, other) => one.Program == other.Program && one.Kind == other.Kind
            && one.ApprovedFrom <= (other.EndedThrough ?? other.ApprovedThrough) && other.ApprovedFrom <= (one.EndedThrough ?? one.ApprovedThrough));
        return reply;

        void Pair<T>(string kind, IReadOnlyList<T> rows, Func<T, IndividualId> person, Func<T, string> name, Func<T, T, bool> conflicts)
        {
            var pairs = from one in rows
                        where person(one) == survivorId
                        from other in rows
                        where person(other) == mergedId && conflicts(one, other)
                        select new MergeConflict { Kind = kind, SurvivorRecord = name(one), MergedRecord = name(other) };
            reply.Conflicts.AddRange(pairs);
        }
    }
}
