using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Records an organization under its code.</summary>
public sealed class CreateOrganization(StaffingDb db, Requests requests, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Organization>> Handle(Proto.CreateOrganizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var given = request.Organization ?? new();
        fields.Require(OrganizationCode.IsCode(request.OrganizationId), "organization_id",
            "is not a code; send 3 to 40 lower-case letters, digits and hyphens, a letter first");
        given.DisplayName = fields.Text("organization.display_name", given.DisplayName, 200);
        fields.Choice("organization.kind", given.Kind);
        foreach (var (i, program) in given.Programs.Index())
            policies.Today(fields, $"organization.programs[{i}]", program);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.Organization>>(bad)
            : requests.Run(request.RequestId, request, s => Create(request.OrganizationId, given, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Organization>>> Create(string code, Proto.Organization given, CancellationToken cancellationToken)
    {
        // read
        if (await db.Organizations.AnyAsync(o => o.Code == code, cancellationToken))
            return new Problem.Exists("organization", code);

        // write
        Changes changes = new(clock.GetUtcNow());
        var organization = changes.Insert(new Organization
        {
            Code = code,
            DisplayName = given.DisplayName,
            Kind = given.Kind,
            Programs = [.. given.Programs.Distinct()],
            RecordedAt = changes.Now,
        });
        changes.Publish(new OrganizationRegisteredV1 { Organization = code, Kind = WireCode.Lower(given.Kind)!, Programs = organization.Programs });
        return new Decided<Proto.Organization>(organization.ToProto(), changes);
    }
}
