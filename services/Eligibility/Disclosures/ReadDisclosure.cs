using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>Shows the record that a disclosure opened, to the one who opened it and while it is open. Every time is counted and marked in the audit log.</summary>
public sealed class ReadDisclosure(EligibilityDb db, AsOwner<EligibilityDb> owner, AuditTrail audit, Caller caller, Particulars particulars, TimeProvider clock)
{
    public async Task<Result<Wire.Individual>> Handle(Wire.ReadDisclosureRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<DisclosureId>("name", ask.Name, "disclosures/{uuid}", DisclosureId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Disclosures.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, stop) is not { } disclosure
            || (disclosure.OpenedBy, disclosure.Organization, disclosure.Role) != (caller.Subject, caller.Organization, caller.Role))
            return new Problem.NotFound("disclosure", ask.Name);
        if (!disclosure.IsOpen(clock.GetUtcNow()))
            return new Problem.Conflict("break-glass", "its time is over or it was reviewed; open another one and say why");

        // The one place where a request sees a row that row-level security hides from its caller.
        await using var everybody = owner.Open();
        if (await everybody.Load(disclosure.IndividualId, stop) is not { } individual)
            return new Problem.NotFound("individual", disclosure.IndividualId.Name);
        audit.Disclosure = id.Value;
        await audit.Read([individual.Id], stop);
        await db.Disclosures.Where(d => d.Id == id).ExecuteUpdateAsync(d => d.SetProperty(x => x.Reads, x => x.Reads + 1), stop);
        // Whoever opens it is another party: substance use disorder goes with a consent only, as to a payer (42 CFR Part 2).
        Redisclosure limits = new(caller with { Role = Roles.Mco }, clock.UtcDay());
        return individual.ToWire(particulars, "", limits, await everybody.MergedInto(individual.Id, stop));
    }
}
