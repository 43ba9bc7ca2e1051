using System.Text.Json.Serialization;

namespace Ips.Policies.Reports;

/// <summary>What is known about a report. <see langword="null"/> means not known.</summary>
public sealed record ReportDueFacts
{
    /// <summary>Which report; required.</summary>
    public required Report Report { get; init; }

    /// <summary>Reporting period.</summary>
    public Period? Period { get; init; }

    /// <summary>Day that starts the clock: first service, status change, request, the agency's notification, or the payer's notice; for NC-TOPPS the start of service.</summary>
    [Act]
    public DateOnly? TriggerDate { get; init; }

    /// <summary>Sent by the as-of day.</summary>
    public bool? Submitted { get; init; }

    /// <summary>Day it was sent.</summary>
    [Act]
    public DateOnly? SubmittedDate { get; init; }

    /// <summary>NC-TOPPS: the days of the assessments on file.</summary>
    [Act]
    public IReadOnlyList<DateOnly>? AssessedOn { get; init; }

    /// <summary>Who received it.</summary>
    public IReadOnlyList<Recipient>? Recipients { get; init; }

    /// <summary>Only if given: subject line of the e-mail.</summary>
    public string? SubjectLine { get; init; }

    /// <summary>Provider's name, to be found in the subject line.</summary>
    public string? ProviderName { get; init; }

    /// <summary>Program's name, to be found in the subject line.</summary>
    public string? ProgramName { get; init; }
}

/// <summary>A report that is due.</summary>
public enum Report
{
    /// <summary>Monthly data of the nc-core contract.</summary>
    NcCoreMonthly,

    /// <summary>Quarterly outcomes for DHHS.</summary>
    DhhsQuarterlyOutcome,

    /// <summary>First In or At-Risk checklist of a person.</summary>
    IoarInitial,

    /// <summary>Checklist after a change of status.</summary>
    IoarUpdate,

    /// <summary>Checklist corrected on request.</summary>
    IoarCorrection,

    /// <summary>Notice that an accreditation was denied, lost or worsened.</summary>
    AccreditationChangeNotice,

    /// <summary>NC-TOPPS assessments of a person.</summary>
    NcTopps,

    /// <summary>Quarterly outcomes that the supervisor reviews with the team.</summary>
    OutcomeReview,

    /// <summary>Documents that a payer asks for beyond those that the text names.</summary>
    FurtherDocuments,
}

/// <summary>Who received a report.</summary>
public enum Recipient
{
    /// <summary>Alliance Health.</summary>
    [JsonStringEnumMemberName("Alliance")] Alliance,

    /// <summary>North Carolina Department of Health and Human Services.</summary>
    [JsonStringEnumMemberName("DHHS")] Dhhs,
}

/// <summary>State of a report.</summary>
public enum ReportStatus
{
    /// <summary>Sent in time.</summary>
    Submitted,

    /// <summary>Sent after the last day.</summary>
    SubmittedLate,

    /// <summary>Not sent, the last day has not passed.</summary>
    Open,

    /// <summary>Not sent, the last day has passed.</summary>
    Overdue,
}
