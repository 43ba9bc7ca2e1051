using System.Text.Json.Serialization;

namespace Ips.Policies.Milestones;

/// <summary>The person's payer program.</summary>
public enum Funding
{
    /// <summary>Medicaid.</summary>
    Medicaid,

    /// <summary>State funds.</summary>
    State,
}

/// <summary>Who pays a milestone.</summary>
public enum Funder
{
    /// <summary>Alliance Health.</summary>
    [JsonStringEnumMemberName("Alliance")] Alliance,

    /// <summary>The state vocational rehabilitation agency.</summary>
    [JsonStringEnumMemberName("VR")] Vr,
}

/// <summary>Decision of the state VR agency on paying for the person's job milestones.</summary>
public enum VrStatus
{
    /// <summary>VR funds it.</summary>
    Funding,

    /// <summary>VR has paid it.</summary>
    Paid,

    /// <summary>VR found the person ineligible.</summary>
    Ineligible,

    /// <summary>VR closed the case.</summary>
    Closed,

    /// <summary>VR refused in writing.</summary>
    Refused,

    /// <summary>VR has not decided.</summary>
    Determining,

    /// <summary>The person declined VR.</summary>
    DeclinedByIndividual,
}

/// <summary>Staff role in a contact.</summary>
public enum ContactRole
{
    /// <summary>Employment specialist.</summary>
    [JsonStringEnumMemberName("ESP")] Esp,

    /// <summary>Employment peer mentor.</summary>
    [JsonStringEnumMemberName("EPM")] Epm,

    /// <summary>Team Lead.</summary>
    [JsonStringEnumMemberName("TEAM_LEAD")] TeamLead,
}

/// <summary>How a client contact took place.</summary>
public enum ContactMode
{
    /// <summary>In the same place.</summary>
    InPerson,

    /// <summary>By video.</summary>
    Video,

    /// <summary>By telephone.</summary>
    Phone,

    /// <summary>With another person about the individual.</summary>
    Collateral,
}

/// <summary>A document sent for a job milestone.</summary>
public enum MilestoneDocument
{
    /// <summary>Career Profile with Follow-Along Support Plan.</summary>
    CareerProfileWithFasp,

    /// <summary>Monthly job-development notes that name employer contacts.</summary>
    MonthlyJobDevNotesWithEmployerContacts,

    /// <summary>New Hire or Job Start form.</summary>
    JobStartForm,

    /// <summary>Career Profile with updated Follow-Along Support Plan.</summary>
    CareerProfileWithUpdatedFasp,

    /// <summary>Monthly progress notes.</summary>
    MonthlyProgressNotes,

    /// <summary>Job-support summary note at 30 days.</summary>
    [JsonStringEnumMemberName("summary_note_30")] SummaryNote30,

    /// <summary>Job-support summary note at 60 days.</summary>
    [JsonStringEnumMemberName("summary_note_60")] SummaryNote60,

    /// <summary>Job-support summary note at 90 days.</summary>
    [JsonStringEnumMemberName("summary_note_90")] SummaryNote90,
}

/// <summary>Where a promotion took place.</summary>
public enum PromotionType
{
    /// <summary>With the same employer.</summary>
    Internal,

    /// <summary>A better job with another employer.</summary>
    External,

    /// <summary>No promotion.</summary>
    None,
}

/// <summary>What the document of a promotion shows.</summary>
public enum PromotionEvidence
{
    /// <summary>A new title.</summary>
    NewTitle,

    /// <summary>New duties.</summary>
    NewDuties,

    /// <summary>New pay.</summary>
    NewPay,

    /// <summary>More hours.</summary>
    MoreHours,
}

/// <summary>Kind of education.</summary>
public enum EducationKind
{
    /// <summary>GED or high-school equivalency.</summary>
    GedHs,

    /// <summary>A certification program.</summary>
    Certification,

    /// <summary>Higher education.</summary>
    HigherEducation,
}
