using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ips.Policies;

/// <summary>Writes a month that is held as its first day the way <see cref="FactReader.Month"/> reads it, <c>YYYY-MM</c>.</summary>
internal sealed class MonthConverter : JsonConverter<DateOnly>
{
    public override DateOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Facts are read by FactReader.");

    public override void Write(Utf8JsonWriter writer, DateOnly value, JsonSerializerOptions options) => writer.WriteStringValue(Of(value));

    internal static string Of(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}

/// <summary>The same for a list of months.</summary>
internal sealed class MonthsConverter : JsonConverter<IReadOnlyList<DateOnly>>
{
    public override IReadOnlyList<DateOnly> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Facts are read by FactReader.");

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<DateOnly> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var month in value)
            writer.WriteStringValue(MonthConverter.Of(month));
        writer.WriteEndArray();
    }
}
