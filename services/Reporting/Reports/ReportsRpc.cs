using Google.Api;
using Grpc.Core;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Reports;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ReportsRpc(
    Lazy<FindReports> find, Lazy<CompileReport> compile, Lazy<ChangeReport> change, Lazy<GetPriorAuthorizationMetrics> metrics) : Proto.Reports.ReportsBase
{
    public override async Task<Proto.ListReportsResponse> ListReports(Proto.ListReportsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReportsDueResponse> ListReportsDue(Proto.ListReportsDueRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Report> CompileReport(Proto.CompileReportRequest request, ServerCallContext context) =>
        (await compile.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Report> GetReport(Proto.GetReportRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<HttpBody> GetReportFile(Proto.GetReportFileRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Report> SubmitReport(Proto.SubmitReportRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Report> AcceptReport(Proto.AcceptReportRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Report> ReturnReport(Proto.ReturnReportRequest request, ServerCallContext context) =>
        (await change.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.PriorAuthorizationMetrics> GetPriorAuthorizationMetrics(
        Proto.GetPriorAuthorizationMetricsRequest request, ServerCallContext context) => (await metrics.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<HttpBody> GetPriorAuthorizationFile(Proto.GetPriorAuthorizationFileRequest request, ServerCallContext context) =>
        (await metrics.Value.Handle(request, context.CancellationToken)).OrThrow();
}
