using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Reads determinations with their receipts.</summary>
public sealed class FindDeterminations(EligibilityDb db, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.Determination>> Handle(Proto.GetDeterminationRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DeterminationId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await WithDecisions().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } found
            ? Show(found)
            : new Problem.NotFound("determination", request.Name);
    }

    public async Task<Result<Proto.ListDeterminationsResponse>> Handle(Proto.ListDeterminationsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (person, payer) = (await db.Survivor(individual, cancellationToken), filters.Organization("payer"));
        var (items, next) = await filters.Of(WithDecisions()).When("individual", d => d.IndividualId == person).By("program", d => d.Program)
            .By("state", d => d.State).By("override_state", d => d.OverrideState).By("provider", d => d.Provider).When("payer", d => d.Individual!.Payers.Contains(payer))
            .By("as_of_from", d => d.AsOf).By("as_of_through", d => d.AsOf).By("updated_since", d => d.UpdatedAt).ToPage(d => d.Id, cancellationToken);
        return new Proto.ListDeterminationsResponse { Determinations = { items.Select(Show) }, NextPageToken = next };
    }

    /// <summary>The determinations that a choice leaves, as the caller may see them.</summary>
    internal async Task<List<Proto.Determination>> Show(
        Func<IQueryable<Determination>, IQueryable<Determination>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(WithDecisions().AsNoTracking()).ToListAsync(cancellationToken)).Select(Show)];

    // Of a person's facts only the consents are needed, and only for a caller that needs a consent.
    private IQueryable<Determination> WithDecisions()
    {
        var query = db.Determinations.Include(d => d.Decision).Include(d => d.Steps).AsQueryable();
        return caller.Role is Roles.Provider or Roles.Ops ? query : query.Include(d => d.Individual);
    }

    private Proto.Determination Show(Determination found)
    {
        var decision = found.Decision!.ToProto();
        if (found.Individual is { } individual)
            decision = Redisclosure.To(caller, clock).Limit(decision, found.Decision!, individual);
        var wire = found.ToProto(decision, found.Etag(), stored: true);
        wire.Steps.AddRange(found.Steps.OrderBy(s => s.RecordedAt).ThenBy(s => s.Id).Select(s => s.ToProto(protector)));
        return wire.WithOverride(found, protector);
    }
}
