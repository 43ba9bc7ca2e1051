using System.Text.Json.Serialization;

namespace Ips.Contracts.Events;

/// <summary>A determination took a step after it was made. A renewed decision on admission is also published as <see cref="DeterminationMadeV1"/>.</summary>
[EventName("ips.eligibility.determination-moved.v1")]
public sealed record DeterminationMovedV1 : ProviderEvent
{
    private const string Discharged = "discharged";

    /// <summary>The determination.</summary>
    public required DeterminationId DeterminationId { get; init; }

    /// <summary>The person. The id holds nothing about the person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The program, for example nc-core.</summary>
    public required string Program { get; init; }

    /// <summary>The step, as the code of the contract's step kind in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary>The state before, as the code of the contract's state enum in lower case.</summary>
    public required string FromState { get; init; }

    /// <summary>The state after the step; unchanged when the step was refused.</summary>
    public required string ToState { get; init; }

    /// <summary>The day of the step.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Last day on which the person is eligible under this determination, included; null while it is open.</summary>
    public required DateOnly? Through { get; init; }

    /// <summary>The verdict: Met, NotMet, NeedsFacts or NeedsReview; null when nothing was decided.</summary>
    public required string? Verdict { get; init; }

    /// <summary>The stored receipt of the decision; null when nothing was decided.</summary>
    public required DecisionId? DecisionId { get; init; }

    /// <summary>Version of the policy pack that decided; null when nothing was decided.</summary>
    public required string? PackVersion { get; init; }

    /// <summary>Whether the person is discharged since this step, by a discharge or by death. Not part of the message.</summary>
    [JsonIgnore]
    public bool IsDischarge => ToState == Discharged;

    /// <summary>Whether the person was discharged before this step: it was taken back, or a death got another day. Not part of the message.</summary>
    [JsonIgnore]
    public bool WasDischarged => FromState == Discharged;

    /// <inheritdoc/>
    protected override string Resource => DeterminationId.Name;
}
