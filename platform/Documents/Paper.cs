using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Ips.Platform.Documents;

/// <summary>
/// Writes pages of letter paper. Places and lengths are points; a place counts from the top left corner of the page. Fonts are those that every reader of PDF has.
/// </summary>
public sealed class Paper : IDisposable
{
    private const double Thin = 0.5;
    private static readonly PdfPoint Origin = new(0, 0);
    private readonly PdfDocumentBuilder document = new();
    private readonly PdfDocumentBuilder.AddedFont plain;
    private readonly PdfDocumentBuilder.AddedFont bold;
    private readonly PdfDocumentBuilder.AddedFont fixedWidth;
    private readonly bool isLandscape;
    private PdfPageBuilder page = null!;

    /// <summary>A document with one empty page.</summary>
    /// <param name="title">What a reader of PDF shows as its name; null for none.</param>
    /// <param name="isLandscape">Whether the long side of its pages is the width.</param>
    public Paper(string? title = null, bool isLandscape = false)
    {
        document.DocumentInformation.Title = title;
        plain = document.AddStandard14Font(Standard14Font.Helvetica);
        bold = document.AddStandard14Font(Standard14Font.HelveticaBold);
        fixedWidth = document.AddStandard14Font(Standard14Font.Courier);
        this.isLandscape = isLandscape;
        NewPage();
    }

    /// <summary>The width of a page.</summary>
    public double Width => page.PageSize.Width;

    /// <summary>The height of a page.</summary>
    public double Height => page.PageSize.Height;

    /// <summary>Adds a page; what follows is written there.</summary>
    public void NewPage() => page = document.AddPage(PageSize.Letter, !isLandscape);

    /// <summary>A line of text whose top left corner is here.</summary>
    public void Text(double x, double y, string text, double size = 9, bool isBold = false) => Write(page, x, y, text, size, isBold ? bold : plain);

    /// <summary>A line of data in letters of one width.</summary>
    public void Data(double x, double y, string? text, double size = 9) => Write(page, x, y, text ?? "", size, fixedWidth);

    /// <summary>A box with a small label; its data stand below.</summary>
    public void Box(double x, double y, double width, double height, string label, string? data = null)
    {
        page.DrawRectangle(new PdfPoint(x, Height - y - height), width, height, Thin);
        Text(x + 2, y + 1.5, label, 5);
        // A line of data that is too long becomes smaller, never shorter.
        var size = string.IsNullOrEmpty(data) ? 9 : Math.Min(9, (width - 6) / (data.Length * 0.6));
        Data(x + 4, y + height - 11, data, size);
    }

    /// <summary>A bar of a chart.</summary>
    public void Bar(double x, double y, double width, double height, (byte Red, byte Green, byte Blue) color)
    {
        page.SetStrokeColor(color.Red, color.Green, color.Blue);
        page.SetTextAndFillColor(color.Red, color.Green, color.Blue);
        page.DrawRectangle(new PdfPoint(x, Height - y - height), width, height, Thin, fill: true);
        page.ResetColor();
    }

    /// <summary>A line from left to right.</summary>
    /// <param name="x">Its left end.</param>
    /// <param name="y">How far it is from the top.</param>
    /// <param name="width">Its length.</param>
    /// <param name="shade">From 0, black, to 255, white.</param>
    public void Line(double x, double y, double width, byte shade = 0)
    {
        page.SetStrokeColor(shade, shade, shade);
        page.DrawLine(new PdfPoint(x, Height - y), new PdfPoint(x + width, Height - y), Thin);
        page.ResetColor();
    }

    /// <summary>How wide a text is.</summary>
    public double WidthOf(string text, double size, bool isBold = false) => Measured(Written(text), size, isBold);

    /// <summary>The lines of a text: words as long as they fit; a word that does not fit is cut. A text without words is one empty line.</summary>
    public IReadOnlyList<string> Wrap(string text, double width, double size, bool isBold = false)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in Written(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && Fits($"{line} {word}"))
            {
                line = $"{line} {word}";
                continue;
            }

            if (line.Length > 0)
                lines.Add(line);
            line = word;
            while (line.Length > 1 && !Fits(line))
            {
                var part = line.Length - 1;
                while (part > 1 && !Fits(line[..part]))
                    part--;
                lines.Add(line[..part]);
                line = line[part..];
            }
        }

        return [.. lines, line];

        bool Fits(string some) => Measured(some, size, isBold) <= width;
    }

    /// <summary>A small line at the same place of every page that there is, from the number of the page; the first is 1.</summary>
    public void Footer(double x, double y, Func<int, string> text)
    {
        foreach (var (number, one) in document.Pages)
            Write(one, x, y, text(number), 8, plain);
    }

    /// <summary>The bytes of the document.</summary>
    public byte[] Done() => document.Build();

    /// <inheritdoc />
    public void Dispose() => document.Dispose();

    private static void Write(PdfPageBuilder page, double x, double y, string text, double size, PdfDocumentBuilder.AddedFont font)
    {
        if (Written(text) is { Length: > 0 } written)
            page.AddText(written, size, new PdfPoint(x, page.PageSize.Height - y - size), font);
    }

    private double Measured(string written, double size, bool isBold) =>
        written.Length == 0 ? 0 : page.MeasureText(written, size, Origin, isBold ? bold : plain)[^1].EndBaseLine.X;

    /// <summary>
    /// The fonts have the letters of English only, and the library refuses or confuses others: a letter loses its accent, and one without such a form becomes a
    /// question mark. They have the typographic apostrophe at the place of the plain one.
    /// </summary>
    private static string Written(string text) => string.Concat(string.Concat(text.EnumerateRunes()).Normalize(NormalizationForm.FormD)
        .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
        .Select(c => c is '\'' or '\u2019' ? '\u2019' : c is >= ' ' and <= '~' ? c : char.IsWhiteSpace(c) ? ' ' : '?'));
}
