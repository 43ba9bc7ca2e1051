using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies.TclInvoices;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Incentives;

/// <summary>Reads letters and invoices, and compares a quarter's letters with the milestones on record.</summary>
public sealed class FindIncentives(BillingDb db, PolicyService policies)
{
    private IQueryable<IncentiveLetter> Letters => db.IncentiveLetters.AsNoTracking().Include(l => l.People).Include(l => l.Decision);

    private IQueryable<IncentiveInvoice> Invoices => db.IncentiveInvoices.AsNoTracking().Include(i => i.People).Include(i => i.Decision);

    public async Task<Result<Proto.IncentiveLetter>> Handle(Proto.GetIncentiveLetterRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IncentiveLetterId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await Letters.AsSingleQuery().SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is { } letter
            ? letter.ToProto(letter.Decision!.ToProto()) : new Problem.NotFound("incentive letter", request.Name);
    }

    public async Task<Result<Proto.ListIncentiveLettersResponse>> Handle(Proto.ListIncentiveLettersRequest request, CancellationToken cancellationToken)
    {
        if (!Page(request.Quarter, request).Is(out var page, out var problem))
            return problem;
        var query = request.Quarter.Length == 0 ? Letters : Letters.Where(l => l.Quarter == request.Quarter);
        var (items, next) = await query.ToPage(page, l => l.Id, cancellationToken);
        return new Proto.ListIncentiveLettersResponse { IncentiveLetters = { items.Select(l => l.ToProto(l.Decision!.ToProto())) }, NextPageToken = next };
    }

    public async Task<Result<Proto.IncentiveInvoice>> Handle(Proto.GetIncentiveInvoiceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IncentiveInvoiceId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await Invoices.AsSingleQuery().SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is { } invoice
            ? ToProto(invoice) : new Problem.NotFound("incentive invoice", request.Name);
    }

    public async Task<Result<Proto.ListIncentiveInvoicesResponse>> Handle(Proto.ListIncentiveInvoicesRequest request, CancellationToken cancellationToken)
    {
        if (!Page(request.Quarter, request).Is(out var page, out var problem))
            return problem;
        var query = request.Quarter.Length == 0 ? Invoices : Invoices.Where(i => i.Quarter == request.Quarter);
        var (items, next) = await query.ToPage(page, i => i.Id, cancellationToken);
        return new Proto.ListIncentiveInvoicesResponse { IncentiveInvoices = { items.Select(ToProto) }, NextPageToken = next };
    }

    public async Task<Result<Proto.IncentiveReview>> Handle(Proto.CheckIncentiveReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        var quarter = fields.Quarter("quarter", request.Quarter);
        if (today != default && TclReviewDecision.Reviewed(policies.TextOn(request.Program, today)) is var reviewed)
            fields.Require(reviewed.Contains(request.Milestone), "milestone", reviewed.Count == 0 ? "has no incentive in this program" : $"is not {string.Join(" or ", reviewed)}");
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (first, last) = (quarter!.Value.First, quarter.Value.Last);
        var (milestones, next) = await db.Milestones.AsNoTracking()
            .Where(m => m.Program == request.Program && m.Number == request.Milestone && m.EventDate >= first && m.EventDate <= last
                && m.State != Proto.MilestoneState.Collecting && m.State != Proto.MilestoneState.Denied
                && m.State != Proto.MilestoneState.Returned)
            .ToPage(page, m => m.Id, cancellationToken);
        var people = milestones.Select(m => m.IndividualId).Distinct().ToList();
        var letters = await db.IncentiveLetters.AsNoTracking().Include(l => l.People)
            .Where(l => l.Program == request.Program && l.Quarter == request.Quarter && l.Milestones.Contains(request.Milestone)).ToListAsync(cancellationToken);
        var listed = letters.SelectMany(l => l.People).Select(p => p.IndividualId).ToHashSet();
        var invoiced = (await db.IncentivePeople.Where(p => p.Live && p.Milestone == request.Milestone && people.Contains(p.IndividualId))
            .Select(p => p.IndividualId).ToListAsync(cancellationToken)).ToHashSet();
        Proto.IncentiveReview review = new() { Letters = { letters.OrderBy(l => l.Id.Value).Select(l => l.Id.Name) }, NextPageToken = next };
        foreach (var milestone in milestones)
        {
            TclReviewFacts facts = new() { Quarter = quarter, Milestone = milestone.Number, ReachedOn = milestone.EventDate };
            if (!policies.Decide(request.Program, TclReviewDecision.Kind, today, facts).Is(out var decision, out var problem))
                return problem;
            review.Items.Add(new Proto.IncentiveReviewItem
            {
                Milestone = milestone.Id.Name,
                Individual = milestone.IndividualId.Name,
                Listed = listed.Contains(milestone.IndividualId),
                Invoiced = invoiced.Contains(milestone.IndividualId),
                Decision = decision.ToProto(stored: false),
            });
        }

        return review;
    }

    private static Result<Paging> Page<TRequest>(string quarter, TRequest request)
        where TRequest : IMessage<TRequest>
    {
        RequestValidator fields = new();
        if (quarter.Length > 0)
            fields.Quarter("quarter", quarter);
        var page = Paging.Read(fields, request);
        return fields.Problem is { } bad ? bad : page;
    }

    private Proto.IncentiveInvoice ToProto(IncentiveInvoice invoice) => invoice.ToProto(invoice.Decision!.ToProto(), policies.Today(invoice.Program)!.Value);
}
