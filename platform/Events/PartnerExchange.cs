using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace Ips.Platform.Events;

/// <summary>An event for one partner.</summary>
/// <param name="RoutingKey">The partner's queue, a dot, and the event's CloudEvents type.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Source">CloudEvents source.</param>
/// <param name="Type">CloudEvents type.</param>
/// <param name="Subject">What it happened to.</param>
/// <param name="Sequence">Its number within the subject.</param>
/// <param name="OccurredAt">When it happened, UTC.</param>
/// <param name="Provider">The agency whose data it is.</param>
/// <param name="Body">The event as JSON.</param>
public sealed record PartnerMessage(
    string RoutingKey, Guid Id, string Source, string Type, string Subject, long Sequence, DateTimeOffset OccurredAt, string Provider, string Body);

/// <summary>
/// The topic exchange from which each partner's queue gets its own events, as CloudEvents 1.0 in binary mode. The broker confirms each message, and one that no
/// queue takes counts as refused.
/// </summary>
public sealed class PartnerExchange(Uri broker, ServiceIdentity service) : IAsyncDisposable
{
    /// <summary>The exchange. Its routing keys are <c>{queue}.{type}</c>.</summary>
    public const string Exchange = "ips.reporting.partners";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly BrokerChannel channel = new(broker, $"{service.Name} partners", tracked: true, (open, cancellationToken) =>
        open.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken));

    /// <summary>Publishes in order. True when the broker has confirmed all of them; after a false some may be in their queues.</summary>
    public async Task<bool> Publish(IReadOnlyList<PartnerMessage> messages, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            var open = await channel.Open(timeout.Token);
            // With tracked confirms each call completes when the broker has confirmed, and throws when it refused or returned the message.
            foreach (var message in messages)
                await open.BasicPublishAsync(Exchange, message.RoutingKey, mandatory: true, Properties(message), Encoding.UTF8.GetBytes(message.Body), timeout.Token);
            return true;
        }
        catch (Exception failed) when (failed is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            await channel.DisposeAsync();
            return false;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private static BasicProperties Properties(PartnerMessage message) => CloudEventMessage.Properties(
        message.Id, message.Source, message.Type, message.Subject, message.Sequence, message.OccurredAt, message.Provider);
}

/// <summary>Makes users and queues of partners, through the broker's management API.</summary>
public sealed class PartnerAdministration : IDisposable
{
    /// <summary>Messages in a queue before it refuses more: a partner that reads nothing must not fill the broker's disk.</summary>
    public const int LongestQueue = 100_000;

    private readonly HttpClient http;

    /// <param name="management">The API's address with the administrator's login, <c>http://user:password@host:15672</c>.</param>
    public PartnerAdministration(Uri management)
    {
        http = new() { BaseAddress = new(management.GetLeftPart(UriPartial.Authority).Replace(management.UserInfo + "@", "", StringComparison.Ordinal) + "/api/") };
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo)));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", login);
    }

    /// <summary>
    /// Makes the exchange, the queue with its binding, and a user of the queue's name that may read it and nothing else, or gives that user a new password.
    /// </summary>
    /// <returns>The password.</returns>
    /// <exception cref="HttpRequestException">The API refuses, or it does not answer.</exception>
    public async Task<string> Make(string queue, CancellationToken cancellationToken)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var name = Uri.EscapeDataString(queue);
        await Put($"exchanges/%2F/{PartnerExchange.Exchange}", new() { ["type"] = "topic", ["durable"] = true }, cancellationToken);
        await Put($"queues/%2F/{name}", new()
        {
            ["durable"] = true,
            ["arguments"] = new JsonObject { ["x-queue-type"] = "quorum", ["x-max-length"] = LongestQueue, ["x-overflow"] = "reject-publish" },
        }, cancellationToken);
        using (var bound = await http.PostAsJsonAsync(
            $"bindings/%2F/e/{PartnerExchange.Exchange}/q/{name}", new JsonObject { ["routing_key"] = $"{queue}.#" }, cancellationToken))
            bound.EnsureSuccessStatusCode();
        await Put($"users/{name}", new() { ["password"] = password, ["tags"] = "" }, cancellationToken);
        await Put($"permissions/%2F/{name}", new()
        {
            ["configure"] = "^$",
            ["write"] = "^$",
            ["read"] = $"^{queue.Replace(".", @"\.", StringComparison.Ordinal)}$",
        }, cancellationToken);
        return password;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task Put(string resource, JsonObject content, CancellationToken cancellationToken)
    {
        using var answer = await http.PutAsJsonAsync(resource, content, cancellationToken);
        if (answer.StatusCode is not HttpStatusCode.NoContent)
            answer.EnsureSuccessStatusCode();
    }
}
