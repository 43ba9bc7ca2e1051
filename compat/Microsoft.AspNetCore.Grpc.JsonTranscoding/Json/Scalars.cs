using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>Scalar and enum values, from JSON or from the text of a path, a query or a map key. Values are boxed as C# accessors expect them.</summary>
internal static class Scalars
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static object FromJson(FieldDescriptor field, JsonElement json, string at)
    {
        switch (field.FieldType)
        {
            case FieldType.Bool:
                return json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : throw Wrong(field, json, at);
            case FieldType.String or FieldType.Bytes:
                return json.ValueKind == JsonValueKind.String ? FromText(field, Text(json, at), at) : throw Wrong(field, json, at);
            case FieldType.Enum when json.ValueKind == JsonValueKind.Null && WellKnown.IsNullEnum(field.EnumType):
                return 0;
            case FieldType.Float or FieldType.Double when json.ValueKind == JsonValueKind.Number:
                return FromText(field, json.GetRawText(), at);
            default:
                return json.ValueKind switch
                {
                    JsonValueKind.String when field.FieldType == FieldType.Enum => Named(field, Text(json, at), at),
                    JsonValueKind.String => FromText(field, Text(json, at), at),
                    JsonValueKind.Number => FromText(field, json.GetRawText(), at),
                    _ => throw Wrong(field, json, at),
                };
        }
    }

    public static object FromText(FieldDescriptor field, string text, string at) => field.FieldType switch
    {
        FieldType.String => text,
        FieldType.Bytes => Bytes(field, text, at),
        FieldType.Bool => text switch { "true" => true, "false" => false, _ => throw Wrong(field, at) },
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int)Whole(field, text, int.MinValue, int.MaxValue, at),
        FieldType.UInt32 or FieldType.Fixed32 => (uint)Whole(field, text, uint.MinValue, uint.MaxValue, at),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (long)Whole(field, text, long.MinValue, long.MaxValue, at),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)Whole(field, text, ulong.MinValue, ulong.MaxValue, at),
        FieldType.Float => Single(field, text, at),
        FieldType.Double => Double(field, text, at),
        FieldType.Enum => Enumerated(field, text, at),
        _ => throw RequestProblem.InField(at, "is a message; give its fields one by one"),
    };

    private static decimal Whole(FieldDescriptor field, string text, decimal least, decimal most, string at) =>
        decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var number)
            && number == decimal.Truncate(number) && number >= least && number <= most
            ? number
            : throw Wrong(field, at);

    private static double Double(FieldDescriptor field, string text, string at) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.TryParse(text, Number, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : throw Wrong(field, at),
    };

    private static float Single(FieldDescriptor field, string text, string at)
    {
        var wide = Double(field, text, at);
        var number = (float)wide;
        return double.IsFinite(wide) && !float.IsFinite(number) ? throw Wrong(field, at) : number;
    }

    private static int Enumerated(FieldDescriptor field, string text, string at) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? field.EnumType.FindValueByNumber(number)?.Number ?? throw Wrong(field, at)
            : Named(field, text, at);

    private static int Named(FieldDescriptor field, string text, string at) =>
        field.EnumType.FindValueByName(text)?.Number ?? throw Wrong(field, at);

    /// <summary>Base64 in the standard or the URL alphabet, padded or not, as the mapping allows.</summary>
    private static ByteString Bytes(FieldDescriptor field, string text, string at)
    {
        var standard = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        try
        {
            return ByteString.FromBase64(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            throw Wrong(field, at);
        }
    }

    private static string Text(JsonElement json, string at)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw RequestProblem.InField(at, "is not well-formed text: it holds half of a surrogate pair");
        }
    }

    private static RequestProblem Wrong(FieldDescriptor field, JsonElement json, string at) =>
        RequestProblem.InField(at, $"must be {Expected(field)}, not {MessageReader.Kind(json)}");

    private static RequestProblem Wrong(FieldDescriptor field, string at) => RequestProblem.InField(at, $"must be {Expected(field)}");

    private static string Expected(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "true or false",
        FieldType.String => "a string",
        FieldType.Bytes => "a base64 string",
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => "a whole number of 32 bits",
        FieldType.UInt32 or FieldType.Fixed32 => "a whole number of 32 bits, not negative",
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => "a whole number of 64 bits",
        FieldType.UInt64 or FieldType.Fixed64 => "a whole number of 64 bits, not negative",
        FieldType.Float or FieldType.Double => "a number, \"NaN\", \"Infinity\" or \"-Infinity\"",
        FieldType.Enum => $"one of {string.Join(", ", field.EnumType.Values.Select(value => value.Name))}",
        _ => "a message",
    };
}
