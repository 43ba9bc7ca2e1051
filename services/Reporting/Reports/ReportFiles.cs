using System.Globalization;
using System.Text;
using CsvHelper;
using Google.Api;
using Google.Protobuf;
using MiniExcelLibs;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Reports;

/// <summary>Writes a table as CSV (RFC 4180), as a workbook, or as a PDF to print.</summary>
public static class ReportFiles
{
    /// <summary>The file with its media type.</summary>
    /// <param name="format">The form; unspecified means CSV.</param>
    /// <param name="title">What the PDF is called.</param>
    /// <param name="printed">The headings that the PDF has: a page is narrower than a sheet.</param>
    /// <param name="headings">The first line.</param>
    /// <param name="rows">The values: texts and numbers.</param>
    public static HttpBody Write(
        Proto.ReportFormat format, string title, IReadOnlyList<string> printed, IReadOnlyList<string> headings, IReadOnlyList<object?[]> rows) => format switch
        {
            Proto.ReportFormat.Xlsx => new() { ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data = Workbook(headings, rows) },
            Proto.ReportFormat.Pdf => new() { ContentType = "application/pdf", Data = ByteString.CopyFrom(PrintedTable.Write(title, printed, headings, rows)) },
            _ => new() { ContentType = "text/csv; charset=utf-8", Data = Csv(headings, rows) },
        };

    /// <summary>A number of the contract as a number of a sheet; null when it is empty.</summary>
    public static decimal? Number(string value) => value.Length == 0 ? null : decimal.Parse(value, CultureInfo.InvariantCulture);

    private static ByteString Csv(IReadOnlyList<string> headings, IReadOnlyList<object?[]> rows)
    {
        using MemoryStream content = new();
        using (CsvWriter csv = new(new StreamWriter(content, new UTF8Encoding(false)) { NewLine = "\r\n" }, CultureInfo.InvariantCulture))
        {
            foreach (var heading in headings)
                csv.WriteField(heading);
            csv.NextRecord();
            foreach (var row in rows)
            {
                foreach (var value in row)
                    csv.WriteField(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                csv.NextRecord();
            }
        }

        return ByteString.CopyFrom(content.ToArray());
    }

    private static ByteString Workbook(IReadOnlyList<string> headings, IReadOnlyList<object?[]> rows)
    {
        using MemoryStream content = new();
        content.SaveAs(rows.Select(row => headings.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second ?? "")).ToList(), sheetName: "Report");
        return ByteString.CopyFrom(content.ToArray());
    }
}
