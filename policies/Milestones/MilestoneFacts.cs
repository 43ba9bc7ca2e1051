using System.ComponentModel.DataAnnotations;

namespace Ips.Policies.Milestones;

/// <summary>One occurrence of a milestone for one person. <see langword="null"/> means not known; each member names the milestones that read it.</summary>
public sealed record MilestoneFacts
{
    /// <summary>Number of the milestone, 1 to 9. Required.</summary>
    [Range(1, 9)]
    public required int Milestone { get; init; }

    /// <summary>The person's payer program.</summary>
    public Funding? Funding { get; init; }

    /// <summary>Only if given: the coverages that are live on the day, the payer program of each; <see cref="Funding"/> is that of the one that pays.</summary>
    public IReadOnlyList<Funding>? Coverages { get; init; }

    /// <summary>Date of the milestone event. Required; it selects the text.</summary>
    [Act]
    public required DateOnly EventDate { get; init; }

    /// <summary>Numbers already approved in this IPS episode; read for 2 to 6 and 9.</summary>
    [Range(1, 9)]
    public IReadOnlyList<int>? ApprovedMilestones { get; init; }

    /// <summary>M1: contacts to bill; M4 and M6: client contacts of the period.</summary>
    public IReadOnlyList<MilestoneContact>? Contacts { get; init; }

    /// <summary>M1: units already paid to this provider for this person; a year not on the list has none.</summary>
    public IReadOnlyList<YearUnits>? UnitsUsedByYear { get; init; }

    /// <summary>M2, M6: first day of the approved authorization.</summary>
    [AnyDay]
    public DateOnly? SarFrom { get; init; }

    /// <summary>M2, M6: last day of the approved authorization.</summary>
    [AnyDay]
    public DateOnly? SarTo { get; init; }

    /// <summary>M2, M6: units approved.</summary>
    [Range(0, 100_000)]
    public int? SarUnits { get; init; }

    /// <summary>M2, M6: units already used.</summary>
    [Range(0, 100_000)]
    public int? SarUnitsUsed { get; init; }

    /// <summary>M2, M9: contents of the Person-Centered Plan.</summary>
    public IReadOnlyList<PcpContent>? PcpContents { get; init; }

    /// <summary>M3, M4, M5: documents sent.</summary>
    public IReadOnlyList<MilestoneDocument>? Documents { get; init; }

    /// <summary>M3, M7: first day of the job.</summary>
    [Act]
    public DateOnly? JobStartDate { get; init; }

    /// <summary>M3: days on the job shown in the notes.</summary>
    [Act]
    public IReadOnlyList<DateOnly>? DaysWorked { get; init; }

    /// <summary>M3 to M5: the VR decision on funding.</summary>
    public VrStatus? VrStatus { get; init; }

    /// <summary>M3 to M5: date of the letter or record that VR does not fund.</summary>
    [Act]
    public DateOnly? VrNonFundingDocumentDate { get; init; }

    /// <summary>M4: first day of the support period.</summary>
    [AnyDay]
    public DateOnly? SupportPeriodFrom { get; init; }

    /// <summary>M4: last day of the support period.</summary>
    [AnyDay]
    public DateOnly? SupportPeriodTo { get; init; }

    /// <summary>M4: version of the Follow-Along Support Plan sent.</summary>
    [Act]
    public DateOnly? FaspVersionDate { get; init; }

    /// <summary>M4: version sent for milestone 3.</summary>
    [Act]
    public DateOnly? M3FaspVersionDate { get; init; }

    /// <summary>M4: date in the case note that Vocational Recovery begins.</summary>
    [Act]
    public DateOnly? TeamLeadApprovalDate { get; init; }

    /// <summary>M4: written or co-signed by the Team Lead.</summary>
    public bool? TeamLeadSigned { get; init; }

    /// <summary>M5: the approval date of milestone 4; it is day 1.</summary>
    [Act]
    public DateOnly? VocationalRecoveryStart { get; init; }

    /// <summary>M5, M9: periods of employment.</summary>
    public IReadOnlyList<EmploymentSpell>? EmploymentSpells { get; init; }

    /// <summary>M6: first day of the month.</summary>
    [Month]
    [AnyDay]
    public DateOnly? Month { get; init; }

    /// <summary>M6: trigger payments requested.</summary>
    [Range(0, 100_000)]
    public int? TriggersRequested { get; init; }

    /// <summary>M6: trigger payments already made for the month.</summary>
    [Range(0, 100_000)]
    public int? TriggersPaidThisMonth { get; init; }

    /// <summary>M7: where the promotion took place.</summary>
    public PromotionType? PromotionType { get; init; }

    /// <summary>M7: what the document shows.</summary>
    public IReadOnlyList<PromotionEvidence>? PromotionEvidence { get; init; }

    /// <summary>M7: payments already made by all providers; a year not on the list has none.</summary>
    public IReadOnlyList<YearPayments>? PaymentsByYear { get; init; }

    /// <summary>M8: kind of education.</summary>
    public EducationKind? EducationKind { get; init; }

    /// <summary>M8: months that a certification program takes.</summary>
    public int? ProgramMonths { get; init; }

    /// <summary>M8: completion proved.</summary>
    [Act]
    public DateOnly? CompletedOn { get; init; }

    /// <summary>M8, only if given: left before the end.</summary>
    public bool? Withdrawn { get; init; }

    /// <summary>M8: last day of the semester.</summary>
    [AnyDay]
    public DateOnly? SemesterEnd { get; init; }

    /// <summary>M8: date of the proof of participation.</summary>
    [Act]
    public DateOnly? ProofDate { get; init; }

    /// <summary>M8: tied to the career goal.</summary>
    public bool? LinkedToCareerGoal { get; init; }

    /// <summary>M8: leads to an employment outcome.</summary>
    public bool? LeadsToEmployment { get; init; }

    /// <summary>M8: payments ever made for this milestone.</summary>
    [Range(0, 100_000)]
    public int? PriorPayments { get; init; }
}
