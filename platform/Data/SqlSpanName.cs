using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Npgsql;

namespace Ips.Platform.Data;

/// <summary>Names the span of a statement by what it does to which table, such as <c>INSERT facts</c>; never by its values.</summary>
internal static partial class SqlSpanName
{
    // Npgsql asks for each command that it sends; the texts are few, because values are parameters.
    private static readonly ConcurrentDictionary<string, string?> Names = new();

    /// <summary>The name; null when the text does not begin like a statement on a table, and Npgsql chooses one.</summary>
    public static string? Of(string? sql) => Names.GetOrAdd(sql ?? "", text => Statement().Match(text) is not { Success: true } found ? null
        : found.Groups["table"] is { Success: true, Value: var table } ? $"{Verb(found)} {table}" : Verb(found));

    /// <summary>The name of a batch: that of its first statement on a table.</summary>
    public static string? Of(NpgsqlBatch batch)
    {
        var names = ((IEnumerable<NpgsqlBatchCommand>)batch.BatchCommands).Select(command => Of(command.CommandText)).OfType<string>().ToList();
        return names.Find(name => name.Contains(' ')) ?? names.FirstOrDefault();
    }

    private static string Verb(Match found) => found.Groups["verb"].Value.ToUpperInvariant();

    [GeneratedRegex(
        @"^\s*((?<verb>update)\s+""?(?<table>[a-z_][a-z0-9_]*)|(?<verb>select|insert|delete|with)\b(.*?\b(from|into)\s+""?(?<table>[a-z_][a-z0-9_]*))?)",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Statement();
}
