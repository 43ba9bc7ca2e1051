using System.Globalization;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Deadlines;

/// <summary>Reads deadlines, soonest first, each with the rule that sets it.</summary>
public sealed class FindDeadlines(EligibilityDb db, PolicyService deciding)
{
    public async Task<Result<Proto.Deadline>> Handle(Proto.GetDeadlineRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<DeadlineId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Deadlines.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is { } found
            ? found.ToProto(deciding)
            : new Problem.NotFound("deadline", request.Name);
    }

    public async Task<Result<Proto.ListDeadlinesResponse>> Handle(Proto.ListDeadlinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var before = fields.OptionalDay("due_before", request.DueBefore);
        DeadlineState[] states = [.. fields.Choices("states", request.States).Select(DeadlinesProtos.ToState)];
        var page = Paging.ReadByCode(fields, request.PageSize, request.PageToken,
            $"deadlines {request.Individual} {request.RuleId} {string.Join(',', request.States)} {request.DueBefore} {request.Subject}");
        var after = Place.Read(fields, page.AfterCode);
        if (fields.Problem is { } bad)
            return bad;

        var query = states.Length > 0
            ? db.Deadlines.AsNoTracking().Where(d => states.Contains(d.State))
            : db.Deadlines.AsNoTracking().Where(d => d.State != DeadlineState.Met && d.State != DeadlineState.Cancelled);
        if (individual is { } person)
            query = query.Where(d => d.IndividualId == person);
        if (request.RuleId.Length > 0)
            query = query.Where(d => d.RuleId == request.RuleId);
        if (request.Subject.Length > 0)
            query = query.Where(d => d.Subject == request.Subject);
        if (before is { } day)
            query = query.Where(d => d.DueOn < day);
        if (after is { } place)
            query = query.Where(d => d.DueOn > place.DueOn || (d.DueOn == place.DueOn && ((Guid)(object)d.Id).CompareTo(place.Id) > 0));

        var found = await query.OrderBy(d => d.DueOn).ThenBy(d => d.Id).Take(page.Size + 1).ToListAsync(cancellationToken);
        Proto.ListDeadlinesResponse reply = new() { NextPageToken = page.CutByCode(found, Place.Of) };
        reply.Deadlines.AddRange(found.Select(d => d.ToProto(deciding)));
        return reply;
    }

    /// <summary>The end of the previous page: 8 digits of the day, 32 of the deadline.</summary>
    private sealed record Place(DateOnly DueOn, Guid Id)
    {
        public static string Of(Deadline deadline) => string.Create(CultureInfo.InvariantCulture, $"{deadline.DueOn:yyyyMMdd}{deadline.Id.Value:N}");

        public static Place? Read(RequestValidator fields, string? code)
        {
            if (code is null)
                return null;
            if (code.Length == 40 && DateOnly.TryParseExact(code[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && Guid.TryParseExact(code[8..], "N", out var id))
                return new(day, id);
            fields.Wrong("page_token", "is not a token of this list; send next_page_token as it came");
            return null;
        }
    }
}
