using Ips.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ips.Platform.Privacy;

/// <summary>Records in the audit log the people whom events show that are sent to a subscriber without a request.</summary>
public sealed class SubscriberAudit(AuditWriter writer, ServiceIdentity service, TimeProvider clock, IHttpContextAccessor http)
{
    /// <summary>Completes when the entry is stored; the events are sent after it.</summary>
    public Task Read(Caller subscriber, IReadOnlyList<IndividualId> people, CancellationToken cancellationToken) =>
        people.Count == 0 ? Task.CompletedTask : new AuditTrail(writer, subscriber, service, clock, http).Read(people, cancellationToken);
}
