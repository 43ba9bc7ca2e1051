namespace Ips.AppHost;

/// <summary>
/// What a service may do at the broker: publish its own events, read its own queues, and bind the events of the services that it listens to. Patterns of
/// RabbitMQ; a deployment's are compared with these.
/// </summary>
/// <param name="Configure">What it declares. Who binds an exchange declares it too, so that the order of the starts does not matter.</param>
/// <param name="Write">What it publishes to and fills.</param>
/// <param name="Read">What it reads and binds.</param>
/// <param name="Topics">What it may send to the topic exchange, which belongs to all.</param>
internal sealed record BrokerPermissions(string Configure, string Write, string Read, string Topics)
{
    /// <summary>The exchange of all events.</summary>
    public const string TopicExchange = "ips.events";

    /// <summary>The services whose events each service consumes.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ListensTo { get; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["eligibility"] = ["eligibility", "staffing", "fidelity", "billing"],
        ["staffing"] = ["eligibility", "fidelity"],
        ["fidelity"] = ["eligibility", "staffing", "billing"],
        ["billing"] = ["eligibility", "staffing"],
        ["reporting"] = ["eligibility", "staffing", "fidelity", "billing"],
    };

    /// <summary>Those of a service.</summary>
    public static BrokerPermissions Of(string service)
    {
        var (queues, events) = ($@"{service}\..*", $@"ips\.{service}\..*");
        var others = string.Concat(ListensTo[service].Where(publisher => publisher != service).Select(publisher => $@"|ips\.{publisher}\..*"));
        return new($@"^({queues}|{events}|ips\.events{others})$", $@"^({queues}|{events}|ips\.events)$", $@"^({queues}|{events}{others})$", $"^{events}$");
    }
}
