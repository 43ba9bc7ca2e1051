using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>Fields by either of their names in JSON: <c>pageSize</c> and, as the mapping has readers accept, <c>page_size</c>.</summary>
internal static class FieldNames
{
    private static readonly ConcurrentDictionary<MessageDescriptor, FrozenDictionary<string, FieldDescriptor>> Known = new();

    public static FieldDescriptor? Find(MessageDescriptor type, string name) => Known.GetOrAdd(type, Index).GetValueOrDefault(name);

    private static FrozenDictionary<string, FieldDescriptor> Index(MessageDescriptor type)
    {
        var names = new Dictionary<string, FieldDescriptor>();
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            names[field.Name] = field;
            names.TryAdd(field.JsonName, field);
        }

        return names.ToFrozenDictionary();
    }
}
