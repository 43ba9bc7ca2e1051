using System.Globalization;
using Ips.Policies.Fidelity;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Ips.Fidelity.Files;

/// <summary>The report of a review as a document, on letter paper in the fonts that every reader has.</summary>
internal sealed class PdfReport : IDisposable
{
    private const double Margin = 48;
    private const double Small = 8;
    private const double Normal = 9.5;
    private const double Heading = 13;

    private static readonly double[] ItemColumns = [Margin, Margin + 24, Margin + 196, Margin + 228, Margin + 264, Margin + 304];

    private readonly PdfDocumentBuilder document = new();
    private readonly PdfDocumentBuilder.AddedFont font;
    private readonly PdfDocumentBuilder.AddedFont bold;
    private readonly string footer;
    private PdfPageBuilder page;
    private double y;
    private int pages;

    private PdfReport(string title, string footer)
    {
        document.DocumentInformation.Title = title;
        (font, bold) = (document.AddStandard14Font(Standard14Font.Helvetica), document.AddStandard14Font(Standard14Font.HelveticaBold));
        this.footer = footer;
        page = NextPage();
    }

    public static byte[] Write(ReviewReport report)
    {
        using PdfReport pdf = new(report.Title, report.Team);
        pdf.Line(report.Title, pdf.bold, 18, Margin);
        pdf.Line(report.Team, pdf.font, 11, Margin);
        pdf.y -= 6;
        pdf.Facts(report.Facts);
        pdf.Head("Sections");
        pdf.Row(pdf.bold, ("Section", Margin), ("Sum", 250), ("Highest", 310), ("Before", 380));
        foreach (var section in report.Sections)
            pdf.Row(pdf.font, (section.Name, Margin), (Number(section.Total), 250), (Number(section.Highest), 310), (Number(section.Before), 380));
        pdf.Items(report.Items);
        pdf.Head("Plan");
        pdf.Facts(report.Plan);
        if (report.Findings.Count > 0)
        {
            pdf.Head("What follows, by rule");
            foreach (var finding in report.Findings)
                pdf.Paragraph(finding, Margin, Normal);
        }

        pdf.Trend(report);
        pdf.y -= 8;
        pdf.Paragraph(report.Source, Margin, Small);
        return pdf.document.Build();
    }

    public void Dispose() => document.Dispose();

    private void Items(IReadOnlyList<ReportItem> items)
    {
        Head("Items");
        ItemHead();
        FidelitySection? last = null;
        foreach (var item in items)
        {
            var name = Wrapped(item.Name, ItemColumns[2] - ItemColumns[1] - 6, Normal);
            var anchor = Wrapped(item.Anchor, page.PageSize.Width - Margin - ItemColumns[5], Normal);
            var notes = item.Notes.SelectMany(note => Wrapped(note, page.PageSize.Width - Margin - ItemColumns[5], Small)).ToList();
            var height = Math.Max(name.Count * 12, (anchor.Count * 12) + (notes.Count * 10)) + 5;
            if (y - height - (item.Section == last ? 0 : 20) < Margin + 12)
            {
                page = NextPage();
                ItemHead();
            }

            if (item.Section != last)
            {
                y -= 4;
                Line(item.Section.ToString(), bold, Normal, Margin);
            }

            last = item.Section;
            var top = y;
            Row(font, (Number(item.Number), ItemColumns[0]), (item.Score.ToString(CultureInfo.InvariantCulture), ItemColumns[2]),
                (Number(item.Before), ItemColumns[3]), (item.Change, ItemColumns[4]));
            y = top;
            foreach (var line in name)
                Line(line, font, Normal, ItemColumns[1]);
            y = top;
            foreach (var line in anchor)
                Line(line, font, Normal, ItemColumns[5]);
            foreach (var line in notes)
                Line(line, font, Small, ItemColumns[5], 10);
            y = top - height;
            page.SetStrokeColor(200, 200, 200);
            page.DrawLine(new(Margin, y + 12), new(page.PageSize.Width - Margin, y + 12), 0.5);
            y -= 2;
        }
    }

    private void ItemHead() =>
        Row(bold, ("No.", ItemColumns[0]), ("Item", ItemColumns[1]), ("Score", ItemColumns[2]), ("Before", ItemColumns[3]), ("Change", ItemColumns[4]),
        ("What the score looks like", ItemColumns[5]));

    private void Trend(ReviewReport report)
    {
        if (report.Trend.Count == 0)
            return;
        Head("Trend of the team");
        Row(bold, ("Last day on site", Margin), ("Total", 190), ("Tier", 240));
        foreach (var one in report.Trend)
        {
            Room(14);
            var (r, g, b) = one.IsThis ? ((byte)178, (byte)93, (byte)0) : ((byte)43, (byte)95, (byte)138);
            page.SetStrokeColor(r, g, b);
            page.SetTextAndFillColor(r, g, b);
            page.DrawRectangle(new(330, y - 1), 200.0 * one.Total / report.HighestTotal, 8, 0.5, fill: true);
            page.SetTextAndFillColor(0, 0, 0);
            Row(font, (one.Day, Margin), (Number(one.Total), 190), (one.Tier + (one.IsThis ? " (this)" : ""), 240));
        }
    }

    private void Facts(IReadOnlyList<ReportFact> facts)
    {
        foreach (var (label, text) in facts)
        {
            var lines = Wrapped(text, page.PageSize.Width - (2 * Margin) - 140, Normal);
            Room(lines.Count * 13);
            page.AddText(Plain(label), Normal, new(Margin, y), bold);
            foreach (var line in lines)
                Line(line, font, Normal, Margin + 140, 13);
        }
    }

    private void Head(string text)
    {
        Room(44);
        y -= 12;
        Line(text, bold, Heading, Margin, 18);
    }

    private void Row(PdfDocumentBuilder.AddedFont with, params ReadOnlySpan<(string Text, double X)> cells)
    {
        Room(13);
        foreach (var (text, x) in cells)
        {
            if (text.Length > 0)
                page.AddText(Plain(text), Normal, new(x, y), with);
        }

        y -= 13;
    }

    private void Paragraph(string text, double x, double size)
    {
        foreach (var line in Wrapped(text, page.PageSize.Width - Margin - x, size))
            Line(line, font, size, x);
    }

    private void Line(string text, PdfDocumentBuilder.AddedFont with, double size, double x, double? height = null)
    {
        Room(height ?? (size * 1.26));
        if (text.Length > 0)
            page.AddText(Plain(text), size, new(x, y), with);
        y -= height ?? (size * 1.26);
    }

    private void Room(double height)
    {
        if (y - height < Margin)
            page = NextPage();
    }

    private PdfPageBuilder NextPage()
    {
        var next = document.AddPage(PageSize.Letter);
        pages++;
        next.AddText(Plain($"{footer}, page {pages}"), Small, new(Margin, 28), font);
        y = next.PageSize.Height - Margin - 12;
        return next;
    }

    private List<string> Wrapped(string text, double width, double size)
    {
        List<string> lines = [];
        var line = "";
        foreach (var word in Plain(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Width(longer, size) > width)
            {
                lines.Add(line);
                line = word;
            }
            else
            {
                line = longer;
            }
        }

        lines.Add(line);
        return lines;
    }

    private double Width(string text, double size) => page.MeasureText(text, size, new PdfPoint(0, 0), font) is { Count: > 0 } letters ? letters[^1]
        .EndBaseLine.X : 0;

    // The standard fonts have Latin letters; any other character is shown as a question mark, and the page has it.
    private static string Plain(string text) =>
        string.Concat(text.Select(c => c is >= ' ' and <= '~' or >= '\u00a1' and <= '\u00ff' ? c : c is '\u00a0' or '\n' or '\t' ? ' ' : '?'));

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
