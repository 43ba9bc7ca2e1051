using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace Ips.Platform.Rpc.JsonRequests;

/// <summary>The fields of a message by either of their names: <c>pageSize</c>, and <c>page_size</c> as the proto3 JSON mapping has readers accept.</summary>
internal sealed class MessageFields
{
    private static readonly ConcurrentDictionary<MessageDescriptor, MessageFields> Known = new();
    private readonly FrozenDictionary<string, FieldDescriptor> names;
    private readonly FrozenDictionary<string, FieldDescriptor>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    private MessageFields(MessageDescriptor type)
    {
        var all = new Dictionary<string, FieldDescriptor>(StringComparer.Ordinal);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            all[field.Name] = field;
            all.TryAdd(field.JsonName, field);
        }

        names = all.ToFrozenDictionary(StringComparer.Ordinal);
        bySpan = names.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static MessageFields Of(MessageDescriptor type) => Known.GetOrAdd(type, static each => new(each));

    public FieldDescriptor? Find(ReadOnlySpan<char> name) => bySpan.TryGetValue(name, out var field) ? field : null;

    /// <summary>What is wrong with a name that no field has; the nearest known name is a suggestion.</summary>
    public string Unknown(string name)
    {
        var nearest = names.Keys.Select(known => (known, Distance: Distance(known, name))).OrderBy(each => each.Distance)
            .ThenBy(each => each.known, StringComparer.Ordinal).FirstOrDefault();
        if (nearest.known is not null && nearest.Distance <= Math.Max(2, nearest.known.Length / 3))
            return $"is not a field (did you mean {nearest.known}?)";
        return names.Count == 0 ? "is not a field; there are none"
            : $"is not a field; there are {string.Join(", ", names.Values.Distinct().Take(12).Select(field => field.JsonName))}";
    }

    /// <summary>How many letters to add, leave out or change.</summary>
    private static int Distance(string known, string sent)
    {
        if (sent.Length > known.Length * 2)
            return int.MaxValue;
        var row = Enumerable.Range(0, sent.Length + 1).ToArray();
        foreach (var letter in known)
        {
            var diagonal = row[0]++;
            for (var i = 1; i < row.Length; i++)
                (diagonal, row[i]) = (row[i],
                    Math.Min(Math.Min(row[i], row[i - 1]) + 1, diagonal + (char.ToLowerInvariant(letter) == char.ToLowerInvariant(sent[i - 1]) ? 0 : 1)));
        }

        return row[^1];
    }
}
