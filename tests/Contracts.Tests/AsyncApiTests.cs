using System.Text.Json.Nodes;
using Ips.Contracts.Events;
using Xunit;

namespace Ips.Contracts.Tests;

public sealed class AsyncApiTests
{
    private static readonly string DocumentPath = Path.Combine(Contract.Root, "contracts", "asyncapi.json");

    [Fact]
    public void The_document_matches_the_event_records()
    {
        var now = AsyncApiDocument.Write();
        if (Environment.GetEnvironmentVariable("UPDATE_BASELINE") == "1")
            File.WriteAllText(DocumentPath, now);

        Assert.True(File.Exists(DocumentPath) && File.ReadAllText(DocumentPath) == now,
            "contracts/asyncapi.json is not what the event records say; run the tests once with UPDATE_BASELINE=1 and commit it.");
    }

    [Fact]
    public void Every_event_has_a_channel_an_operation_a_message_and_an_example()
    {
        var document = JsonNode.Parse(AsyncApiDocument.Write())!;
        Assert.All(EventCatalog.All, entry =>
        {
            var channel = document["channels"]![entry.WireName]!;
            Assert.Equal(entry.WireName, (string?)channel["bindings"]!["amqp"]!["exchange"]!["name"]);
            var message = document["components"]!["messages"]![entry.WireName["ips.".Length..]]!;
            var schema = document["components"]!["schemas"]![entry.Type.Name]!;
            var example = message["examples"]![0]!["payload"]!.AsObject();
            Assert.Equal(schema["properties"]!.AsObject().Select(property => property.Key), example.Select(property => property.Key));
        });
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var document = JsonNode.Parse(AsyncApiDocument.Write())!;
        Assert.All(References(document), reference =>
            Assert.NotNull(reference.TrimStart('#', '/').Split('/').Aggregate(document, (node, step) => node![step]!)));
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject all => all.SelectMany(entry => entry.Key == "$ref" ? [(string)entry.Value!] : References(entry.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
