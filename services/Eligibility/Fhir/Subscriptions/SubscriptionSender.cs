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
/// Sends each subscription its handshake, then a notification with the whole answer when the answer to a Claim of its agency has changed
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
        foreach (var (position, answer, person) in await Changed(db, entries, subscription.Server, cancellationToken))
        {
            await audit.Read(subscription.Subscriber, [person], cancellationToken);
            if (!await SendOne(owner, subscription, "event-notification", answer, position, cancellationToken))
                return false;
        }

        if (entries.Count > 0)
            await Store(owner, subscription, State.Active, entries[^1].Position, subscription.Events, cancellationToken);
        return entries.Count == Page;
    }

    /// <summary>The answers that the events changed, each Claim once, in the order of its last event: as the answer is now.</summary>
    private async Task<IReadOnlyList<(long Position, Bundle Answer, IndividualId Person)>> Changed(
        EligibilityDb db, IReadOnlyList<OutboxEntry> entries, string server, CancellationToken cancellationToken)
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

        List<Guid> threads = [.. last.Keys];
        var rows = (await db.FhirRequests.AsNoTracking().Where(r => threads.Contains(r.ThreadId)).OrderBy(r => r.Id).ToListAsync(cancellationToken))
            .ToLookup(r => r.ThreadId);
        List<AuthorizationId> of = [.. rows.SelectMany(thread => thread).Select(r => r.AuthorizationId).Distinct()];
        var present = await db.Authorizations.AsNoTracking().Include(a => a.Decision).Where(a => of.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellationToken);
        List<(long, Bundle, IndividualId)> changed = [];
        foreach (var (thread, entry) in last.OrderBy(pair => pair.Value.Position))
        {
            // Each item as its last row has it, of the authorizations that the agency may still see.
            List<(FhirRequest Row, FhirContent Content)> items =
            [
                .. rows[thread].GroupBy(r => r.Sequence).Select(item => item.Last()).Where(row => present.ContainsKey(row.AuthorizationId))
                    .OrderBy(row => row.Id).Select(row => (row, row.Read(protector))),
            ];
            if (items.Count > 0 && items[^1].Content.Frame is { } frame)
                changed.Add((entry.Position, Answer(new(PasFrame.Read(frame), PasReply.OfSubmission, server), items, present, entry), items[^1].Row.IndividualId));
        }

        return changed;
    }

    private Bundle Answer(
        PasReply reply, IEnumerable<(FhirRequest Row, FhirContent Content)> items, Dictionary<AuthorizationId, Authorization> present, OutboxEntry entry) =>
        reply.Of(
            entry.OccurredAt, items.Select(item => new PasItemAnswer(item.Row.Sequence, item.Content with { Answer = PasAnswer.Of(present[item.Row.AuthorizationId], protector, policies) }, null)),
            entry.Id);

    /// <summary>Sends a message and stores what came of it. True when it was acknowledged, and the subscription was not changed meanwhile.</summary>
    private async Task<bool> SendOne(
        EligibilityDb db, FhirSubscription subscription, string type, Bundle? answer, long position, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var number = subscription.Events + (answer is null ? 0 : 1);
        using HttpRequestMessage message = new(HttpMethod.Post, subscription.Endpoint)
        {
            Content = new ByteArrayContent(Writer.SerializeToBytes(Notification(subscription, type, answer, number, now)))
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

    private static Bundle Notification(FhirSubscription subscription, string type, Bundle? answer, long number, DateTimeOffset now)
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
        if (answer is null)
            return notification;
        status.Parameter.Add(new()
        {
            Name = "notification-event",
            Part =
            [
                new() { Name = "event-number", Value = new FhirString(number.ToString(System.Globalization.CultureInfo.InvariantCulture)) },
                new() { Name = "timestamp", Value = new Instant(answer.Timestamp) },
                new() { Name = "focus", Value = new ResourceReference($"urn:uuid:{answer.Id}") },
            ],
        });
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
