using Ips.Contracts.Common.V1;
using Ips.Fidelity.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Fidelity.Decisions;

/// <summary>Reads the stored decision of a review that the caller may see.</summary>
public sealed class ReadDecision(FidelityDb db)
{
    public Task<Result<StoredDecision>> Handle(DecisionRequest request, CancellationToken cancellationToken) =>
        db.Decisions.Named(request, stored => db.Reviews.AnyAsync(r => r.DecisionId == stored.Id, cancellationToken), cancellationToken);
}
