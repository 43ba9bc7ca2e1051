using System.Globalization;

namespace Ips.Reporting.Reports;

/// <summary>Writes a table as a PDF: landscape US letter, wrapped cells, the headings again on every page. The fonts are those that every reader has.</summary>
public static class PrintedTable
{
    private const double Margin = 36, TextSize = 8, TitleSize = 14, LineHeight = 10.5, Padding = 4;

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
        using Paper paper = new(title, isLandscape: true);
        string[] head = [.. columns.Select(column => headings[column])];
        double[] shares = [.. columns.Select((_, i) => (double)Math.Clamp(texts.Select(row => row[i].Length).Append(head[i].Length).Max(), Narrow, Wide))];
        double[] widths = [.. shares.Select(share => share / shares.Sum() * (paper.Width - (2 * Margin)))];

        var top = Margin;
        paper.Text(Margin, top, title, TitleSize, isBold: true);
        top += TitleSize * 2;
        Draw(Wrap(head, isBold: true), isBold: true);
        foreach (var row in texts)
        {
            var cells = Wrap(row, isBold: false);
            if (top + Height(cells) > paper.Height - Margin)
            {
                paper.NewPage();
                top = Margin;
                Draw(Wrap(head, isBold: true), isBold: true);
            }

            Draw(cells, isBold: false);
        }

        return paper.Done();

        IReadOnlyList<string>[] Wrap(string[] cells, bool isBold) => [.. cells.Select((cell, column) => paper.Wrap(cell, widths[column] - Padding, TextSize, isBold))];

        void Draw(IReadOnlyList<string>[] cells, bool isBold)
        {
            var left = Margin;
            foreach (var (column, lines) in cells.Index())
            {
                foreach (var (line, text) in lines.Index())
                    paper.Text(left, top + ((line + 1) * LineHeight) - 2 - TextSize, text, TextSize, isBold);
                left += widths[column];
            }

            top += Height(cells);
            paper.Line(Margin, top, paper.Width - (2 * Margin), 200);
        }
    }

    private static double Height(IReadOnlyList<string>[] cells) => (cells.Max(lines => lines.Count) * LineHeight) + Padding;

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
