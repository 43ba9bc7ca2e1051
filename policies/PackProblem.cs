namespace Ips.Policies;

/// <summary>One thing wrong in a pack's files.</summary>
/// <param name="File">Path below the packs folder.</param>
/// <param name="Line">Line, counted from 1.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="WriteInstead">What to write instead.</param>
public sealed record PackProblem(string File, long Line, string Wrong, string WriteInstead)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Wrong}; {WriteInstead}";
}

/// <summary>Packs that cannot be read. All their problems are listed together.</summary>
public sealed class BadPackException(IReadOnlyList<PackProblem> problems) : Exception(string.Join("\n", problems))
{
    /// <summary>Everything that is wrong, by file and line.</summary>
    public IReadOnlyList<PackProblem> Problems { get; } = problems;
}
