using Google.Protobuf;
using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Corrects name, state or NPI of an organization. What was there before stays in its history with the reason.</summary>
public sealed class CorrectOrganization(StaffingDb db, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Organization>> Handle(Proto.CorrectOrganizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var code = fields.Organization("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Choice("reason", request.Reason);
        var name = request.DisplayName.Length == 0 ? "" : fields.Text("display_name", request.DisplayName, 200);
        CreateOrganization.CheckState(fields, "us_state", request.UsState);
        CreateOrganization.CheckNpi(fields, "npi", request.Npi);
        var from = fields.OptionalDay("npi_from", request.NpiFrom);
        fields.Require(from is null || request.Npi.Length > 0, "npi_from", "has no NPI beside it; send the new NPI");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Organization>>(bad);
        return requests.Run<Proto.Organization>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == code, s) is not { } organization)
                return new Problem.NotFound("organization", request.Name);

            // decide
            if (!organization.Expects(request.Etag))
                return new Problem.Stale("organization", request.Name);
            Changes changes = new(clock.GetUtcNow());
            changes.Insert(new OrganizationChange
            {
                Id = Guid.CreateVersion7(changes.Now),
                Provider = code,
                Subject = request.Name,
                Reason = request.Reason,
                Before = JsonFormatter.Default.Format(organization.ToProto()),
                RecordedAt = changes.Now,
            });

            // write
            var before = (organization.UsState, organization.Npi);
            organization.DisplayName = name.Length > 0 ? name : organization.DisplayName;
            organization.UsState = request.UsState.Length > 0 ? request.UsState : organization.UsState;
            organization.Npi = request.Npi.Length > 0 ? request.Npi : organization.Npi;
            changes.Update(organization);
            if ((from is not null || before != (organization.UsState, organization.Npi)) && organization.State == Proto.OrganizationState.Active)
                changes.Publish(organization.Corrected(from));
            return new Decided<Proto.Organization>(organization.ToProto(), changes);
        }, cancellationToken);
    }
}
