using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>The stored authorization as the contract shows it.</summary>
internal static class AuthorizationsProtos
{
    public static Proto.Authorization ToProto(
        this Authorization authorization, PolicyService deciding, DateTimeOffset now, Contracts.Common.V1.Decision decision, string payerReason, string etag,
        bool stored)
    {
        Proto.Authorization wire = new()
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
            UnitsUsed = authorization.UnitsUsed(now),
            Decision = decision,
            PayerRuleId = authorization.PayerRuleId,
            PayerReason = payerReason,
            CreateTime = stored ? authorization.RecordedAt.ToTimestamp() : null,
            Phase = authorization.Phase(deciding.Today(authorization.Program)!.Value),
            UnitsExhausted = authorization.WasApproved && authorization.UnitsLeft(now) <= 0,
            Renews = authorization.Renews?.Name ?? "",
            EarliestFrom = authorization.EarliestFrom.Day(),
            GapFrom = authorization.GapFrom.Day(),
            GapThrough = authorization.GapThrough.Day(),
            EndedThrough = authorization.EndedThrough.Day(),
            TerminationReason = authorization.EndReason,
            Expedited = authorization.Expedited,
            DecisionDueTime = authorization is { State: Proto.AuthorizationState.UnderReview, DecisionDueAt: { } due } ? due.ToTimestamp() : null,
        };
        wire.Checklist.AddRange(DocumentChecklist.Of(authorization, deciding));
        return wire;
    }
}
