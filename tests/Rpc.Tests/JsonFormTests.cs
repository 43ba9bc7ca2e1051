using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Ips.Rpc.Tests.V1;
using Xunit;

namespace Ips.Rpc.Tests;

/// <summary>The proto3 JSON mapping, checked against the reader and writer of Google.Protobuf, which we did not write.</summary>
public sealed class JsonFormTests(CatalogFixture catalog) : IClassFixture<CatalogFixture>
{
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(CatalogReflection.Descriptor);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(Types).WithFormatDefaultValues(true));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types));
    private readonly TranscodedServer server = catalog.Server;

    public static TheoryData<string, Everything> Messages => new()
    {
        { "nothing set", new Everything() },
        { "all set", Full() },
        { "least", new Everything { Int32Value = int.MinValue, Int64Value = long.MinValue, FloatValue = float.MinValue, DoubleValue = double.MinValue,
            Sint64Value = long.MinValue } },
        { "most", new Everything { Uint32Value = uint.MaxValue, Uint64Value = ulong.MaxValue, FloatValue = float.MaxValue, DoubleValue = double.MaxValue,
            Fixed64Value = ulong.MaxValue } },
        { "not finite", new Everything { FloatValue = float.NaN, DoubleValue = double.NegativeInfinity } },
        { "smallest", new Everything { FloatValue = float.Epsilon, DoubleValue = double.Epsilon } },
        { "set to default", new Everything { MaybeString = "", MaybeView = View.Unspecified, ChoiceNumber = 0, WrappedString = "", WrappedInt64 = 0 } },
        { "text", new Everything { StringValue = "\u0000\u001f\"\\/\u2028 ä 日本 \U0001F600" } },
        { "null in a value", new Everything { Value = Value.ForNull(), List = new ListValue { Values = { Value.ForNull(), Value.ForBool(true) } } } },
        { "packed special type", new Everything { Any = Any.Pack(Duration.FromTimeSpan(TimeSpan.FromSeconds(3.25))) } },
        { "packed wrapper", new Everything { Any = Any.Pack(new Int64Value { Value = 7 }) } },
        { "nested", new Everything { Nested = new Everything { Nested = new Everything { Int32Value = 1 } } } },
    };

    [Theory, MemberData(nameof(Messages))]
    public async Task A_message_survives_both_ways(string name, Everything message)
    {
        var sent = Formatter.Format(message);
        var (code, answer) = await server.Send("POST", "/v1/everything", sent);

        Assert.True(code == HttpStatusCode.OK, $"{name}: {answer?.ToJsonString()}");
        Assert.Equal(message, Parser.Parse<Everything>(answer!.ToJsonString()));          // their reader, our writer
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), answer), $"{name}: {sent}\n{answer.ToJsonString()}");
    }

    [Theory]
    [InlineData("""{"int32_value":1,"anotherName":"r"}""", "int32Value", "1")]           // proto names are read too
    [InlineData("""{"renamed":"r"}""", "anotherName", "\"r\"")]
    [InlineData("""{"int64Value":"12","uint64Value":12}""", "int64Value", "\"12\"")]     // numbers as strings and strings as numbers
    [InlineData("""{"int32Value":"12"}""", "int32Value", "12")]
    [InlineData("""{"int32Value":1e2}""", "int32Value", "100")]
    [InlineData("""{"int32Value":5.0}""", "int32Value", "5")]
    [InlineData("""{"doubleValue":"Infinity"}""", "doubleValue", "\"Infinity\"")]
    [InlineData("""{"doubleValue":"1.5"}""", "doubleValue", "1.5")]
    [InlineData("""{"view":1}""", "view", "\"VIEW_BASIC\"")]
    [InlineData("""{"bytesValue":"_-8"}""", "bytesValue", "\"/+8=\"")]                   // URL alphabet, no padding
    [InlineData("""{"stringValue":null,"view":null,"nested":null,"textMap":null,"int64List":null}""", "stringValue", "\"\"")]
    [InlineData("""{"viewMap":{"true":"VIEW_FULL"}}""", "viewMap", """{"true":"VIEW_FULL"}""")]
    [InlineData("""{"timestamp":"2026-01-31T12:00:00.5+02:00"}""", "timestamp", "\"2026-01-31T10:00:00.500Z\"")]
    public async Task What_the_mapping_allows_is_read(string sent, string field, string expected)
    {
        var (code, answer) = await server.Send("POST", "/v1/everything", sent);

        Assert.True(code == HttpStatusCode.OK, answer?.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), answer![field]), answer[field]?.ToJsonString());
    }

    [Theory]
    [InlineData("boolValue=true&boolValue=", false)]
    [InlineData("boolValue=true", true)]
    [InlineData("int64Value=-9223372036854775808&uint64Value=18446744073709551615&floatValue=1.5&doubleValue=NaN", true)]
    [InlineData("bytesValue=_-8&wrappedInt64=5&wrappedString=x&duration=1.5s&mask=a,b&timestampList=2026-01-31T10:00:00Z", true)]
    [InlineData("nested.nested.choiceAuthor.familyName=x&int64List=1&int64List=2&wrappedList=3", true)]
    [InlineData("textMap=a", false)]
    [InlineData("nested=a", false)]
    [InlineData("structure=a", false)]
    [InlineData("nested.int64List.x=1", false)]
    public async Task Values_and_lists_fit_into_a_query(string query, bool fits)
    {
        var (code, answer) = await server.Send("GET", "/v1/everything?" + query);

        Assert.True(code == (fits ? HttpStatusCode.OK : HttpStatusCode.BadRequest), answer?.ToJsonString());
    }

    [Fact]
    public async Task Settings_change_the_written_form()
    {
        await using var plain = await TranscodedServer.Start();
        await using var terse = await TranscodedServer.Start(json =>
        {
            json.JsonSettings.IgnoreDefaultValues = true;
            json.JsonSettings.WriteEnumsAsIntegers = true;
            json.JsonSettings.WriteIndented = true;
        });
        const string sent = """{"int64Value":"5","view":"VIEW_FULL","maybeString":"","wrappedInt64":"0"}""";

        var (_, defaults) = await plain.Send("POST", "/v1/everything", sent);
        Assert.Equal(JsonValueKind.Number, defaults!["int64Value"]!.GetValueKind());    // the official default
        Assert.Equal("[]", defaults["int64List"]!.ToJsonString());
        Assert.Null(defaults["nested"]);

        using var response = await terse.Json.PostAsync(
            "/v1/everything", new StringContent(sent, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains('\n', text);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"int64Value":5,"view":2,"maybeString":"","wrappedInt64":0}"""), JsonNode.Parse(text)), text);
    }

    private static Everything Full() => new()
    {
        Int32Value = -1,
        Int64Value = 1L << 60,
        Uint32Value = 3,
        Uint64Value = 1UL << 63,
        Sint32Value = -5,
        Sint64Value = -6,
        Fixed32Value = 7,
        Fixed64Value = 8,
        Sfixed32Value = -9,
        Sfixed64Value = -10,
        FloatValue = 1.1f,
        DoubleValue = 0.1,
        BoolValue = true,
        StringValue = "text",
        BytesValue = ByteString.CopyFrom(0xff, 0xef, 0),
        View = View.Full,
        MaybeString = "m",
        ChoiceAuthor = new Author { FamilyName = "N" },
        Int64List = { 1, -2 },
        ViewList = { View.Basic, View.Unspecified },
        AuthorList = { new Author(), new Author { FamilyName = "M" } },
        TextMap = { [""] = "empty", ["k"] = "v" },
        AuthorMap = { [-1] = new Author { FamilyName = "K" } },
        ViewMap = { [false] = View.Basic },
        WrappedString = "w",
        WrappedInt64 = 1L << 54,
        WrappedBytes = ByteString.CopyFrom(1),
        Timestamp = new Timestamp { Seconds = -62135596800 },
        Duration = new Duration { Seconds = 1, Nanos = 1 },
        Mask = new FieldMask { Paths = { "a_b", "c.d_e" } },
        Structure = new Struct { Fields = { ["n"] = Value.ForNumber(1.5), ["l"] = Value.ForList(Value.ForString("x"), Value.ForNull()) } },
        Value = Value.ForString("v"),
        List = new ListValue { Values = { Value.ForNumber(1) } },
        Any = Any.Pack(new Author { FamilyName = "packed" }),
        Nested = new Everything { Int32Value = 1 },
        TimestampList = { new Timestamp { Seconds = 1, Nanos = 1000 } },
        WrappedList = { 1, 0 },
        Renamed = "other",
        MaybeView = View.Basic,
    };
}
