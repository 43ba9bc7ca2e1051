using System.Reflection;
using Google.Protobuf.Reflection;
using Ips.Contracts.Events;

namespace Ips.Contracts.Tests;

/// <summary>The contract as sorted lines, one promise each, so that a change is a removed line and an addition is a new one.</summary>
internal static class ContractLines
{
    /// <summary>Everything that a client of the two wires can see.</summary>
    public static SortedSet<string> OfProtos(IReadOnlyList<FileDescriptor> files)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var message in file.MessageTypes)
                AddMessage(message, lines);
            foreach (var type in file.EnumTypes)
                AddEnum(type, lines);
            foreach (var rpc in file.Services.SelectMany(service => service.Methods))
                AddRpc(rpc, lines);
        }

        return lines;
    }

    /// <summary>Everything that a consumer of the events can see.</summary>
    public static SortedSet<string> OfEvents(IEnumerable<Type> events)
    {
        var nullability = new NullabilityInfoContext();
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in events)
        {
            var names = EventCatalog.Read(type);
            lines.Add($"event {names.WireName} {names.CloudEventType}");
            foreach (var property in EventShape.PropertiesOf(type))
            {
                var optional = nullability.Create(property).ReadState == NullabilityState.Nullable;
                lines.Add($"property {names.WireName} {EventShape.JsonName(property)} {EventShape.TypeName(property.PropertyType)}{(optional ? " or null" : "")}");
            }
        }

        return lines;
    }

    private static void AddRpc(MethodDescriptor rpc, SortedSet<string> lines)
    {
        string Stream(bool streams) => streams ? "stream " : "";
        lines.Add($"rpc {rpc.FullName} ({Stream(rpc.IsClientStreaming)}{rpc.InputType.FullName}) returns ({Stream(rpc.IsServerStreaming)}{rpc.OutputType.FullName})");
        foreach (var (verb, path, body) in Contract.HttpOf(rpc))
            lines.Add($"http {rpc.FullName} {verb} {path}{(body == "" ? "" : $" body {body}")}");
        foreach (var role in Contract.RolesOf(rpc))
            lines.Add($"access {rpc.FullName} {WireCode.Lower(role)}");
    }

    private static void AddMessage(MessageDescriptor message, SortedSet<string> lines)
    {
        lines.Add($"message {message.FullName}");
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var type = field.FieldType switch
            {
                FieldType.Message => field.MessageType.FullName,
                FieldType.Enum => field.EnumType.FullName,
                var scalar => scalar.ToString().ToLowerInvariant(),
            };
            var label = field.IsMap ? "map " : field.IsRepeated ? "repeated " : field.HasPresence && field.FieldType != FieldType.Message ? "optional " : "";
            var oneof = field.RealContainingOneof is { } choice ? $" in {choice.Name}" : "";
            lines.Add($"field {field.FullName} = {field.FieldNumber} {label}{type} as {field.JsonName}{oneof}");
        }

        foreach (var nested in message.NestedTypes)
            AddMessage(nested, lines);
        foreach (var type in message.EnumTypes)
            AddEnum(type, lines);
    }

    private static void AddEnum(EnumDescriptor type, SortedSet<string> lines)
    {
        lines.Add($"enum {type.FullName}");
        foreach (var value in type.Values)
            lines.Add($"value {type.FullName} {value.Name} = {value.Number}");
    }
}
