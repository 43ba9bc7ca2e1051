namespace Ips.Policies;

/// <summary>One thing wrong with a question put to the engine.</summary>
/// <param name="Field">The fact (with its place, such as <c>diagnoses[1].class</c>), or <c>program</c>, <c>decision</c>, <c>asOf</c>.</param>
/// <param name="Found">What was there. Never the text of a free-text fact: that may be about a person.</param>
/// <param name="Expected">What is accepted.</param>
public sealed record AskProblem(string Field, string Found, string Expected)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: found {Found}; expected {Expected}";
}

/// <summary>A question that cannot be answered because it is malformed. All its problems are listed.</summary>
public sealed class BadAskException(IReadOnlyList<AskProblem> problems) : Exception(string.Join("\n", problems))
{
    /// <summary>Everything that is wrong, in reading order.</summary>
    public IReadOnlyList<AskProblem> Problems { get; } = problems;
}
