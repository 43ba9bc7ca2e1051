using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;

/// <summary>The types of <c>google.protobuf</c> whose JSON form is not that of a message.</summary>
internal static class WellKnown
{
    private static readonly Dictionary<string, MessageDescriptor> Wrappers =
        WrappersReflection.Descriptor.MessageTypes.ToDictionary(type => type.FullName);

    /// <summary>Special types other than the wrappers and Any, with what a reader is told to send.</summary>
    private static readonly Dictionary<string, (MessageDescriptor Type, string Expected)> Special = new()
    {
        [Timestamp.Descriptor.FullName] = (Timestamp.Descriptor, "must be an RFC 3339 time such as \"2026-01-31T13:45:00Z\""),
        [Duration.Descriptor.FullName] = (Duration.Descriptor, "must be a duration in seconds such as \"3.5s\""),
        [FieldMask.Descriptor.FullName] = (FieldMask.Descriptor, "must be field paths joined by commas such as \"startDate,team.name\""),
        [Struct.Descriptor.FullName] = (Struct.Descriptor, "must be a JSON object"),
        [ListValue.Descriptor.FullName] = (ListValue.Descriptor, "must be a JSON array"),
        [Value.Descriptor.FullName] = (Value.Descriptor, "must be a JSON value"),
    };

    public static MessageDescriptor? Find(string fullName) =>
        Special.TryGetValue(fullName, out var special) ? special.Type
        : Wrappers.TryGetValue(fullName, out var wrapper) ? wrapper
        : fullName == Any.Descriptor.FullName ? Any.Descriptor
        : null;

    public static bool IsWrapper(MessageDescriptor type) => Wrappers.ContainsKey(type.FullName);

    public static bool IsAny(MessageDescriptor type) => type.FullName == Any.Descriptor.FullName;

    public static bool IsValue(MessageDescriptor type) => type.FullName == Value.Descriptor.FullName;

    /// <summary>Timestamp, Duration, FieldMask, Struct, ListValue, Value.</summary>
    public static bool IsSpecial(MessageDescriptor type) => Special.ContainsKey(type.FullName);

    /// <summary>Its JSON form is one string, so it can stand in a path or a query.</summary>
    public static bool IsText(MessageDescriptor type) =>
        type.FullName == Timestamp.Descriptor.FullName || type.FullName == Duration.Descriptor.FullName || type.FullName == FieldMask.Descriptor.FullName;

    public static string Expected(MessageDescriptor type) => Special[type.FullName].Expected;

    public static bool IsNullEnum(EnumDescriptor type) => type.FullName == "google.protobuf.NullValue";
}
