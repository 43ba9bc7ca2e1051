using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf.Reflection;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>The part for scalar and enum values.</summary>
internal ref partial struct JsonBodyCheck
{
    private void Scalar(FieldDescriptor field)
    {
        var fits = field.FieldType switch
        {
            FieldType.Bool => json.TokenType is JsonTokenType.True or JsonTokenType.False,
            FieldType.String => json.TokenType == JsonTokenType.String && IsWellFormed(),
            FieldType.Bytes => json.TokenType == JsonTokenType.String && IsBytes(),
            FieldType.Enum => IsEnum(field),
            FieldType.Float or FieldType.Double => IsFloating(field),
            _ => IsWhole(field),
        };
        if (!fits)
            Wrong($"must be {FieldValues.Expected(field)}", kind: !IsRightKind(field));
    }

    private bool IsWellFormed() => json.ValueIsEscaped ? Text() is not null : Utf8.IsValid(json.ValueSpan);

    private bool IsBytes()
    {
        if (!json.ValueIsEscaped && Base64.IsValid(json.ValueSpan) && json.ValueSpan.IndexOfAny(" \t\r\n"u8) < 0)
            return true;
        return Text() is { } text && Replace(FieldValues.StandardBase64(text) is { } standard ? $"\"{standard}\"" : null);
    }

    private bool IsEnum(FieldDescriptor field)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            foreach (var value in field.EnumType.Values)
            {
                if (json.ValueTextEquals(value.Name))
                    return true;
            }

            return false;
        }

        if (json.TokenType != JsonTokenType.Number)
            return json.TokenType == JsonTokenType.Null;   // NullValue; null of other enums is handled before
        return json.TryGetInt32(out var number)
            ? field.EnumType.FindValueByNumber(number) is not null
            : FieldValues.Whole(field, Raw()) is { } whole && FieldValues.FitsText(field, whole) && Replace(whole);
    }

    private bool IsFloating(FieldDescriptor field) => json.TokenType switch
    {
        JsonTokenType.Number => field.FieldType == FieldType.Float
            ? json.TryGetSingle(out var single) && float.IsFinite(single)
            : json.TryGetDouble(out var number) && double.IsFinite(number),
        JsonTokenType.String => Text() is { } text && Replace(FieldValues.Floating(field, text)),
        _ => false,
    };

    private bool IsWhole(FieldDescriptor field)
    {
        if (json.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            return false;
        var isNumber = json.TokenType == JsonTokenType.Number;
        var isPlain = field.FieldType switch
        {
            FieldType.UInt32 or FieldType.Fixed32 => isNumber && json.TryGetUInt32(out _),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 =>
                isNumber ? json.TryGetInt64(out _) : Utf8Parser.TryParse(json.ValueSpan, out long _, out var used) && used == json.ValueSpan.Length,
            FieldType.UInt64 or FieldType.Fixed64 =>
                isNumber ? json.TryGetUInt64(out _) : Utf8Parser.TryParse(json.ValueSpan, out ulong _, out var used) && used == json.ValueSpan.Length,
            _ => isNumber && json.TryGetInt32(out _),
        };
        return isPlain || ((isNumber ? Raw() : Text()) is { } text && Replace(FieldValues.Whole(field, text)));
    }

    /// <summary>False when the value does not fit and has no replacement.</summary>
    private bool Replace(string? text)
    {
        if (text is null)
            return false;
        (Rewrites ??= []).Add(new((int)json.TokenStartIndex, (int)json.BytesConsumed, text));
        return true;
    }

    private readonly string Raw() => Encoding.UTF8.GetString(json.ValueSpan);

    /// <summary>The text of a string or a name; null when it is not well formed, such as half of a surrogate pair.</summary>
    private readonly string? Text()
    {
        try
        {
            return json.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsSecond(ref bool seen)
    {
        var before = seen;
        seen = true;
        return before;
    }

    private readonly string Kind() => json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a boolean",
    };

    private readonly bool IsRightKind(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => json.TokenType is JsonTokenType.True or JsonTokenType.False,
        FieldType.String or FieldType.Bytes => json.TokenType == JsonTokenType.String,
        _ => json.TokenType is JsonTokenType.Number or JsonTokenType.String,
    };
}
