using System.Text.Json.Serialization;

namespace Ips.Policies.Staffing;

/// <summary>What is known about a provider in a program. <see langword="null"/> means not known.</summary>
public sealed record ProviderReadinessFacts
{
    /// <summary>Records on file, with those that ended; an empty list means none.</summary>
    public IReadOnlyList<ProviderRecord>? Records { get; init; }

    /// <summary>Only if given: the day from which a team of the provider gives the service.</summary>
    [AnyDay]
    public DateOnly? FirstServiceDate { get; init; }
}

/// <summary>A record about a provider.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="From">The first day on which it counts, or the day of the act.</param>
/// <param name="Through">Last day, included; absent means no end.</param>
/// <param name="Body">Who gave it, or the law it is given under, where that matters.</param>
/// <param name="AllComponents">Only of an agreement: it covers all behavioral health components of the fidelity scale; absent means not known.</param>
/// <param name="ProofOnFile">Only of an application and of its fee: the proof is on file.</param>
public sealed record ProviderRecord(
    ProviderRecordKind Kind, [property: Act] DateOnly From, [property: AnyDay] DateOnly? Through = null, ProviderBody? Body = null, bool? AllComponents = null,
    bool? ProofOnFile = null)
{
    /// <summary>Whether it still counts on the day, the last day included. One that begins after the as-of day is not on the list: <see cref="ActAttribute"/>.</summary>
    public bool LastsOn(DateOnly day) => !(Through < day);
}

/// <summary>Kinds of record about a provider.</summary>
public enum ProviderRecordKind
{
    /// <summary>Takes part in the state-funded benefit plan.</summary>
    StatePlanParticipation,

    /// <summary>Participation agreement with the state, signed.</summary>
    ParticipationAgreement,

    /// <summary>License.</summary>
    License,

    /// <summary>Credentialed by the payer.</summary>
    Credentialing,

    /// <summary>Contract with a payer of the program.</summary>
    Contract,

    /// <summary>Legal entity.</summary>
    LegalEntity,

    /// <summary>Under the oversight of a local governing entity.</summary>
    LgeOversight,

    /// <summary>Accreditation.</summary>
    Accreditation,

    /// <summary>Application for an accreditation; from its day.</summary>
    AccreditationApplication,

    /// <summary>Fee of an application for an accreditation, paid; from its day.</summary>
    AccreditationFee,

    /// <summary>Enrolled with the plan as a type of provider.</summary>
    PlanEnrollment,

    /// <summary>Vendor of the vocational rehabilitation agency, or its community rehabilitation provider.</summary>
    VrVendor,

    /// <summary>Application to become one; from its day.</summary>
    VrVendorApplication,

    /// <summary>In one place with the behavioral health treatment.</summary>
    Colocation,

    /// <summary>Agreement on behavioral health integration (MOU or MOA), from the day of its signature.</summary>
    IntegrationAgreement,

    /// <summary>That agreement was sent to the payer; from its day.</summary>
    IntegrationAgreementSubmission,
}

/// <summary>Who gives a license or an accreditation, the law it is given under, or the type of an enrolled provider.</summary>
public enum ProviderBody
{
    /// <summary>Commission on Accreditation of Rehabilitation Facilities.</summary>
    [JsonStringEnumMemberName("CARF")] Carf,

    /// <summary>Council on Accreditation.</summary>
    [JsonStringEnumMemberName("COA")] Coa,

    /// <summary>The Joint Commission.</summary>
    [JsonStringEnumMemberName("TJC")] JointCommission,

    /// <summary>North Carolina, 10A NCAC 27G.</summary>
    [JsonStringEnumMemberName("NC_27G")] NorthCarolina27G,

    /// <summary>Louisiana, La. R.S. 40:2151 and following.</summary>
    [JsonStringEnumMemberName("LA_RS_40_2151")] Louisiana2151,

    /// <summary>Louisiana, provider type 74, specialty 70, sub-specialty 8E.</summary>
    [JsonStringEnumMemberName("LA_74_70_8E")] Louisiana74708E,

    /// <summary>Another one.</summary>
    [JsonStringEnumMemberName("OTHER")] Other,
}
