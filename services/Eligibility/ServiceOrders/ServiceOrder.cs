using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>An order for the service (lifecycle 4). A signed order never changes; another order renews it.</summary>
public sealed class ServiceOrder : IVersioned, IUpdatedRow
{
    /// <summary>The id.</summary>
    public required ServiceOrderId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The state.</summary>
    public required Proto.ServiceOrderState State { get; set; }

    /// <summary>Day on which the service was ordered.</summary>
    public required DateOnly OrderDate { get; init; }

    /// <summary>The assessment on which the order is based.</summary>
    public Guid? AssessmentId { get; init; }

    /// <summary>Start of the validity year that this order renews; null when it renews no order.</summary>
    public DateOnly? Renews { get; set; }

    /// <summary>The credential of the signer.</summary>
    public Proto.SignerType SignerType { get; set; }

    /// <summary>The day written with the signature; null when missing.</summary>
    public DateOnly? SignatureDate { get; set; }

    /// <summary>The day on which the platform captured the signature.</summary>
    public DateOnly? SignatureCapturedDate { get; set; }

    /// <summary>Last day in force, included; null unless in force.</summary>
    public DateOnly? ValidThrough { get; set; }

    /// <summary>Date of the first order of the chain: renewals keep its anniversary. Null unless in force.</summary>
    public DateOnly? OriginalOrderDate { get; set; }

    /// <summary>The order that renews it.</summary>
    public ServiceOrderId? RenewedBy { get; set; }

    /// <summary>Why it was voided, encrypted because free text may be about the person.</summary>
    public byte[]? VoidReason { get; set; }

    /// <summary>The receipt of the signing.</summary>
    public Guid? DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>The receipt of the latest decision, when a correction changed the answer; null otherwise.</summary>
    public Guid? ReconsideredId { get; set; }

    /// <inheritdoc cref="ReconsideredId"/>
    public StoredDecision? Reconsidered { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Last day on which a new order leaves no gap.</summary>
    public DateOnly? RenewalDueOn => ValidThrough?.AddDays(1);

    /// <summary>The state on a day (lifecycle 4: in force, renewal due, renewed, expired).</summary>
    public Proto.ServiceOrderPhase Phase(DateOnly today) =>
        State != Proto.ServiceOrderState.InForce || RenewalDueOn is not { } due ? Proto.ServiceOrderPhase.Unspecified
        : RenewedBy is not null ? Proto.ServiceOrderPhase.Renewed
        : today < OrderDate ? Proto.ServiceOrderPhase.Ahead
        : today >= due ? Proto.ServiceOrderPhase.Expired
        : today >= due.AddDays(-RenewalClock.Leads[0]) ? Proto.ServiceOrderPhase.RenewalDue
        : Proto.ServiceOrderPhase.InForce;
}

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
            Reconsidered = order.Reconsidered?.ToProto(),
            CreateTime = order.RecordedAt.ToTimestamp(),
        };

    /// <summary>The event that publishes the order with its decision.</summary>
    public static ServiceOrderSignedV1 ToEvent(this ServiceOrder order, DecisionRecord decided) => new()
    {
        ServiceOrderId = order.Id,
        IndividualId = order.IndividualId,
        Provider = order.Provider,
        Program = order.Program,
        State = WireCode.Lower(order.State)!,
        Verdict = decided.Decision.Verdict.ToString(),
        OrderDate = order.OrderDate,
        ValidThrough = order.State == Proto.ServiceOrderState.InForce ? order.ValidThrough : null,
        RenewalDueOn = order.State == Proto.ServiceOrderState.InForce ? order.RenewalDueOn : null,
        DecisionId = new(decided.Id),
        PackVersion = decided.Decision.PackVersion,
    };
}

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
    public static void SyncDeadlines(this SubjectDeadlines deadlines, ServiceOrder order, Changes changes)
    {
        if (order is { State: Proto.ServiceOrderState.InForce, RenewedBy: null, RenewalDueOn: { } due })
        {
            deadlines.Set(new(
                order.Id.Name, Renewal, Policies.RuleDuty.OrderRenewal.RuleIn(order.Program), order.Program, order.Provider, order.IndividualId, due, Leads),
                changes);
        }
        else if (order.State == Proto.ServiceOrderState.InForce)
            deadlines.Meet(order.Id.Name, Renewal, changes);
        else
            deadlines.Cancel(order.Id.Name, Renewal, changes);
    }
}
