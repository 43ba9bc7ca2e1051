using System.Collections.Concurrent;
using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Ips.Platform.OpenApi;

/// <summary>
/// The patterns of resource names, such as <c>individuals/{individual}</c>, from the <c>google.api.resource</c> options of an assembly's protos.
/// </summary>
internal static class ResourcePatterns
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Known = new();

    /// <summary>The pattern of the resource that the field names; null when it names none.</summary>
    public static string? Of(FieldDescriptor field)
    {
        var options = field.GetOptions();
        if (options?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.Identifier) == true)
            return field.ContainingType.GetOptions()?.GetExtension(ResourceExtensions.Resource)?.Pattern.FirstOrDefault();
        return options?.GetExtension(ResourceExtensions.ResourceReference)?.Type is { } type && field.ContainingType.ClrType?.Assembly is { } assembly
            ? Known.GetOrAdd(assembly, Read).GetValueOrDefault(type)
            : null;
    }

    private static Dictionary<string, string> Read(Assembly assembly) => assembly.GetExportedTypes()
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
        .Where(property => property?.PropertyType == typeof(FileDescriptor))
        .Select(property => (FileDescriptor)property!.GetValue(null)!)
        .SelectMany(Resources)
        .ToDictionary(resource => resource.Type, resource => resource.Pattern[0], StringComparer.Ordinal);

    private static IEnumerable<ResourceDescriptor> Resources(FileDescriptor file) =>
    [
        .. file.GetOptions()?.GetExtension(ResourceExtensions.ResourceDefinition) ?? [],
        .. file.MessageTypes.Select(type => type.GetOptions()?.GetExtension(ResourceExtensions.Resource)).OfType<ResourceDescriptor>(),
    ];
}
