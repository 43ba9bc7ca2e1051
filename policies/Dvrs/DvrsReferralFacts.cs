namespace Ips.Policies.Dvrs;

/// <summary>What is known about the referral of a person to the state VR agency. <see langword="null"/> means not known.</summary>
public sealed record DvrsReferralFacts
{
    /// <summary>First day of IPS.</summary>
    [AnyDay]
    public DateOnly? ServiceInitiationDate { get; init; }

    /// <summary>A referral was sent.</summary>
    public bool? ReferralSent { get; init; }

    /// <summary>Day the referral was sent.</summary>
    [Act]
    public DateOnly? ReferralDate { get; init; }

    /// <summary>Only if given: the person declined VR.</summary>
    public bool? IndividualDeclined { get; init; }

    /// <summary>Day the offer was documented, when the person declined.</summary>
    [Act]
    public DateOnly? OfferDocumentedDate { get; init; }
}

/// <summary>State of the referral.</summary>
public enum ReferralStatus
{
    /// <summary>Sent by the first day of IPS.</summary>
    OnTime,

    /// <summary>Sent after the first day, inside the tolerance.</summary>
    LateWarning,

    /// <summary>Sent after the tolerance.</summary>
    Late,

    /// <summary>Not sent.</summary>
    Missing,

    /// <summary>The person declined after a documented offer.</summary>
    DeclinedDocumented,
}
