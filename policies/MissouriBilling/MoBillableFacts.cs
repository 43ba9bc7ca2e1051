using System.Text.Json.Serialization;

namespace Ips.Policies.MissouriBilling;

/// <summary>What was done or bought.</summary>
public enum MoActivity
{
    /// <summary>Completing the career profile.</summary>
    CareerProfile,

    /// <summary>Job search with or without the individual.</summary>
    JobSearch,

    /// <summary>Job development.</summary>
    JobDevelopment,

    /// <summary>Calls to employers for generic leads.</summary>
    ColdCall,

    /// <summary>Job supports.</summary>
    JobSupports,

    /// <summary>Coaching of specific job skills.</summary>
    JobSkillCoaching,

    /// <summary>Bus passes, cab fare, petrol.</summary>
    TransportationCost,

    /// <summary>A licence, background check or certificate.</summary>
    LicenceOrCertificateCost,

    /// <summary>Interview clothes, haircut and the like.</summary>
    MaintenanceCost,

    /// <summary>A uniform.</summary>
    Uniform,

    /// <summary>Boots, computer and the like.</summary>
    WorkSupplies,

    /// <summary>Tuition of a training.</summary>
    Tuition,

    /// <summary>A speech to a community group.</summary>
    CommunitySpeech,

    /// <summary>Clinical help toward the work goal.</summary>
    ClinicalSupport,

    /// <summary>Explaining how earnings affect benefits.</summary>
    BenefitsUnderstanding,

    /// <summary>Help with the Disability Benefits 101 tool.</summary>
    [JsonStringEnumMemberName("db101")] Db101,

    /// <summary>Support in a crisis.</summary>
    CrisisSupport,

    /// <summary>Education about medication.</summary>
    MedicationEducation,

    /// <summary>Education about the illness.</summary>
    IllnessEducation,

    /// <summary>Skills for symptoms that interfere with work.</summary>
    SymptomSkills,

    /// <summary>Help with an online application; the payer depends on the symptom.</summary>
    OnlineApplication,
}

/// <summary>Who is billed.</summary>
public enum MoPayer
{
    /// <summary>Medicaid, as Community Support.</summary>
    [JsonStringEnumMemberName("Medicaid")] Medicaid,

    /// <summary>Missouri Vocational Rehabilitation.</summary>
    [JsonStringEnumMemberName("VR")] Vr,

    /// <summary>The Prospective Payment System of a clinic.</summary>
    [JsonStringEnumMemberName("PPS")] Pps,
}

/// <summary>Who was already billed for the same service.</summary>
public enum MoBilledBefore
{
    /// <summary>No one.</summary>
    None,

    /// <summary>Missouri Vocational Rehabilitation.</summary>
    [JsonStringEnumMemberName("VR")] Vr,

    /// <summary>Medicaid.</summary>
    [JsonStringEnumMemberName("Medicaid")] Medicaid,
}

/// <summary>One activity or cost and the payer billed. <see langword="null"/> means not known.</summary>
public sealed record MoBillableFacts
{
    /// <summary>What was done or bought.</summary>
    public MoActivity? Activity { get; init; }

    /// <summary>Payer billed. Required.</summary>
    public required MoPayer BillTo { get; init; }

    /// <summary>The care plan shows the clinical need.</summary>
    public bool? MedicalNecessityInPlan { get; init; }

    /// <summary>The specialist meets the Community Support Specialist qualifications.</summary>
    public bool? StaffCommunitySupportQualified { get; init; }

    /// <summary>The staff member is a qualified mental-health professional.</summary>
    public bool? StaffQmhp { get; init; }

    /// <summary>For DB101: in the treatment plan.</summary>
    public bool? InTreatmentPlan { get; init; }

    /// <summary>For DB101: the specialist is trained in it.</summary>
    public bool? StaffTrainedDb101 { get; init; }

    /// <summary>A symptom interferes with seeking or keeping work.</summary>
    public bool? SymptomInterferes { get; init; }

    /// <summary>The progress note is tied to plan goals and clinical need.</summary>
    public bool? NoteLinksToPlan { get; init; }

    /// <summary>The plan shows the clinical need; it counts only under the reading that is not taken, as the two below do.</summary>
    public bool? PlanShowsNeed { get; init; }

    /// <summary>The plan shows the justification.</summary>
    public bool? PlanShowsJustification { get; init; }

    /// <summary>The plan shows the response.</summary>
    public bool? PlanShowsResponse { get; init; }

    /// <summary>Only if given: payer already billed for the same service.</summary>
    public MoBilledBefore? AlreadyBilledTo { get; init; }

    /// <summary>Only if given: the provider is a Certified Community Behavioral Health Clinic.</summary>
    public bool? Ccbhc { get; init; }
}
