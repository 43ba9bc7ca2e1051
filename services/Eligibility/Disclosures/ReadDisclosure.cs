using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>
/// Shows the record that a disclosure opened, to the person that opened it and only while it is open. Each read is counted and marked in the audit log.
/// </summary>
public sealed class ReadDisclosure(EligibilityDb db, CallerContexts<EligibilityDb> contexts, AuditTrail audit, Caller caller, PersonalDataProtector protector,
    TimeProvider clock)
{
    public async Task<Result<Proto.Individual>> Handle(Proto.ReadDisclosureRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DisclosureId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Disclosures.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } disclosure
            || !disclosure.IsOpenedBy(caller) || (disclosure.Organization, disclosure.Role) != (caller.Organization, caller.Role))
            return new Problem.NotFound("disclosure", request.Name);
        if (!disclosure.IsOpen(clock.GetUtcNow()))
            return new Problem.Conflict("break-glass", "its time is over or it was reviewed; open another one and say why");

        // The one place where a request sees a row that row-level security hides from its caller.
        await using var everybody = contexts.Open(Caller.None);
        if (await everybody.Load(disclosure.IndividualId, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", disclosure.IndividualId.Name);
        audit.Disclosure = id.Value;
        await audit.Read([individual.Id], cancellationToken);
        // The version is raised: a review at the same time writes the whole row, and would lose the count.
        var now = clock.GetUtcNow();
        await db.Disclosures.Where(d => d.Id == id).ExecuteUpdateAsync(
            d => d.SetProperty(x => x.Reads, x => x.Reads + 1).SetProperty(x => x.Version, x => x.Version + 1).SetProperty(x => x.UpdatedAt, now),
            cancellationToken);
        // The caller is another party: as for a payer, substance use disorder data needs a consent (42 CFR Part 2).
        Redisclosure limits = new(caller with { Role = Roles.Mco }, clock.UtcDay());
        // Who treats a person in an emergency needs the emergency contact.
        var contacts = await everybody.ContactsOf([individual.Id], clock.UtcDay(), cancellationToken);
        return individual.ToProto(protector, "", limits, await everybody.MergedInto(individual.Id, cancellationToken), contacts[individual.Id]);
    }
}
