namespace Ips.Policies;

/// <summary>Where a rule or a value comes from.</summary>
/// <param name="Document">Title of the document, as the pack's source list gives it.</param>
/// <param name="Section">Place in the document: heading, table row, letter.</param>
public sealed record Citation(string Document, string Section)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Document}, {Section}";
}
