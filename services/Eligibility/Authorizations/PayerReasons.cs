using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The payer's reason codes as the transactions between payers and providers name them. The texts are our own.</summary>
internal static class PayerReasons
{
    /// <summary>The claim adjustment reason code that is nearest to the reason; empty when there is none.</summary>
    public static string CarcOf(Proto.PayerReasonCode code) => code switch
    {
        Proto.PayerReasonCode.NotMedicallyNecessary => "50",
        Proto.PayerReasonCode.InformationMissing => "226",
        Proto.PayerReasonCode.PersonNotEligible => "177",
        Proto.PayerReasonCode.NotCovered => "27",
        Proto.PayerReasonCode.RequestLate => "29",
        Proto.PayerReasonCode.ProgramGuidelinesNotMet => "96",
        Proto.PayerReasonCode.ProgramLimitExceeded => "119",
        Proto.PayerReasonCode.OtherProvider => "B20",
        Proto.PayerReasonCode.ExcludedByOtherService => "231",
        Proto.PayerReasonCode.Duplicate => "18",
        Proto.PayerReasonCode.ProviderNotEligible => "B7",
        Proto.PayerReasonCode.LevelNotSupported => "150",
        Proto.PayerReasonCode.AmountNotSupported => "151",
        _ => "",
    };

    /// <summary>The reason in a sentence of a letter; empty when there is none.</summary>
    public static string WordsOf(Proto.PayerReasonCode code) => code switch
    {
        Proto.PayerReasonCode.NotMedicallyNecessary => "the service is not medically necessary",
        Proto.PayerReasonCode.InformationMissing => "information that the payer requested did not come, or is not sufficient",
        Proto.PayerReasonCode.PersonNotEligible => "the person does not meet what the program requires",
        Proto.PayerReasonCode.NotCovered => "the payer does not cover the person on these days",
        Proto.PayerReasonCode.RequestLate => "the request came after its last day",
        Proto.PayerReasonCode.ProgramGuidelinesNotMet => "the service does not meet the guidelines of the program",
        Proto.PayerReasonCode.ProgramLimitExceeded => "it is more than the program allows",
        Proto.PayerReasonCode.OtherProvider => "another agency gives the service",
        Proto.PayerReasonCode.ExcludedByOtherService => "another service excludes this one",
        Proto.PayerReasonCode.Duplicate => "the same was requested or approved before",
        Proto.PayerReasonCode.ProviderNotEligible => "the agency may not give the service on these days",
        Proto.PayerReasonCode.LevelNotSupported => "what was sent does not support this level of service",
        Proto.PayerReasonCode.AmountNotSupported => "what was sent does not support this many units or this span",
        _ => "",
    };

    /// <summary>The action in X12 element 306 of a 278 response; empty before the payer acted.</summary>
    public static string ActionOf(Proto.AuthorizationState state, string payerRule) => state switch
    {
        Proto.AuthorizationState.Denied => "A3",
        Proto.AuthorizationState.PendedInfo when payerRule.Length > 0 => "A4",
        Proto.AuthorizationState.Withdrawn => "C",
        Proto.AuthorizationState.UnderReview or Proto.AuthorizationState.PendedInfo or Proto.AuthorizationState.NotAccepted => "",
        _ => payerRule.Length > 0 ? "A6" : "A1",
    };
}
