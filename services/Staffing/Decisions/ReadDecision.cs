using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Decisions;

/// <summary>Reads a stored decision about a staff member whom the caller may see.</summary>
public sealed class ReadDecision(StaffingDb db)
{
    public async Task<Result<StoredDecision>> Handle(DecisionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DecisionId>("name", request.Name).Value;
        if (fields.Problem is { } bad)
            return bad;
        var stored = await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        return stored is not null && StaffMemberId.TryParse(stored.Subject, out var member) && await db.Staff.AnyAsync(s => s.Id == member, cancellationToken)
            ? stored : new Problem.NotFound("decision", request.Name);
    }
}
