using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Platform.Decisions;
using Ips.Policies;
using Ips.Policies.Reports;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Reports;

/// <summary>Decides whether a report is in order, and shows it as the contract does.</summary>
public sealed class ReportAnswers(PolicyService policies)
{
    /// <summary>The decision on a report today; the problem when the program has no such report or the period is of the other kind.</summary>
    public Result<DecisionRecord> Decide(string program, Proto.ReportKind kind, Period period, ProviderReport? report, ReportDueFacts? submission = null) =>
        policies.Decide(program, ReportDueDecision.Kind, policies.Today(program)!.Value, (submission ?? new ReportDueFacts
        {
            Report = kind.ToPolicy(),
            Submitted = report?.SubmittedOn is not null,
            SubmittedDate = report?.SubmittedOn,
            Recipients = report is null ? null : [.. report.Recipients.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => Codes.Parse<Recipient>(code)!.Value)],
        }) with
        { Period = period });

    /// <summary>The report as the contract shows it.</summary>
    public Proto.Report ToProto(
        string provider, string program, Proto.ReportKind kind, Period period, ProviderReport? report, DecisionRecord decision)
    {
        var today = policies.Today(program)!.Value;
        var due = decision.Value<DateOnly?>("dueOn");
        Proto.Report wire = new()
        {
            Name = report?.Id.Name ?? "",
            Provider = new OrganizationCode(provider).Name,
            Program = program,
            Kind = kind,
            Period = period.ToString(),
            DueOn = due?.Day() ?? "",
            State = report?.State ?? (today > period.Last ? Proto.ReportState.PeriodClosed : Proto.ReportState.PeriodOpen),
            Overdue = report?.SubmittedOn is null && today > due,
            AsOf = report?.AsOf.ToTimestamp(),
            SubmittedOn = report?.SubmittedOn.Day() ?? "",
            ReturnReason = report?.ReturnReason ?? Proto.ReportReturnReason.Unspecified,
            Decision = decision.ToProto(stored: false),
            Etag = report?.Etag() ?? "",
        };
        if (report is null)
            return wire;
        var compiled = report.Numbers;
        wire.Lines.AddRange(compiled.Numbers.Select(Line));
        wire.Corrections.AddRange(compiled.Changes.Select(change => new Proto.ReportCorrection
        {
            Period = change.Period,
            Metric = change.Metric,
            Reported = Text(change.Reported),
            Corrected = Text(change.Corrected),
        }));
        wire.Findings.AddRange(compiled.Findings);
        return wire;
    }

    private static Proto.ReportLine Line(ReportNumber number)
    {
        var metric = ReportMetric.Shipped.Single(m => m.Code == number.Metric && m.From == number.DefinedFrom);
        return new()
        {
            Metric = metric.Code,
            DisplayName = metric.Title,
            Numerator = metric.Numerator,
            Denominator = metric.Denominator,
            Exclusions = metric.Exclusions,
            Steward = metric.Steward,
            DefinedFrom = metric.From.Day(),
            Unit = Codes.Of(metric.Unit),
            Value = Text(number.Value),
        };
    }

    private static string Text(decimal? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";
}
