using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using Ips.Contracts;
using Ips.Contracts.Common.V1;

namespace Ips.Testing;

/// <summary>The messages that callers send, and the order that the contract declares for their days.</summary>
public static class DaysOfRequests
{
    /// <summary>Every message that an rpc takes, and the messages within it.</summary>
    public static IReadOnlyList<MessageDescriptor> Messages { get; } = Reachable(
        typeof(ResourceName).Assembly.GetExportedTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .SelectMany(property => ((FileDescriptor)property!.GetValue(null)!).Services)
            .SelectMany(service => service.Methods).Select(method => method.InputType));

    /// <summary>The declared order of a field; null for a field that is no day of a request.</summary>
    public static DayOrder? OrderOf(FieldDescriptor field) => field.GetOptions()?.GetExtension(DayOrderExtensions.DayOrder);

    /// <summary>The days of a package that may not lie before a day on file or of another part of the request, as <c>Message.field</c>.</summary>
    public static IEnumerable<string> AfterOthers(string package) =>
        from message in Messages
        where message.File.Package == package
        from field in message.Fields.InDeclarationOrder()
        where OrderOf(field)?.NotBefore.Any(earlier => earlier.Contains('.')) == true
        select $"{message.Name}.{field.Name}";

    private static IReadOnlyList<MessageDescriptor> Reachable(IEnumerable<MessageDescriptor> requests)
    {
        HashSet<MessageDescriptor> found = [];
        Stack<MessageDescriptor> open = new(requests);
        while (open.TryPop(out var message))
        {
            if (!message.FullName.StartsWith("ips.", StringComparison.Ordinal) || !found.Add(message))
                continue;
            foreach (var field in message.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message && !IsOutput(f)))
                open.Push(field.MessageType);
        }

        return [.. found.OrderBy(message => message.FullName, StringComparer.Ordinal)];
    }

    private static bool IsOutput(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.OutputOnly) == true;
}
