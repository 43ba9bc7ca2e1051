namespace Ips.Policies.ServiceOrders;

/// <summary>What is known about the service orders behind a service on the as-of day. <see langword="null"/> means not known.</summary>
public sealed record ServiceOrderFacts
{
    /// <summary>Who signed the latest order.</summary>
    public SignerType? SignerType { get; init; }

    /// <summary>The latest order carries a signature.</summary>
    public bool? Signed { get; init; }

    /// <summary>Date written with the signature; a blank means that it is known to be missing.</summary>
    [Act]
    public DayOrBlank? SignatureDate { get; init; }

    /// <summary>Day the system captured the signature.</summary>
    [Act]
    public DateOnly? SignatureCapturedDate { get; init; }

    /// <summary>Day the service was ordered by the latest order.</summary>
    [Act]
    public DateOnly? OrderDate { get; init; }

    /// <summary>Only if given: date of the first order, when the latest one renews it for the first time.</summary>
    [Act]
    public DateOnly? OriginalOrderDate { get; init; }

    /// <summary>Day of the assessment of needs behind the latest order.</summary>
    [Act]
    public DateOnly? AssessmentDate { get; init; }
}

/// <summary>Who signed a service order.</summary>
public enum SignerType
{
    /// <summary>Qualified professional.</summary>
    QualifiedProfessional,

    /// <summary>Licensed behavioural-health clinician.</summary>
    LicensedBhClinician,

    /// <summary>Licensed psychologist.</summary>
    LicensedPsychologist,

    /// <summary>Physician.</summary>
    Physician,

    /// <summary>Nurse practitioner.</summary>
    NursePractitioner,

    /// <summary>Physician assistant.</summary>
    PhysicianAssistant,

    /// <summary>Employment support professional of the IPS team.</summary>
    Esp,

    /// <summary>Employment peer mentor of the IPS team.</summary>
    Epm,

    /// <summary>Lead of the IPS team.</summary>
    TeamLead,
}
