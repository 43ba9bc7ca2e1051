using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;

namespace Ips.Contracts.Tests;

/// <summary>The contract as compiled (descriptors) and as written (proto files).</summary>
internal static class Contract
{
    /// <summary>The repository's root, found upwards from the test binaries.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every proto file of the platform, by path.</summary>
    public static IReadOnlyList<FileDescriptor> Files { get; } =
    [
        .. typeof(ResourceName).Assembly.GetExportedTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .Select(property => (FileDescriptor)property!.GetValue(null)!)
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<MethodDescriptor> Rpcs { get; } = [.. Files.SelectMany(file => file.Services).SelectMany(service => service.Methods)];

    public static IReadOnlyList<MessageDescriptor> Messages { get; } = [.. Files.SelectMany(file => file.MessageTypes).SelectMany(Nested)];

    public static IReadOnlyList<EnumDescriptor> Enums { get; } = [.. Files.SelectMany(file => file.EnumTypes),
        .. Messages.SelectMany(message => message.EnumTypes)];

    /// <summary>The proto files as text, by path from the repository's root.</summary>
    public static IReadOnlyDictionary<string, string[]> Sources { get; } = Directory
        .EnumerateFiles(Path.Combine(Root, "contracts", "proto"), "*.proto", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(Root, path), File.ReadAllLines);

    /// <summary>The roles of an rpc; empty when it names none.</summary>
    public static IReadOnlyList<CallerRole> RolesOf(MethodDescriptor rpc) => rpc.GetOptions()?.GetExtension(AccessExtensions.Access)?.Roles.ToArray() ?? [];

    /// <summary>The HTTP forms of an rpc, the additional ones included, as (verb, path, body).</summary>
    public static IReadOnlyList<(string Verb, string Path, string Body)> HttpOf(MethodDescriptor rpc) =>
        rpc.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { } rule ? [.. rule.AdditionalBindings.Prepend(rule).Select(Form)] : [];

    /// <summary>Whether it changes something.</summary>
    public static bool Changes(MethodDescriptor rpc) => HttpOf(rpc).Any(form => form.Verb != "GET") && rpc.Name is not ("FindIndividual" or "ListMatchingIndividuals" or "MatchName" or "TestWebhook");

    private static (string Verb, string Path, string Body) Form(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => ("GET", rule.Get, rule.Body),
        HttpRule.PatternOneofCase.Post => ("POST", rule.Post, rule.Body),
        HttpRule.PatternOneofCase.Put => ("PUT", rule.Put, rule.Body),
        HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch, rule.Body),
        HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete, rule.Body),
        _ => ("", "", rule.Body),
    };

    private static IEnumerable<MessageDescriptor> Nested(MessageDescriptor message) => message.NestedTypes.SelectMany(Nested).Prepend(message);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "IpsPlatform.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"IpsPlatform.sln is in no folder above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}
