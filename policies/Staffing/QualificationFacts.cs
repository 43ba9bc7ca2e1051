using System.Text.Json.Serialization;

namespace Ips.Policies.Staffing;

/// <summary>What is known about the qualifications of a staff member. <see langword="null"/> means not known.</summary>
public sealed record QualificationFacts
{
    /// <summary>The role that the qualification is for.</summary>
    public required StaffRole Role { get; init; }

    /// <summary>Hire into the service.</summary>
    [AnyDay]
    public DateOnly? HireDate { get; init; }

    /// <summary>All credentials held; an empty list means none.</summary>
    public IReadOnlyList<Credential>? Credentials { get; init; }

    /// <summary>Highest level of education.</summary>
    public Education? Education { get; init; }

    /// <summary>Vocational experience in months.</summary>
    public int? VocationalExperienceMonths { get; init; }

    /// <summary>Employment history in the recent past; advice only.</summary>
    public bool? RecentEmploymentHistory { get; init; }

    /// <summary>Paid work after high school in months.</summary>
    public int? EmploymentExperienceMonths { get; init; }

    /// <summary>Work with people with severe mental illness in months.</summary>
    public int? SmiExperienceMonths { get; init; }

    /// <summary>Work in employment services in months.</summary>
    public int? EmploymentServicesMonths { get; init; }

    /// <summary>Earlier work as employment specialist.</summary>
    public bool? PriorEmploymentSpecialist { get; init; }

    /// <summary>Only if given: will bill Medicaid Community Support in Missouri.</summary>
    public bool? BillsCommunitySupport { get; init; }
}

/// <summary>A credential that a person holds or held.</summary>
/// <param name="Type">What it certifies.</param>
/// <param name="Jurisdiction">State that gave it, where that is known.</param>
/// <param name="ValidFrom">First valid day; absent means held.</param>
/// <param name="ValidTo">Last valid day, included; absent means no end.</param>
public sealed record Credential(
    CredentialType Type, Jurisdiction? Jurisdiction = null, [property: AnyDay] DateOnly? ValidFrom = null, [property: AnyDay] DateOnly? ValidTo = null)
{
    /// <summary>Whether the day lies in the validity, both ends included.</summary>
    public bool ValidOn(DateOnly day) => !(day < ValidFrom) && !(day > ValidTo);
}

/// <summary>Kinds of credential.</summary>
public enum CredentialType
{
    /// <summary>Qualified mental health professional.</summary>
    [JsonStringEnumMemberName("QMHP")] Qmhp,

    /// <summary>Associate mental health professional.</summary>
    [JsonStringEnumMemberName("AMHP")] Amhp,

    /// <summary>Certified IPS practitioner.</summary>
    [JsonStringEnumMemberName("CIPS")] Cips,

    /// <summary>Certified Employment Support Professional.</summary>
    [JsonStringEnumMemberName("CESP")] Cesp,

    /// <summary>North Carolina Certified Peer Support Specialist.</summary>
    [JsonStringEnumMemberName("CPSS")] Cpss,

    /// <summary>Certified Work Incentives Counselor.</summary>
    [JsonStringEnumMemberName("CWIC")] Cwic,

    /// <summary>Work incentives planner, credentialed.</summary>
    [JsonStringEnumMemberName("WIP_C")] WipC,

    /// <summary>Louisiana peer support specialist.</summary>
    [JsonStringEnumMemberName("PEER_SUPPORT")] PeerSupport,

    /// <summary>Missouri Community Support Specialist qualifications.</summary>
    [JsonStringEnumMemberName("CSS_MO")] CssMo,
}

/// <summary>State that issued a credential.</summary>
public enum Jurisdiction
{
    /// <summary>North Carolina.</summary>
    [JsonStringEnumMemberName("NC")] NorthCarolina,

    /// <summary>Louisiana.</summary>
    [JsonStringEnumMemberName("LA")] Louisiana,

    /// <summary>Missouri.</summary>
    [JsonStringEnumMemberName("MO")] Missouri,
}

/// <summary>Highest level of education.</summary>
public enum Education
{
    /// <summary>Neither a diploma nor its equivalent.</summary>
    None,

    /// <summary>General Educational Development exam passed; counts as a diploma.</summary>
    [JsonStringEnumMemberName("GED")] Ged,

    /// <summary>High-school diploma.</summary>
    [JsonStringEnumMemberName("HS")] HighSchool,

    /// <summary>Associate degree.</summary>
    Associate,

    /// <summary>Bachelor's degree.</summary>
    Bachelor,

    /// <summary>Master's degree or above.</summary>
    Master,
}
