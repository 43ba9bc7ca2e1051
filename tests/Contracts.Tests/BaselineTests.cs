using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Ips.Contracts.Events;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>
/// The wire shapes that somebody may depend on are frozen in contracts/baseline. Adding is free and has to be recorded (UPDATE_BASELINE=1);
/// taking away or changing fails here and is a decision that contracts/README.md describes.
/// </summary>
public sealed class BaselineTests
{
    private static readonly string Folder = Path.Combine(Contract.Root, "contracts", "baseline");

    private static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_BASELINE") == "1";

    public static TheoryData<string> EventNames => [.. EventCatalog.All.Select(entry => entry.WireName)];

    [Fact]
    public void Protos_keep_every_promise() => Check("protos.txt", ContractLines.OfProtos(Contract.Files));

    [Fact]
    public void Events_keep_every_promise() => Check("events.txt", ContractLines.OfEvents(EventCatalog.All.Select(entry => entry.Type)));

    [Theory, MemberData(nameof(EventNames))]
    public void An_event_is_written_as_it_was_frozen(string wireName)
    {
        var type = EventCatalog.Find(wireName)!.Type;
        var now = (JsonObject)JsonSerializer.SerializeToNode(EventShape.Example(type), type, EventCatalog.Json)!;
        var path = Path.Combine(Folder, "events", wireName + ".json");
        if (!File.Exists(path))
        {
            Assert.True(Update, $"{wireName} has no frozen example; run the tests once with UPDATE_BASELINE=1 and commit contracts/baseline/events/{wireName}.json.");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, now.ToJsonString(new JsonSerializerOptions(EventCatalog.Json) { WriteIndented = true }) + "\n");
        }

        var frozen = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;
        var changed = frozen.Where(entry => !now.TryGetPropertyValue(entry.Key, out var value) || !JsonNode.DeepEquals(value, entry.Value));
        Assert.True(!changed.Any(), $"{wireName} writes {string.Join(", ", changed.Select(entry => entry.Key))} in another form than frozen; make a V2 beside it.");
    }

    [Theory, MemberData(nameof(EventNames))]
    public void A_frozen_event_can_still_be_read(string wireName)
    {
        var path = Path.Combine(Folder, "events", wireName + ".json");
        if (!File.Exists(path))
            return; // the test above says so
        var type = EventCatalog.Find(wireName)!.Type;
        var frozen = (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;

        var read = JsonSerializer.Deserialize(frozen.ToJsonString(), type, EventCatalog.Json)!;

        var again = (JsonObject)JsonSerializer.SerializeToNode(read, type, EventCatalog.Json)!;
        Assert.All(frozen, entry => Assert.True(JsonNode.DeepEquals(again[entry.Key], entry.Value), $"{wireName}.{entry.Key} is lost when read and written again"));
    }

    [Fact]
    public void A_retired_field_number_is_reserved_and_never_used_again()
    {
        var faults =
            from line in File.ReadAllLines(Path.Combine(Folder, "protos.txt"))
            where line.StartsWith("retired ", StringComparison.Ordinal)
            let parts = line.Split(' ')
            let message = Contract.Messages.SingleOrDefault(message => message.FullName == parts[1])
            let number = int.Parse(parts[2])
            where message is not null && !message.ToProto().ReservedRange.Any(range => range.Start <= number && number < range.End)
            select $"{parts[1]} had a field {number}: write `reserved {number};`";
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("a field is removed", "field test.v1.Thing.note = 2 string as note")]
    [InlineData("a field gets another number", "field test.v1.Thing.note = 2 string as note")]
    [InlineData("a field gets another type", "field test.v1.Thing.note = 2 string as note")]
    [InlineData("a field gets another name", "field test.v1.Thing.note = 2 string as note")]
    [InlineData("an enum value is removed", "value test.v1.Color COLOR_RED = 1")]
    [InlineData("a message is removed", "message test.v1.Thing")]
    public void A_breaking_change_is_found_and_named(string change, string broken)
    {
        var frozen = ContractLines.OfProtos([Sample()]);
        var now = ContractLines.OfProtos([Sample(file => Break(file, change))]);

        Assert.Contains(broken, Baseline.Compare(frozen, now).Broken);
    }

    [Fact]
    public void An_addition_breaks_nothing()
    {
        var frozen = ContractLines.OfProtos([Sample()]);
        var now = ContractLines.OfProtos([Sample(file =>
        {
            file.MessageType[0].Field.Add(Text("more", 3));
            file.EnumType[0].Value.Add(new EnumValueDescriptorProto { Name = "COLOR_BLUE", Number = 2 });
        })]);

        var (broken, added) = Baseline.Compare(frozen, now);

        Assert.Empty(broken);
        Assert.Equal(["field test.v1.Thing.more = 3 string as more", "value test.v1.Color COLOR_BLUE = 2"], added);
    }

    [Fact]
    public void A_new_property_of_an_old_event_has_to_be_optional() => Assert.Equal(
        ["property ips.x.thing-made.v1 units int32"],
        Baseline.NotOptional(
            ["event ips.x.thing-made.v1 us.ips.x.thing.made.v1"],
            ["property ips.x.thing-made.v1 units int32", "property ips.x.thing-made.v1 tier text or null", "property ips.x.new-made.v1 units int32"]));

    [Fact]
    public void A_new_field_of_an_old_request_has_to_be_optional()
    {
        string[] source = ["package ips.x.v1;", "message OldRequest {", "  // Required. The day.", "  string day = 1;", "  // The unit.", "  string unit = 2;", "}"];

        Assert.Equal(
            ["field ips.x.v1.OldRequest.day = 1 string as day"],
            Baseline.Required(
                ["message ips.x.v1.OldRequest"],
                ["field ips.x.v1.OldRequest.day = 1 string as day", "field ips.x.v1.OldRequest.unit = 2 string as unit"],
                [source]));
    }

    private static void Check(string file, SortedSet<string> now)
    {
        var path = Path.Combine(Folder, file);
        var frozen = File.Exists(path) ? File.ReadAllLines(path).Where(line => line.Length > 0).ToArray() : [];
        var (broken, added) = Baseline.Compare(frozen.Where(line => !line.StartsWith("retired ", StringComparison.Ordinal)), now);
        Assert.True(broken.Count == 0,
            $"This change is not additive. contracts/baseline/{file} promises, and the contract no longer has:\n  {string.Join("\n  ", broken)}\n"
            + "Make a new version beside the old one; contracts/README.md says how a promise is withdrawn.");
        string[] required = [.. Baseline.NotOptional(frozen, added), .. Baseline.Required(frozen, added, Contract.Sources.Values)];
        Assert.True(required.Length == 0, $"Added to something that clients already send or read, and not optional:\n  {string.Join("\n  ", required)}");
        if (Update && added.Count > 0)
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllLines(path, frozen.Concat(added).Order(StringComparer.Ordinal));
            return;
        }

        Assert.True(added.Count == 0,
            $"New and not frozen yet; run the tests once with UPDATE_BASELINE=1 and commit contracts/baseline/{file}:\n  {string.Join("\n  ", added)}");
    }

    private static void Break(FileDescriptorProto file, string change)
    {
        var thing = file.MessageType[0];
        switch (change)
        {
            case "a field is removed": thing.Field.RemoveAt(1); break;
            case "a field gets another number": thing.Field[1].Number = 9; break;
            case "a field gets another type": thing.Field[1].Type = FieldDescriptorProto.Types.Type.Bool; break;
            case "a field gets another name": thing.Field[1].Name = "remark"; break;
            case "an enum value is removed": file.EnumType[0].Value.RemoveAt(1); break;
            case "a message is removed": file.MessageType.RemoveAt(0); break;
            default: throw new ArgumentOutOfRangeException(nameof(change), change, "no such change");
        }
    }

    private static FileDescriptor Sample(Action<FileDescriptorProto>? change = null)
    {
        var file = new FileDescriptorProto
        {
            Name = "test.proto",
            Package = "test.v1",
            Syntax = "proto3",
            MessageType = { new DescriptorProto { Name = "Thing", Field = { Text("name", 1), Text("note", 2) } } },
            EnumType =
            {
                new EnumDescriptorProto
                {
                    Name = "Color",
                    Value = { new EnumValueDescriptorProto { Name = "COLOR_UNSPECIFIED", Number = 0 }, new EnumValueDescriptorProto { Name = "COLOR_RED", Number = 1 } },
                },
            },
        };
        change?.Invoke(file);
        return FileDescriptor.BuildFromByteStrings([file.ToByteString()])[0];
    }

    private static FieldDescriptorProto Text(string name, int number) => new()
    {
        Name = name,
        Number = number,
        Type = FieldDescriptorProto.Types.Type.String,
        Label = FieldDescriptorProto.Types.Label.Optional,
    };
}
