using System.Net.Http.Headers;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using State = Hl7.Fhir.Model.Subscription.SubscriptionStatus;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Fhir.Subscriptions;

/// <summary>How subscriptions are served; section <c>Fhir:Subscriptions</c> of the configuration.</summary>
public sealed class SubscriptionOptions
{
    /// <summary>For a sandbox only: addresses of this machine are allowed, for them also http.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>How long a receiver may take to answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often subscriptions are looked at when no event comes.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without an acknowledgement a subscription is in error.</summary>
    public TimeSpan ErrorAfter { get; set; } = TimeSpan.FromDays(2);
}

/// <summary>
/// Sends each subscription its handshake, then a notification with the whole answer, or its address, when the answer to a Claim of its agency has changed
/// (<see cref="ReceiverSender{TId}"/>). A message that is sent again has the same number.
/// </summary>
public sealed partial class SubscriptionSender(
    NpgsqlDataSource database, CallerContexts<EligibilityDb> contexts, OutboxLog log, Receivers receivers, PersonalDataProtector protector, PolicyService policies,
    SubscriberAudit audit, IOptions<SubscriptionOptions> options, TimeProvider clock, ILogger<SubscriptionSender> logger)
    : ReceiverSender<Guid>(database, log, logger)
{
    private const int Page = 100;
    private static readonly FhirJsonSerializer Writer = new();

    // What changes an answer. Units that are drawn do not.
    private static readonly string[] Types =
    [
        EventCatalog.Of(typeof(AuthorizationRequestedV1)).WireName, EventCatalog.Of(typeof(AuthorizationDecidedV1)).WireName,
        EventCatalog.Of(typeof(AuthorizationMovedV1)).WireName,
    ];

    private readonly OutboxLog log = log;
    private readonly ILogger logger = logger;

    /// <inheritdoc/>
    protected override TimeSpan Every => options.Value.Every;

    /// <inheritdoc/>
    protected override string Kind => "subscription";

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<Guid>> Due(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var db = contexts.Open(Caller.None);
        return await db.FhirSubscriptions.AsNoTracking()
            .Where(s => (s.State == State.Requested || s.State == State.Active) && (s.NextAttemptAt == null || s.NextAttemptAt <= now)).Select(s => s.Id)
            .ToListAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task<bool> SendPage(Guid id, CancellationToken cancellationToken)
    {
        await using var owner = contexts.Open(Caller.None);
        var now = clock.GetUtcNow();
        if (await owner.FhirSubscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { IsLive: true } subscription
            || subscription.NextAttemptAt > now)
            return false;
        if (subscription.EndsAt <= now)
        {
            await owner.FhirSubscriptions.Where(s => s.Id == id && s.Version == subscription.Version).ExecuteUpdateAsync(
                row => row.SetProperty(s => s.State, State.Off).SetProperty(s => s.Version, subscription.Version + 1), cancellationToken);
            return false;
        }

        if (subscription.State == State.Requested)
            return await SendOne(owner, subscription, "handshake", null, subscription.Position, cancellationToken);
        await using var db = contexts.Open(subscription.Subscriber);
        var entries = await log.Read(subscription.Position, Types, Page, subscription.Provider, cancellationToken);
        foreach (var (entry, claim) in await Changed(db, entries, cancellationToken))
        {
            // Who gets the address only is in the audit when the answer is read there.
            if (!subscription.IdsOnly)
                await audit.Read(subscription.Subscriber, [claim.Person], cancellationToken);
            if (!await SendOne(owner, subscription, "event-notification", new(claim, entry), entry.Position, cancellationToken))
                return false;
        }

        if (entries.Count > 0)
            await Store(owner, subscription, State.Active, entries[^1].Position, subscription.Events, cancellationToken);
        return entries.Count == Page;
    }

    /// <summary>The Claims whose answers the events changed, each once, with its last event, in the order of these.</summary>
    private async Task<IReadOnlyList<(OutboxEntry Entry, AnsweredClaim Claim)>> Changed(
        EligibilityDb db, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        List<AuthorizationId> ids = [.. entries.Select(e => AuthorizationId.TryParse(e.Subject, out var id) ? id : default).Distinct()];
        var named = (await db.FhirRequests.AsNoTracking().Where(r => ids.Contains(r.AuthorizationId)).ToListAsync(cancellationToken))
            .ConvertAll(r => (r.AuthorizationId, r.ThreadId, Answered: r.Read(protector).Events));
        Dictionary<Guid, OutboxEntry> last = [];
        foreach (var entry in entries)
        {
            var about = named.Where(r => r.AuthorizationId.Name == entry.Subject).ToList();
            // What the agency changed by FHIR itself was answered then.
            if (about.Count > 0 && !about.Exists(r => r.Answered.Contains(entry.Id)))
                last[about[0].ThreadId] = entry;
        }

        var answered = await AnsweredClaim.Read(db, last.Keys, protector, policies, cancellationToken);
        return [.. last.Where(pair => answered.ContainsKey(pair.Key)).OrderBy(pair => pair.Value.Position).Select(pair => (pair.Value, answered[pair.Key]))];
    }

    /// <summary>Sends a message and stores what came of it. True when it was acknowledged, and the subscription was not changed meanwhile.</summary>
    private async Task<bool> SendOne(
        EligibilityDb db, FhirSubscription subscription, string type, Change? change, long position, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var number = subscription.Events + (change is null ? 0 : 1);
        using HttpRequestMessage message = new(HttpMethod.Post, subscription.Endpoint)
        {
            Content = new ByteArrayContent(Writer.SerializeToBytes(Notification(subscription, type, change, number, now)))
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse(subscription.MediaType) },
            },
        };
        foreach (var header in SubscriptionForm.Text(subscription.Headers, protector).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            message.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }

        var received = await receivers.Send(message, cancellationToken);
        return received.Acknowledged ? await Store(db, subscription, State.Active, position, number, cancellationToken)
            : await Failed(db, subscription, received, now, cancellationToken);
    }

    /// <summary>The Claim whose answer changed, and the event that changed it.</summary>
    private sealed record Change(AnsweredClaim Claim, OutboxEntry Event);

    private static Bundle Notification(FhirSubscription subscription, string type, Change? change, long number, DateTimeOffset now)
    {
        var status = SubscriptionForm.Status(subscription, type, Guid.CreateVersion7(now), number);
        Bundle notification = new()
        {
            Id = Guid.CreateVersion7(now).ToString(),
            Meta = new() { Profile = [SubscriptionForm.Backport + "backport-subscription-notification-r4"] },
            Type = Bundle.BundleType.History,
            Timestamp = now,
            Entry = [Entry(status.Id!, status, $"Subscription/{subscription.Id}/$status")],
        };
        if (change is not { Claim: var claim, Event: var last })
            return notification;
        var answer = subscription.IdsOnly ? null : claim.Whole(last.OccurredAt, last.Id, subscription.Server);
        status.Parameter.Add(new()
        {
            Name = "notification-event",
            Part =
            [
                new() { Name = "event-number", Value = new FhirString(number.ToString(System.Globalization.CultureInfo.InvariantCulture)) },
                new() { Name = "timestamp", Value = new Instant(PasReply.Shown(last.OccurredAt)) },
                new() { Name = "focus", Value = new ResourceReference(answer is null ? ReadAnswer.AddressOf(subscription.Server, claim.Thread) : $"urn:uuid:{answer.Id}") },
            ],
        });
        if (answer is not null)
            notification.Entry.Add(Entry(answer.Id!, answer, "Claim/$inquire"));
        return notification;
    }

    private static Bundle.EntryComponent Entry(string id, Resource resource, string url) => new()
    {
        FullUrl = $"urn:uuid:{id}",
        Resource = resource,
        Request = new() { Method = Bundle.HTTPVerb.GET, Url = url },
        Response = new() { Status = "200" },
    };

    // A change of the subscription meanwhile is left as it is.
    private static async Task<bool> Store(
        EligibilityDb db, FhirSubscription subscription, State state, long position, long events, CancellationToken cancellationToken)
    {
        var stored = await db.FhirSubscriptions.Where(s => s.Id == subscription.Id && s.Version == subscription.Version).ExecuteUpdateAsync(row => row
            .SetProperty(s => s.State, state).SetProperty(s => s.Position, position).SetProperty(s => s.Events, events)
            .SetProperty(s => s.FailingSince, (DateTimeOffset?)null).SetProperty(s => s.FailedAttempts, 0)
            .SetProperty(s => s.NextAttemptAt, (DateTimeOffset?)null), cancellationToken);
        (subscription.State, subscription.Position, subscription.Events) = (state, position, events);
        return stored == 1;
    }

    private async Task<bool> Failed(
        EligibilityDb db, FhirSubscription subscription, ReceiverAnswer received, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = subscription.FailingSince ?? now;
        var attempts = subscription.FailedAttempts + 1;
        var error = received.Gone ? "gone" : now - since >= options.Value.ErrorAfter ? "not_acknowledged" : "";
        var (state, version) = error.Length > 0 ? (State.Error, subscription.Version + 1) : (subscription.State, subscription.Version);
        var next = now + Receivers.WaitAfter(attempts);
        await db.FhirSubscriptions.Where(s => s.Id == subscription.Id && s.Version == subscription.Version).ExecuteUpdateAsync(row => row
            .SetProperty(s => s.State, state).SetProperty(s => s.Error, error).SetProperty(s => s.FailingSince, since)
            .SetProperty(s => s.FailedAttempts, attempts).SetProperty(s => s.NextAttemptAt, next).SetProperty(s => s.Version, version), cancellationToken);
        if (error.Length > 0)
            InError(logger, subscription.Id, received.Status);
        return false;
    }

    [LoggerMessage(1711, LogLevel.Warning,
        "Subscription {Subscription} is in error: its receiver acknowledges nothing, or is gone (last status {Status}). Its agency sets it to requested again")]
    private static partial void InError(ILogger logger, Guid subscription, int status);
}
