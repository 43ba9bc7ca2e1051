using System.Globalization;
using Ips.Contracts;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Deadlines;

/// <summary>Lists deadlines, soonest first; days are counted from today in each one's program.</summary>
public sealed class ListDeadlines(ReportingDb db, ProgramDays days, Caller caller)
{
    public async Task<Result<Proto.ListDeadlinesResponse>> Handle(Proto.ListDeadlinesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Program.Length == 0
            || days.Knows(request.Program), "program", "is not a program; send one of " + string.Join(", ", days.Programs));
        var from = fields.OptionalDay("from", request.From) ?? (request.Program.Length == 0 ? days.EarliestToday() : days.Today(request.Program));
        var through = fields.OptionalDay("through", request.Through);
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider)?.Value;
        var page = Paging.ReadByCode(
            fields, request.PageSize, request.PageToken, $"deadlines {request.Program} {request.From} {request.Through} {request.Provider}");
        var after = Place.Read(fields, page.AfterCode);
        if (fields.Problem is { } bad)
            return bad;
        if (Span.Refused(caller, provider) is { } refused)
            return refused;

        var open = db.OpenDeadlines(request.Program.Length == 0 ? null : request.Program, provider).Where(f => f.DueOn >= from);
        if (through is { } last)
            open = open.Where(f => f.DueOn <= last);
        if (after is { } place)
        {
            open = open.Where(f => f.DueOn > place.DueOn || (f.DueOn == place.DueOn
                && (f.EventId.CompareTo(place.EventId) > 0 || (f.EventId == place.EventId && f.Topic.CompareTo(place.Topic) > 0))));
        }

        var found = await open.Soonest().Take(page.Size + 1).ToListAsync(cancellationToken);
        Proto.ListDeadlinesResponse reply = new() { NextPageToken = page.CutByCode(found, Place.Of) };
        reply.Deadlines.AddRange(found.Select(f => f.ToProto(days.Today(f.Program ?? ""))));
        return reply;
    }

    /// <summary>The end of a page: 8 digits of the day, 32 of the event, the topic.</summary>
    private sealed record Place(DateOnly DueOn, Guid EventId, string Topic)
    {
        public static string Of(EventFact fact) => string.Create(CultureInfo.InvariantCulture, $"{fact.DueOn:yyyyMMdd}{fact.EventId:N}{fact.Topic}");

        public static Place? Read(RequestValidator fields, string? code)
        {
            if (code is null)
                return null;
            if (code.Length > 40 && DateOnly.TryParseExact(code[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && Guid.TryParseExact(code[8..40], "N", out var id))
                return new(day, id, code[40..]);
            fields.Wrong("page_token", "is not a token of this list; send next_page_token as it came");
            return null;
        }
    }
}
