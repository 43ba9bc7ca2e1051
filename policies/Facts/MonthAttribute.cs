using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ips.Policies;

/// <summary>A month, or a list of months, held as first days: <c>YYYY-MM</c> in JSON.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MonthAttribute : JsonConverterAttribute
{
    public override JsonConverter CreateConverter(Type typeToConvert) => typeToConvert == typeof(IReadOnlyList<DateOnly>) ? new Several() : new Single();

    private static string Of(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    private sealed class Single : FactConverter<DateOnly>
    {
        public override void Write(Utf8JsonWriter writer, DateOnly value, JsonSerializerOptions options) => writer.WriteStringValue(Of(value));
    }

    private sealed class Several : FactConverter<IReadOnlyList<DateOnly>>
    {
        public override void Write(Utf8JsonWriter writer, IReadOnlyList<DateOnly> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var month in value)
                writer.WriteStringValue(Of(month));
            writer.WriteEndArray();
        }
    }
}
