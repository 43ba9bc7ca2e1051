using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>The stored order as the contract shows it.</summary>
internal static class ServiceOrdersProtos
{
    public static Proto.ServiceOrder ToProto(this ServiceOrder order, Contracts.Common.V1.Decision? decision, string etag, DateOnly today,
        string voidReason = "") => new()
        {
            Name = order.Id.Name,
            Etag = etag,
            Individual = order.IndividualId.Name,
            Provider = new OrganizationCode(order.Provider).Name,
            Program = order.Program,
            State = order.State,
            OrderDate = order.OrderDate.Day(),
            Assessment = order.AssessmentId is { } assessment ? $"{order.IndividualId.Name}/assessments/{assessment}" : "",
            SignerType = order.SignerType,
            SignatureDate = order.SignatureDate.Day(),
            SignatureCapturedDate = order.SignatureCapturedDate.Day(),
            ValidThrough = order.ValidThrough.Day(),
            Decision = decision,
            Phase = order.Phase(today),
            OriginalOrderDate = order.OriginalOrderDate.Day(),
            RenewalDueOn = order.RenewalDueOn.Day(),
            RenewedBy = order.RenewedBy?.Name ?? "",
            VoidReason = voidReason,
            CreateTime = order.RecordedAt.ToTimestamp(),
        };
}
