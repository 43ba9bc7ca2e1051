using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using MiniExcelLibs;

namespace Ips.Platform.Documents;

/// <summary>A table that a person sends, CSV in UTF-8 or an XLSX workbook, as lines of text. What a cell means is decided by the import.</summary>
/// <param name="Kind">CSV or XLSX, by the bytes of the file.</param>
/// <param name="Columns">How many columns the first line has.</param>
/// <param name="Lines">The lines below the first one, without empty ones.</param>
public sealed record TableFile(string Kind, int Columns, IReadOnlyList<TableFile.Line> Lines)
{
    private const long MostUnpacked = 64L * 1024 * 1024;

    /// <summary>A line.</summary>
    /// <param name="Number">Its number in the file; the first line of the file is 1.</param>
    /// <param name="Count">How many cells it has up to the last one with text.</param>
    /// <param name="Cells">Its cells by column.</param>
    public sealed record Line(int Number, int Count, IReadOnlyDictionary<string, string> Cells)
    {
        /// <summary>A cell; empty when the line or the file lacks it.</summary>
        public string this[string column] => Cells.GetValueOrDefault(column, "");
    }

    /// <summary>Reads a table, or says what is wrong with the field <c>content</c>.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="required">The columns that the first line must name, in any order, in lower or upper case.</param>
    /// <param name="optional">The columns that it may name.</param>
    /// <param name="mostLines">The most lines below the first one.</param>
    public static Result<TableFile> Read(byte[] content, IReadOnlyList<string> required, IReadOnlyList<string> optional, int mostLines)
    {
        var isWorkbook = content.AsSpan().StartsWith("PK\x03\x04"u8);
        var kind = isWorkbook ? "XLSX" : "CSV";
        List<(int Number, string[] Cells)> lines;
        try
        {
            // One line more than may be there shows that there are too many.
            lines = [.. (isWorkbook ? Workbook(content) : Csv(content)).Take(mostLines + 2)];
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or CsvHelperException or System.Xml.XmlException or FormatException
            or InvalidOperationException or KeyNotFoundException or NullReferenceException)
        {
            return Wrong($"is no readable {kind} table; send CSV in UTF-8 or an XLSX workbook");
        }

        if (lines.Count > mostLines + 1)
            return Wrong($"has more than {mostLines} lines; send at most {mostLines}");
        var header = lines.Count == 0 ? [] : Array.ConvertAll(lines[0].Cells, cell => cell.TrimStart('\ufeff').Trim().ToLowerInvariant());
        if (required.FirstOrDefault(column => !header.Contains(column)) is { } missing)
            return Wrong($"has no column {missing}; the first line names {string.Join(", ", required)}, and if there are any {string.Join(", ", optional)}");
        var named = header.Index().Where(column => column.Item.Length > 0).ToList();
        if (named.Select(column => column.Item).Except([.. required, .. optional]).FirstOrDefault() is { } unknown)
            return Wrong($"has a column '{unknown[..Math.Min(unknown.Length, 40)]}' that is not known; remove it");
        if (named.GroupBy(column => column.Item).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return Wrong($"has the column {twice.Key} twice");
        return new TableFile(kind, header.Length,
        [
            .. lines.Skip(1).Select(line => new Line(line.Number, Array.FindLastIndex(line.Cells, cell => !string.IsNullOrWhiteSpace(cell)) + 1,
                named.Where(column => column.Index < line.Cells.Length).ToDictionary(column => column.Item, column => line.Cells[column.Index].Trim())))
                .Where(line => line.Count > 0),
        ]);

        static Problem.Invalid Wrong(string why) => new("content", why);
    }

    private static IEnumerable<(int, string[])> Csv(byte[] content)
    {
        using StringReader text = new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content));
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = false });
        while (parser.Read())
            yield return (parser.RawRow, parser.Record!);
    }

    private static IEnumerable<(int, string[])> Workbook(byte[] content)
    {
        using MemoryStream stream = new(content, writable: false);
        using (ZipArchive parts = new(stream, ZipArchiveMode.Read, leaveOpen: true))
        {
            if (parts.Entries.Sum(part => part.Length) > MostUnpacked)
                throw new InvalidDataException("The workbook unpacks to too much.");
        }

        stream.Position = 0;
        foreach (var (i, row) in stream.Query(useHeaderRow: false, excelType: ExcelType.XLSX).Cast<IDictionary<string, object?>>().Index())
            yield return (i + 1, [.. row.Values.Select(Text)]);
    }

    private static string Text(object? cell) => cell switch
    {
        DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        // A workbook holds amounts as binary numbers: what is shown is meant.
        double number when Math.Abs(number) < 1e15 => Math.Round((decimal)number, 6).ToString("0.######", CultureInfo.InvariantCulture),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "",
    };
}
