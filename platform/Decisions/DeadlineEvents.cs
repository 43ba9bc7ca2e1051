using Ips.Contracts.Events;

namespace Ips.Platform.Decisions;

/// <summary>The service's event for a deadline that was set, corrected, reopened, met or cancelled.</summary>
public delegate DomainEvent CreateDeadlineMoved(Deadline deadline);

/// <summary>
/// Publishes every change of a deadline together with the change, so that a use case cannot forget it. A stage that was reached has its own event, which the
/// sweeper publishes.
/// </summary>
internal sealed class DeadlineEvents(CreateDeadlineMoved createEvent) : IChangesObserver
{
    public void Observe(Changes changes)
    {
        List<DomainEvent> moved = [.. changes.Rows.OfType<Deadline>().Select(deadline => createEvent(deadline))];
        HashSet<string> reported = [.. changes.Events.Select(pending => pending.Event.Subject)];
        foreach (var happened in moved.Where(happened => !reported.Contains(happened.Subject)))
            changes.Publish(happened);
    }
}
