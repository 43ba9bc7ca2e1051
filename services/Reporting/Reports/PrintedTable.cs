using System.Globalization;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Ips.Reporting.Reports;

/// <summary>Writes a table as a PDF: landscape US letter, wrapped cells, the headings again on every page. The fonts are those that every reader has.</summary>
public static class PrintedTable
{
    private const double Margin = 36, TextSize = 8, HeadingSize = 8, TitleSize = 14, LineHeight = 10.5, Padding = 4;

    // Letters that a column of numbers or codes needs, and the share of one with sentences.
    private const int Narrow = 12, Wide = 34;

    /// <summary>The bytes of the document.</summary>
    /// <param name="title">The title, on the first page.</param>
    /// <param name="printed">The headings that are printed.</param>
    /// <param name="headings">The headings of the values.</param>
    /// <param name="rows">The values.</param>
    public static byte[] Write(string title, IReadOnlyList<string> printed, IReadOnlyList<string> headings, IReadOnlyList<object?[]> rows)
    {
        int[] columns = [.. printed.Select(heading => headings.ToList().IndexOf(heading)).Where(column => column >= 0)];
        List<string[]> texts = [.. rows.Select(row => columns.Select(column => Text(row[column])).ToArray())];
        PdfDocumentBuilder document = new();
        document.DocumentInformation.Title = title;
        var (font, bold) = (document.AddStandard14Font(Standard14Font.Helvetica), document.AddStandard14Font(Standard14Font.HelveticaBold));
        string[] head = [.. columns.Select(column => headings[column])];
        double[] shares = [.. columns.Select((_, i) => (double)Math.Clamp(texts.Select(row => row[i].Length).Append(head[i].Length).Max(), Narrow, Wide))];
        double[] widths = [.. shares.Select(share => share / shares.Sum())];

        PdfPageBuilder page = null!;
        var top = 0d;
        NewPage(first: true);
        foreach (var row in texts)
        {
            var cells = Wrap(row, font, TextSize);
            if (top - Height(cells) < Margin)
                NewPage(first: false);
            Draw(cells, font, TextSize);
        }

        return document.Build();

        void NewPage(bool first)
        {
            page = document.AddPage(PageSize.Letter, isPortrait: false);
            top = page.PageSize.Height - Margin;
            if (first)
            {
                page.AddText(Printable(title), TitleSize, new PdfPoint(Margin, top - TitleSize), bold);
                top -= TitleSize * 2;
            }

            Draw(Wrap(head, bold, HeadingSize), bold, HeadingSize);
        }

        double Width(int column) => widths[column] * (page.PageSize.Width - (2 * Margin));

        string[][] Wrap(string[] cells, PdfDocumentBuilder.AddedFont with, double size) =>
            [.. cells.Select((cell, column) => Lines(Printable(cell), line => page.MeasureText(line, size, new PdfPoint(0, 0), with)[^1].EndBaseLine.X <= Width(column) - Padding))];

        void Draw(string[][] cells, PdfDocumentBuilder.AddedFont with, double size)
        {
            var left = Margin;
            foreach (var (column, lines) in cells.Index())
            {
                foreach (var (line, text) in lines.Index().Where(l => l.Item.Length > 0))
                    page.AddText(text, size, new PdfPoint(left, top - LineHeight - (line * LineHeight) + 2), with);
                left += Width(column);
            }

            top -= Height(cells);
            page.SetStrokeColor(200, 200, 200);
            page.DrawLine(new PdfPoint(Margin, top), new PdfPoint(page.PageSize.Width - Margin, top), 0.5);
            page.ResetColor();
        }
    }

    private static double Height(string[][] cells) => (cells.Max(lines => Math.Max(1, lines.Length)) * LineHeight) + Padding;

    /// <summary>The lines of a text: words as long as they fit; a word that does not fit is cut.</summary>
    private static string[] Lines(string text, Func<string, bool> fits)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = word;
            if (line.Length > 0 && fits($"{line} {rest}"))
            {
                line = $"{line} {rest}";
                continue;
            }

            if (line.Length > 0)
                lines.Add(line);
            while (rest.Length > 1 && !fits(rest))
            {
                var part = rest.Length - 1;
                while (part > 1 && !fits(rest[..part]))
                    part--;
                lines.Add(rest[..part]);
                rest = rest[part..];
            }

            line = rest;
        }

        return [.. lines, line];
    }

    // The fonts of every reader have the letters of Western Europe.
    private static string Printable(string text) => string.Concat(text.Select(letter => letter is >= ' ' and <= '~' ? letter : '?'));

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
