using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Ips.Billing.Packets;

/// <summary>Pages of letter paper with lines of text and boxes, from the top left corner in points. Fonts are those that every reader of PDF has.</summary>
internal sealed class Paper : IDisposable
{
    private const double Height = 792;
    private readonly PdfDocumentBuilder document = new();
    private readonly PdfDocumentBuilder.AddedFont plain;
    private readonly PdfDocumentBuilder.AddedFont bold;
    private readonly PdfDocumentBuilder.AddedFont fixedWidth;
    private PdfPageBuilder page = null!;

    public Paper()
    {
        plain = document.AddStandard14Font(Standard14Font.Helvetica);
        bold = document.AddStandard14Font(Standard14Font.HelveticaBold);
        fixedWidth = document.AddStandard14Font(Standard14Font.Courier);
        NewPage();
    }

    public void NewPage() => page = document.AddPage(PageSize.Letter);

    /// <summary>A line of text whose top left corner is here.</summary>
    public void Text(double x, double y, string text, double size = 9, bool isBold = false) => Write(x, y, text, size, isBold ? bold : plain);

    /// <summary>A line of data in letters of one width.</summary>
    public void Data(double x, double y, string? text, double size = 9) => Write(x, y, text ?? "", size, fixedWidth);

    /// <summary>A box with a small label; its data stand below.</summary>
    public void Box(double x, double y, double width, double height, string label, string? data = null)
    {
        page.DrawRectangle(new PdfPoint(x, Height - y - height), width, height, 0.5);
        Write(x + 2, y + 1.5, label, 5, plain);
        // A line of data that is too long becomes smaller, never shorter.
        var size = string.IsNullOrEmpty(data) ? 9 : Math.Min(9, (width - 6) / (data.Length * 0.6));
        Data(x + 4, y + height - 11, data, size);
    }

    public void Line(double x, double y, double width) => page.DrawLine(new PdfPoint(x, Height - y), new PdfPoint(x + width, Height - y), 0.5);

    public byte[] Done() => document.Build();

    public void Dispose() => document.Dispose();

    private void Write(double x, double y, string text, double size, PdfDocumentBuilder.AddedFont font)
    {
        // The fonts have Latin letters only, and the typographic apostrophe at the place of the plain one.
        var written = string.Concat(text.Select(c => c == '\'' ? '\u2019' : c is >= ' ' and <= '~' ? c : '?'));
        if (written.Length > 0)
            page.AddText(written, size, new PdfPoint(x, Height - y - size), font);
    }
}
