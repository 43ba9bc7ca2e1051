using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Common.V1;

namespace Ips.Platform.Decisions;

/// <summary>Finds the stored decisions of the calling agency that rested on a record, the same in every service that stores decisions.</summary>
public sealed class ListDependents(ServiceDb db, Caller caller)
{
    /// <summary>A page of them, newest first.</summary>
    public async Task<Result<Proto.ListDependentsResponse>> Handle(Proto.ListDependentsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(Guid.TryParse(request.Record[(request.Record.LastIndexOf('/') + 1)..], out var id) && id != Guid.Empty, "record",
            "does not end with a UUID; send the name of a fact or of another record, or its id");
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        // With an array of ids the index is used.
        Guid[] records = [id];
        var query = db.Set<StoredDecision>().AsNoTracking().Where(d => d.Provider == caller.Organization && records.All(r => d.RestsOn.Contains(r)));
        var (decisions, next) = await query.ToPage(page, d => d.Id, cancellationToken);
        Proto.ListDependentsResponse reply = new() { NextPageToken = next };
        reply.Dependents.AddRange(decisions.Select(d => new Proto.Dependent
        {
            Decision = new DecisionId(d.Id).Name,
            Version = d.RestsOnVersions[Array.IndexOf(d.RestsOn, id)],
            Question = d.Question,
            Program = d.Program,
            AsOf = d.AsOf.Day(),
        }));
        return reply;
    }
}
