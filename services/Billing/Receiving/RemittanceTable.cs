using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Ips.Contracts;
using Ips.X12;
using MiniExcelLibs;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>A line of a table: what a payer decided on one claim.</summary>
/// <param name="Line">Its number, the header being 1.</param>
/// <param name="Claim">Our claim number; empty when the line control number says which claim it is.</param>
/// <param name="LineControl">Our line control number; empty when not given.</param>
/// <param name="PayerClaim">The payer's number.</param>
/// <param name="Trace">The number of the payment.</param>
/// <param name="Day">Its day.</param>
/// <param name="Paid">Dollars.</param>
/// <param name="Adjustments">Why the charge was lowered.</param>
/// <param name="Remarks">Remark codes.</param>
/// <param name="IsReversal">Whether an earlier decision is taken back.</param>
internal sealed record TableLine(
    int Line, string Claim, string LineControl, string PayerClaim, string Trace, DateOnly Day, decimal Paid, IReadOnlyList<Adjustment> Adjustments,
    IReadOnlyList<string> Remarks, bool IsReversal);

/// <summary>Reads remittances from a table, CSV or XLSX. What is wrong is named with line and column, and the other lines are read.</summary>
internal sealed class RemittanceTable
{
    private const int MostLines = 2000;
    private const long MostUnpacked = 64L * 1024 * 1024;
    private static readonly string[] Required = ["claim_number", "payer_claim", "trace", "payment_date", "paid"];
    private static readonly string[] Optional = ["line_control", "adjustments", "remarks", "reversal"];
    private static readonly string[] Groups = ["CO", "PR", "OA", "PI"];
    private readonly List<TableLine> lines = [];
    private readonly List<Proto.FileFinding> findings = [];
    private readonly DateOnly today;

    private RemittanceTable(string kind, DateOnly today) => (Kind, this.today) = (kind, today);

    /// <summary>CSV or XLSX.</summary>
    public string Kind { get; }

    /// <summary>The lines that are sound.</summary>
    public IReadOnlyList<TableLine> Lines => lines;

    /// <summary>What is wrong with the others.</summary>
    public IReadOnlyList<Proto.FileFinding> Findings => findings;

    /// <summary>Reads a table.</summary>
    public static Result<RemittanceTable> Read(byte[] content, DateOnly today)
    {
        var isWorkbook = content.AsSpan().StartsWith("PK\x03\x04"u8);
        RemittanceTable table = new(isWorkbook ? "XLSX" : "CSV", today);
        List<string[]> rows;
        try
        {
            rows = isWorkbook ? Workbook(content) : Text(content);
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or BadDataException or System.Xml.XmlException or InvalidOperationException
            or KeyNotFoundException or NullReferenceException)
        {
            return new Problem.Invalid("content", $"is no readable {table.Kind} table");
        }

        if (rows.Count - 1 > MostLines)
            return new Problem.Invalid("content", $"has {rows.Count - 1} lines; send at most {MostLines}");
        var header = rows.Count == 0 ? [] : Array.ConvertAll(rows[0], c => c.Trim().TrimStart('\ufeff').ToLowerInvariant());
        if (Array.Find(Required, c => !header.Contains(c, StringComparer.Ordinal)) is { } missing)
            return new Problem.Invalid("content", $"has no column {missing}; the header names {string.Join(", ", Required)}, and if there are any {string.Join(", ", Optional)}");
        if (Array.Find(header, c => c.Length > 0 && !Required.Contains(c) && !Optional.Contains(c)) is { } unknown)
            return new Problem.Invalid("content", $"has a column {unknown[..Math.Min(unknown.Length, 30)]} that is not known; remove it");
        if (header.Where(c => c.Length > 0).GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return new Problem.Invalid("content", $"has the column {twice.Key} twice");
        foreach (var (i, row) in rows.Index().Skip(1))
        {
            if (Array.Exists(row, c => !string.IsNullOrWhiteSpace(c)))
                table.Add(i + 1, header, row);
        }

        return table;
    }

    /// <summary>Something that is wrong with a line.</summary>
    public static Proto.FileFinding Wrong(int line, string column, string reason, string fix) => new()
    {
        Place = column.Length == 0 ? $"line {line}" : $"line {line}, column {column}",
        Reason = reason,
        Fix = fix,
    };

    private static List<string[]> Text(byte[] content)
    {
        using StringReader text = new(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content));
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = false });
        List<string[]> rows = [];
        while (rows.Count <= MostLines + 1 && parser.Read())
            rows.Add(parser.Record!);
        return rows;
    }

    private static List<string[]> Workbook(byte[] content)
    {
        using MemoryStream stream = new(content, writable: false);
        using (ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true))
        {
            if (zip.Entries.Sum(e => e.Length) > MostUnpacked)
                throw new InvalidDataException("The workbook unpacks to too much.");
        }

        stream.Position = 0;
        return [.. stream.Query(useHeaderRow: false).Cast<IDictionary<string, object?>>().Take(MostLines + 2)
            .Select(row => row.Values.Select(Cell).ToArray())];
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        // A workbook holds amounts as binary numbers: what is shown is meant.
        double number => Math.Round((decimal)number, 6).ToString("0.######", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private void Add(int line, string[] header, string[] row)
    {
        var before = findings.Count;
        string Of(string column) => Array.IndexOf(header, column) is var at && at >= 0 && at < row.Length ? row[at].Trim() : "";
        void Bad(string column, string found, string fix) => findings.Add(Wrong(line, column, found, fix));

        if (row.Skip(header.Length).Any(c => !string.IsNullOrWhiteSpace(c)))
            Bad("", $"has {row.Length} columns, expected {header.Length}", "Put a text with commas into quotation marks.");
        var (claim, control) = (Of("claim_number"), Of("line_control"));
        if (claim.Length == 0 && control.Length == 0)
            Bad("claim_number", "is empty, and line_control too", "Send our claim number (CLM01) or our line control number (REF*6R).");
        var payerClaim = Of("payer_claim");
        if (payerClaim.Length is 0 or > 50 || !payerClaim.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            Bad("payer_claim", "is not 1 to 50 letters, digits or hyphens", "Send the payer's number of the claim.");
        var trace = Of("trace");
        if (trace.Length is 0 or > 50)
            Bad("trace", $"has {trace.Length} characters, expected 1 to 50", "Send the number of the payment or letter.");
        if (!DateOnly.TryParseExact(Of("payment_date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Bad("payment_date", "is not a day YYYY-MM-DD", "Send the day of the payment or letter.");
        else if (day > today)
            Bad("payment_date", "lies ahead", "Send the day of the payment or letter.");
        if (Dollars(Of("paid")) is not { } paid)
        {
            Bad("paid", "is not an amount in dollars and cents", "Send an amount such as 147.78, without a sign for dollars and without thousands separators.");
            paid = 0;
        }

        var adjustments = Adjustments(Of("adjustments"), Bad);
        List<string> remarks = [.. Of("remarks").Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        if (remarks.Find(r => !CodeSets.Contains("remark_code", r)) is not null)
            Bad("remarks", "holds a code that is no remark code", "Send codes such as M62.");
        var reversal = Of("reversal").ToLowerInvariant();
        if (reversal is not ("" or "yes" or "no" or "true" or "false"))
            Bad("reversal", "is not yes or no", "Send yes where the payer takes an earlier decision back.");
        if (findings.Count == before)
            lines.Add(new(line, claim, control, payerClaim, trace, day, paid, adjustments, remarks, reversal is "yes" or "true"));
    }

    private static List<Adjustment> Adjustments(string written, Action<string, string, string> bad)
    {
        List<Adjustment> adjustments = [];
        foreach (var one in written.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (one.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var group, var reason, var written2] && Groups.Contains(group)
                && CodeSets.Contains("adjustment_reason", reason) && Dollars(written2) is { } amount)
                adjustments.Add(new(group, reason, amount, null));
            else
                bad("adjustments", "holds a part that is not group, reason and amount", "Send for example CO 45 24.63; PR 1 10.00.");
        }

        return adjustments;
    }

    private static decimal? Dollars(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && decimal.Round(amount, 2) == amount && Math.Abs(amount) < 10_000_000 ? amount : null;
}
