using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The stored authorization as the contract shows it.</summary>
internal static class AuthorizationsWire
{
    public static Wire.Authorization ToWire(this Authorization authorization, Contracts.Common.V1.Decision decision, string payerReason, string etag, bool stored) => new()
    {
        Name = stored ? authorization.Id.Name : "",
        Etag = etag,
        Individual = authorization.IndividualId.Name,
        Provider = new OrganizationCode(authorization.Provider).Name,
        Payer = new OrganizationCode(authorization.Payer).Name,
        Program = authorization.Program,
        Kind = authorization.Kind,
        State = authorization.State,
        ReceivedOn = authorization.ReceivedOn.Day(),
        RequestedFrom = authorization.RequestedFrom.Day(),
        RequestedThrough = authorization.RequestedThrough.Day(),
        RequestedUnits = authorization.RequestedUnits,
        ApprovedFrom = authorization.ApprovedFrom.Day(),
        ApprovedThrough = authorization.ApprovedThrough.Day(),
        ApprovedUnits = authorization.ApprovedUnits,
        UnitsUsed = authorization.UnitsUsed,
        Decision = decision,
        PayerRuleId = authorization.PayerRuleId,
        PayerReason = payerReason,
        CreateTime = stored ? authorization.RecordedAt.ToTimestamp() : null,
    };
}
