using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Fidelity.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Fidelity.Decisions;

/// <summary>Reads the stored decision of a review that the caller may see.</summary>
public sealed class ReadDecision(FidelityDb db)
{
    public async Task<Result<StoredDecision>> Handle(DecisionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DecisionId>("name", request.Name).Value;
        if (fields.Problem is { } bad)
            return bad;
        var stored = await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        return stored is not null && await db.Reviews.AnyAsync(r => r.DecisionId == id, cancellationToken)
            ? stored : new Problem.NotFound("decision", request.Name);
    }
}
