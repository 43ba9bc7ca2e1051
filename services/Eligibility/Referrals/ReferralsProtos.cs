using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>The stored referral as the contract shows it.</summary>
internal static class ReferralsProtos
{
    public static Proto.Referral ToProto(this Referral referral, Contracts.Common.V1.Decision? decision, string etag, bool stored) => new()
    {
        Name = stored ? referral.Id.Name : "",
        Etag = etag,
        Individual = referral.IndividualId.Name,
        Provider = new OrganizationCode(referral.Provider).Name,
        Program = referral.Program,
        State = referral.State,
        ServiceInitiationDate = referral.ServiceInitiationDate.Day(),
        ReferralDate = referral.ReferralDate.Day(),
        OfferDocumentedDate = referral.OfferDocumentedDate.Day(),
        DvrsDecisionDate = referral.DvrsDecisionDate.Day(),
        DvrsClosedDate = referral.DvrsClosedDate.Day(),
        Decision = decision,
        CreateTime = stored ? referral.RecordedAt.ToTimestamp() : null,
    };

    /// <summary>What DVRS needs of a referral, in the state after a step.</summary>
    public static Proto.ReferralForDvrs ForDvrs(this Referral referral, Proto.ReferralState state, Person person) => new()
    {
        Name = referral.Id.Name,
        State = state,
        Provider = new OrganizationCode(referral.Provider).Name,
        ReferralDate = referral.ReferralDate.Day(),
        ServiceInitiationDate = referral.ServiceInitiationDate.Day(),
        GivenName = person.GivenName,
        FamilyName = person.FamilyName,
        BirthDate = person.BirthDate.Day(),
    };
}
