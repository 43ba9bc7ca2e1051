namespace Ips.Policies;

/// <summary>One problem of a request to the engine.</summary>
/// <param name="Field">The fact (with its place, such as <c>diagnoses[1].class</c>), or <c>program</c>, <c>decision</c>, <c>asOf</c>.</param>
/// <param name="Found">The value found. Never the content of a free-text fact: it may be about a person.</param>
/// <param name="Expected">What is accepted.</param>
public sealed record RequestProblem(string Field, string Found, string Expected)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}: found {Found}; expected {Expected}";
}

/// <summary>A malformed request. It lists all problems.</summary>
public sealed class InvalidRequestException(IReadOnlyList<RequestProblem> problems) : Exception(string.Join("\n", problems))
{
    /// <summary>The problems, in reading order.</summary>
    public IReadOnlyList<RequestProblem> Problems { get; } = problems;
}
