using Google.Protobuf.WellKnownTypes;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>The events a number was counted from: as many as the number counts. A caller who gets numbers only gets none.</summary>
public sealed class ListFigureEvents(ReportingDb db, ProgramDays days, ShownFigures figures, Caller caller)
{
    public async Task<Result<Proto.ListFigureEventsResponse>> Handle(Proto.ListFigureEventsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var span = Span.Read(fields, days, caller, request.Program, request.From, request.Through, request.Provider);
        fields.Require(request.Name.Length > 0, "name", "is missing; send figures/{code}");
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (Figures.Find(request.Name) is not { } figure)
            return new Problem.NotFound("figure", request.Name);
        if (Span.Refused(caller, span.Provider) is { } refused)
            return refused;
        // A 0 would say that nothing was paid.
        if (figure.Topic == Topics.ClaimPaid && !caller.Is(Roles.Provider))
            return new Problem.Forbidden("only the agency sees what its claims were paid");

        Proto.ListFigureEventsResponse reply = new()
        {
            Figure = await figures.Show(figure, span, cancellationToken),
            EventsWithheld = ShownFigures.NumbersOnly(caller),
        };
        if (reply.EventsWithheld)
            return reply;
        var (found, next) = await db.Of(figure, span, days).ToPage(page, f => f.EventId, cancellationToken, oldestFirst: true);
        reply.NextPageToken = next;
        reply.Events.AddRange(found.Select(f => new Proto.FigureEvent
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
