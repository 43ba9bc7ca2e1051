using System.Reflection;
using Google.Protobuf.Reflection;
using Ips.Contracts.Events;

namespace Ips.Contracts.Tests;

/// <summary>The contract as sorted lines, one promise each, so that a change is a removed line and an addition is a new one.</summary>
internal static class ContractLines
{
    /// <summary>Where an rpc is called over HTTP and who may call it; buf sees the rest of the proto files.</summary>
    public static SortedSet<string> OfRpcs(IEnumerable<MethodDescriptor> rpcs)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var rpc in rpcs)
        {
            lines.UnionWith(Contract.HttpOf(rpc).Select(form => $"http {rpc.FullName} {form.Verb} {form.Path}{(form.Body == "" ? "" : $" body {form.Body}")}"));
            lines.UnionWith(Contract.RolesOf(rpc).Select(role => $"access {rpc.FullName} {WireCode.Lower(role)}"));
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
                var shape = EventShape.TypeName(property.PropertyType) + (optional ? " or null" : "");
                lines.Add($"property {names.WireName} {EventShape.JsonName(property)} {shape}");
            }
        }

        return lines;
    }
}
