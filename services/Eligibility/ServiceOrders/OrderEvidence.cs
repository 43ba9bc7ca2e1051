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
        SignerType = order.SignerType.Given()?.ToPolicy(),
        Signed = order.SignatureCapturedDate is not null,
        SignatureDate = order.SignatureCapturedDate is null ? null : new DayOrBlank(order.SignatureDate),
        SignatureCapturedDate = order.SignatureCapturedDate,
        OrderDate = order.OrderDate,
        OriginalOrderDate = order.Renews,
        AssessmentDate = individual.Assessments.FirstOrDefault(a => a.Id == order.AssessmentId)?.CompletedOn,
    };

    /// <summary>What the decision on an order reads: the order, and the assessment that it names.</summary>
    public static IEnumerable<RestedOn> Used(ServiceOrder order, Individual individual) =>
        [new(order.Id.Value, order.Version), .. individual.Assessments.Where(a => a.Id == order.AssessmentId).Used()];

    /// <summary>The order that a new order of <paramref name="orderDate"/> renews: the latest valid order before that day.</summary>
    public static ServiceOrder? Renewed(IEnumerable<ServiceOrder> inForce, DateOnly orderDate) =>
        inForce.Where(o => o.OrderDate < orderDate && o.ValidThrough is not null).MaxBy(o => o.OrderDate);

    /// <summary>
    /// Start of the validity year that is renewed, counted from the original order. The anniversary stays the same whenever renewals are signed (29 February
    /// included).
    /// </summary>
    public static DateOnly? RenewedYear(ServiceOrder? renewed) => renewed is { OriginalOrderDate: { } original, RenewalDueOn: { } due }
        ? original.AddMonths(12 * (due.Year - original.Year - 1))
        : null;
}
