using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>Writes messages in the proto3 JSON mapping, with the deviations <see cref="GrpcJsonSettings"/> allows.</summary>
internal sealed class MessageWriter(KnownTypes types)
{
    private readonly GrpcJsonSettings settings = types.Settings;

    /// <summary>UTF-8 JSON of a message, or of one field of it when a rule names a response body.</summary>
    /// <param name="message">The message.</param>
    /// <param name="only">The field that alone is written; null for the whole message.</param>
    /// <param name="oneLine">True for streams, where a line is a message.</param>
    public ReadOnlyMemory<byte> Write(IMessage message, FieldDescriptor? only = null, bool oneLine = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = settings.WriteIndented && !oneLine };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            if (only is null)
                WriteMessage(json, message);
            else
                WriteField(json, only, only.Accessor.GetValue(message));
        }

        return buffer.WrittenMemory;
    }

    private void WriteMessage(Utf8JsonWriter json, IMessage message)
    {
        var type = message.Descriptor;
        if (message is Any any)
        {
            WriteAny(json, any);
        }
        else if (WellKnown.IsSpecial(type))
        {
            json.WriteRawValue(JsonFormatter.Default.Format(message));
        }
        else if (WellKnown.IsWrapper(type))
        {
            var value = type.Fields[1];
            WriteSingle(json, value, value.Accessor.GetValue(message));
        }
        else
        {
            json.WriteStartObject();
            WriteFields(json, message);
            json.WriteEndObject();
        }
    }

    private void WriteFields(Utf8JsonWriter json, IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.HasPresence && !field.Accessor.HasValue(message))
                continue;
            var value = field.Accessor.GetValue(message);
            if (settings.IgnoreDefaultValues && !field.HasPresence && IsDefault(field, value))
                continue;
            json.WritePropertyName(field.JsonName);
            WriteField(json, field, value);
        }
    }

    private void WriteField(Utf8JsonWriter json, FieldDescriptor field, object? value)
    {
        if (field.IsMap)
        {
            var valueField = field.MessageType.Fields[2];
            json.WriteStartObject();
            foreach (DictionaryEntry entry in (IDictionary)value!)
            {
                json.WritePropertyName(entry.Key is bool flag ? (flag ? "true" : "false") : Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!);
                WriteSingle(json, valueField, entry.Value);
            }

            json.WriteEndObject();
        }
        else if (field.IsRepeated)
        {
            json.WriteStartArray();
            foreach (var item in (IList)value!)
                WriteSingle(json, field, item);
            json.WriteEndArray();
        }
        else
        {
            WriteSingle(json, field, value);
        }
    }

    private void WriteSingle(Utf8JsonWriter json, FieldDescriptor field, object? value)
    {
        switch (field.FieldType)
        {
            case FieldType.Message or FieldType.Group when value is null:
                json.WriteNullValue();
                break;
            case FieldType.Message or FieldType.Group when value is IMessage message:
                WriteMessage(json, message);
                break;
            case FieldType.Message or FieldType.Group:
                WriteSingle(json, field.MessageType.Fields[1], value);   // a wrapper field holds the bare value in C#
                break;
            case FieldType.Enum:
                WriteEnum(json, field.EnumType, Convert.ToInt32(value, CultureInfo.InvariantCulture));
                break;
            default:
                WriteScalar(json, value);
                break;
        }
    }

    private void WriteEnum(Utf8JsonWriter json, EnumDescriptor type, int number)
    {
        if (WellKnown.IsNullEnum(type))
            json.WriteNullValue();
        else if (!settings.WriteEnumsAsIntegers && type.FindValueByNumber(number) is { } named)
            json.WriteStringValue(named.Name);
        else
            json.WriteNumberValue(number);
    }

    private void WriteScalar(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case string text: json.WriteStringValue(text); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case uint number: json.WriteNumberValue(number); break;
            case long number when settings.WriteInt64sAsStrings: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case long number: json.WriteNumberValue(number); break;
            case ulong number when settings.WriteInt64sAsStrings: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case ulong number: json.WriteNumberValue(number); break;
            case float number when !float.IsFinite(number): json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case float number: json.WriteNumberValue(number); break;
            case double number when !double.IsFinite(number): json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case double number: json.WriteNumberValue(number); break;
            case ByteString bytes: json.WriteBase64StringValue(bytes.Span); break;
            default: throw new InvalidOperationException($"{value?.GetType().Name ?? "null"} is not a protobuf scalar.");
        }
    }

    /// <summary>
    /// The fields of the packed message beside <c>@type</c>; a special type stands under <c>value</c>. A type nobody registered keeps its
    /// bytes, base64 under <c>value</c>, so that an error whose details we cannot read is still told.
    /// </summary>
    private void WriteAny(Utf8JsonWriter json, Any any)
    {
        json.WriteStartObject();
        if (any.TypeUrl.Length > 0)
        {
            json.WriteString("@type", any.TypeUrl);
            if (types.Find(any.TypeUrl) is not { } type)
            {
                json.WriteBase64String("value", any.Value.Span);
            }
            else if (type.Parser.ParseFrom(any.Value) is var message && (WellKnown.IsSpecial(type) || WellKnown.IsWrapper(type) || WellKnown.IsAny(type)))
            {
                json.WritePropertyName("value");
                WriteMessage(json, message);
            }
            else
            {
                WriteFields(json, message);
            }
        }

        json.WriteEndObject();
    }

    private static bool IsDefault(FieldDescriptor field, object value) =>
        value switch
        {
            ICollection many => many.Count == 0,
            string text => text.Length == 0,
            ByteString bytes => bytes.IsEmpty,
            bool flag => !flag,
            double number => BitConverter.DoubleToInt64Bits(number) == 0,   // minus zero is a value
            float number => BitConverter.SingleToInt32Bits(number) == 0,
            _ when field.FieldType == FieldType.Enum => Convert.ToInt32(value, CultureInfo.InvariantCulture) == 0,
            _ => Convert.ToDecimal(value, CultureInfo.InvariantCulture) == 0,
        };
}
