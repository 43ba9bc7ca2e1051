using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Ips.Contracts.Events;

namespace Ips.Contracts.Tests;

/// <summary>
/// Writes contracts/asyncapi.json from the event records, their wire names and their XML documentation, so that a consumer who does not use C#
/// reads the same contract. CloudEvents 1.0 in binary mode over AMQP 0-9-1: attributes are headers named <c>cloudEvents_*</c>, the body is the event.
/// </summary>
internal static class AsyncApiDocument
{
    private const string About =
        "The events that the five services publish. Raw JSON; CloudEvents 1.0 attributes in the headers. "
        + "Ids, codes, policy days and numbers only, no personal data. "
        + "At least once: recognize a repetition by the id. Within a subject the sequence grows by one, so a gap or an older step can be seen. "
        + "The label confidentiality is R for an event about a person in treatment and N for any other, a code of HL7's value set Confidentiality; 42 CFR part 2 "
        + "prohibits unauthorized use or disclosure of restricted records. "
        + "Each event type has an exchange of its own name; all of them are bound to the topic exchange ips.events with that name as routing key.";

    private static readonly JsonSerializerOptions Readable = new(
        EventCatalog.Json)
    { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The whole document, with a final line feed.</summary>
    public static string Write()
    {
        var words = Words();
        var document = new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["id"] = "urn:ips:events",
            ["info"] = new JsonObject
            {
                ["title"] = "IPS Platform events",
                ["version"] = "1.0.0",
                ["description"] = About,
            },
            ["defaultContentType"] = "application/json",
            ["servers"] = new JsonObject { ["broker"] = Server() },
            ["channels"] = With(Each(entry => entry.WireName, Channel), PartnerChannel, Partners()),
            ["operations"] = With(Each(entry => $"publish-{Key(entry)}", Operation), "publish-to-partners", PartnerOperation()),
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["partner"] = new JsonObject
                    {
                        ["type"] = "userPassword",
                        ["description"] = "The user that add-partner makes: it may read the partner's own queue and nothing else.",
                    },
                },
                ["messages"] = Each(Key, entry => Message(entry, words)),
                ["schemas"] = Each(entry => entry.Type.Name, entry => Payload(entry, words)),
            },
        };
        return document.ToJsonString(Readable) + "\n";
    }

    private const string PartnerChannel = "ips.reporting.partners";

    private static JsonObject With(JsonObject all, string name, JsonNode value)
    {
        all[name] = value;
        return all;
    }

    private static JsonObject Server() => new()
    {
        ["host"] = "{host}:{port}",
        ["protocol"] = "amqp",
        ["protocolVersion"] = "0.9.1",
        ["description"] = "The broker of an installation. add-partner prints the address with the partner's login once. An installation that is reached from "
            + "outside of its network ends TLS before the broker (amqps).",
        ["variables"] = new JsonObject
        {
            ["host"] = new JsonObject { ["default"] = "localhost", ["description"] = "The installation's name for the broker." },
            ["port"] = new JsonObject { ["default"] = "5672", ["description"] = "5672, or 5671 with TLS; in the sandbox a free port." },
        },
        ["security"] = new JsonArray(Ref("#/components/securitySchemes/partner")),
    };

    private static JsonObject Partners() => new()
    {
        ["address"] = "partner.{role}.{organization}.{type}",
        ["summary"] = "What one partner may see, in the order of the feed: only partners' users read it, each its own queue.",
        ["description"] = "The queue partner.{role}.{organization} gets the events of PullEvents. A message that its reader does not acknowledge stays; a queue "
            + "of 100,000 messages refuses more, and the rest waits in the log. A state gets ids of people that only its own events have.",
        ["servers"] = new JsonArray(Ref("#/servers/broker")),
        ["parameters"] = new JsonObject
        {
            ["role"] = new JsonObject { ["description"] = "The partner's role.", ["enum"] = new JsonArray("mco", "provider", "state") },
            ["organization"] = new JsonObject { ["description"] = "The partner's code." },
            ["type"] = new JsonObject { ["description"] = "The CloudEvents type of the event." },
        },
        ["messages"] = Each(Key, entry => Ref($"#/components/messages/{Key(entry)}")),
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "routingKey",
                ["exchange"] = new JsonObject { ["name"] = PartnerChannel, ["type"] = "topic", ["durable"] = true, ["autoDelete"] = false, ["vhost"] = "/" },
                ["bindingVersion"] = "0.3.0",
            },
        },
    };

    private static JsonObject PartnerOperation() => new()
    {
        ["action"] = "send",
        ["channel"] = Ref($"#/channels/{PartnerChannel}"),
        ["summary"] = "Reporting publishes to each partner the events that the partner may see, of the kinds that it counts.",
        ["messages"] = new JsonArray([.. EventCatalog.All.Select(entry => Ref($"#/channels/{PartnerChannel}/messages/{Key(entry)}"))]),
    };

    private static JsonObject Each(Func<EventType, string> key, Func<EventType, JsonNode> value) =>
        new(EventCatalog.All.Select(entry => KeyValuePair.Create<string, JsonNode?>(key(entry), value(entry))));

    // Component keys may hold letters, digits, hyphen, dot and underscore; operations read better without the prefix.
    private static string Key(EventType entry) => entry.WireName["ips.".Length..];

    private static JsonObject Channel(EventType entry) => new()
    {
        ["address"] = entry.WireName,
        ["messages"] = new JsonObject { [Key(entry)] = Ref($"#/components/messages/{Key(entry)}") },
        ["bindings"] = new JsonObject
        {
            ["amqp"] = new JsonObject
            {
                ["is"] = "routingKey",
                ["exchange"] = new JsonObject { ["name"] = entry.WireName, ["type"] = "fanout", ["durable"] = true, ["autoDelete"] = false, ["vhost"] = "/" },
                ["bindingVersion"] = "0.3.0",
            },
        },
    };

    private static JsonObject Operation(EventType entry) => new()
    {
        ["action"] = "send",
        ["channel"] = Ref($"#/channels/{entry.WireName}"),
        ["summary"] = $"The {entry.Service} service publishes it.",
        ["messages"] = new JsonArray(Ref($"#/channels/{entry.WireName}/messages/{Key(entry)}")),
    };

    private static JsonObject Message(EventType entry, IReadOnlyDictionary<string, string> words)
    {
        var example = EventShape.Example(entry.Type);
        return new()
        {
            ["name"] = entry.CloudEventType,
            ["title"] = entry.Type.Name,
            ["summary"] = words[$"T:{entry.Type.FullName}"],
            ["contentType"] = "application/json",
            ["headers"] = Headers(entry),
            ["payload"] = Ref($"#/components/schemas/{entry.Type.Name}"),
            ["examples"] = new JsonArray(
                new JsonObject { ["name"] = "example", ["payload"] = JsonSerializer.SerializeToNode(example, entry.Type, EventCatalog.Json) }),
        };
    }

    private static JsonObject Headers(EventType entry) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray(
            "cloudEvents_specversion", "cloudEvents_id", "cloudEvents_source", "cloudEvents_type", "cloudEvents_subject", "cloudEvents_time"),
        ["properties"] = new JsonObject
        {
            ["cloudEvents_specversion"] = Text("CloudEvents version.", constant: "1.0"),
            ["cloudEvents_id"] = Text("The event's id; together with the source it is unique.", "uuid"),
            ["cloudEvents_source"] = Text("The service that publishes it.", constant: $"/ips/{entry.Service}"),
            ["cloudEvents_type"] = Text("The type with its version.", constant: entry.CloudEventType),
            ["cloudEvents_subject"] = Text("The resource it happened to."),
            ["cloudEvents_time"] = Text("When it happened.", "date-time"),
            ["cloudEvents_sequence"] = Text("Its number within the subject, 1 or more, as text."),
            ["cloudEvents_partitionkey"] = Text("The subject: what order is kept by."),
            ["cloudEvents_confidentiality"] = Text(entry.Label == Confidentiality.Restricted
                ? "HL7 Confidentiality: restricted, about a person in treatment. 42 CFR part 2 prohibits unauthorized use or disclosure of these records."
                : "HL7 Confidentiality: normal, about no person in treatment.", constant: entry.Label),
            ["cloudEvents_traceparent"] = Text("W3C trace context of the request that caused it."),
        },
    };

    private static JsonObject Payload(EventType entry, IReadOnlyDictionary<string, string> words)
    {
        var nullability = new NullabilityInfoContext();
        var properties = new JsonObject();
        foreach (var property in EventShape.PropertiesOf(entry.Type))
        {
            var schema = Schema(EventShape.TypeName(property.PropertyType), nullability.Create(property).ReadState == NullabilityState.Nullable);
            schema["description"] = Describe(entry.Type, property, words);
            properties[EventShape.JsonName(property)] = schema;
        }

        // Every property is written, null where it has no value.
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = words[$"T:{entry.Type.FullName}"],
            ["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]),
            ["properties"] = properties,
        };
    }

    private static JsonObject Schema(string type, bool orNull)
    {
        var (json, format) = type switch
        {
            "uuid" => ("string", "uuid"),
            "instant" => ("string", "date-time"),
            "day" => ("string", "date"),
            "text" => ("string", null),
            "int32" => ("integer", "int32"),
            "int64" => ("integer", "int64"),
            "decimal" => ("number", null),
            "bool" => ("boolean", null),
            "texts" => ("array", (string?)null),
            _ => throw new NotSupportedException($"{type} has no JSON schema here."),
        };
        var schema = new JsonObject { ["type"] = orNull ? new JsonArray(json, "null") : json };
        if (format is not null)
            schema["format"] = format;
        if (type == "texts")
            schema["items"] = new JsonObject { ["type"] = "string" };
        return schema;
    }

    private static JsonObject Text(string description, string? format = null, string? constant = null)
    {
        var schema = new JsonObject { ["type"] = "string", ["description"] = description };
        if (format is not null)
            schema["format"] = format;
        if (constant is not null)
            schema["const"] = constant;
        return schema;
    }

    private static JsonObject Ref(string target) => new() { ["$ref"] = target };

    private static string Describe(Type type, PropertyInfo property, IReadOnlyDictionary<string, string> words) =>
        words.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}")
        ?? words.GetValueOrDefault($"P:{typeof(DomainEvent).FullName}.{property.Name}")
        ?? throw new InvalidOperationException($"{type.Name}.{property.Name} has no documentation; write a summary.");

    /// <summary>Summaries by member.</summary>
    private static Dictionary<string, string> Words()
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Contracts.xml")).Descendants("member"))
        {
            var name = member.Attribute("name")!.Value;
            if (member.Element("summary") is { } summary)
                words[name] = Plain(summary);
        }

        return words;
    }

    private static string Plain(XElement element) => string.Join(' ', element.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
