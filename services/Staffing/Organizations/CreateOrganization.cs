using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>Registers an organization under its code. What a payer sends is a proposal: a provider of its own state, which operations accepts.</summary>
public sealed class CreateOrganization(StaffingDb db, Requests requests, Caller caller, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Organization>> Handle(Proto.CreateOrganizationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var given = request.Organization ?? new();
        fields.Require(OrganizationCode.IsCode(request.OrganizationId), "organization_id",
            "is not a code; send 3 to 40 lower-case letters, digits and hyphens, a letter first");
        given.DisplayName = fields.Text("organization.display_name", given.DisplayName, 200);
        fields.Choice("organization.kind", given.Kind);
        CheckState(fields, "organization.us_state", given.UsState);
        CheckNpi(fields, "organization.npi", given.Npi);
        foreach (var (i, program) in given.Programs.Index())
            policies.Today(fields, $"organization.programs[{i}]", program);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.Organization>>(bad)
            : requests.Run(request.RequestId, request, s => Create(request.OrganizationId, given, s), cancellationToken);
    }

    /// <summary>Requires the form of a state where one was sent.</summary>
    internal static void CheckState(RequestValidator fields, string field, string state) =>
        fields.Require(state is "" or [>= 'A' and <= 'Z', >= 'A' and <= 'Z'], field, "is not a state; send two capital letters");

    /// <summary>Requires the check digit of an NPI where one was sent.</summary>
    internal static void CheckNpi(RequestValidator fields, string field, string npi) => fields.Require(npi.Length == 0 || StaffIdentity.IsNpi(npi), field,
        "is not a national provider identifier; send 10 digits of which the last is the check digit");

    private async Task<Result<Decided<Proto.Organization>>> Create(string code, Proto.Organization given, CancellationToken cancellationToken)
    {
        // read
        var proposes = caller.Role == Roles.Mco;
        if (proposes)
        {
            var own = await db.Organizations.AsNoTracking().SingleOrDefaultAsync(o => o.Code == caller.Organization, cancellationToken);
            if (given.Kind != Proto.OrganizationKind.Provider || own is not { State: Proto.OrganizationState.Active, UsState: { Length: > 0 } state }
                || given.UsState != state)
                return new Problem.Forbidden("a payer on file proposes providers of its own state (us_state); operations registers every other organization");
        }

        if (await db.Organizations.AnyAsync(o => o.Code == code, cancellationToken))
            return new Problem.Exists("organization", code);

        // write
        Changes changes = new(clock.GetUtcNow());
        var organization = changes.Insert(new Organization
        {
            Code = code,
            DisplayName = given.DisplayName,
            Kind = given.Kind,
            State = proposes ? Proto.OrganizationState.Proposed : Proto.OrganizationState.Active,
            ProposedBy = proposes ? caller.Organization : null,
            UsState = given.UsState,
            Npi = given.Npi,
            Programs = [.. given.Programs.Distinct()],
            RecordedAt = changes.Now,
        });
        if (!proposes)
            changes.Publish(organization.Registered());
        return new Decided<Proto.Organization>(organization.ToProto(), changes);
    }
}
