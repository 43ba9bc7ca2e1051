using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Google.Protobuf;
using MiniExcelLibs;

namespace Ips.Fidelity.Visits;

/// <summary>Reads a score sheet, CSV or XLSX, into lines of text. It knows no scale: what a cell means is decided by the import.</summary>
internal static class ScoreSheetFile
{
    /// <summary>The longest file, in bytes.</summary>
    public const int Longest = 1024 * 1024;

    /// <summary>The most lines.</summary>
    public const int MostLines = 1000;

    private const long LongestUnpacked = 16 * 1024 * 1024;

    /// <summary>The columns by their headings.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["item", "score", "source", "practice_date", "reference", "note"];

    /// <summary>A line with its cells by column; a column that the file lacks reads as empty.</summary>
    public sealed record Line(int Number, IReadOnlyDictionary<string, string> Cells)
    {
        public string this[string column] => Cells.GetValueOrDefault(column, "");
    }

    /// <summary>The lines below the header, without empty ones; or what is wrong with the file.</summary>
    public static Result<IReadOnlyList<Line>> Read(ByteString content)
    {
        if (content.Length is 0 or > Longest)
            return Wrong(content.Length == 0 ? "is empty; send the file with its header" : $"has {content.Length} bytes; send at most {Longest}");
        List<(int Number, string[] Cells)> lines;
        try
        {
            lines = content.Span is [(byte)'P', (byte)'K', ..] ? Workbook(content) : Csv(content);
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or CsvHelperException or System.Xml.XmlException or FormatException or KeyNotFoundException)
        {
            return Wrong("is neither CSV in UTF-8 nor an XLSX workbook");
        }

        if (lines.Count > MostLines + 1)
            return Wrong($"has more than {MostLines} lines");
        string[] headings = lines.Count == 0 ? [] : [.. lines[0].Cells.Select(cell => cell.Trim().TrimStart('\ufeff').ToLowerInvariant())];
        if (!headings.Contains("item") || !headings.Contains("score"))
            return Wrong($"has not the columns item and score in its first line; the columns are {string.Join(", ", Columns)}");
        if (headings.FirstOrDefault(heading => heading.Length > 0 && !Columns.Contains(heading)) is { } unknown)
            return Wrong($"has a column that is not known, '{(unknown.Length > 40 ? unknown[..40] : unknown)}'; the columns are {string.Join(", ", Columns)}");
        if (headings.Where(heading => heading.Length > 0).GroupBy(heading => heading).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return Wrong($"has column {twice.Key} twice");
        return new List<Line>(lines.Skip(1).Where(line => line.Cells.Any(cell => cell.Trim().Length > 0)).Select(line => new Line(line.Number,
            headings.Index().Where(h => h.Item.Length > 0 && h.Index < line.Cells.Length)
                .ToDictionary(h => h.Item, h => line.Cells[h.Index].Trim(), StringComparer.Ordinal))));
    }

    private static Problem.Invalid Wrong(string why) => new("content", why);

    private static List<(int, string[])> Csv(ByteString content)
    {
        using StringReader text = new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content.Span));
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = false });
        List<(int, string[])> lines = [];
        while (lines.Count <= MostLines + 1 && parser.Read())
            lines.Add((parser.RawRow, parser.Record!));
        return lines;
    }

    private static List<(int, string[])> Workbook(ByteString content)
    {
        using MemoryStream file = new(content.ToByteArray());
        using (ZipArchive parts = new(file, ZipArchiveMode.Read, leaveOpen: true))
        {
            if (parts.Entries.Sum(part => part.Length) > LongestUnpacked)
                throw new InvalidDataException("too long");
        }

        file.Position = 0;
        return [.. file.Query(useHeaderRow: false, excelType: ExcelType.XLSX).Cast<IDictionary<string, object?>>().Take(MostLines + 2)
            .Select((row, i) => (i + 1, row.Values.Select(Text).ToArray()))];
    }

    private static string Text(object? cell) => cell switch
    {
        null => "",
        DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "",
    };
}
