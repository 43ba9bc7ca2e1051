using Grpc.Core;
using Ips.Reporting.Deadlines;
using Wire = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class DashboardsRpc(GetDashboard dashboard, ListFigureEvents events, ListDeadlines deadlines) : Wire.Dashboards.DashboardsBase
{
    public override async Task<Wire.Dashboard> GetDashboard(Wire.GetDashboardRequest ask, ServerCallContext context) =>
        (await dashboard.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListFigureEventsResponse> ListFigureEvents(Wire.ListFigureEventsRequest ask, ServerCallContext context) =>
        (await events.Handle(ask, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListDeadlinesResponse> ListDeadlines(Wire.ListDeadlinesRequest ask, ServerCallContext context) =>
        (await deadlines.Handle(ask, context.CancellationToken)).OrThrow();
}
