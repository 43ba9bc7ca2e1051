using System.Globalization;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Deadlines;

/// <summary>Reads deadlines, soonest first, each with the rule that sets it.</summary>
public sealed class FindDeadlines(EligibilityDb db, Deciding deciding)
{
    public async Task<Result<Wire.Deadline>> Handle(Wire.GetDeadlineRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<DeadlineId>("name", ask.Name, "deadlines/{uuid}", DeadlineId.TryParse);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Deadlines.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, stop) is { } found
            ? found.ToWire(deciding)
            : new Problem.NotFound("deadline", ask.Name);
    }

    public async Task<Result<Wire.ListDeadlinesResponse>> Handle(Wire.ListDeadlinesRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var individual = fields.OptionalName<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var before = fields.OptionalDay("due_before", ask.DueBefore);
        DeadlineState[] states = [.. fields.Choices("states", ask.States).Select(DeadlinesWire.ToState)];
        var page = Paging.ReadByCode(fields, ask.PageSize, ask.PageToken, $"deadlines {ask.Individual} {ask.RuleId} {string.Join(',', ask.States)} {ask.DueBefore} {ask.Subject}");
        var after = Place.Read(fields, page.AfterCode);
        if (fields.Problem is { } bad)
            return bad;

        var query = states.Length > 0
            ? db.Deadlines.AsNoTracking().Where(d => states.Contains(d.State))
            : db.Deadlines.AsNoTracking().Where(d => d.State != DeadlineState.Met && d.State != DeadlineState.Cancelled);
        if (individual is { } person)
            query = query.Where(d => d.IndividualId == person);
        if (ask.RuleId.Length > 0)
            query = query.Where(d => d.RuleId == ask.RuleId);
        if (ask.Subject.Length > 0)
            query = query.Where(d => d.Subject == ask.Subject);
        if (before is { } day)
            query = query.Where(d => d.DueOn < day);
        if (after is { } place)
            query = query.Where(d => d.DueOn > place.DueOn || (d.DueOn == place.DueOn && ((Guid)(object)d.Id).CompareTo(place.Id) > 0));

        var found = await query.OrderBy(d => d.DueOn).ThenBy(d => d.Id).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListDeadlinesResponse reply = new() { NextPageToken = page.CutByCode(found, Place.Of) };
        reply.Deadlines.AddRange(found.Select(d => d.ToWire(deciding)));
        return reply;
    }

    /// <summary>Where a page ended: 8 digits of the day, 32 of the deadline.</summary>
    private sealed record Place(DateOnly DueOn, Guid Id)
    {
        public static string Of(Deadline deadline) => string.Create(CultureInfo.InvariantCulture, $"{deadline.DueOn:yyyyMMdd}{deadline.Id.Value:N}");

        public static Place? Read(Fields fields, string? code)
        {
            if (code is null)
                return null;
            if (code.Length == 40 && DateOnly.TryParseExact(code[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && Guid.TryParseExact(code[8..], "N", out var id))
                return new(day, id);
            fields.Wrong("page_token", "is not a token of this list; send next_page_token as it came");
            return null;
        }
    }
}
