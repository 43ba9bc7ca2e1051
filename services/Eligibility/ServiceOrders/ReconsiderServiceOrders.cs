using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.ServiceOrders;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.ServiceOrders;

/// <summary>
/// Decides signed orders again after a fact was corrected or a record merged: as of the day of their signing, on the facts as they are now. An order that would
/// be in force for the same days stands. With any other answer it needs attention and is in force on no day, until a further correction makes it stand, or a
/// person voids it and signs another.
/// </summary>
public sealed class ReconsiderServiceOrders(EligibilityDb db, IndividualReader people, DeadlineReader deadlines, Caller caller, PolicyService policies)
{
    /// <summary>Decides them again and adds what changes.</summary>
    internal async Task<Result<Changes>> Decide(IndividualId person, Changes changes, CancellationToken cancellationToken)
    {
        var orders = await db.ServiceOrders.AsNoTracking()
            .Where(o => o.IndividualId == person && (o.State == Proto.ServiceOrderState.InForce || o.State == Proto.ServiceOrderState.Attention))
            .OrderBy(o => o.Id).ToListAsync(cancellationToken);
        if (orders.Count == 0 || await people.Find(caller, person, cancellationToken) is not { } individual)
            return changes;
        var due = await deadlines.About(caller, orders.ConvertAll(o => o.Id.Name), cancellationToken);
        foreach (var order in orders)
        {
            var asOf = order.OrderDate > order.SignatureCapturedDate ? order.OrderDate : order.SignatureCapturedDate!.Value;
            if (!policies.Decide(order.Program, ServiceOrderDecision.Kind, asOf, OrderEvidence.Of(order, individual)).Is(out var decided, out var problem))
                return problem;
            var stands = decided.Decision.Verdict == Verdict.Met && decided.Value<DateOnly?>("validThrough") == order.ValidThrough;
            if (stands == (order.State == Proto.ServiceOrderState.InForce))
                continue;
            order.State = stands ? Proto.ServiceOrderState.InForce : Proto.ServiceOrderState.Attention;
            order.ReconsideredId = changes.Insert(policies.Store(decided, order.Provider, order.Id.Name, OrderEvidence.Used(order, individual))).Id;
            changes.Update(order);
            changes.Expect(individual);
            due.SyncDeadlines(order, changes);
            var unmet = stands ? null : decided.FirstUnmet() ?? RuleDuty.OrderRenewal.RuleIn(order.Program);
            due.SyncAttention(order.Id.Name, unmet, order.Program, order.Provider, individual.Id, changes);
            changes.Publish(order.ToEvent(decided) with { DecidedAgain = true });
        }

        return changes;
    }
}
