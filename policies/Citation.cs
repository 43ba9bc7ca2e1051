namespace Ips.Policies;

/// <summary>Where a rule or a value comes from.</summary>
/// <param name="Document">Title of the document, as the pack's source list gives it.</param>
/// <param name="Section">Place in the document: heading, item or table row, paragraph, sentence. Sentences are counted in the smallest unit that is named.</param>
/// <param name="Law">Statutes and regulations that the text names in that place, with semicolons between them; <see langword="null"/> where it names none.</param>
public sealed record Citation(string Document, string Section, string? Law = null)
{
    /// <summary>The document of a number that no text prints: the platform chose it, and the rule's reading says why.</summary>
    public const string Reading = "the platform's reading";

    /// <summary>Whether no text prints it.</summary>
    public bool IsReading => Document == Reading;

    /// <inheritdoc/>
    public override string ToString() => Law is null ? $"{Document}, {Section}" : $"{Document}, {Section}; {Law}";
}
