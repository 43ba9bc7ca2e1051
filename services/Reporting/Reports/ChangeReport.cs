using Google.Protobuf;
using Ips.Contracts;
using Ips.Platform.Decisions;
using Ips.Policies;
using Ips.Policies.Reports;
using Ips.Reporting.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Reports;

/// <summary>Records that a report was sent, accepted or returned.</summary>
public sealed class ChangeReport(ReportingDb db, ReportAnswers answers, PolicyService policies, Requests requests, TimeProvider clock)
{
    public Task<Result<Proto.Report>> Handle(Proto.SubmitReportRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("submitted_on", request.SubmittedOn);
        fields.Choices("recipients", request.Recipients);
        if (request.SubjectLine.Length > 0)
            fields.Text("subject_line", request.SubjectLine, 300);
        return Change(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, (report, period) =>
        {
            if (report.State is not (Proto.ReportState.Validated or Proto.ReportState.Returned))
                return new Problem.Conflict("report-state", "it was sent before; the payer returns it first");
            if (Problem.Invalid.IfAhead("submitted_on", on, policies.Today(report.Program)!.Value) is { } ahead)
                return ahead;
            if (Problem.Invalid.IfBefore("submitted_on", on, period.Last.AddDays(1), "the day after the period") is { } before)
                return before;
            report.State = report.State == Proto.ReportState.Returned ? Proto.ReportState.Resubmitted : Proto.ReportState.Submitted;
            report.SubmittedOn = on;
            report.Recipients = string.Join(' ', request.Recipients.Distinct().Select(recipient => Codes.Of(recipient.ToPolicy())));
            return answers.Decide(report.Program, report.Kind, period, report, new ReportDueFacts
            {
                Report = report.Kind.ToPolicy(),
                Submitted = true,
                SubmittedDate = on,
                Recipients = [.. request.Recipients.Select(recipient => recipient.ToPolicy())],
                SubjectLine = Given(request.SubjectLine),
                ProviderName = Given(request.ProviderDisplayName),
                ProgramName = Given(request.ProgramDisplayName),
            });
        }, cancellationToken);
    }

    public Task<Result<Proto.Report>> Handle(Proto.AcceptReportRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.ValidateOnly, request.RequestId, request,
            (report, period) => Answer(report, period, Proto.ReportState.Accepted, default), cancellationToken);

    public Task<Result<Proto.Report>> Handle(Proto.ReturnReportRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Choice("reason", request.Reason);
        return Change(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request,
            (report, period) => Answer(report, period, Proto.ReportState.Returned, request.Reason), cancellationToken);
    }

    private Result<DecisionRecord> Answer(ProviderReport report, Period period, Proto.ReportState state, Proto.ReportReturnReason reason)
    {
        if (report.State is not (Proto.ReportState.Submitted or Proto.ReportState.Resubmitted))
            return new Problem.Conflict("report-state", "only a report that was sent is accepted or returned");
        (report.State, report.ReturnReason) = (state, reason);
        return answers.Decide(report.Program, report.Kind, period, report);
    }

    private Task<Result<Proto.Report>> Change(RequestValidator fields, string name, string etag, bool validateOnly, string requestId, IMessage request,
        Func<ProviderReport, Period, Result<DecisionRecord>> change, CancellationToken cancellationToken)
    {
        var id = fields.Id<ReportId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Report>>(bad);
        return requests.Run<Proto.Report>(validateOnly, requestId, request, async (store, s) =>
        {
            if (await db.Reports.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, s) is not { } report)
                return new Problem.NotFound("report", name);
            if (!report.Expects(etag))
                return new Problem.Stale("report", name);
            var period = report.Covers;
            if (!change(report, period).Is(out var decision, out var problem))
                return problem;
            Changes changes = new(clock.GetUtcNow());
            changes.Update(report);
            return new Decided<Proto.Report>(answers.ToProto(report.Provider, report.Program, report.Kind, period, report, decision), changes);
        }, cancellationToken);
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;
}
