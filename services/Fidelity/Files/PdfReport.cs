using System.Globalization;
using Ips.Policies.Fidelity;

namespace Ips.Fidelity.Files;

/// <summary>The report of a review as a document, on letter paper in the fonts that every reader has.</summary>
internal sealed class PdfReport : IDisposable
{
    private const double Margin = 48;
    private const double Small = 8;
    private const double Normal = 9.5;
    private const double Heading = 13;

    private static readonly double[] ItemColumns = [Margin, Margin + 24, Margin + 196, Margin + 228, Margin + 264, Margin + 304];

    private readonly Paper paper;

    // The base line of the next text, from the top of the page.
    private double y = Margin + 12;

    private PdfReport(string title) => paper = new(title);

    private double Bottom => paper.Height - Margin;

    private double Right => paper.Width - Margin;

    public static byte[] Write(ReviewReport report)
    {
        using PdfReport pdf = new(report.Title);
        pdf.Line(report.Title, 18, Margin, isBold: true);
        pdf.Line(report.Team, 11, Margin);
        pdf.y += 6;
        pdf.Facts(report.Facts);
        pdf.Head("Sections");
        pdf.Row(true, ("Section", Margin), ("Sum", 250), ("Highest", 310), ("Before", 380));
        foreach (var section in report.Sections)
            pdf.Row(false, (section.Name, Margin), (Number(section.Total), 250), (Number(section.Highest), 310), (Number(section.Before), 380));
        pdf.Items(report.Items);
        pdf.Head("Plan");
        pdf.Facts(report.Plan);
        if (report.Findings.Count > 0)
        {
            pdf.Head("What follows, by rule");
            foreach (var finding in report.Findings)
                pdf.Paragraph(finding, Normal);
        }

        pdf.Trend(report);
        pdf.y += 8;
        pdf.Paragraph(report.Source, Small);
        pdf.paper.Footer(Margin, pdf.paper.Height - 28 - Small, number => $"{report.Team}, page {number}");
        return pdf.paper.Done();
    }

    public void Dispose() => paper.Dispose();

    private void Items(IReadOnlyList<ReportItem> items)
    {
        Head("Items");
        ItemHead();
        FidelitySection? last = null;
        foreach (var item in items)
        {
            var name = paper.Wrap(item.Name, ItemColumns[2] - ItemColumns[1] - 6, Normal);
            var anchor = paper.Wrap(item.Anchor, Right - ItemColumns[5], Normal);
            var notes = item.Notes.SelectMany(note => paper.Wrap(note, Right - ItemColumns[5], Small)).ToList();
            var height = Math.Max(name.Count * 12, (anchor.Count * 12) + (notes.Count * 10)) + 5;
            if (y + height + (item.Section == last ? 0 : 20) > Bottom - 12)
            {
                NextPage();
                ItemHead();
            }

            if (item.Section != last)
            {
                y += 4;
                Line(item.Section.ToString(), Normal, Margin, isBold: true);
            }

            last = item.Section;
            var top = y;
            Row(false, (Number(item.Number), ItemColumns[0]), (item.Score.ToString(CultureInfo.InvariantCulture), ItemColumns[2]),
                (Number(item.Before), ItemColumns[3]), (item.Change, ItemColumns[4]));
            y = top;
            foreach (var line in name)
                Line(line, Normal, ItemColumns[1]);
            y = top;
            foreach (var line in anchor)
                Line(line, Normal, ItemColumns[5]);
            foreach (var line in notes)
                Line(line, Small, ItemColumns[5], 10);
            y = top + height;
            paper.Line(Margin, y - 12, Right - Margin, 200);
            y += 2;
        }
    }

    private void ItemHead() =>
        Row(true, ("No.", ItemColumns[0]), ("Item", ItemColumns[1]), ("Score", ItemColumns[2]), ("Before", ItemColumns[3]), ("Change", ItemColumns[4]),
        ("What the score looks like", ItemColumns[5]));

    private void Trend(ReviewReport report)
    {
        if (report.Trend.Count == 0)
            return;
        Head("Trend of the team");
        Row(true, ("Last day on site", Margin), ("Total", 190), ("Tier", 240));
        foreach (var one in report.Trend)
        {
            Room(14);
            paper.Bar(330, y - 7, 200.0 * one.Total / report.HighestTotal, 8, one.IsThis ? ((byte)178, (byte)93, (byte)0) : ((byte)43, (byte)95, (byte)138));
            Row(false, (one.Day, Margin), (Number(one.Total), 190), (one.Tier + (one.IsThis ? " (this)" : ""), 240));
        }
    }

    private void Facts(IReadOnlyList<ReportFact> facts)
    {
        foreach (var (label, text) in facts)
        {
            var lines = paper.Wrap(text, Right - Margin - 140, Normal);
            Room(lines.Count * 13);
            paper.Text(Margin, y - Normal, label, Normal, isBold: true);
            foreach (var line in lines)
                Line(line, Normal, Margin + 140, 13);
        }
    }

    private void Head(string text)
    {
        Room(44);
        y += 12;
        Line(text, Heading, Margin, 18, isBold: true);
    }

    private void Row(bool isBold, params ReadOnlySpan<(string Text, double X)> cells)
    {
        Room(13);
        foreach (var (text, x) in cells)
            paper.Text(x, y - Normal, text, Normal, isBold);
        y += 13;
    }

    private void Paragraph(string text, double size)
    {
        foreach (var line in paper.Wrap(text, Right - Margin, size))
            Line(line, size, Margin);
    }

    private void Line(string text, double size, double x, double? height = null, bool isBold = false)
    {
        Room(height ?? (size * 1.26));
        paper.Text(x, y - size, text, size, isBold);
        y += height ?? (size * 1.26);
    }

    private void Room(double height)
    {
        if (y + height > Bottom)
            NextPage();
    }

    private void NextPage()
    {
        paper.NewPage();
        y = Margin + 12;
    }

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
