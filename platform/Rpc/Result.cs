using System.Diagnostics.CodeAnalysis;

namespace Ips.Platform.Rpc;

/// <summary>Either a value or the <see cref="Problem"/> that prevented it. Exceptions are for bugs and outages.</summary>
public readonly record struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Problem? problem) => (this.value, Problem) = (value, problem);

    /// <summary>The problem; null when there is a value.</summary>
    public Problem? Problem { get; }

    /// <summary>Reads the value or the problem: <c>if (!result.Is(out var order, out var problem)) return problem;</c></summary>
    public bool Is([NotNullWhen(true)] out T? found, [NotNullWhen(false)] out Problem? problem)
    {
        (found, problem) = (value, Problem);
        return problem is null;
    }

    /// <summary>The value, or a <see cref="ProblemException"/>: used once, in the Rpc, where the interceptor makes it a status.</summary>
    public T OrThrow() => Problem is null ? value! : throw new ProblemException(Problem);

    /// <summary>The same problem, or what <paramref name="then"/> makes of the value.</summary>
    public Result<TOther> Then<TOther>(Func<T, TOther> then) => Problem is { } problem ? problem : then(value!);

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Problem problem) => new(default, problem);
}
