using System.Buffers.Text;
using System.Globalization;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>Which texts are values of a scalar or enum field.</summary>
internal static class FieldValues
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
    private const int MostDigits = 28;   // of decimal; no field holds more than 20

    private static readonly Dictionary<string, string> SpecialTypes = new()
    {
        [Timestamp.Descriptor.FullName] = "an RFC 3339 time such as \"2026-01-31T13:45:00Z\"",
        [Duration.Descriptor.FullName] = "a duration in seconds such as \"3.5s\"",
        [FieldMask.Descriptor.FullName] = "field paths joined by commas such as \"startDate,team.name\"",
        [Struct.Descriptor.FullName] = "a JSON object",
        [ListValue.Descriptor.FullName] = "a JSON array",
        [Value.Descriptor.FullName] = "a JSON value",
        [Any.Descriptor.FullName] = "an object whose \"@type\" names a known message",
    };

    /// <summary>A type of <c>google.protobuf</c> whose JSON form is not that of a message, the wrappers apart.</summary>
    public static bool IsSpecial(MessageDescriptor type) => SpecialTypes.ContainsKey(type.FullName);

    /// <summary>Its JSON form is one string, so it can stand in a URL.</summary>
    public static bool IsText(MessageDescriptor type) =>
        type.ClrType == typeof(Timestamp) || type.ClrType == typeof(Duration) || type.ClrType == typeof(FieldMask);

    /// <summary>A wrapper's JSON form is that of the value in it.</summary>
    public static bool IsWrapper(MessageDescriptor type) => type.File.Name == "google/protobuf/wrappers.proto";

    /// <summary>The text of a path, a query or a map key is a value of the field.</summary>
    public static bool FitsText(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.String => true,
        FieldType.Bytes => StandardBase64(text) is not null,
        FieldType.Bool => text is "true" or "false",
        FieldType.Float or FieldType.Double => Floating(field, text) is not null,
        FieldType.Enum => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? field.EnumType.FindValueByNumber(number) is not null
            : field.EnumType.FindValueByName(text) is not null,
        _ => text.All(c => char.IsAsciiDigit(c) || c == '-') && Whole(field, text) is not null,
    };

    /// <summary>The whole number a text such as <c>12</c>, <c>5.0</c> or <c>1e2</c> means, as plain digits; null when it is none or out of range.</summary>
    public static string? Whole(FieldDescriptor field, string text)
    {
        var (least, most) = Range(field.FieldType);
        if (text.Length > MostDigits || !decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var value) || decimal.Truncate(value) != value
            || value < least || value > most)
            return null;
        var vanished = value == 0 && text.AsSpan()
            .IndexOfAnyInRange('1', '9') is >= 0 and var digit && (text.IndexOfAny(['e', 'E']) is var e && (e < 0 || digit < e));
        return vanished ? null : decimal.Truncate(value).ToString("0", CultureInfo.InvariantCulture);
    }

    /// <summary>The number as JSON writes it; null when it is none or beyond the type.</summary>
    public static string? Floating(FieldDescriptor field, string text)
    {
        if (text is "NaN" or "Infinity" or "-Infinity")
            return $"\"{text}\"";
        if (!double.TryParse(text, Number, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(field.FieldType == FieldType.Float ? (float)value : value))
            return null;
        return value.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Base64 in the standard or the URL alphabet, padded or not, written in the standard way; null when it is none.</summary>
    public static string? StandardBase64(string text)
    {
        var bare = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var padded = bare.PadRight((bare.Length + 3) / 4 * 4, '=');
        return !bare.Any(char.IsWhiteSpace) && Base64.IsValid(padded) ? padded : null;
    }

    /// <summary>What a value of the field has to be, for an error text.</summary>
    public static string Expected(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "true or false",
        FieldType.String => "a string",
        FieldType.Bytes => "a base64 string",
        FieldType.Float or FieldType.Double => "a number, \"NaN\", \"Infinity\" or \"-Infinity\"",
        FieldType.Enum => $"one of {string.Join(", ", field.EnumType.Values.Select(value => value.Name))}",
        FieldType.Message => Expected(field.MessageType),
        var whole => $"a whole number from {Range(whole).Least} to {Range(whole).Most}",
    };

    /// <inheritdoc cref="Expected(FieldDescriptor)"/>
    public static string Expected(MessageDescriptor type) => SpecialTypes.GetValueOrDefault(type.FullName, "a JSON object");

    private static (decimal Least, decimal Most) Range(FieldType type) => type switch
    {
        FieldType.UInt32 or FieldType.Fixed32 => (0, uint.MaxValue),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (long.MinValue, long.MaxValue),
        FieldType.UInt64 or FieldType.Fixed64 => (0, ulong.MaxValue),
        _ => (int.MinValue, int.MaxValue),
    };
}
