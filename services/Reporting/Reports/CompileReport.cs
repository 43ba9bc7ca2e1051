using System.Data;
using Ips.Contracts;
using Ips.Platform.Decisions;
using Ips.Policies;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Reports;

/// <summary>
/// Counts the numbers of a report as of now, and what has changed in the period before since its report was sent. Two compilations at once make one report: the
/// second one counts again.
/// </summary>
public sealed class CompileReport(
    ReportingDb db, CountReport count, ReportAnswers answers, PolicyService policies, Requests requests, Caller caller, TimeProvider clock)
{
    public Task<Result<Proto.Report>> Handle(Proto.CompileReportRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        fields.Choice("kind", request.Kind);
        if (!Period.TryParse(request.Period, out var period))
            fields.Wrong("period", request.Period.Length == 0 ? "is missing; send YYYY-MM or YYYY-Qn" : "is no period; send YYYY-MM or YYYY-Qn");
        else if (period.Last >= today)
            fields.Wrong("period", $"is not over; compile it from {period.Last.AddDays(1).Day()} on");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Report>>(bad);
        return requests.Run<Proto.Report>(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            // read
            var asOf = clock.GetUtcNow();
            ProviderReport? report;
            CompiledReport compiled;
            await using (await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, s))
            {
                report = await Find(period, s);
                if (report?.IsSent == true)
                    return new Problem.Conflict("report-state", "it was sent; the payer returns it before it is compiled again");
                if (!answers.Decide(request.Program, request.Kind, period, report).Is(out _, out var refused))
                    return refused;
                compiled = await Count(period, asOf, s);
            }

            // write
            Changes changes = new(asOf);
            if (report is null)
            {
                report = changes.Insert(new ProviderReport
                {
                    Id = ReportId.New(clock),
                    Provider = caller.Organization,
                    Program = request.Program,
                    Kind = request.Kind,
                    Period = period.ToString(),
                    State = Proto.ReportState.Validated,
                    AsOf = asOf,
                    Compiled = compiled.Write(),
                });
            }
            else
            {
                (report.AsOf, report.Compiled) = (asOf, compiled.Write());
                if (report.State != Proto.ReportState.Returned)
                    report.State = Proto.ReportState.Validated;
                changes.Update(report);
            }

            return answers.Decide(request.Program, request.Kind, period, report)
                .Then(decision => new Decided<Proto.Report>(answers.ToProto(report.Provider, report.Program, report.Kind, period, report, decision), changes));
        }, cancellationToken);

        Task<ProviderReport?> Find(Period of, CancellationToken s)
        {
            var text = of.ToString();
            return db.Reports.AsNoTracking().SingleOrDefaultAsync(
                r => r.Provider == caller.Organization && r.Program == request.Program && r.Kind == request.Kind && r.Period == text, s);
        }

        async Task<CompiledReport> Count(Period of, DateTimeOffset asOf, CancellationToken s)
        {
            var (numbers, findings) = await count.Run(request.Kind.ToPolicy(), request.Program, caller.Organization, of, asOf, s);
            var before = Before(of);
            if (await Find(before, s) is not { SubmittedOn: not null } sent)
                return new(numbers, [], findings);
            var (now, _) = await count.Run(request.Kind.ToPolicy(), request.Program, caller.Organization, before, asOf, s);
            var reported = sent.Numbers.Numbers.ToDictionary(n => n.Metric, n => n.Value, StringComparer.Ordinal);
            return new(numbers, [.. now.Where(n => reported.TryGetValue(n.Metric, out var value) && value != n.Value)
                .Select(n => new ReportChange(before.ToString(), n.Metric, reported[n.Metric], n.Value))], findings);
        }
    }

    private static Period Before(Period period)
    {
        var last = period.First.AddDays(-1);
        return new(period.First.AddMonths(period.IsQuarter ? -3 : -1), last);
    }
}
