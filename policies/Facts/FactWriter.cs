using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ips.Policies;

/// <summary>Writes typed facts as the JSON that <see cref="FactReader"/> reads: a stored decision keeps them so that it can be repeated.</summary>
public static class FactWriter
{
    /// <summary>The JSON form of facts. The names of <see cref="FactShape{T}"/> come from here as well.</summary>
    internal static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A property that a record computes from its facts is not a fact.
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new MoneyConverter(), new DayOrBlankConverter(), new PeriodConverter() },
    };

    /// <summary>The facts as JSON text; an unknown fact is left out.</summary>
    public static string Write<TFacts>(TFacts facts) where TFacts : notnull => JsonSerializer.Serialize(facts, Options);

    private sealed class MoneyConverter : FactConverter<decimal>
    {
        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString("0.00", CultureInfo.InvariantCulture));
    }

    private sealed class DayOrBlankConverter : FactConverter<DayOrBlank>
    {
        public override void Write(Utf8JsonWriter writer, DayOrBlank value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");
    }

    private sealed class PeriodConverter : FactConverter<Period>
    {
        public override void Write(Utf8JsonWriter writer, Period value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
