using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>The stored disclosure as the contract shows it.</summary>
internal static class DisclosuresProtos
{
    public static Proto.Disclosure ToProto(this Disclosure disclosure, PersonalDataProtector particulars) => new()
    {
        Name = disclosure.Id.Name,
        Individual = disclosure.IndividualId.Name,
        Provider = new OrganizationCode(disclosure.Provider).Name,
        Organization = new OrganizationCode(disclosure.Organization).Name,
        Role = WireCode.TryRead<CallerRole>(disclosure.Role, out var role) ? role : default,
        Reason = particulars.Unprotect(disclosure.Reason),
        OpenTime = disclosure.OpenedAt.ToTimestamp(),
        ExpireTime = disclosure.ExpiresAt.ToTimestamp(),
        State = disclosure.State,
        Reads = disclosure.Reads,
        ReviewTime = disclosure.ReviewedAt?.ToTimestamp(),
        ReviewNote = disclosure.ReviewNote is { } note ? particulars.Unprotect(note) : "",
    };
}
