using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;

namespace Ips.Staffing.Decisions;

/// <summary>Reads a stored decision about a staff member whom the caller may see.</summary>
public sealed class ReadDecision(StaffingDb db)
{
    public Task<Result<StoredDecision>> Handle(DecisionRequest request, CancellationToken cancellationToken) => db.Decisions.Named(request,
        async stored => StaffMemberId.TryParse(stored.Subject, out var member) && await db.Staff.AnyAsync(s => s.Id == member, cancellationToken),
        cancellationToken);
}
