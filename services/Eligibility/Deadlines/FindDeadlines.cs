using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Deadlines;

/// <summary>Reads deadlines, soonest first, each with the rule that sets it.</summary>
public sealed class FindDeadlines(EligibilityDb db, PolicyService policies)
{
    public async Task<Result<Proto.Deadline>> Handle(Proto.GetDeadlineRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DeadlineId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Deadlines.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } found
            ? found.ToProto(policies)
            : new Problem.NotFound("deadline", request.Name);
    }

    public async Task<Result<Proto.ListDeadlinesResponse>> Handle(Proto.ListDeadlinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        fields.Choices("states", request.States);
        var filters = ListFilters.Read(fields, request, byKeys: true);
        if (fields.Problem is { } bad)
            return bad;

        var payer = filters.Organization("payer");
        var query = db.Deadlines.AsNoTracking().Listed(request.States.Select(s => s.ToStored()), request.RuleId, request.Subject, before: null);
        var (items, next) = await filters.Of(query).After("states", "rule_id", "subject").When("individual", d => d.IndividualId == individual)
            .By("program", d => d.Program).By("provider", d => d.Provider)
            .When("payer", d => db.Individuals.Any(i => i.Id == d.IndividualId && i.Payers.Contains(payer)))
            .By("due_from", d => d.DueOn).By("due_before", d => d.DueOn).By("updated_since", d => d.UpdatedAt)
            .ToPage(cancellationToken, d => d.DueOn, d => d.Id);
        return new Proto.ListDeadlinesResponse { Deadlines = { items.Select(d => d.ToProto(policies)) }, NextPageToken = next };
    }
}
