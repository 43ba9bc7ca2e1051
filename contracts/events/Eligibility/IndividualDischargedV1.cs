namespace Ips.Contracts.Events;

/// <summary>
/// A person was discharged from a program for a reason that its rules allow. Later days of service are not eligible under this determination, until a
/// determination-moved says that the discharge was taken back. A death ends a determination by determination-moved alone.
/// </summary>
[EventName("ips.eligibility.individual-discharged.v1")]
public sealed record IndividualDischargedV1 : ProviderEvent
{
    /// <summary>The determination that ended.</summary>
    public required DeterminationId DeterminationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>Last day of service, included.</summary>
    public required DateOnly Through { get; init; }

    /// <summary>The reported reason: outcome_achieved, individual_request or no_longer_eligible.</summary>
    public required string Outcome { get; init; }

    /// <summary>The stored receipt of the decision.</summary>
    public required DecisionId DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided.</summary>
    public required string PackVersion { get; init; }

    /// <inheritdoc/>
    protected override string Resource => DeterminationId.Name;
}
