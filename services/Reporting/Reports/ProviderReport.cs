using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Policies;
using Proto = Ips.Contracts.Reporting.V1;
using ReportCode = Ips.Policies.Reports.Report;

namespace Ips.Reporting.Reports;

/// <summary>A number of a report.</summary>
/// <param name="Metric">The metric's code.</param>
/// <param name="DefinedFrom">The first day of its definition.</param>
/// <param name="Value">The number; null for a share of nothing.</param>
public sealed record ReportNumber(string Metric, DateOnly DefinedFrom, decimal? Value);

/// <summary>A number of the period before that has changed since its report was sent.</summary>
/// <param name="Period">That period.</param>
/// <param name="Metric">The metric's code.</param>
/// <param name="Reported">The number that was sent.</param>
/// <param name="Corrected">The number when this report was compiled.</param>
public sealed record ReportChange(string Period, string Metric, decimal? Reported, decimal? Corrected);

/// <summary>What was compiled: it is stored as it was counted, and counted again only by another compilation.</summary>
/// <param name="Numbers">The numbers.</param>
/// <param name="Changes">The corrections of the period before.</param>
/// <param name="Findings">What does not agree.</param>
public sealed record CompiledReport(IReadOnlyList<ReportNumber> Numbers, IReadOnlyList<ReportChange> Changes, IReadOnlyList<string> Findings)
{
    /// <summary>As JSON.</summary>
    public string Write() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static CompiledReport Read(string json) => JsonSerializer.Deserialize<CompiledReport>(json, JsonSerializerOptions.Web)!;
}

/// <summary>A report of an agency for a period, once it is compiled.</summary>
public sealed class ProviderReport : IVersioned
{
    /// <summary>The id.</summary>
    public required ReportId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Which report.</summary>
    public required Proto.ReportKind Kind { get; init; }

    /// <summary>The period, <c>YYYY-MM</c> or <c>YYYY-Qn</c>.</summary>
    public required string Period { get; init; }

    /// <summary>The state.</summary>
    public required Proto.ReportState State { get; set; }

    /// <summary>The instant as of which its numbers were counted, UTC.</summary>
    public required DateTimeOffset AsOf { get; set; }

    /// <summary>The numbers, as JSON.</summary>
    public required string Compiled { get; set; }

    /// <summary>The day it was last sent.</summary>
    public DateOnly? SubmittedOn { get; set; }

    /// <summary>Who received it, codes with a blank between them.</summary>
    public string Recipients { get; set; } = "";

    /// <summary>Why the payer returned it.</summary>
    public Proto.ReportReturnReason ReturnReason { get; set; }

    /// <summary>Whether it was sent and is not returned.</summary>
    public bool IsSent => State is Proto.ReportState.Submitted or Proto.ReportState.Resubmitted or Proto.ReportState.Accepted;

    /// <summary>The days of the period.</summary>
    public Policies.Period Covers => Policies.Period.TryParse(Period, out var period) ? period : throw new InvalidOperationException($"{Period} is no period.");

    /// <summary>The numbers.</summary>
    public CompiledReport Numbers => CompiledReport.Read(Compiled);
}

/// <summary>The codes of reports as the policies know them.</summary>
internal static class ReportVocabulary
{
    public static ReportCode ToPolicy(this Proto.ReportKind kind) => kind switch
    {
        Proto.ReportKind.NcCoreMonthly => ReportCode.NcCoreMonthly,
        Proto.ReportKind.DhhsQuarterlyOutcome => ReportCode.DhhsQuarterlyOutcome,
        Proto.ReportKind.OutcomeReview => ReportCode.OutcomeReview,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of report"),
    };

    /// <summary>What people call the report.</summary>
    public static string Title(this Proto.ReportKind kind) => kind switch
    {
        Proto.ReportKind.NcCoreMonthly => "NC Core monthly report",
        Proto.ReportKind.DhhsQuarterlyOutcome => "DHHS quarterly outcomes",
        _ => "Review of outcomes",
    };

    public static Policies.Reports.Recipient ToPolicy(this Proto.ReportRecipient recipient) => recipient switch
    {
        Proto.ReportRecipient.Alliance => Policies.Reports.Recipient.Alliance,
        Proto.ReportRecipient.Dhhs => Policies.Reports.Recipient.Dhhs,
        _ => throw new ArgumentOutOfRangeException(nameof(recipient), recipient, "not a recipient"),
    };
}
