using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;

namespace Ips.Platform.Rpc;

/// <summary>
/// Refuses malformed requests before a handler sees them, naming every field that is wrong: unknown enum values, control characters in a text, a
/// <c>request_id</c> that is no UUID, a negative <c>page_size</c>, and days that contradict their <c>(ips.common.v1.day_order)</c>.
/// </summary>
public static class RequestChecks
{
    // Line breaks and tabs stand in notes that people type; a use case whose text is one line refuses them.
    private static readonly SearchValues<char> Control = SearchValues.Create(
        [.. Enumerable.Range(0, 0xa0).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\t' or '\n' or '\r'))]);

    private static readonly ConcurrentDictionary<MessageDescriptor, CheckedField[]> Checked = new();

    private sealed record CheckedField(FieldDescriptor Field, DayOrder? Order, FieldDescriptor[] Earlier);

    /// <summary>Lets a well-formed request pass. A <c>request_id</c> gets its usual spelling, so that every spelling of a UUID is the same id.</summary>
    /// <param name="request">The request.</param>
    /// <param name="today">The latest day that reports the past.</param>
    /// <exception cref="ProblemException">Something is wrong with the request.</exception>
    public static void Demand(IMessage request, DateOnly today)
    {
        var found = new List<Problem.Invalid>();
        Walk(request, "", today, found);
        if (Problem.Invalid.From(found) is { } problem)
            throw new ProblemException(problem);
    }

    private static void Walk(IMessage message, string prefix, DateOnly today, List<Problem.Invalid> found)
    {
        foreach (var each in Checked.GetOrAdd(message.Descriptor, CanBeWrong))
        {
            var field = each.Field;
            var path = prefix + field.Name;
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                foreach (var (at, item) in ((IList)value).Cast<object>().Index())
                {
                    Value(field, item, $"{path}[{at}]", today, found);
                    if (each.Order is not null)
                        Day(message, each, (string)item, $"{path}[{at}]", today, found);
                }
            }
            else if (value is not null)
            {
                if (field.Name == "request_id")
                    RequestId(message, field, (string)value, path, found);
                Value(field, value, path, today, found);
                if (each.Order is not null)
                    Day(message, each, (string)value, path, today, found);
            }
        }
    }

    private static CheckedField[] CanBeWrong(MessageDescriptor type) =>
    [
        .. from field in type.Fields.InDeclarationOrder()
           where !field.IsMap && (field.FieldType is FieldType.Enum or FieldType.String || field.Name == "page_size"
               || (field.FieldType == FieldType.Message && !field.MessageType.File.Package.StartsWith("google.", StringComparison.Ordinal)))
           let order = field.GetOptions()?.GetExtension(DayOrderExtensions.DayOrder)
           select new CheckedField(field, order, [.. (order?.NotBefore ?? []).Select(type.FindFieldByName).OfType<FieldDescriptor>()]),
    ];

    private static void Value(FieldDescriptor field, object value, string path, DateOnly today, List<Problem.Invalid> found)
    {
        switch (field.FieldType)
        {
            case FieldType.Enum when field.EnumType.FindValueByNumber(Convert.ToInt32(value, CultureInfo.InvariantCulture)) is null:
                found.Add(new(path, $"{Convert.ToInt32(value, CultureInfo.InvariantCulture)} is no {field.EnumType.Name}"));
                break;
            case FieldType.Message when value is IMessage inner:
                Walk(inner, path + ".", today, found);
                break;
            case FieldType.String when value is string text && text.AsSpan().ContainsAny(Control):
                found.Add(new(path, "holds control characters; send printable text"));
                break;
            case FieldType.Int32 when field.Name == "page_size" && value is int and < 0:
                found.Add(new(path, "is negative; 0 asks for the documented default"));
                break;
        }
    }

    private static void RequestId(IMessage message, FieldDescriptor field, string value, string path, List<Problem.Invalid> found)
    {
        if (value.Length == 0)
            return;
        if (Guid.TryParse(value, out var id) && id != Guid.Empty)
            field.Accessor.SetValue(message, id.ToString());
        else
            found.Add(new(path, "is not a UUID; send a new one with every new request"));
    }

    private static void Day(IMessage message, CheckedField each, string value, string path, DateOnly today, List<Problem.Invalid> found)
    {
        if (!IsDay(value, out var day))
            return;
        if (each.Order!.Tense == Tense.Past && day > today)
            found.Add(new(path, Problem.Invalid.Ahead));
        foreach (var earlier in each.Earlier)
        {
            if (IsDay((string)earlier.Accessor.GetValue(message), out var limit) && day < limit)
                found.Add(new(path, $"lies before {earlier.Name}"));
        }
    }

    // What is no day at all, the use case refuses: it knows whether the field may be empty.
    private static bool IsDay(string value, out DateOnly day) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
