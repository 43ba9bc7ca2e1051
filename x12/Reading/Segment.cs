using System.Buffers.Text;
using System.Text;

namespace Ips.X12;

/// <summary>One segment in the reader's buffer. It is valid until the next read; elements are numbered from 1 and an absent element is empty.</summary>
public readonly ref struct Segment
{
    private static readonly Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> bytes;
    private readonly ReadOnlySpan<int> ends;

    internal Segment(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, Separators separators, long offset, long number)
    {
        this.bytes = bytes;
        this.ends = ends;
        Separators = separators;
        Offset = offset;
        Number = number;
    }

    /// <summary>The separators of its interchange.</summary>
    public Separators Separators { get; }

    /// <summary>The byte of the file at which it begins.</summary>
    public long Offset { get; }

    /// <summary>Its number in the file, from 1.</summary>
    public long Number { get; }

    /// <summary>The segment without its terminator.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The id, for example <c>NM1</c>.</summary>
    public ReadOnlySpan<byte> Id => bytes[..ends[0]];

    /// <summary>The number of elements, empty ones included.</summary>
    public int Count => ends.Length - 1;

    /// <summary>An element; empty when the segment does not have it.</summary>
    public ReadOnlySpan<byte> this[int element] => element >= ends.Length ? default : bytes[(ends[element - 1] + 1)..ends[element]];

    /// <summary>Whether the segment has this id.</summary>
    public bool Is(ReadOnlySpan<byte> id) => Id.SequenceEqual(id);

    /// <summary>Whether an element has this value.</summary>
    public bool Is(int element, ReadOnlySpan<byte> value) => this[element].SequenceEqual(value);

    /// <summary>A component of an element, from 1. An element without component separators is its own first component.</summary>
    public ReadOnlySpan<byte> Component(int element, int component) => Part(this[element], Separators.Component, component);

    /// <summary>The text of an element; empty when absent.</summary>
    public string Text(int element) => Decode(this[element]);

    /// <summary>The text of a component; empty when absent.</summary>
    public string Text(int element, int component) => Decode(Component(element, component));

    /// <summary>The text of an element, or null when it is absent or empty.</summary>
    public string? TextOrNull(int element) => this[element].IsEmpty ? null : Text(element);

    /// <summary>The text of a component, or null when it is absent or empty.</summary>
    public string? TextOrNull(int element, int component) => Component(element, component) is { IsEmpty: false } text ? Decode(text) : null;

    /// <summary>A number with up to 18 digits and an optional decimal point; null when the element is empty or no number.</summary>
    public decimal? Number18(int element) => ParseNumber(this[element]);

    /// <summary>A day written CCYYMMDD; null when the element is empty or no day.</summary>
    public DateOnly? Day(int element) => ParseDay(this[element]);

    /// <summary>The texts of all elements.</summary>
    public string[] Texts()
    {
        var texts = new string[Count];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Text(i + 1);
        return texts;
    }

    /// <summary>The id as text.</summary>
    public string IdText => Interned(Id);

    internal static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> value, byte separator, int part)
    {
        for (; part > 1; part--)
        {
            var end = value.IndexOf(separator);
            if (end < 0)
                return default;
            value = value[(end + 1)..];
        }

        return value.IndexOf(separator) is >= 0 and var stop ? value[..stop] : value;
    }

    internal static int Parts(ReadOnlySpan<byte> value, byte separator) => value.Count(separator) + 1;

    /// <summary>Files come as UTF-8 or, from older systems, as Latin-1; bytes that are not UTF-8 are read as the second.</summary>
    internal static string Decode(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return "";
        if (System.Text.Ascii.IsValid(value))
            return Encoding.ASCII.GetString(value);
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(value);
        }
    }

    internal static decimal? ParseNumber(ReadOnlySpan<byte> value)
    {
        var digits = 0;
        foreach (var c in value)
        {
            if (char.IsAsciiDigit((char)c))
                digits++;
            else if (c is not ((byte)'-' or (byte)'.'))
                return null;
        }

        return digits is > 0 and <= 18 && Utf8Parser.TryParse(value, out decimal number, out var used) && used == value.Length ? number : null;
    }

    internal static DateOnly? ParseDay(ReadOnlySpan<byte> value)
    {
        if (value.Length != 8 || !Utf8Parser.TryParse(value, out int number, out var used) || used != 8 || number < 0)
            return null;
        var (year, month, day) = (number / 10000, number / 100 % 100, number % 100);
        return year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
    }

    /// <summary>Two or three characters as text without an allocation for ids seen before.</summary>
    private static string Interned(ReadOnlySpan<byte> id)
    {
        if (id.Length is < 1 or > 3 || id.ContainsAnyExcept(SegmentReader.IdCharacters))
            return id.Length > 3 ? "a text of " + id.Length + " characters" : Encoding.Latin1.GetString(id);
        return Ids.GetOrAdd(id.Length == 3 ? id[0] << 16 | id[1] << 8 | id[2] : id.Length == 2 ? id[0] << 8 | id[1] : id[0], static key =>
            key > 0xFFFF ? $"{(char)(key >> 16)}{(char)(key >> 8 & 255)}{(char)(key & 255)}" : key > 255 ? $"{(char)(key >> 8)}{(char)(key & 255)}"
                : $"{(char)key}");
    }

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<int, string> Ids = new();
}
