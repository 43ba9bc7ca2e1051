using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>
/// The renewal deadline of an order: the anniversary of the original order (NC-SO-004). It is computed from the order's state; call <see cref="SyncDeadlines"/>
/// after each change.
/// </summary>
internal static class RenewalClock
{
    /// <summary>The kind of the deadline.</summary>
    public const string Renewal = "service-order-renewal";

    /// <summary>Days before the anniversary on which the reminders are published, the longest first.</summary>
    public static readonly int[] Leads = [60, 30, 7];

    /// <summary>Updates the deadline to match the order.</summary>
    public static Task SyncDeadlines(this DeadlineBook book, ServiceOrder order, CancellationToken cancellationToken) =>
        order is { State: Proto.ServiceOrderState.InForce, RenewedBy: null, RenewalDueOn: { } due }
            ? book.Set(new(order.Id.Name, Renewal, "NC-SO-004", order.Program, order.Provider, order.IndividualId, due, Leads), cancellationToken)
            : order.State == Proto.ServiceOrderState.InForce ? book.Meet(order.Id.Name, Renewal, cancellationToken)
            : book.Cancel(order.Id.Name, Renewal, cancellationToken);
}
