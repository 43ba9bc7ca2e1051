using System.Globalization;
using Google.Api;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Reports;

/// <summary>
/// A payer's prior-authorization metrics of a year (42 CFR 438.210(f), from CMS-0057-F). A request counts in the year of its decision; the time is that between
/// the two events, so the change of daylight saving time moves no number.
/// </summary>
public sealed class GetPriorAuthorizationMetrics(ReportingDb db, ProgramDays days)
{
    public async Task<Result<Proto.PriorAuthorizationMetrics>> Handle(Proto.GetPriorAuthorizationMetricsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(days.Knows(request.Program), "program",
            (request.Program.Length == 0 ? "is missing; send one of " : "is not a program; send one of ") + string.Join(", ", days.Programs));
        fields.Number("year", request.Year, 2000, 2200);
        if (fields.Problem is { } bad)
            return bad;
        if (request.Year > days.Today(request.Program).Year)
            return new Problem.Invalid("year", "lies in the future; send a year up to this one");
        var (begin, end) = (days.Begin(request.Program, new(request.Year, 1, 1)), days.Begin(request.Program, new(request.Year + 1, 1, 1)));
        var current = db.Current.Where(f => f.Program == request.Program);
        var decided = await current.Where(f => f.Topic == Topics.AuthorizationDecision && f.OccurredAt >= begin && f.OccurredAt < end)
            .Select(f => new { f.Subject, f.OccurredAt, Approved = f.Counts }).ToListAsync(cancellationToken);
        List<string> subjects = [.. decided.Select(f => f.Subject)];
        // A request that was corrected keeps the time of its first event.
        var received = await db.Facts.AsNoTracking().Where(f => subjects.Contains(f.Subject)
                && (f.Topic == Topics.AuthorizationReceived || f.Topic == Topics.AuthorizationReceivedExpedited))
            .GroupBy(f => f.Subject).Select(g => new { Subject = g.Key, At = g.Min(f => f.OccurredAt), Topic = g.Max(f => f.Topic) })
            .ToDictionaryAsync(f => f.Subject, cancellationToken);
        var appealed = (await current.Where(f => f.Topic == Topics.AuthorizationAppealDecision && f.Counts && subjects.Contains(f.Subject))
            .Select(f => f.Subject).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);

        var requests = decided.Where(f => received.ContainsKey(f.Subject)).Select(f => new Decided(
            received[f.Subject].Topic == Topics.AuthorizationReceivedExpedited, f.Approved, !f.Approved && appealed.Contains(f.Subject),
            f.OccurredAt - received[f.Subject].At)).ToList();
        return new Proto.PriorAuthorizationMetrics
        {
            Program = request.Program,
            Year = request.Year,
            Standard = Figures([.. requests.Where(r => !r.Expedited)]),
            Expedited = Figures([.. requests.Where(r => r.Expedited)]),
        };
    }

    public async Task<Result<HttpBody>> Handle(Proto.GetPriorAuthorizationFileRequest request, CancellationToken cancellationToken) =>
        (await Handle(new Proto.GetPriorAuthorizationMetricsRequest { Program = request.Program, Year = request.Year }, cancellationToken)).Then(metrics =>
            ReportFiles.Write(request.Format, $"Prior-authorization metrics {request.Year}, {request.Program}",
                ["Requests", "Decided", "Approved", "Denied", "Approved after appeal", "Approved %", "Denied %", "Mean hours", "Median hours"],
                ["Program", "Year", "Requests", "Decided", "Approved", "Denied", "Approved after appeal", "Approved %", "Denied %", "Approved after appeal %",
                    "Mean hours", "Median hours"],
                [Row(metrics, "standard", metrics.Standard), Row(metrics, "expedited", metrics.Expedited)]));

    private static object?[] Row(Proto.PriorAuthorizationMetrics metrics, string requests, Proto.PriorAuthorizationFigures figures) =>
    [
        metrics.Program, metrics.Year, requests, figures.Decided, figures.Approved, figures.Denied, figures.ApprovedAfterAppeal,
        ReportFiles.Number(figures.ApprovedPercent), ReportFiles.Number(figures.DeniedPercent), ReportFiles.Number(figures.ApprovedAfterAppealPercent),
        ReportFiles.Number(figures.MeanHours), ReportFiles.Number(figures.MedianHours),
    ];

    private static Proto.PriorAuthorizationFigures Figures(List<Decided> requests)
    {
        var (approved, appealed) = (requests.Count(r => r.Approved), requests.Count(r => r.ApprovedAfterAppeal));
        var denied = requests.Count - approved;
        List<decimal> hours = [.. requests.Select(r => (decimal)r.Took.Ticks / TimeSpan.TicksPerHour).Order()];
        return new()
        {
            Decided = requests.Count,
            Approved = approved,
            Denied = denied,
            ApprovedAfterAppeal = appealed,
            ApprovedPercent = Percent(approved, requests.Count),
            DeniedPercent = Percent(denied, requests.Count),
            ApprovedAfterAppealPercent = Percent(appealed, denied),
            MeanHours = hours.Count == 0 ? "" : Text(hours.Average()),
            MedianHours = hours.Count == 0 ? "" : Text((hours[(hours.Count - 1) / 2] + hours[hours.Count / 2]) / 2),
        };
    }

    private static string Percent(int part, int of) => of == 0 ? "" : Text(100m * part / of);

    private static string Text(decimal value) => Math.Round(value, 2, MidpointRounding.AwayFromZero).ToString("0.00", CultureInfo.InvariantCulture);

    private readonly record struct Decided(bool Expedited, bool Approved, bool ApprovedAfterAppeal, TimeSpan Took);
}
