using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Operations accepts the proposal of a payer: from then on the organization takes part.</summary>
public sealed class AcceptOrganization(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Organization>> Handle(Proto.AcceptOrganizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var code = fields.Organization("name", request.Name);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Organization>>(bad);
        return requests.Run<Proto.Organization>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == code, s) is not { } organization)
                return new Problem.NotFound("organization", request.Name);

            // decide
            if (request.Etag.Length > 0 && !organization.Expects(request.Etag))
                return new Problem.Stale("organization", request.Name);
            Changes changes = new(clock.GetUtcNow());
            if (organization.State == Proto.OrganizationState.Proposed)
            {
                organization.State = Proto.OrganizationState.Active;
                changes.Update(organization);
                changes.Publish(organization.Registered());
            }

            return new Decided<Proto.Organization>(organization.ToProto(), changes);
        }, cancellationToken);
    }
}
