using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ips.Policies;

/// <summary>Writes typed facts as the JSON that <see cref="FactReader"/> reads: what a stored decision keeps so that it can be repeated.</summary>
public static class FactWriter
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // What a record works out from its facts is no fact.
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new MoneyConverter(), new DayOrBlankConverter(), new PeriodConverter() },
    };

    /// <summary>The facts as JSON text; a fact that is not known is left out.</summary>
    public static string Write<TFacts>(TFacts facts) where TFacts : notnull => JsonSerializer.Serialize(facts, Options);

    private sealed class MoneyConverter : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Facts are read by FactReader.");

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("0.00", CultureInfo.InvariantCulture));
    }

    private sealed class DayOrBlankConverter : JsonConverter<DayOrBlank>
    {
        public override DayOrBlank Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Facts are read by FactReader.");

        public override void Write(Utf8JsonWriter writer, DayOrBlank value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "");
    }

    private sealed class PeriodConverter : JsonConverter<Period>
    {
        public override Period Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Facts are read by FactReader.");

        public override void Write(Utf8JsonWriter writer, Period value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
