using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>A field within a message, named by a path such as <c>team.name</c>, that takes its value from the text of a URL.</summary>
internal sealed class FieldPath
{
    private readonly IReadOnlyList<FieldDescriptor> fields;

    private FieldPath(IReadOnlyList<FieldDescriptor> fields) => (this.fields, Name) = (fields, string.Join('.', fields.Select(field => field.Name)));

    /// <summary>The path in proto names.</summary>
    public string Name { get; }

    public FieldDescriptor Leaf => fields[^1];

    public FieldDescriptor Root => fields[0];

    /// <summary>Finds a path in proto names or JSON names. Every field but the last is a single message.</summary>
    public static bool TryFind(MessageDescriptor type, string path, [NotNullWhen(true)] out FieldPath? found)
    {
        found = null;
        var steps = new List<FieldDescriptor>();
        foreach (var name in path.Split('.'))
        {
            if (steps.Count > 0)
            {
                if (steps[^1] is not { FieldType: FieldType.Message, IsRepeated: false } parent)
                    return false;
                type = parent.MessageType;
            }

            if (FieldNames.Find(type, name) is not { } field)
                return false;
            steps.Add(field);
        }

        found = new FieldPath(steps);
        return true;
    }

    /// <summary>Sets a single field, or adds to a list.</summary>
    /// <exception cref="RequestProblem">The text is not a value of the field.</exception>
    public void Set(IMessage message, string text, KnownTypes types)
    {
        foreach (var field in fields.SkipLast(1))
        {
            if (field.Accessor.GetValue(message) is not IMessage child)
            {
                child = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                field.Accessor.SetValue(message, child);
            }

            message = child;
        }

        var value = Value(text, types);
        if (Leaf.IsRepeated)
            ((IList)Leaf.Accessor.GetValue(message)).Add(value);
        else
            Leaf.Accessor.SetValue(message, value);
    }

    private object Value(string text, KnownTypes types)
    {
        if (Leaf.FieldType != FieldType.Message || Leaf.IsMap)
            return Leaf.IsMap ? throw RequestProblem.InField(Name, "is a map and cannot stand in a URL") : Scalars.FromText(Leaf, text, Name);
        var type = Leaf.MessageType;
        if (WellKnown.IsWrapper(type))
            return Scalars.FromText(type.Fields[1], text, Name);
        if (!WellKnown.IsText(type))
            throw RequestProblem.InField(Name, "is a message; give its fields one by one");
        try
        {
            return types.Parser.Parse(JsonSerializer.Serialize(text), type);
        }
        catch (Exception problem) when (problem is InvalidProtocolBufferException or InvalidOperationException or InvalidJsonException)
        {
            throw RequestProblem.InField(Name, WellKnown.Expected(type));
        }
    }
}
