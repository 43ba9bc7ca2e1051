using System.Collections.Concurrent;

namespace Ips.Policies;

/// <summary>A named value of a rule that evaluators read. The value itself is in the pack, dated and cited.</summary>
public abstract class Parameter
{
    private static readonly ConcurrentDictionary<(RuleId Rule, string Name), Parameter> Known = new();
    private static int _count;

    private protected Parameter(RuleId rule, string name) => (Rule, Name, Index) = (rule, name, Interlocked.Increment(ref _count) - 1);

    /// <summary>The rule that the value belongs to.</summary>
    public RuleId Rule { get; }

    /// <summary>The key in the pack entry's <c>parameters</c>.</summary>
    public string Name { get; }

    /// <summary>The type of the value: <see cref="int"/>, <see cref="decimal"/>, <see cref="DateOnly"/>, <see cref="string"/> or a list of strings.</summary>
    public abstract Type ValueType { get; }

    /// <summary>Every parameter that an evaluator reads, so that the guards can compare them with the packs.</summary>
    public static IReadOnlyCollection<Parameter> All => [.. Known.Values];

    internal int Index { get; }

    private protected static Parameter<T> Intern<T>(RuleId rule, string name, Func<Parameter<T>> create) where T : notnull =>
        (Parameter<T>)Known.GetOrAdd((rule, name), _ => create());

    /// <inheritdoc/>
    public override string ToString() => $"{Rule}.{Name}";
}

/// <summary>A <see cref="Parameter"/> with its type.</summary>
/// <typeparam name="T">One of <see cref="int"/>, <see cref="decimal"/>, <see cref="DateOnly"/>, <see cref="string"/>, <see cref="IReadOnlyList{T}"/>
/// of strings.</typeparam>
public sealed class Parameter<T> : Parameter where T : notnull
{
    private Parameter(RuleId rule, string name) : base(rule, name)
    {
    }

    /// <inheritdoc/>
    public override Type ValueType => typeof(T);

    /// <summary>The one handle for this rule and name.</summary>
    public static Parameter<T> Of(RuleId rule, string name) => Intern(rule, name, () => new Parameter<T>(rule, name));
}
