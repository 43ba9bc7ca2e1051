using Google.Protobuf.WellKnownTypes;
using Ips.Reporting.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>The events a number was counted from: as many as the number says.</summary>
public sealed class ListFigureEvents(ReportingDb db, ProgramDays days, Caller caller)
{
    public async Task<Result<Wire.ListFigureEventsResponse>> Handle(Wire.ListFigureEventsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var span = Span.Read(fields, days, ask.Program, ask.From, ask.Through, ask.Provider);
        fields.Require(ask.Name.Length > 0, "name", "is missing; send figures/{code}");
        var page = Paging.Read(fields, ask.PageSize, ask.PageToken, $"figure {ask.Name} {ask.Program} {ask.From} {ask.Through} {ask.Provider}");
        if (fields.Problem is { } bad)
            return bad;
        if (Figures.Find(ask.Name) is not { } figure)
            return new Problem.NotFound("figure", ask.Name);
        if (Span.Refused(caller, span.Provider) is { } refused)
            return refused;

        var facts = db.Of(figure, span, days);
        if (page.After is { } last)
            facts = facts.Where(f => f.EventId.CompareTo(last) > 0);
        var found = await facts.OrderBy(f => f.EventId).Take(page.Size + 1).ToListAsync(stop);
        Wire.ListFigureEventsResponse reply = new() { NextPageToken = page.Cut(found, f => f.EventId), Figure = await db.Show(figure, span, days, stop) };
        reply.Events.AddRange(found.Select(f => new Wire.FigureEvent
        {
            EventId = f.EventId.ToString(),
            Type = f.Type,
            Subject = f.Subject,
            Sequence = f.Sequence,
            OccurTime = f.OccurredAt.ToTimestamp(),
        }));
        return reply;
    }
}
