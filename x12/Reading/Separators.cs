namespace Ips.X12;

/// <summary>The four characters that structure an interchange. They come from its ISA segment; a file without one declares them.</summary>
/// <param name="Element">Between elements: the character after the letters ISA.</param>
/// <param name="Component">Between the components of an element: ISA16.</param>
/// <param name="Segment">After each segment: the character after ISA16.</param>
/// <param name="Repetition">Between repetitions of an element: ISA11. Null in a version before 00501, where ISA11 is the letter U.</param>
public sealed record Separators(byte Element, byte Component, byte Segment, byte? Repetition)
{
    /// <summary>The usual characters: <c>* : ~ ^</c>.</summary>
    public static Separators Usual { get; } = new((byte)'*', (byte)':', (byte)'~', (byte)'^');

    /// <summary>Whether a character structures the file and so cannot be in data.</summary>
    public bool Contains(byte character) => character == Element || character == Component || character == Segment || character == Repetition;

    /// <summary>Null when a file can be read with them: they differ from data and from each other. Otherwise the reason.</summary>
    public string? Problem()
    {
        byte[] all = Repetition is { } repetition && repetition != Component ? [Element, Component, Segment, repetition] : [Element, Component, Segment];
        if (all.Distinct().Count() != all.Length)
            return $"the separators {this} are not all different";
        return all.Any(IsData) ? $"a letter, digit or blank among the separators {this}" : null;
    }

    /// <summary>ISA11 and ISA16 are the same character: repetitions and components cannot be distinguished where an element has both.</summary>
    public bool IsAmbiguous => Repetition == Component;

    /// <inheritdoc/>
    public override string ToString() => $"{Show(Element)}{Show(Component)}{(Repetition is { } r ? Show(r) : "")}{Show(Segment)}";

    internal static bool IsData(byte character) => char.IsAsciiLetterOrDigit((char)character) || character == ' ';

    private static string Show(byte character) => character switch
    {
        (byte)'\r' => "<CR>",
        (byte)'\n' => "<LF>",
        < 32 or > 126 => $"<{character:X2}>",
        _ => ((char)character).ToString(),
    };
}
