namespace Ips.Contracts.Events;

/// <summary>A job of a person ended, or the record of one that ended was corrected.</summary>
[EventName("ips.billing.job-ended.v1")]
public sealed record JobEndedV1 : ProviderEvent
{
    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program under which it was recorded, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Its first day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Whether it is a competitive job in an integrated setting.</summary>
    public required bool Competitive { get; init; }

    /// <summary>Hours a week by its latest terms; null when not known.</summary>
    public required int? WeeklyHours { get; init; }

    /// <summary>The major group of the occupation, two digits; null when not known.</summary>
    public required string? Code { get; init; }

    /// <summary>Its last day, included.</summary>
    public required DateOnly Through { get; init; }

    /// <summary>Why it ended, as the code of the contract's reason in lower case; null when not known.</summary>
    public required string? Outcome { get; init; }

    /// <inheritdoc/>
    protected override string Resource => JobId.Name;
}
