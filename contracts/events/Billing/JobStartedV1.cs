namespace Ips.Contracts.Events;

/// <summary>A job of a person was recorded: it has started.</summary>
[EventName("ips.billing.job-started.v1")]
public sealed record JobStartedV1 : ProviderEvent
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

    /// <inheritdoc/>
    protected override string Resource => JobId.Name;
}
