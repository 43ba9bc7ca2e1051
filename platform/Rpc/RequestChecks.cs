using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Ips.Platform.Rpc;

/// <summary>
/// Refuses malformed requests before a handler sees them, naming every field that is wrong: unknown enum values, a <c>request_id</c> that is no UUID,
/// or a negative <c>page_size</c>.
/// </summary>
public static class RequestChecks
{
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> Checked = new();

    /// <summary>Lets a well-formed request pass.</summary>
    /// <exception cref="ProblemException">Something is wrong with the request.</exception>
    public static void Demand(IMessage request)
    {
        var found = new List<Problem.Invalid>();
        Walk(request, "", found);
        if (Problem.Invalid.From(found) is { } problem)
            throw new ProblemException(problem);
    }

    private static void Walk(IMessage message, string prefix, List<Problem.Invalid> found)
    {
        foreach (var field in Checked.GetOrAdd(message.Descriptor, CanBeWrong))
        {
            var path = prefix + field.Name;
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                var at = 0;
                foreach (var item in (IList)value)
                    Value(field, item, $"{path}[{at++}]", found);
            }
            else if (value is not null)
            {
                Value(field, value, path, found);
            }
        }
    }

    private static FieldDescriptor[] CanBeWrong(MessageDescriptor type) =>
    [
        .. type.Fields.InDeclarationOrder().Where(field => !field.IsMap && (field.FieldType == FieldType.Enum || field.Name is "request_id" or "page_size"
            || (field.FieldType == FieldType.Message && !field.MessageType.File.Package.StartsWith("google.", StringComparison.Ordinal)))),
    ];

    private static void Value(FieldDescriptor field, object value, string path, List<Problem.Invalid> found)
    {
        switch (field.FieldType)
        {
            case FieldType.Enum when field.EnumType.FindValueByNumber(Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)) is null:
                found.Add(new(path, $"{Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)} is no {field.EnumType.Name}"));
                break;
            case FieldType.Message when value is IMessage inner:
                Walk(inner, path + ".", found);
                break;
            case FieldType.String
                when field.Name == "request_id" && value is string { Length: > 0 } id && (!Guid.TryParse(id, out var parsed) || parsed == Guid.Empty):
                found.Add(new(path, "is not a UUID; send a new one with every new request"));
                break;
            case FieldType.Int32 when field.Name == "page_size" && value is int and < 0:
                found.Add(new(path, "is negative; 0 asks for the documented default"));
                break;
        }
    }
}
