namespace Ips.Events.Tests;

/// <summary>The sequence numbers of events, within their subject.</summary>
internal static class Sequences
{
    /// <summary>Counts the subjects of a table whose sequence does not run from 1 without gap.</summary>
    public static string WithGaps(string table) =>
        $"""
        select count(*) from (select subject, count(*) n, min(sequence) low, max(sequence) high from {table} group by subject) s
        where low <> 1 or high <> n
        """;
}
