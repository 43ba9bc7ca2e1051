using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ips.Policies;

/// <summary>Canonical JSON of a <see cref="Decision"/>.</summary>
public static class Receipt
{
    /// <summary>Version of the evaluators and of this form; it changes when either would give different bytes for the same facts.</summary>
    public const string EngineVersion = "2";

    private static readonly JsonWriterOptions Canonical = new() { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The receipt as UTF-8 bytes.</summary>
    public static byte[] Write(Decision decision)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        using (Utf8JsonWriter json = new(buffer, Canonical))
        {
            json.WriteStartObject();
            json.WriteString("decision", decision.Name);
            json.WriteString("program", decision.Program);
            json.WriteString("packVersion", decision.PackVersion);
            json.WriteString("packHash", decision.PackHash);
            json.WriteString("engineVersion", EngineVersion);
            json.WriteString("asOf", Day(decision.AsOf));
            json.WriteString("verdict", decision.Verdict.ToString());
            json.WriteStartArray("findings");
            foreach (var finding in decision.Findings)
                Write(json, finding);
            json.WriteEndArray();
            json.WriteStartObject("values");
            foreach (var (name, value) in decision.Values.OrderBy(v => v.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a value of a decision: days as YYYY-MM-DD, money as text with two decimals, enums as codes.</summary>
    public static void WriteValue(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case string text: json.WriteStringValue(text); break;
            case int number: json.WriteNumberValue(number); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case DateOnly day: json.WriteStringValue(Day(day)); break;
            case decimal money: json.WriteStringValue(money.ToString("0.00", CultureInfo.InvariantCulture)); break;
            case IReadOnlyDictionary<string, object> map:
                json.WriteStartObject();
                foreach (var (name, item) in map.OrderBy(v => v.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    WriteValue(json, item);
                }

                json.WriteEndObject();
                break;
            case System.Collections.IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list)
                    WriteValue(json, item!);
                json.WriteEndArray();
                break;
            default: throw new ArgumentOutOfRangeException(nameof(value), value.GetType().Name, "not a type of decision value");
        }
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule.Value);
        json.WriteString("verdict", finding.Verdict.ToString());
        json.WriteBoolean("decides", finding.Decides);
        json.WriteString("because", finding.Reason);
        json.WriteStartObject("citation");
        json.WriteString("document", finding.Entry.Citation.Document);
        json.WriteString("section", finding.Entry.Citation.Section);
        if (finding.Entry.Citation.Law is { } law)
            json.WriteString("law", law);
        json.WriteEndObject();
        // A number that no text prints is ours: the receipt says so beside the place it is read from.
        if (finding.Entry is { RestsOnReading: true, Reading: { } reading })
            json.WriteString("reading", reading);
        if (finding.Entry.DecidedBy is { } who && finding.Verdict == Verdict.NeedsReview)
            json.WriteString("decidedBy", who);
        if (finding.MissingFacts.Count > 0)
        {
            json.WriteStartArray("missingFacts");
            foreach (var fact in finding.MissingFacts)
                json.WriteStringValue(fact);
            json.WriteEndArray();
        }

        if (finding.Remedy is { } remedy)
            json.WriteString("remedy", remedy);
        json.WriteEndObject();
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
