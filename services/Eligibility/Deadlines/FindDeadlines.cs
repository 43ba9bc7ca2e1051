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
        var before = fields.OptionalDay("due_before", request.DueBefore);
        fields.Choices("states", request.States);
        var page = Paging.ReadByCode(fields, request.PageSize, request.PageToken,
            $"deadlines {request.Individual} {request.RuleId} {string.Join(',', request.States)} {request.DueBefore} {request.Subject}");
        if (fields.Problem is { } bad)
            return bad;

        var query = db.Deadlines.AsNoTracking().Listed(request.States.Select(s => s.ToStored()), request.RuleId, request.Subject, before);
        if (individual is { } person)
            query = query.Where(d => d.IndividualId == person);
        var (items, next) = await query.ToPage(page, cancellationToken, d => d.DueOn, d => d.Id);
        return new Proto.ListDeadlinesResponse { Deadlines = { items.Select(d => d.ToProto(policies)) }, NextPageToken = next };
    }
}
