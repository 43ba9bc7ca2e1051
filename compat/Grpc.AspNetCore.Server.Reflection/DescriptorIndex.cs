using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Reflection;

/// <summary>The files behind the mapped services, found by name, by what they declare and by what they extend.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> filesByName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> filesBySymbol = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> extensions = new(StringComparer.Ordinal);
    private readonly HashSet<string> messages = new(StringComparer.Ordinal);

    public DescriptorIndex(IEnumerable<ServiceDescriptor> services)
    {
        var distinct = services.DistinctBy(service => service.FullName, StringComparer.Ordinal).ToList();
        ServiceNames = [.. distinct.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (var service in distinct)
            AddFile(service.File);
    }

    public IReadOnlyList<string> ServiceNames { get; }

    /// <summary>Reads the generated descriptors of every service that has an endpoint. A service without generated code has none and is not listed.</summary>
    public static DescriptorIndex Of(EndpointDataSource endpoints) => new(endpoints.Endpoints
        .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
        .OfType<Type>()
        .Distinct()
        .Select(type => type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)?.BindType)
        .Select(type => type?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<ServiceDescriptor>());

    public FileDescriptor? FileByName(string name) => filesByName.GetValueOrDefault(name);

    public FileDescriptor? FileBySymbol(string fullName) => filesBySymbol.GetValueOrDefault(fullName);

    public FileDescriptor? FileByExtension(string extendedType, int number) => extensions.GetValueOrDefault(extendedType)?.GetValueOrDefault(number);

    /// <summary>The numbers of the extensions of a message, ascending; null when there is no such message.</summary>
    public IReadOnlyCollection<int>? ExtensionNumbers(string extendedType) =>
        extensions.TryGetValue(extendedType, out var those) ? those.Keys : messages.Contains(extendedType) ? [] : null;

    private void AddFile(FileDescriptor file)
    {
        if (!filesByName.TryAdd(file.Name, file))
            return;
        foreach (var service in file.Services)
        {
            Add(service, file);
            foreach (var method in service.Methods)
                Add(method, file);
        }

        foreach (var message in file.MessageTypes)
            AddMessage(message, file);
        foreach (var type in file.EnumTypes)
            AddEnum(type, file);
        foreach (var extension in file.Extensions.UnorderedExtensions)
            AddExtension(extension, file);
        foreach (var import in file.Dependencies)
            AddFile(import);
    }

    private void AddMessage(MessageDescriptor message, FileDescriptor file)
    {
        Add(message, file);
        messages.Add(message.FullName);
        foreach (var field in message.Fields.InDeclarationOrder())
            Add(field, file);
        foreach (var oneof in message.Oneofs)
            Add(oneof, file);
        foreach (var type in message.EnumTypes)
            AddEnum(type, file);
        foreach (var extension in message.Extensions.UnorderedExtensions)
            AddExtension(extension, file);
        foreach (var nested in message.NestedTypes)
            AddMessage(nested, file);
    }

    private void AddEnum(EnumDescriptor type, FileDescriptor file)
    {
        Add(type, file);
        foreach (var value in type.Values)
            Add(value, file);
    }

    private void AddExtension(FieldDescriptor extension, FileDescriptor file)
    {
        Add(extension, file);
        if (!extensions.TryGetValue(extension.ExtendeeType.FullName, out var those))
            extensions[extension.ExtendeeType.FullName] = those = [];
        those[extension.FieldNumber] = file;
    }

    private void Add(IDescriptor declared, FileDescriptor file) => filesBySymbol[declared.FullName] = file;
}
