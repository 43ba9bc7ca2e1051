using Google.Api;
using Google.Protobuf.Reflection;
using Ips.Contracts.Common.V1;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>The annotations that the OpenAPI document and clients read are complete.</summary>
public sealed class AnnotationTests
{
    private static readonly string[] Days = ["_date", "_on", "_from", "_through", "_start", "_day", "_due", "_last_contact"];

    [Fact]
    public void Every_day_has_the_format_of_a_day() => Assert.Empty(
        from message in Contract.Messages
        from field in message.Fields.InDeclarationOrder()
        where field.FieldType == FieldType.String
        where field.Name is "from" or "through" or "day" or "as_of" || Days.Any(end => field.Name.EndsWith(end, StringComparison.Ordinal))
        where (field.GetOptions()?.GetExtension(TextFormatExtensions.TextFormat) ?? TextFormat.Unspecified) == TextFormat.Unspecified
        select field.FullName);

    /// <summary>A day that declares nothing would be taken however it lies: in the future, or before what comes first.</summary>
    [Fact]
    public void Every_day_of_a_request_declares_its_order()
    {
        var days = (from message in Requests()
                    from field in message.Fields.InDeclarationOrder()
                    where !BehaviorOf(field).Contains(FieldBehavior.OutputOnly)
                    where (field.GetOptions()?.GetExtension(TextFormatExtensions.TextFormat) ?? TextFormat.Unspecified) != TextFormat.Unspecified
                    select (Field: field, Order: field.GetOptions()?.GetExtension(DayOrderExtensions.DayOrder))).ToList();
        Assert.True(days.Count > 80, $"{days.Count} days");
        Assert.Empty(days.Where(day => day.Order is null or { Tense: Tense.Unspecified }).Select(day => day.Field.FullName));
        Assert.Empty(days.SelectMany(day => day.Order?.NotBefore ?? [], (day, earlier) => (day.Field, Earlier: earlier))
            .Where(each => !IsDay(each.Field.ContainingType, each.Earlier)).Select(each => $"{each.Field.FullName}: {each.Earlier}"));
    }

    private static bool IsDay(MessageDescriptor message, string earlier)
    {
        var parts = earlier.Split('.');
        var owner = parts.Length == 1 ? message : Contract.Messages
            .SingleOrDefault(each => each.File.Package == message.File.Package && each.Name == parts[0]);
        return owner?.FindFieldByName(parts[^1])?.GetOptions()?.GetExtension(TextFormatExtensions.TextFormat) is TextFormat.Day or TextFormat.DayOrEmpty;
    }

    [Fact]
    public void Every_field_of_a_request_has_a_behavior() => Assert.Empty(
        from message in Requests()
        from field in message.Fields.InDeclarationOrder()
        where BehaviorOf(field).Count == 0
        select field.FullName);

    [Fact]
    public void Every_referenced_resource_is_defined()
    {
        var defined = Contract.Files.SelectMany(file => file.GetOptions()?.GetExtension(ResourceExtensions.ResourceDefinition) ?? [])
            .Select(resource => resource.Type)
            .Concat(Contract.Messages.Select(message => message.GetOptions()?.GetExtension(ResourceExtensions.Resource)?.Type).OfType<string>())
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(
            from message in Contract.Messages
            from field in message.Fields.InDeclarationOrder()
            let type = field.GetOptions()?.GetExtension(ResourceExtensions.ResourceReference)?.Type
            where type is not null && !defined.Contains(type)
            select $"{field.FullName}: {type}");
    }

    private static IReadOnlyList<FieldBehavior> BehaviorOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior) ?? [];

    private static HashSet<MessageDescriptor> Requests()
    {
        var requests = new HashSet<MessageDescriptor>();
        var open = new Stack<MessageDescriptor>(Contract.Rpcs.Select(rpc => rpc.InputType));
        while (open.TryPop(out var message))
        {
            if (!message.FullName.StartsWith("ips.", StringComparison.Ordinal) || !requests.Add(message))
                continue;
            foreach (var field in message.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message))
            {
                if (!BehaviorOf(field).Contains(FieldBehavior.OutputOnly))
                    open.Push(field.MessageType);
            }
        }

        return requests;
    }
}
