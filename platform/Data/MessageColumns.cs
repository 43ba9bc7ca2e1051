using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Ips.Platform.Data;

/// <summary>Messages of the contract in jsonb columns, written as the HTTP/JSON wire writes them, so that SQL reads them too.</summary>
public static class MessageColumns
{
    /// <summary>Stores one message.</summary>
    public static PropertyBuilder<T?> IsMessage<T>(this PropertyBuilder<T?> property) where T : class, IMessage<T>, new() =>
        property.HasColumnType("jsonb").HasConversion(new ValueConverter<T?, string>(message => Write(message!), json => Read<T>(json)));

    /// <summary>Stores a list of messages in its order.</summary>
    public static PropertyBuilder<IReadOnlyList<T>> IsMessages<T>(this PropertyBuilder<IReadOnlyList<T>> property) where T : class, IMessage<T>, new() =>
        property.HasColumnType("jsonb").HasConversion(
            new ValueConverter<IReadOnlyList<T>, string>(messages => "[" + string.Join(',', messages.Select(Write)) + "]", json => ReadAll<T>(json)),
            new ValueComparer<IReadOnlyList<T>>((left, right) => left!.SequenceEqual(right!), messages => messages.Count, messages => messages));

    private static string Write(IMessage message) => JsonFormatter.Default.Format(message);

    private static T Read<T>(string json) where T : class, IMessage<T>, new() => new MessageParser<T>(() => new T()).ParseJson(json);

    private static List<T> ReadAll<T>(string json) where T : class, IMessage<T>, new()
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(message => Read<T>(message.GetRawText()))];
    }
}
