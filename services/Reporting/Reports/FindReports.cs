using Google.Api;
using Ips.Contracts;
using Ips.Platform.Decisions;
using Ips.Policies;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Reports;

/// <summary>Reads reports: one, its file, and what an agency owes.</summary>
public sealed class FindReports(ReportingDb db, ReportAnswers answers, PolicyService policies, Caller caller)
{
    private const int Months = 13;

    public async Task<Result<Proto.Report>> Handle(Proto.GetReportRequest request, CancellationToken cancellationToken) =>
        await Named(request.Name, cancellationToken);

    public async Task<Result<HttpBody>> Handle(Proto.GetReportFileRequest request, CancellationToken cancellationToken) =>
        (await Named(request.Name, cancellationToken)).Then(report => ReportFiles.Write(
            request.Format, $"{report.Kind.Title()} {report.Period}, {report.Provider}, {report.Program}, as of {report.AsOf.ToDateTimeOffset():yyyy-MM-dd HH:mm} UTC",
            ["Title", "Value", "Unit", "Numerator", "Denominator", "Exclusions", "Period", "Reported"], ["Metric", "Title", "Unit", "Value", "Numerator", "Denominator", "Exclusions", "Steward", "Defined from", "Period", "Reported"],
            [
                .. report.Lines.Select(line => new object?[]
                {
                    line.Metric, line.DisplayName, line.Unit, ReportFiles.Number(line.Value), line.Numerator, line.Denominator, line.Exclusions, line.Steward,
                    line.DefinedFrom, report.Period, null,
                }),
                .. report.Corrections.Select(change => new object?[]
                {
                    change.Metric, "Correction", null, ReportFiles.Number(change.Corrected), null, null, null, null, null, change.Period,
                    ReportFiles.Number(change.Reported),
                }),
            ]));

    public async Task<Result<Proto.ListReportsResponse>> Handle(Proto.ListReportsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        var provider = fields.OptionalId<OrganizationCode>("provider", request.Provider)?.Value ?? caller.OrganizationAs(Roles.Provider);
        fields.Require(provider.Length > 0, "provider", "is missing; send organizations/{code}");
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (Span.Refused(caller, provider) is { } refused)
            return refused;
        var begins = await Begins(provider, request.Program, cancellationToken);
        if (begins is null)
            return new Proto.ListReportsResponse();
        var stored = await db.Reports.AsNoTracking().Where(r => r.Provider == provider && r.Program == request.Program).ToListAsync(cancellationToken);
        // Overdue ones first, then by their last day.
        var (reports, next) = Owed(provider, request.Program, begins.Value, stored, today).ToPage(page, r => $"{(r.Overdue ? 0 : 1)} {r.DueOn} {(int)r.Kind} {r.Period}");
        return new Proto.ListReportsResponse { Reports = { reports }, NextPageToken = next };
    }

    public async Task<Result<Proto.ListReportsDueResponse>> Handle(Proto.ListReportsDueRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        var page = Paging.ReadByCode(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var contracts = db.Set<Contract>().AsNoTracking().Where(c => c.Program == request.Program && c.Accepted);
        if (caller.Is(Roles.Mco))
            contracts = contracts.Where(c => c.Payer == caller.Organization);
        else if (!Sight.ProgramsOf(caller).Contains(request.Program))
            return new Problem.Forbidden("a state sees the reports of its own programs");
        var begins = await contracts.GroupBy(c => c.Provider).Select(g => new { Provider = g.Key, From = g.Min(c => c.From) }).ToListAsync(cancellationToken);
        var stored = (await db.Reports.AsNoTracking().Where(r => r.Program == request.Program).ToListAsync(cancellationToken)).ToLookup(r => r.Provider);
        var all = begins.SelectMany(one => Owed(one.Provider, request.Program, one.From, [.. stored[one.Provider]], today))
            .Where(r => !request.OverdueOnly || r.Overdue).ToList();
        foreach (var report in all)
        {
            report.Lines.Clear();
            report.Corrections.Clear();
            report.Findings.Clear();
        }

        var (reports, next) = all.ToPage(page, r => $"{(r.Overdue ? 0 : 1)} {r.DueOn} {r.Provider} {(int)r.Kind} {r.Period}");
        return new Proto.ListReportsDueResponse { Reports = { reports }, NextPageToken = next };
    }

    private List<Proto.Report> Owed(string provider, string program, DateOnly begins, List<ProviderReport> stored, DateOnly today)
    {
        var earliest = today.AddMonths(-Months);
        List<Proto.Report> all = [];
        foreach (var kind in Enum.GetValues<Proto.ReportKind>().Where(kind => kind != Proto.ReportKind.Unspecified))
        {
            foreach (var period in Periods(kind, begins > earliest ? begins : earliest, today))
            {
                var report = stored.Find(r => r.Kind == kind && r.Period == period.ToString());
                // The pack knows which reports its program has.
                if (!answers.Decide(program, kind, period, report).Is(out var decision, out _))
                    break;
                all.Add(answers.ToProto(provider, program, kind, period, report, decision));
            }
        }

        return all;
    }

    // An agency owes reports from its first contract on; the caller sees its own contracts.
    private async Task<DateOnly?> Begins(string provider, string program, CancellationToken cancellationToken)
    {
        var contracts = db.Set<Contract>().AsNoTracking().Where(c => c.Provider == provider && c.Program == program && c.Accepted);
        if (caller.Is(Roles.Mco))
            contracts = contracts.Where(c => c.Payer == caller.Organization);
        return await contracts.MinAsync(c => (DateOnly?)c.From, cancellationToken);
    }

    private static IEnumerable<Period> Periods(Proto.ReportKind kind, DateOnly from, DateOnly through)
    {
        var months = kind == Proto.ReportKind.NcCoreMonthly ? 1 : 3;
        for (DateOnly first = new(from.Year, ((from.Month - 1) / months * months) + 1, 1); first <= through; first = first.AddMonths(months))
            yield return new(first, first.AddMonths(months).AddDays(-1));
    }

    private async Task<Result<Proto.Report>> Named(string name, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReportId>("name", name);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Reports.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } report)
            return new Problem.NotFound("report", name);
        var period = report.Covers;
        return answers.Decide(report.Program, report.Kind, period, report)
            .Then(decision => answers.ToProto(report.Provider, report.Program, report.Kind, period, report, decision));
    }
}
