using System.Globalization;

namespace Ips.X12;

/// <summary>An element to write. A text converts to a code, which is written as it is or refused; <see cref="Words"/> are fitted to the character set and to the length of the element.</summary>
public readonly struct X12Value
{
    /// <summary>Stands for the component separator until the element is written; no text may hold it.</summary>
    internal const char ComponentMark = '\u001F';

    private X12Value(string? text, bool isWords, bool isComposite) => (Text, IsWords, IsComposite) = (text, isWords, isComposite);

    /// <summary>No value: the element is left out.</summary>
    public static X12Value None => default;

    internal string? Text { get; }

    internal bool IsWords { get; }

    internal bool IsComposite { get; }

    /// <summary>A code or number; null or empty leaves the element out.</summary>
    public static implicit operator X12Value(string? code) => new(code, false, false);

    /// <summary>An amount or quantity, without zeros at its end.</summary>
    public static implicit operator X12Value(decimal? number) => new(number?.ToString("0.####", CultureInfo.InvariantCulture), false, false);

    /// <summary>A count.</summary>
    public static implicit operator X12Value(int number) => new(number.ToString(CultureInfo.InvariantCulture), false, false);

    /// <summary>A day as CCYYMMDD.</summary>
    public static implicit operator X12Value(DateOnly? day) => new(day?.ToString("yyyyMMdd", CultureInfo.InvariantCulture), false, false);

    /// <summary>A name, address or note.</summary>
    public static X12Value Words(string? words) => new(words, true, false);

    /// <summary>A composite of codes; empty ones at the end are left out.</summary>
    public static X12Value Composite(params ReadOnlySpan<string?> components)
    {
        while (components.Length > 0 && string.IsNullOrEmpty(components[^1]))
            components = components[..^1];
        return new(components.IsEmpty ? null : string.Join(ComponentMark, components.ToArray()), false, true);
    }

    /// <summary>A procedure with its modifiers.</summary>
    public static X12Value Of(Procedure procedure) => Composite([procedure.Qualifier, procedure.Code, .. procedure.Modifiers]);

    /// <summary>A day, or days from and through: the second part of D8 and RD8.</summary>
    public static X12Value Of(Period period) =>
        period.From == period.Through ? (DateOnly?)period.From : string.Create(CultureInfo.InvariantCulture,
            $"{period.From:yyyyMMdd}-{period.Through:yyyyMMdd}");
}
