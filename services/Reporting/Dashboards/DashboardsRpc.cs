using Grpc.Core;
using Ips.Reporting.Deadlines;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class DashboardsRpc(Lazy<GetDashboard> dashboard, Lazy<ListFigureEvents> events, Lazy<ListDeadlines> deadlines,
    Lazy<GetDeadlineCalendar> calendar) : Proto.Dashboards.DashboardsBase
{
    public override async Task<Proto.Dashboard> GetDashboard(Proto.GetDashboardRequest request, ServerCallContext context) =>
        (await dashboard.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListFigureEventsResponse> ListFigureEvents(Proto.ListFigureEventsRequest request, ServerCallContext context) =>
        (await events.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListDeadlinesResponse> ListDeadlines(Proto.ListDeadlinesRequest request, ServerCallContext context) =>
        (await deadlines.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Google.Api.HttpBody> GetDeadlineCalendar(Proto.GetDeadlineCalendarRequest request, ServerCallContext context) =>
        (await calendar.Value.Handle(request, context.CancellationToken)).OrThrow();
}
