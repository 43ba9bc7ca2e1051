using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>A monthly re-verification of a program, and how far it came.</summary>
public sealed class Reverification : IVersioned
{
    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The first day of the month.</summary>
    public required DateOnly Month { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The day for which the criteria are checked.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The last determination that was checked: after a stop it goes on behind it.</summary>
    public Guid CheckedThrough { get; set; }

    /// <summary>Determinations that were checked.</summary>
    public int Checked { get; set; }

    /// <summary>Determinations that changed.</summary>
    public int Changed { get; set; }

    /// <summary>Determinations that could not be checked.</summary>
    public int Failed { get; set; }

    /// <summary>It as the contract shows it. The counts are of all agencies, so only operations see them.</summary>
    public Proto.Reverification ToProto(bool counts) => new()
    {
        Program = Program,
        Month = Month.Day(),
        AsOf = AsOf.Day(),
        StartTime = StartedAt.ToTimestamp(),
        EndTime = EndedAt?.ToTimestamp(),
        CheckedCount = counts ? Checked : 0,
        ChangedCount = counts ? Changed : 0,
        FailedCount = counts ? Failed : 0,
    };
}

/// <summary>A determination that changed by a monthly re-verification. Never changed.</summary>
public sealed class ReverificationChange
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The first day of the month.</summary>
    public required DateOnly Month { get; init; }

    /// <summary>The determination.</summary>
    public required DeterminationId DeterminationId { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The state before.</summary>
    public required Proto.DeterminationState FromState { get; init; }

    /// <summary>The state after.</summary>
    public required Proto.DeterminationState ToState { get; init; }

    /// <summary>The lasting criteria that are not met or not known.</summary>
    public required List<string> RuleIds { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>It as the contract shows it.</summary>
    public Proto.ReverificationChange ToProto() => new()
    {
        Determination = DeterminationId.Name,
        Individual = IndividualId.Name,
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        Month = Month.Day(),
        FromState = FromState,
        ToState = ToState,
        RuleIds = { RuleIds },
        CreateTime = RecordedAt.ToTimestamp(),
    };
}
