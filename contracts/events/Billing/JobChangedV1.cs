namespace Ips.Contracts.Events;

/// <summary>A job was added to or corrected, promoted in, or its record withdrawn; it has not ended.</summary>
[EventName("ips.billing.job-changed.v1")]
public sealed record JobChangedV1 : ProviderEvent
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

    /// <summary>How often the person was promoted in it.</summary>
    public required int Promotions { get; init; }

    /// <summary>Whether there was no such job: it counts nowhere.</summary>
    public required bool Withdrawn { get; init; }

    /// <inheritdoc/>
    protected override string Resource => JobId.Name;
}
