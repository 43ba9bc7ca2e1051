using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>Reads appeals, and explains one in the text of a letter.</summary>
public sealed class FindAppeals(EligibilityDb db, PolicyService policies, PersonalDataProtector protector)
{
    public async Task<Result<Proto.Appeal>> Handle(Proto.GetAppealRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AppealId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Appeals.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is { } found
            ? Show(found)
            : new Problem.NotFound("appeal", request.Name);
    }

    public async Task<Result<Proto.ListAppealsResponse>> Handle(Proto.ListAppealsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var authorization = fields.OptionalId<AuthorizationId>("authorization", request.Authorization);
        var filters = ListFilters.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var person = await db.Survivor(individual, cancellationToken);
        var (items, next) = await filters.Of(db.Appeals.AsNoTracking()).When("individual", a => a.IndividualId == person)
            .When("authorization", a => a.AuthorizationId == authorization).By("state", a => a.State).By("program", a => a.Program).By("provider", a => a.Provider)
            .By("payer", a => a.Payer).By("filed_from", a => a.FiledOn).By("filed_through", a => a.FiledOn).By("updated_since", a => a.UpdatedAt)
            .ToPage(a => a.Id, cancellationToken);
        return new Proto.ListAppealsResponse { Appeals = { items.Select(Show) }, NextPageToken = next };
    }

    public async Task<Result<Proto.AppealLetter>> Handle(Proto.ExplainAppealRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AppealId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Appeals.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is not { } appeal
            || await db.Authorizations.AsNoTracking().SingleOrDefaultAsync(a => a.Id == appeal.AuthorizationId, cancellationToken) is not { } authorization)
            return new Problem.NotFound("appeal", request.Name);
        return new Proto.AppealLetter
        {
            Name = appeal.Id.Name,
            Individual = appeal.IndividualId.Name,
            Text = AppealLetters.Write(appeal, authorization, policies.Engine.Programs[appeal.Program].Header.Title,
                appeal.OutcomeReason is { } reason ? protector.Unprotect(reason) : ""),
        };
    }

    /// <summary>The appeals that a choice leaves, as the caller may see them.</summary>
    internal async Task<List<Proto.Appeal>> Show(Func<IQueryable<Appeal>, IQueryable<Appeal>> choose, CancellationToken cancellationToken) =>
        [.. (await choose(db.Appeals.AsNoTracking()).ToListAsync(cancellationToken)).Select(Show)];

    private Proto.Appeal Show(Appeal appeal) => appeal.ToProto(protector, appeal.Etag(), stored: true);
}
