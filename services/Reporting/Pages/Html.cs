using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ips.Reporting.Pages;

/// <summary>Markup. Made from interpolated text whose holes are escaped, so nothing that was stored or sent can become markup.</summary>
public readonly record struct Html(string? Markup)
{
    /// <summary>Markup with escaped holes; write attributes in double quotes.</summary>
    public static Html Of(HtmlHandler markup) => new(markup.Markup);

    /// <summary>One piece after the other.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> piece) => new(string.Concat(items.Select(i => piece(i).Markup)));

    /// <summary>The markup, or nothing.</summary>
    public static Html When(bool holds, Func<Html> piece) => holds ? piece() : default;

    public override string ToString() => Markup ?? "";
}

/// <summary>Escapes what stands in the holes; only <see cref="Html"/> is taken as it is.</summary>
[InterpolatedStringHandler]
public readonly ref struct HtmlHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + (formattedCount * 16));

    internal string Markup => text.ToString();

    public void AppendLiteral(string markup) => text.Append(markup);

    public void AppendFormatted(Html markup) => text.Append(markup.Markup);

    public void AppendFormatted(string? value) => text.Append(WebUtility.HtmlEncode(value));

    public void AppendFormatted(long value) => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{value}");
}
