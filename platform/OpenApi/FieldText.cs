using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;

namespace Ips.Platform.OpenApi;

/// <summary>
/// What the comment of a string field says in the words the contracts always use: <c>Required.</c>, <c>Output only.</c>, <c>YYYY-MM-DD</c>,
/// <c>`individuals/{uuid}`</c>, <c>A UUID</c>, <c>for example `nc-core`</c>.
/// </summary>
internal static partial class FieldText
{
    private const string Uuid = "0198f3c2-7a4e-7c1b-9d65-3f0a1b2c4d5e";

    public static bool IsRequired(string comment) => comment.StartsWith("Required.", StringComparison.Ordinal);

    public static bool IsOutputOnly(string comment) => comment.Contains("Output only", StringComparison.Ordinal);

    public static bool IsDate(string comment) => comment.Contains("YYYY-MM-DD", StringComparison.Ordinal);

    public static bool MayBeEmpty(string comment) => comment.Contains("empty", StringComparison.Ordinal);

    public static bool IsUuid(string comment) => comment.Contains("A UUID", StringComparison.Ordinal);

    /// <summary>A value that a reader would recognize.</summary>
    public static string Example(FieldDescriptor field, string comment)
    {
        if (IsDate(comment))
            return "2026-01-05";
        if (ResourceName().Match(comment) is { Success: true } resource)
            return resource.Groups["collection"].Value + (resource.Groups["id"].Value switch { "uuid" => Uuid, "code" => "alliance", _ => "1" });
        if (Quoted().Match(comment) is { Success: true } quoted)
            return quoted.Groups["value"].Value;
        if (IsUuid(comment))
            return Uuid;
        return field.Name switch
        {
            "page_token" or "next_page_token" => "",
            "etag" => "7",
            _ => "text",
        };
    }

    [GeneratedRegex("`(?<collection>[a-zA-Z]+/)\\{(?<id>[a-z]+)\\}`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ResourceName();

    [GeneratedRegex("for example `(?<value>[^`]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
