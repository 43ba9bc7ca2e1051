using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.ServiceDefaults;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Records an organization under its code.</summary>
public sealed class CreateOrganization(StaffingDb db, Once once, Deciding deciding, TimeProvider clock)
{
    public Task<Result<Wire.Organization>> Handle(Wire.CreateOrganizationRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var given = ask.Organization ?? new();
        fields.Require(OrganizationCode.IsCode(ask.OrganizationId), "organization_id", "is not a code; send 3 to 40 lower-case letters, digits and hyphens, a letter first");
        fields.Text("organization.display_name", given.DisplayName, 200);
        fields.Choice("organization.kind", given.Kind);
        foreach (var (i, program) in given.Programs.Index())
            deciding.Today(fields, $"organization.programs[{i}]", program);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Wire.Organization>>(bad)
            : once.Run(ask.RequestId, ask, s => Create(ask.OrganizationId, given, s), stop);
    }

    private async Task<Result<Wire.Organization>> Create(string code, Wire.Organization given, CancellationToken stop)
    {
        if (await db.Organizations.AnyAsync(o => o.Code == code, stop))
            return new Problem.Exists("organization", code);
        var now = clock.GetUtcNow();
        Organization organization = new() { Code = code, DisplayName = given.DisplayName, Kind = given.Kind, RecordedAt = now };
        organization.Programs.AddRange(given.Programs.Distinct());
        db.Organizations.Add(organization);
        db.Add(new OrganizationRegisteredV1(Guid.CreateVersion7(now), now, code, WireCode.Lower(given.Kind)!, organization.Programs));
        await db.SaveChangesAsync(stop);
        return organization.ToWire();
    }
}
