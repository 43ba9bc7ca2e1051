using Grpc.Core;
using Ips.Contracts;
using Ips.Platform.Decisions;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.PersonReports;

/// <summary>What is due about people: about each one under a program, or about one.</summary>
public sealed class FindPersonReports(ReportingDb db, PersonSchedule schedule, PolicyService policies, Caller caller, AuditTrail audit)
{
    public async Task<Result<Proto.ListPersonReportsResponse>> Handle(Proto.ListPersonReportsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        _ = policies.Today(fields, "program", request.Program);
        var named = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        IndividualId? only = named is { } person ? await db.Survivor(person, cancellationToken) : null;
        var served = await db.Served(request.Program, caller.Organization!, only, cancellationToken);
        if (only is not null && served.Count == 0)
            return new Problem.NotFound("individual", request.Individual);
        var recorded = await db.Recorded(request.Program, cancellationToken);
        var all = served.SelectMany(one => schedule.Of(request.Program, one.Key, one.Value, [.. recorded[one.Key]]))
            .Where(r => !request.OverdueOnly || r.State == Proto.PersonReportState.Overdue).ToList();
        // Overdue ones first, then by their last day.
        var (reports, next) = all.ToPage(page, r =>
            $"{(r.State == Proto.PersonReportState.Overdue ? 0 : 1)} {(r.DueOn.Length == 0 ? "9999-12-31" : r.DueOn)} {(int)r.Kind} {r.Individual} {r.TriggerOn} {r.Name}");
        await audit.Read(reports.Select(r => IndividualId.TryParse(r.Individual, out var id) ? id : default), cancellationToken);
        return new Proto.ListPersonReportsResponse { PersonReports = { reports }, NextPageToken = next };
    }
}

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class PersonReportsRpc(Lazy<RecordPersonReport> record, Lazy<FindPersonReports> find) : Proto.PersonReports.PersonReportsBase
{
    public override async Task<Proto.PersonReport> RecordPersonReport(Proto.RecordPersonReportRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.PersonReport> CompletePersonReport(Proto.CompletePersonReportRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListPersonReportsResponse> ListPersonReports(Proto.ListPersonReportsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
