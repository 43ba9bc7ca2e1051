using Hl7.Fhir.Model;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using IssueType = Hl7.Fhir.Model.OperationOutcome.IssueType;

namespace Ips.Eligibility.Fhir.Subscriptions;

/// <summary>An answer about a subscription.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Resource">What is sent; null for nothing.</param>
internal sealed record SubscriptionAnswer(int Status, Resource? Resource);

/// <summary>Makes, reads, changes and removes the subscriptions of the agency that calls. Those of another agency are as unknown as ones that do not exist.</summary>
internal sealed class ManageSubscriptions(
    EligibilityDb db, OutboxLog log, Requests requests, Caller caller, PersonalDataProtector protector, BusinessIdentifiers identifiers, Receivers receivers,
    TimeProvider clock)
{
    /// <summary>More than one for each system of an agency is a mistake of a client that makes one at every start.</summary>
    private const int Most = 20;

    /// <summary>Makes a subscription. The same one again gets the first: it is made once.</summary>
    public async Task<(SubscriptionAnswer? Answer, FhirFault? Fault)> Create(Subscription sent, string server, CancellationToken cancellationToken)
    {
        if (sent.Status != Subscription.SubscriptionStatus.Requested)
            return (null, Unfit("Subscription.status", "is not requested; send requested, this server sets the others"));
        var (form, fault) = await Read(sent, cancellationToken);
        if (form is null)
            return (null, fault);
        var last = (await log.Range(cancellationToken)).Last;
        var isNew = false;
        var result = await requests.Run<FhirSubscription>(async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            var mine = await db.FhirSubscriptions.AsNoTracking().OrderBy(known => known.Id).ToListAsync(s);
            isNew = false;
            if (mine.Find(known => known.Endpoint == form.Endpoint) is { } present)
            {
                return present.IsLive && form.Describes(present, protector) ? new Decided<FhirSubscription>(present, changes)
                    : new Problem.Exists("subscription", $"Subscription/{present.Id}, which has this endpoint; change that one");
            }

            if (mine.Count >= Most)
                return new Problem.Conflict("subscription", $"you have {mine.Count} subscriptions; {Most} are the most, remove one");
            FhirSubscription made = new()
            {
                Id = Guid.CreateVersion7(changes.Now),
                Provider = caller.Organization,
                Server = server,
                OrgIdentifier = form.OrgIdentifier,
                Endpoint = form.Endpoint,
                MediaType = form.MediaType,
                State = Subscription.SubscriptionStatus.Requested,
                Position = last,
                CreatedAt = changes.Now,
            };
            form.Apply(made, protector);
            isNew = true;
            return new Decided<FhirSubscription>(changes.Insert(made), changes);
        }, cancellationToken);
        return Shown(result, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, "Subscription.channel.endpoint");
    }

    /// <summary>Changes a subscription; it begins again with a handshake, and what was not acknowledged is sent then. The status off stops it.</summary>
    public async Task<(SubscriptionAnswer? Answer, FhirFault? Fault)> Update(Guid id, string? etag, Subscription sent, CancellationToken cancellationToken)
    {
        if (sent.Id != id.ToString())
            return (null, Unfit("Subscription.id", "is not the id of the address"));
        if (sent.Status is not (Subscription.SubscriptionStatus.Requested or Subscription.SubscriptionStatus.Active or Subscription.SubscriptionStatus.Off))
            return (null, Unfit("Subscription.status", "is not requested, active or off; this server sets error"));
        var (form, fault) = await Read(sent, cancellationToken);
        if (form is null)
            return (null, fault);
        var last = (await log.Range(cancellationToken)).Last;
        var result = await requests.Run<FhirSubscription>(async s =>
        {
            if (await Find(id, s) is not { } stored)
                return new Problem.NotFound("subscription", $"Subscription/{id}");
            if (!IsExpected(stored, etag))
                return new Problem.Stale("subscription", $"Subscription/{id}");
            if (await db.FhirSubscriptions.AsNoTracking().AnyAsync(other => other.Id != id && other.Endpoint == form.Endpoint, s))
                return new Problem.Exists("subscription", "that has this endpoint");
            Changes changes = new(clock.GetUtcNow());
            // What happened while it was off was not subscribed to.
            if (stored.State == Subscription.SubscriptionStatus.Off)
                stored.Position = last;
            form.Apply(stored, protector);
            stored.Restart();
            if (sent.Status == Subscription.SubscriptionStatus.Off)
                stored.State = Subscription.SubscriptionStatus.Off;
            return new Decided<FhirSubscription>(changes.Update(stored), changes);
        }, cancellationToken);
        return Shown(result, StatusCodes.Status200OK, "Subscription");
    }

    /// <summary>Removes a subscription; removing it again finds nothing to do.</summary>
    public async Task<(SubscriptionAnswer? Answer, FhirFault? Fault)> Delete(Guid id, CancellationToken cancellationToken)
    {
        var result = await requests.Run<object>(async s =>
        {
            Changes changes = new(clock.GetUtcNow());
            if (await Find(id, s) is { } stored)
                changes.Remove(stored);
            return new Decided<object>(changes, changes);
        }, cancellationToken);
        return result.Problem is { } problem ? (null, FhirFault.Of(problem, _ => "Subscription")) : (new(StatusCodes.Status204NoContent, null), null);
    }

    /// <summary>Reads a subscription.</summary>
    public async Task<(SubscriptionAnswer? Answer, FhirFault? Fault)> Get(Guid id, CancellationToken cancellationToken) =>
        Shown(await Find(id, cancellationToken) is { } stored ? stored : new Problem.NotFound("subscription", $"Subscription/{id}"), StatusCodes.Status200OK, "");

    /// <summary>All subscriptions of the agency.</summary>
    public async Task<(SubscriptionAnswer? Answer, FhirFault? Fault)> List(string server, CancellationToken cancellationToken) =>
        (new(StatusCodes.Status200OK, Found([.. (await db.FhirSubscriptions.AsNoTracking().OrderBy(s => s.Id).ToListAsync(cancellationToken))
            .Select(stored => ((string, Resource))($"{server}/Subscription/{stored.Id}", SubscriptionForm.Show(stored, protector)))])), null);

    /// <summary>How a subscription is: its state and the number of its notifications.</summary>
    public async Task<(SubscriptionAnswer? Answer, FhirFault? Fault)> Status(Guid id, CancellationToken cancellationToken)
    {
        if (await Find(id, cancellationToken) is not { } stored)
            return (null, FhirFault.Of(new Problem.NotFound("subscription", $"Subscription/{id}"), _ => ""));
        var status = SubscriptionForm.Status(stored, "query-status", Guid.CreateVersion7(clock.GetUtcNow()), stored.Events);
        return (new(StatusCodes.Status200OK, Found([($"urn:uuid:{status.Id}", status)])), null);
    }

    private async Task<(SubscriptionForm? Form, FhirFault? Fault)> Read(Subscription sent, CancellationToken cancellationToken)
    {
        var (form, fault) = SubscriptionForm.Read(sent, clock.GetUtcNow());
        if (form is null)
            return (null, fault);
        if (await identifiers.CodeOf(form.OrgIdentifier, cancellationToken) != caller.Organization)
        {
            return (null, FhirFault.Of(StatusCodes.Status403Forbidden, IssueType.Forbidden, "Subscription.criteria.extension[0]",
                "is not an identifier of your organization; only the system that sends requests subscribes to their answers"));
        }

        return await receivers.Complaint(form.Endpoint, cancellationToken) is { } complaint ? (null, Unfit("Subscription.channel.endpoint", complaint)) : (form, null);
    }

    private Task<FhirSubscription?> Find(Guid id, CancellationToken cancellationToken) =>
        db.FhirSubscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);

    private (SubscriptionAnswer? Answer, FhirFault? Fault) Shown(Result<FhirSubscription> result, int status, string element) =>
        result.Is(out var stored, out var problem) ? (new(status, SubscriptionForm.Show(stored, protector)), null)
            : (null, problem is Problem.Stale ? FhirFault.Of(StatusCodes.Status412PreconditionFailed, IssueType.Conflict, element, problem.ToStatus().Message)
                : FhirFault.Of(problem, _ => element));

    // If-Match: W/"3".
    private static bool IsExpected(FhirSubscription stored, string? etag) => etag is not { Length: > 0 } || etag == $"W/\"{stored.Version}\"";

    private static FhirFault Unfit(string element, string text) => FhirFault.Of(StatusCodes.Status422UnprocessableEntity, IssueType.Value, element, text);

    private static Bundle Found(IReadOnlyList<(string Address, Resource Resource)> found) => new()
    {
        Type = Bundle.BundleType.Searchset,
        Total = found.Count,
        Entry = [.. found.Select(one => new Bundle.EntryComponent
        {
            FullUrl = one.Address,
            Resource = one.Resource,
            Search = new() { Mode = Bundle.SearchEntryMode.Match },
        })],
    };
}
