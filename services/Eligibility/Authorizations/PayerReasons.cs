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
        Proto.PayerReasonCode.NotDecidedInTime => "39",
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
        Proto.PayerReasonCode.NotDecidedInTime => "the payer did not decide in its time, which is a denial",
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

    /// <summary>
    /// The action and the reason (X12 code source 886) as a request for review is answered at once: what the payer has not decided is pended, and what a rule
    /// refuses is not certified. The reason is empty where there is none.
    /// </summary>
    public static (string Action, string Reason) ReviewOf(Authorization authorization) => authorization switch
    {
        { State: Proto.AuthorizationState.PendedInfo } => ("A4", "0U"),
        { State: Proto.AuthorizationState.UnderReview or Proto.AuthorizationState.Attention } => ("A4", "0W"),
        { State: Proto.AuthorizationState.NotAccepted } => ("A3", "14"),
        { State: Proto.AuthorizationState.Terminated, EndReason: Proto.TerminationReason.Cancelled } => ("C", "07"),
        _ => (ActionOf(authorization.State, authorization.PayerRuleId), ReviewReasonOf(authorization.PayerReasonCode)),
    };

    // The nearest code of the list; it has none for a person who does not meet a program or is not covered.
    private static string ReviewReasonOf(Proto.PayerReasonCode code) => code switch
    {
        Proto.PayerReasonCode.NotMedicallyNecessary => "0F",
        Proto.PayerReasonCode.InformationMissing => "0P",
        Proto.PayerReasonCode.NotCovered or Proto.PayerReasonCode.ExcludedByOtherService => "0M",
        Proto.PayerReasonCode.RequestLate => "17",
        Proto.PayerReasonCode.PersonNotEligible or Proto.PayerReasonCode.ProgramGuidelinesNotMet => "14",
        Proto.PayerReasonCode.ProgramLimitExceeded => "0L",
        Proto.PayerReasonCode.OtherProvider => "13",
        Proto.PayerReasonCode.Duplicate => "0Q",
        Proto.PayerReasonCode.ProviderNotEligible => "0X",
        Proto.PayerReasonCode.LevelNotSupported => "0G",
        Proto.PayerReasonCode.AmountNotSupported => "10",
        _ => "",
    };
}
