using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>The part for types of <c>google.protobuf</c> with a JSON form of their own; the parser of Google.Protobuf decides.</summary>
internal ref partial struct JsonBodyCheck
{
    private void Special(MessageDescriptor type)
    {
        var start = (int)json.TokenStartIndex;
        if (type.ClrType == typeof(Struct) || type.ClrType == typeof(ListValue) || type.ClrType == typeof(Value))
            Free();
        else
            json.Skip();
        try
        {
            if (parser.Parse(Encoding.UTF8.GetString(body[start..(int)json.BytesConsumed]), type) is Duration { Seconds: <= 0, Nanos: < 0 })
                Wrong("must be a duration in whole seconds when it is negative", kind: false);   // the official reader takes no other
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidOperationException or InvalidJsonException)
        {
            Wrong($"must be {FieldValues.Expected(type)}", kind: false);
        }
    }

    /// <summary>Any JSON value; a name given twice in one object would lose one of its values.</summary>
    private void Free()
    {
        if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                Free();
        }
        else if (json.TokenType == JsonTokenType.StartObject)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (!names.Add(Text() ?? ""))
                    found.Add(new(at.ToString(), "has a name twice in one object"));
                json.Read();
                Free();
            }
        }
    }
}
