using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Ips.Policies.Milestones;
using Ips.Policies.ServiceNotes;

namespace Ips.Policies.ClaimLines;

/// <summary>How a line reaches the payer.</summary>
public enum ClaimChannel
{
    /// <summary>Alliance Claims System.</summary>
    [JsonStringEnumMemberName("ACS")] Acs,

    /// <summary>Invoice by e-mail.</summary>
    InvoiceEmail,

    /// <summary>The state's claims system.</summary>
    [JsonStringEnumMemberName("NCTracks")] NcTracks,
}

/// <summary>Days from one to another, both included; an absent end = no end.</summary>
public sealed record DaySpan([property: AnyDay] DateOnly From, [property: AnyDay] DateOnly? To)
{
    /// <summary>Whether the day lies in the span.</summary>
    public bool Covers(DateOnly day) => From <= day && !(To < day);
}

/// <summary>One claim line with what is on file for it. <see langword="null"/> means not known.</summary>
public sealed record ClaimLineFacts
{
    /// <summary>Date of service or of the milestone event. Required; it selects the text.</summary>
    [Act]
    public required DateOnly ServiceDate { get; init; }

    /// <summary>The person's payer program.</summary>
    public Funding? Funding { get; init; }

    /// <summary>Only if given: the coverages that are live on the date, the payer program of each; <see cref="Funding"/> is that of the one that pays.</summary>
    public IReadOnlyList<Funding>? Coverages { get; init; }

    /// <summary>Only if given: a person chose which of them pays.</summary>
    public bool? CoverageChosen { get; init; }

    /// <summary>What the record shows was reached; absent for a YP630 line.</summary>
    [Range(1, 9)]
    public int? Milestone { get; init; }

    /// <summary>Procedure code.</summary>
    public string? Code { get; init; }

    /// <summary>Modifiers in order.</summary>
    public IReadOnlyList<string>? Modifiers { get; init; }

    /// <summary>Units on the line.</summary>
    [Range(0, 100_000)]
    public int? Units { get; init; }

    /// <summary>Dollars charged, for information.</summary>
    public decimal? Charge { get; init; }

    /// <summary>YP630: minutes of the date; milestone 1: only if given.</summary>
    [Range(0, 24 * 60)]
    public int? DurationMinutes { get; init; }

    /// <summary>Only if given: place of service.</summary>
    public PlaceOfService? PlaceOfService { get; init; }

    /// <summary>An eligibility check covers the date.</summary>
    public bool? EligibilityVerified { get; init; }

    /// <summary>First day of the service order in force.</summary>
    [AnyDay]
    public DateOnly? ServiceOrderFrom { get; init; }

    /// <summary>Last day of the service order in force.</summary>
    [AnyDay]
    public DateOnly? ServiceOrderTo { get; init; }

    /// <summary>YP630, M2, M6: first day of the approved authorization.</summary>
    [AnyDay]
    public DateOnly? AuthorizationFrom { get; init; }

    /// <summary>Last day of the approved authorization.</summary>
    [AnyDay]
    public DateOnly? AuthorizationTo { get; init; }

    /// <summary>M2, M6: units left in it.</summary>
    [Range(0, 100_000)]
    public int? AuthorizationUnitsLeft { get; init; }

    /// <summary>M3 to M5, M7 to M9: day the approval letter came.</summary>
    [Act]
    public DateOnly? ApprovalLetterReceivedOn { get; init; }

    /// <summary>Day the letter was uploaded to the Alliance Claims System.</summary>
    [Act]
    public DateOnly? ApprovalLetterUploadedOn { get; init; }

    /// <summary>M3 to M5: the VR decision on funding.</summary>
    public VrStatus? VrStatus { get; init; }

    /// <summary>M3 to M5: date of the document that VR does not fund.</summary>
    [Act]
    public DateOnly? VrNonFundingDocumentDate { get; init; }

    /// <summary>M2 to M5, M9: the same milestone was paid before in the episode.</summary>
    public bool? AlreadyPaidThisEpisode { get; init; }

    /// <summary>M1: units already paid; a year not on the list has none.</summary>
    public IReadOnlyList<YearUnits>? UnitsUsedByYear { get; init; }

    /// <summary>M6: trigger payments already made for the month.</summary>
    [Range(0, 100_000)]
    public int? TriggersPaidThisMonth { get; init; }

    /// <summary>M7: payments already made; a year not on the list has none.</summary>
    public IReadOnlyList<YearPayments>? PaymentsByYear { get; init; }

    /// <summary>M8: payments ever made.</summary>
    [Range(0, 100_000)]
    public int? PriorPayments { get; init; }

    /// <summary>Only if given: ACT authorizations.</summary>
    public IReadOnlyList<DaySpan>? ActSpans { get; init; }

    /// <summary>Only if given: IPS authorizations of other providers.</summary>
    public IReadOnlyList<DaySpan>? OtherProviderSpans { get; init; }

    /// <summary>Only if given: how the line reaches the payer.</summary>
    public ClaimChannel? Channel { get; init; }

    /// <summary>Only if given: dollars of co-payment collected.</summary>
    public decimal? CopayCollected { get; init; }

    /// <summary>Only if given: contacts of the date that the line bills; those that share a note count once.</summary>
    [Range(0, 100_000)]
    public int? Contacts { get; init; }

    /// <summary>Only if given: full service notes of those contacts, each signed by the person who gave the service.</summary>
    [Range(0, 100_000)]
    public int? FullNotes { get; init; }

    /// <summary>Only if given: code under which the same activity was already claimed; empty = none.</summary>
    public string? SameActivityPaidAs { get; init; }
}
