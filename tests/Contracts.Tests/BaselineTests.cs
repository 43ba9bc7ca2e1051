using System.Text.Json;
using System.Text.Json.Nodes;
using Ips.Contracts.Events;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>
/// The events, HTTP paths and roles that clients may depend on are frozen in contracts/baseline; BufTests has the messages. An addition has to be
/// recorded (UPDATE_BASELINE=1); a removal or change fails and needs the decision that contracts/README.md describes.
/// </summary>
public sealed class BaselineTests
{
    private static readonly string Folder = Path.Combine(Contract.Root, "contracts", "baseline");

    private static readonly string? Accept = Environment.GetEnvironmentVariable("UPDATE_BASELINE");

    private static readonly bool Update = Accept is not null;

    public static TheoryData<string> EventNames => [.. EventCatalog.All.Select(entry => entry.WireName)];

    [Fact]
    public void Paths_and_roles_keep_every_promise() => Check("rpcs.txt", ContractLines.OfRpcs(Contract.Rpcs));

    [Fact]
    public void Events_keep_every_promise() => Check("events.txt", ContractLines.OfEvents(EventCatalog.All.Select(entry => entry.Type)));

    [Theory, MemberData(nameof(EventNames))]
    public void An_event_is_written_as_it_was_frozen(string wireName)
    {
        var type = EventCatalog.Find(wireName)!.Type;
        var now = (JsonObject)JsonSerializer.SerializeToNode(EventShape.Example(type), type, EventCatalog.Json)!;
        var path = Path.Combine(Folder, "events", wireName + ".json");
        if (!File.Exists(path) || Accept == "break")
        {
            Assert.True(Update, $"{wireName} has no frozen example; "
                + $"run the tests once with UPDATE_BASELINE=1 and commit contracts/baseline/events/{wireName}.json.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, now.ToJsonString(new JsonSerializerOptions(EventCatalog.Json) { WriteIndented = true }) + "\n");
        }

        var frozen = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        var changed = frozen.Where(entry => !now.TryGetPropertyValue(entry.Key, out var value) || !JsonNode.DeepEquals(value, entry.Value));
        Assert.True(!changed.Any(),
            $"{wireName} writes {string.Join(", ", changed.Select(entry => entry.Key))} in another form than frozen; make a V2 beside it.");
    }

    [Theory, MemberData(nameof(EventNames))]
    public void A_frozen_event_can_still_be_read(string wireName)
    {
        var path = Path.Combine(Folder, "events", wireName + ".json");
        if (!File.Exists(path))
            return; // the test above reports it
        var type = EventCatalog.Find(wireName)!.Type;
        var frozen = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;

        var read = JsonSerializer.Deserialize(frozen.ToJsonString(), type, EventCatalog.Json)!;

        var again = (JsonObject)JsonSerializer.SerializeToNode(read, type, EventCatalog.Json)!;
        Assert.All(frozen, entry =>
            Assert.True(JsonNode.DeepEquals(again[entry.Key], entry.Value), $"{wireName}.{entry.Key} is lost when read and written again"));
    }

    [Fact]
    public void A_changed_line_is_broken_and_added() =>
        AssertCompare(["http a GET /v1/a"], ["http a GET /v1/b"], broken: ["http a GET /v1/a"], added: ["http a GET /v1/b"]);

    [Fact]
    public void An_addition_breaks_nothing() => AssertCompare(["access a mco"], ["access a mco", "access a ops"], broken: [], added: ["access a ops"]);

    [Fact]
    public void A_new_property_of_an_old_event_has_to_be_optional() => Assert.Equal(
        ["property ips.x.thing-made.v1 units int32"],
        Baseline.NotOptional(
            ["event ips.x.thing-made.v1 us.ips.x.thing.made.v1"],
            ["property ips.x.thing-made.v1 units int32", "property ips.x.thing-made.v1 tier text or null", "property ips.x.new-made.v1 units int32"]));

    private static void AssertCompare(string[] frozen, string[] now, string[] broken, string[] added)
    {
        var compared = Baseline.Compare(frozen, now);
        Assert.Equal(broken, compared.Broken);
        Assert.Equal(added, compared.Added);
    }

    private static void Check(string file, SortedSet<string> now)
    {
        var path = Path.Combine(Folder, file);
        var frozen = File.Exists(path) ? File.ReadAllLines(path).Where(line => line.Length > 0).ToArray() : [];
        var (broken, added) = Baseline.Compare(frozen, now);
        if (Accept == "break" && (broken.Count > 0 || added.Count > 0))
        {
            File.WriteAllLines(path, now);
            return;
        }

        Assert.True(broken.Count == 0,
            $"This change is not additive. contracts/baseline/{file} promises, and the contract no longer has:\n  {string.Join("\n  ", broken)}\n"
            + "Make a new version beside the old one; contracts/README.md says how a promise is withdrawn.");
        var required = Baseline.NotOptional(frozen, added);
        Assert.True(required.Count == 0, $"Added to something that clients already send or read, and not optional:\n  {string.Join("\n  ", required)}");
        if (Update && added.Count > 0)
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllLines(path, frozen.Concat(added).Order(StringComparer.Ordinal));
            return;
        }

        Assert.True(added.Count == 0,
            $"New and not frozen yet; run the tests once with UPDATE_BASELINE=1 and commit contracts/baseline/{file}:\n  {string.Join("\n  ", added)}");
    }
}
