using System.ComponentModel.DataAnnotations;

namespace Ips.Policies.LouisianaEncounters;

/// <summary>How an encounter was held.</summary>
public enum DeliveryMode
{
    /// <summary>With one member.</summary>
    Individual,

    /// <summary>With several members together.</summary>
    Group,
}

/// <summary>What a charge is for.</summary>
public enum CostType
{
    /// <summary>The service itself.</summary>
    Service,

    /// <summary>An incentive to an employer.</summary>
    EmployerIncentive,

    /// <summary>A payment passed through to the member.</summary>
    PassThrough,

    /// <summary>Vocational training that is not part of IPS.</summary>
    UnrelatedTraining,
}

/// <summary>One Louisiana encounter, or one month of la-acla, as sent. <see langword="null"/> means not known.</summary>
public sealed record LaEncounterFacts
{
    /// <summary>Date of service; for la-acla the last service of the month. Required; it selects the text.</summary>
    [Act]
    public required DateOnly EncounterDate { get; init; }

    /// <summary>la-lhcc: procedure code.</summary>
    public string? Code { get; init; }

    /// <summary>la-lhcc: modifiers.</summary>
    public IReadOnlyList<string>? Modifiers { get; init; }

    /// <summary>la-lhcc: 1 = first of the calendar month.</summary>
    [Range(1, int.MaxValue)]
    public int? EncounterNumberInMonth { get; init; }

    /// <summary>la-lhcc: encounters already billed for that day.</summary>
    public int? EncountersBilledSameDay { get; init; }

    /// <summary>How the encounter was held.</summary>
    public DeliveryMode? DeliveryMode { get; init; }

    /// <summary>la-acla: services documented in the month.</summary>
    public int? DocumentedServicesInMonth { get; init; }

    /// <summary>la-acla: bundles already billed for that month.</summary>
    public int? BundlesAlreadyBilled { get; init; }

    /// <summary>First day of the authorization.</summary>
    [AnyDay]
    public DateOnly? AuthorizationFrom { get; init; }

    /// <summary>Last day of the authorization.</summary>
    [AnyDay]
    public DateOnly? AuthorizationTo { get; init; }

    /// <summary>The agency's NPI is on the claim.</summary>
    public bool? AgencyNpiOnClaim { get; init; }

    /// <summary>The rendering person's NPI is on the claim.</summary>
    public bool? RenderingNpiOnClaim { get; init; }

    /// <summary>Only if given: whether the rendering person's NPI applies, because a person of this kind can have one.</summary>
    public bool? RenderingNpiApplies { get; init; }

    /// <summary>Only if given: day an exclusion of the rendering staff became known.</summary>
    [AnyDay]
    public DateOnly? StaffBlockedFrom { get; init; }

    /// <summary>Only if given: duplicates another covered or free service.</summary>
    public bool? DuplicateOrFreeService { get; init; }

    /// <summary>Only if given: the coverages that are live on the day, the payer program of each.</summary>
    public IReadOnlyList<Milestones.Funding>? Coverages { get; init; }

    /// <summary>Only if given: a person chose which of them pays.</summary>
    public bool? CoverageChosen { get; init; }

    /// <summary>Only if given: what the charge is for.</summary>
    public CostType? CostType { get; init; }

    /// <summary>Only if given: served by Louisiana Rehabilitation Services.</summary>
    public bool? LrsServed { get; init; }
}
