using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>
/// Reads a JSON body once against the descriptors of its message and adds what is wrong to <paramref name="found"/>: names that are no field, values
/// of the wrong type or range, fields given twice, two members of one oneof. A form that the mapping allows and the official reader rejects is rewritten.
/// </summary>
internal ref partial struct JsonBodyCheck(ReadOnlySpan<byte> body, JsonParser parser, List<Problem.Invalid> found)
{
    private const int LongestName = 128;
    private const int MostOnStack = 128;
    private readonly ReadOnlySpan<byte> body = body;
    private readonly FieldPath at = new();
    private Utf8JsonReader json = new(body);

    /// <summary>In ascending order; null when the body can be handed on as it came.</summary>
    public List<Rewrite>? Rewrites { get; private set; }

    /// <param name="type">The request message.</param>
    /// <param name="field">The field that the body is; null when it is the whole message.</param>
    /// <exception cref="RefusedRequest">The body is not JSON.</exception>
    public void Run(MessageDescriptor type, FieldDescriptor? field)
    {
        if (body.IsEmpty)
            throw RefusedRequest.Malformed("MALFORMED_JSON", "The request body is empty; send a JSON value, at least {}.");
        try
        {
            json.Read();
            if (field is null)
                Message(type);
            else
                Named(field);
            json.Read();   // finds what stands behind the value
        }
        catch (JsonException problem)
        {
            // The parser's own text may quote the body; its position does not.
            throw RefusedRequest.Malformed("MALFORMED_JSON", problem.Message.Contains("depth", StringComparison.OrdinalIgnoreCase)
                ? "The request body nests deeper than 64 levels."
                : $"The request body is not valid JSON at line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}.");
        }
    }

    private void Message(MessageDescriptor type)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            Wrong("must be a JSON object");
            return;
        }

        var fields = MessageFields.Of(type);
        var most = type.Fields.InDeclarationOrder().Count + type.Oneofs.Count;
        var seen = most <= MostOnStack ? stackalloc bool[most] : new bool[most];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Find(fields, out var name) is { } field)
                Once(field, seen);
            else
                Unknown(name, fields);
        }
    }

    /// <param name="field">The field.</param>
    /// <param name="seen">The fields of the message that were given before, and behind them its oneofs.</param>
    private void Once(FieldDescriptor field, scoped Span<bool> seen)
    {
        json.Read();
        at.Enter(field.Name);
        if (IsSecond(ref seen[field.Index]))
            Wrong("is given twice", kind: false);
        else if (json.TokenType == JsonTokenType.Null && field.IsRepeated)
            Replace(field.IsMap ? "{}" : "[]");
        else if (!IsNull(field) && field.RealContainingOneof is { } oneof && IsSecond(ref seen[^(oneof.Index + 1)]))
            Wrong($"cannot be given together with another member of {oneof.Name}", kind: false);
        else if (!IsNull(field))
            Value(field);
        at.Leave();
    }

    private void Named(FieldDescriptor field)
    {
        at.Enter(field.Name);
        Value(field);
        at.Leave();
    }

    private void Value(FieldDescriptor field)
    {
        if (field.IsMap)
            Map(field.MessageType.Fields[1], field.MessageType.Fields[2]);
        else if (field.IsRepeated)
            List(field);
        else
            Single(field);
    }

    private void Map(FieldDescriptor key, FieldDescriptor value)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            Wrong("must be a JSON object");
            return;
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text() ?? "";
            json.Read();
            at.EnterKey(Short(name));
            if (!FieldValues.FitsText(key, name))
                Wrong($"has a key that must be {FieldValues.Expected(key)}", kind: false);
            else if (!keys.Add(name))
                Wrong("is given twice", kind: false);
            else
                Item(value);
            at.Leave();
        }
    }

    private void List(FieldDescriptor field)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            Wrong("must be a JSON array");
            return;
        }

        for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
        {
            at.EnterItem(i);
            Item(field);
            at.Leave();
        }
    }

    private void Item(FieldDescriptor field)
    {
        if (IsNull(field))
            Wrong("must not be null", kind: false);
        else
            Single(field);
    }

    private void Single(FieldDescriptor field)
    {
        if (field.FieldType != FieldType.Message)
            Scalar(field);
        else if (FieldValues.IsWrapper(field.MessageType))
            Scalar(field.MessageType.Fields[1]);
        else if (FieldValues.IsSpecial(field.MessageType))
            Special(field.MessageType);
        else
            Message(field.MessageType);
    }

    private FieldDescriptor? Find(MessageFields fields, out string name)
    {
        name = "";
        if (json.ValueSpan.Length <= LongestName && !json.ValueIsEscaped && Utf8.IsValid(json.ValueSpan))
        {
            Span<char> text = stackalloc char[LongestName];
            if (fields.Find(text[..json.CopyString(text)]) is { } field)
                return field;
        }

        name = Text() ?? "";
        return fields.Find(name);
    }

    private void Unknown(string name, MessageFields fields)
    {
        at.Enter(Short(name));
        json.Read();
        Wrong(fields.Unknown(Short(name)), kind: false);
        at.Leave();
    }

    /// <summary>Adds what is wrong here, and goes past the value.</summary>
    private void Wrong(string why, bool kind = true)
    {
        found.Add(new(at.ToString(), kind ? $"{why}, not {Kind()}" : why));
        json.Skip();
    }

    /// <summary>Null means that a field is not set, except where null is itself a value.</summary>
    private readonly bool IsNull(FieldDescriptor field) =>
        json.TokenType == JsonTokenType.Null
        && !(field.FieldType == FieldType.Message && !field.IsMap && field.MessageType.ClrType == typeof(Value))
        && !(field.FieldType == FieldType.Enum && field.EnumType.ClrType == typeof(NullValue));

    private static string Short(string name) => name.Length <= 64 ? name : name[..64];
}
