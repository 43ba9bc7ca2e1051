using System.Text;
using System.Text.Json.Nodes;
using Ips.Contracts.Events;
using Ips.Testing;
using RabbitMQ.Client;

namespace Ips.Events.Tests;

/// <summary>A message as a sender without the platform writes it.</summary>
public sealed class Forged
{
    public Dictionary<string, object?> Headers { get; } = [];
    public JsonObject Body { get; set; } = [];
    public string? Text { get; set; }
    public string MessageId { get; set; } = "";
}

/// <summary>Messages that no service publishes; each differs in one thing from one that a service publishes.</summary>
internal static class ForgedMessages
{
    /// <summary>The forms, by what is wrong.</summary>
    public static IEnumerable<(string Name, Forged Message)> All()
    {
        yield return With("unknown version", m => m.Headers["MT-MessageType"] = "urn:message:ips:staffing:team-formed:v2");
        yield return With("another CloudEvents version", m => m.Headers["cloudEvents_type"] = "us.ips.staffing.team.formed.v2");
        yield return With("no CloudEvents type", m => m.Headers.Remove("cloudEvents_type"));
        yield return With("another subject", m => m.Headers["cloudEvents_subject"] = "teams/other");
        yield return With("another tenant", m => m.Headers["cloudEvents_tenantid"] = "agency-two");
        yield return With("another sequence", m => m.Headers["cloudEvents_sequence"] = "2");
        yield return With("another label", m => m.Headers["cloudEvents_confidentiality"] = "U");
        yield return With("not JSON", m => m.Text = "{");
        yield return With("an array", m => m.Text = "[]");
        yield return With("no program", m => m.Body.Remove("program"));
        yield return With("null", m => m.Body["program"] = null);
        yield return With("a number for a text", m => m.Body["program"] = 7);
        yield return With("no day", m => m.Body["operationStart"] = "2026-02-30");
        yield return With("year 1", m => m.Body["operationStart"] = "0001-01-01");
        yield return With("year 9999", m => m.Body["operationStart"] = "9999-12-31");
        yield return With("NUL", m => m.Body["program"] = "nc\0core");
        yield return With("2 MB", m => m.Body["program"] = new string('x', 2_000_000));
        yield return With("zero team", m => m.Body["teamId"] = $"{Guid.Empty}");
        yield return With("sequence -1", m => m.Headers["cloudEvents_sequence"] = $"{m.Body["sequence"] = -1}");
        yield return With("far sequence", m => m.Headers["cloudEvents_sequence"] = $"{m.Body["sequence"] = 9223372036854775000}");
        yield return With("from tomorrow", m => m.Body["occurredAt"] = TimeProvider.System.GetUtcNow().AddDays(1));
        yield return With("zero event id", m => m.Body["eventId"] = m.MessageId = (string)(m.Headers["cloudEvents_id"] = $"{Guid.Empty}"));
        yield return With("last event id", m => m.Body["eventId"] = m.MessageId = (string)(m.Headers["cloudEvents_id"] = "ffffffff-ffff-7fff-bfff-ffffffffffff"));
        yield return With("another message id", m => m.MessageId = $"{Guid.CreateVersion7()}");
    }

    /// <summary>One that a service publishes.</summary>
    public static Forged Good()
    {
        var happened = TestService.Formed(Guid.CreateVersion7()) with
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Sequence = 1,
        };
        var entry = happened.ToEntry();
        return new()
        {
            MessageId = $"{entry.Id}",
            Body = JsonNode.Parse(entry.Body)!.AsObject(),
            Headers =
            {
                ["MT-MessageType"] = entry.Urn,
                ["cloudEvents_id"] = $"{entry.Id}",
                ["cloudEvents_type"] = EventCatalog.Of(happened.GetType()).CloudEventType,
                ["cloudEvents_subject"] = entry.Subject,
                ["cloudEvents_sequence"] = "1",
                ["cloudEvents_tenantid"] = entry.Provider,
            },
        };
    }

    /// <summary>Puts messages into one consumer's queue.</summary>
    public static async Task Send(Uri broker, string queue, IReadOnlyList<(string Name, Forged Message)> messages)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        foreach (var (name, message) in messages)
        {
            BasicProperties properties = new()
            {
                MessageId = message.MessageId,
                ContentType = "application/json",
                Headers = new Dictionary<string, object?>(message.Headers) { ["form"] = name },
            };
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(message.Text ?? message.Body.ToJsonString()));
        }
    }

    /// <summary>Takes all messages of a queue.</summary>
    /// <returns>What is wrong with each.</returns>
    public static async Task<List<string>> Take(Uri broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        List<string> names = [];
        try
        {
            while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
                names.Add(Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers!["form"]!));
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            // No message failed yet, so there is no such queue.
        }

        return names;
    }

    private static (string, Forged) With(string name, Action<Forged> change)
    {
        var message = Good();
        change(message);
        return (name, message);
    }
}
