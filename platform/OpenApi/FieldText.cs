using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;

namespace Ips.Platform.OpenApi;

/// <summary>
/// The annotations of a field: <c>google.api.field_behavior</c>, <c>google.api.field_info</c>, <c>google.api.resource_reference</c> and
/// <c>ips.common.v1.text_format</c>. Only the value of an example comes from the comment: <c>for example `nc-core`</c>.
/// </summary>
internal static partial class FieldText
{
    private const string Uuid = "0198f3c2-7a4e-7c1b-9d65-3f0a1b2c4d5e";

    public static bool IsRequired(FieldDescriptor field) => Has(field, FieldBehavior.Required);

    /// <summary>The server sets it and ignores it in a request.</summary>
    public static bool IsOutputOnly(FieldDescriptor field) => Has(field, FieldBehavior.OutputOnly) || Has(field, FieldBehavior.Identifier);

    public static TextFormat Format(FieldDescriptor field) => field.GetOptions()?.GetExtension(TextFormatExtensions.TextFormat) ?? TextFormat.Unspecified;

    public static bool IsUuid(FieldDescriptor field) => field.GetOptions()?.GetExtension(FieldInfoExtensions.FieldInfo)?.Format == FieldInfo.Types.Format.Uuid4;

    /// <summary>When a day of a request may lie, as <c>ips.common.v1.day_order</c> declares it; empty for any other field.</summary>
    public static string Order(FieldDescriptor field)
    {
        if (field.GetOptions()?.GetExtension(DayOrderExtensions.DayOrder) is not { } order)
            return "";
        List<string> limits = [.. order.NotBefore.Select(earlier => $"not before `{earlier}`")];
        if (order.Tense == Tense.Past)
            limits.Insert(0, "not after today");
        return limits.Count == 0 ? "" : "It lies " + string.Join(" and ", limits) + ".";
    }

    /// <summary>A value that a reader would recognize.</summary>
    public static string Example(FieldDescriptor field, string comment)
    {
        if (Format(field) != TextFormat.Unspecified)
            return "2026-01-05";
        if (ResourcePatterns.Of(field) is { } pattern)
            return Variable().Replace(
                pattern, variable => variable.Groups["name"].Value switch { "organization" => "alliance", "figure" => "admitted", _ => Uuid });
        if (Quoted().Match(comment) is { Success: true } quoted)
            return quoted.Groups["value"].Value;
        if (IsUuid(field))
            return Uuid;
        return field.Name switch
        {
            "page_token" or "next_page_token" => "",
            "etag" => "7",
            _ => "text",
        };
    }

    private static bool Has(FieldDescriptor field, FieldBehavior behavior) =>
        field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(behavior) == true;

    [GeneratedRegex(@"\{(?<name>\w+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("for example `(?<value>[^`]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}
