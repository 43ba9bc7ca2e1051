namespace Ips.Mutation;

/// <summary>One change of the evaluators that a row or a case should notice.</summary>
/// <param name="Id">The number that switches it on.</param>
/// <param name="File">The source file, below <c>policies</c>.</param>
/// <param name="Line">Line of the changed expression, counted from 1.</param>
/// <param name="Member">The member it stands in.</param>
/// <param name="What">The change: the expression as it is, and as it becomes.</param>
internal sealed record Mutant(int Id, string File, int Line, string Member, string What)
{
    /// <summary>What names the change when lines move.</summary>
    public string Key => $"{File} {Member}: {What}";

    /// <inheritdoc/>
    public override string ToString() => $"policies/{File}:{Line} {Member}: {What}";
}

/// <summary>What became of a mutant.</summary>
internal enum Fate
{
    /// <summary>A row or a case fails, or the engine does.</summary>
    Noticed,

    /// <summary>Every row and case passes all the same.</summary>
    NotNoticed,

    /// <summary>No row and no case reaches the changed expression.</summary>
    NeverReached,

    /// <summary>The expression runs once, when its type is first used: it must be switched on before that.</summary>
    NeedsFreshStart,

    /// <summary>It is not on a line that changed.</summary>
    NotTried,
}
