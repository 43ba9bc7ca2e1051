using System.Collections.Concurrent;

namespace Ips.Policies;

/// <summary>The catalogue id of a rule, such as <c>NC-ELIG-003</c>. One instance per id, so ids compare by reference and index arrays.</summary>
public sealed class RuleId
{
    private static readonly ConcurrentDictionary<string, RuleId> Known = new(StringComparer.Ordinal);
    private static int _count;

    private RuleId(string value) => (Value, Index) = (value, Interlocked.Increment(ref _count) - 1);

    /// <summary>The id as the catalogue prints it.</summary>
    public string Value { get; }

    /// <summary>A small number, unique within the process; it says nothing about the rule and is never stored.</summary>
    internal int Index { get; }

    /// <summary>The one instance for <paramref name="value"/>.</summary>
    public static RuleId Of(string value) => Known.GetOrAdd(value, static v => new RuleId(v));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
