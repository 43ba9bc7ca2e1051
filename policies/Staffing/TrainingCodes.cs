using System.Text.Json.Serialization;

namespace Ips.Policies.Staffing;

/// <summary>Courses and certificates.</summary>
public enum Course
{
    /// <summary>IPS 101.</summary>
    [JsonStringEnumMemberName("IPS_101")] Ips101,

    /// <summary>Person-centered employment planning.</summary>
    [JsonStringEnumMemberName("PC_EMPLOYMENT_PLANNING")] EmploymentPlanning,

    /// <summary>Supervising NC Certified Peer Support Specialists.</summary>
    [JsonStringEnumMemberName("SUPERVISING_CPSS")] SupervisingPeers,

    /// <summary>Employment peer mentoring.</summary>
    [JsonStringEnumMemberName("EMPLOYMENT_PEER_MENTORING")] PeerMentoring,

    /// <summary>Motivational Interviewing.</summary>
    [JsonStringEnumMemberName("MI")] MotivationalInterviewing,

    /// <summary>Motivational Interviewing for Employment.</summary>
    [JsonStringEnumMemberName("MI_EMPLOYMENT")] MotivationalInterviewingForEmployment,

    /// <summary>First Aid and cardiopulmonary resuscitation.</summary>
    [JsonStringEnumMemberName("FIRST_AID_CPR")] FirstAid,

    /// <summary>Crisis intervention curriculum.</summary>
    [JsonStringEnumMemberName("CRISIS_INTERVENTION")] CrisisIntervention,

    /// <summary>Basic clinical competency program.</summary>
    [JsonStringEnumMemberName("BASIC_CLINICAL_COMPETENCY")] BasicClinicalCompetency,

    /// <summary>IPS training.</summary>
    [JsonStringEnumMemberName("IPS_TRAINING")] IpsTraining,

    /// <summary>Certificate of an IPS practitioner.</summary>
    [JsonStringEnumMemberName("CIPS")] Cips,

    /// <summary>IPS principles.</summary>
    [JsonStringEnumMemberName("IPS_PRINCIPLES")] IpsPrinciples,

    /// <summary>Developing employer relationships.</summary>
    [JsonStringEnumMemberName("EMPLOYER_RELATIONSHIPS")] EmployerRelationships,

    /// <summary>Disclosure options.</summary>
    [JsonStringEnumMemberName("DISCLOSURE")] Disclosure,

    /// <summary>Active listening.</summary>
    [JsonStringEnumMemberName("ACTIVE_LISTENING")] ActiveListening,

    /// <summary>Job supports.</summary>
    [JsonStringEnumMemberName("JOB_SUPPORTS")] JobSupports,

    /// <summary>Confidentiality requirements.</summary>
    [JsonStringEnumMemberName("CONFIDENTIALITY")] Confidentiality,

    /// <summary>Requirements of the Health Insurance Portability and Accountability Act.</summary>
    [JsonStringEnumMemberName("HIPAA")] Hipaa,

    /// <summary>Mandated reporting.</summary>
    [JsonStringEnumMemberName("MANDATED_REPORTING")] MandatedReporting,
}

/// <summary>Professions that a training rule may exempt.</summary>
public enum Profession
{
    /// <summary>Psychiatrist.</summary>
    Psychiatrist,

    /// <summary>Advanced practice registered nurse.</summary>
    [JsonStringEnumMemberName("APRN")] Aprn,

    /// <summary>Physician assistant.</summary>
    [JsonStringEnumMemberName("PA")] Pa,

    /// <summary>Registered nurse.</summary>
    [JsonStringEnumMemberName("RN")] Rn,

    /// <summary>Licensed practical nurse.</summary>
    [JsonStringEnumMemberName("LPN")] Lpn,

    /// <summary>Any other profession.</summary>
    Other,
}

/// <summary>Standing of one training requirement.</summary>
public enum TrainingStatus
{
    /// <summary>Done in time.</summary>
    Completed,

    /// <summary>The hiring agency waived it on an earlier certificate.</summary>
    Waived,

    /// <summary>The person's profession or standing takes the requirement away.</summary>
    Exempt,

    /// <summary>Nothing is required of this person.</summary>
    NotRequired,

    /// <summary>Open, and its last day has not passed.</summary>
    Due,

    /// <summary>Done after its last day.</summary>
    CompletedLate,

    /// <summary>Not done, and its last day has passed.</summary>
    Overdue,

    /// <summary>Done, but no longer valid on the day that counts.</summary>
    Expired,

    /// <summary>Held in time and then let run out.</summary>
    Lapsed,

    /// <summary>Not done, and no target day is set.</summary>
    NoTargetDate,
}
