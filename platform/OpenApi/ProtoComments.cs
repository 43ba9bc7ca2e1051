using System.Collections.Concurrent;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Ips.Platform.OpenApi;

/// <summary>
/// The comments of proto files, from the descriptor set that a build embeds in the assembly of the generated code (contracts/ProtoComments.targets).
/// An assembly without one has no comments.
/// </summary>
internal static class ProtoComments
{
    private const string Resource = "proto-comments.pb";
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Known = new();

    /// <summary>The leading comment of a declaration as paragraphs of one line each; empty without one.</summary>
    public static string Of(IDescriptor declared) =>
        declared.File.MessageTypes.Select(type => type.ClrType).FirstOrDefault(type => type is not null)?.Assembly is { } assembly
            ? Known.GetOrAdd(assembly, Read).GetValueOrDefault(declared.FullName, "")
            : "";

    /// <summary>The first sentence, without its full stop.</summary>
    public static string Summary(string comment)
    {
        var line = comment.Split('\n')[0];
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).TrimEnd('.', ':');
    }

    private static IReadOnlyDictionary<string, string> Read(Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(Resource);
        if (stream is null)
            return new Dictionary<string, string>();
        var files = FileDescriptor.BuildFromByteStrings(FileDescriptorSet.Parser.ParseFrom(stream).File.Select(file => file.ToByteString()));
        var comments = new Dictionary<string, string>();
        foreach (var declared in files.SelectMany(Declarations))
        {
            if (Declaration(declared)?.LeadingComments is { Length: > 0 } text)
                comments[declared.FullName] = Paragraphs(text);
        }

        return comments;
    }

    private static IEnumerable<IDescriptor> Declarations(FileDescriptor file) =>
        [.. file.MessageTypes.SelectMany(Within), .. file.EnumTypes.SelectMany(Within), .. file.Services,
            .. file.Services.SelectMany(service => service.Methods)];

    private static IEnumerable<IDescriptor> Within(MessageDescriptor type) =>
        [type, .. type.Fields.InDeclarationOrder(), .. type.NestedTypes.SelectMany(Within), .. type.EnumTypes.SelectMany(Within)];

    private static IEnumerable<IDescriptor> Within(EnumDescriptor type) => [type, .. type.Values];

    private static DescriptorDeclaration? Declaration(IDescriptor declared) => declared switch
    {
        MessageDescriptor type => type.Declaration,
        FieldDescriptor field => field.Declaration,
        EnumDescriptor type => type.Declaration,
        EnumValueDescriptor value => value.Declaration,
        ServiceDescriptor service => service.Declaration,
        MethodDescriptor method => method.Declaration,
        _ => null,
    };

    private static string Paragraphs(string comment) => string.Join("\n\n", comment
        .Split("\n\n")
        .Select(paragraph => string.Join(' ', paragraph.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)))
        .Where(paragraph => paragraph.Length > 0));
}
