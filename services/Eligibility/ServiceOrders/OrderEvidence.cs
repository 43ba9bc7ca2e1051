using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.ServiceOrders;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>The facts of an order as the service-order decision reads them.</summary>
internal static class OrderEvidence
{
    public static ServiceOrderFacts Of(ServiceOrder order, Individual individual) => new()
    {
        SignerType = WireCode.Lower(order.SignerType) is { } code ? Codes.Parse<SignerType>(code) : null,
        Signed = order.SignatureCapturedDate is not null,
        SignatureDate = order.SignatureCapturedDate is null ? null : new DayOrBlank(order.SignatureDate),
        SignatureCapturedDate = order.SignatureCapturedDate,
        OrderDate = order.OrderDate,
        OriginalOrderDate = order.Renews,
        AssessmentDate = individual.Assessments.FirstOrDefault(a => a.Id == order.AssessmentId)?.CompletedOn,
    };

    /// <summary>
    /// Start of the validity year that a new order of <paramref name="orderDate"/> renews: the anniversary stays with the original order,
    /// so it is read back from the last day of the order before.
    /// </summary>
    public static DateOnly? RenewedYear(IEnumerable<ServiceOrder> inForce, DateOnly orderDate) =>
        inForce.Where(o => o.OrderDate < orderDate && o.ValidThrough is not null).MaxBy(o => o.OrderDate)?.ValidThrough is { } last
            ? last.AddDays(1).AddMonths(-12)
            : null;
}
