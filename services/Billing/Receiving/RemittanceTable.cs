using System.Globalization;
using Ips.Contracts;
using Ips.X12;
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
        if (!TableFile.Read(content, Required, Optional, MostLines).Is(out var file, out var problem))
            return problem;
        RemittanceTable table = new(file.Kind, today);
        foreach (var line in file.Lines)
            table.Add(line, file.Columns);
        return table;
    }

    /// <summary>Something that is wrong with a line.</summary>
    public static Proto.FileFinding Wrong(int line, string column, string reason, string fix) => new()
    {
        Place = column.Length == 0 ? $"line {line}" : $"line {line}, column {column}",
        Reason = reason,
        Fix = fix,
    };

    private void Add(TableFile.Line row, int columns)
    {
        var before = findings.Count;
        void Bad(string column, string found, string fix) => findings.Add(Wrong(row.Number, column, found, fix));

        if (row.Count > columns)
            Bad("", $"has {row.Count} columns, expected {columns}", "Put a text with commas into quotation marks.");
        var (claim, control) = (row["claim_number"], row["line_control"]);
        if (claim.Length == 0 && control.Length == 0)
            Bad("claim_number", "is empty, and line_control too", "Send our claim number (CLM01) or our line control number (REF*6R).");
        var payerClaim = row["payer_claim"];
        if (payerClaim.Length is 0 or > 50 || !payerClaim.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            Bad("payer_claim", "is not 1 to 50 letters, digits or hyphens", "Send the payer's number of the claim.");
        var trace = row["trace"];
        if (trace.Length is 0 or > 50)
            Bad("trace", $"has {trace.Length} characters, expected 1 to 50", "Send the number of the payment or letter.");
        if (!DateOnly.TryParseExact(row["payment_date"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Bad("payment_date", "is not a day YYYY-MM-DD", "Send the day of the payment or letter.");
        else if (day > today)
            Bad("payment_date", "lies ahead", "Send the day of the payment or letter.");
        if (Dollars(row["paid"]) is not { } paid)
        {
            Bad("paid", "is not an amount in dollars and cents", "Send an amount such as 147.78, without a sign for dollars and without thousands separators.");
            paid = 0;
        }

        var adjustments = Adjustments(row["adjustments"], Bad);
        List<string> remarks = [.. row["remarks"].Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        if (remarks.Find(r => !CodeSets.Contains("remark_code", r)) is not null)
            Bad("remarks", "holds a code that is no remark code", "Send codes such as M62.");
        var reversal = row["reversal"].ToLowerInvariant();
        if (reversal is not ("" or "yes" or "no" or "true" or "false"))
            Bad("reversal", "is not yes or no", "Send yes where the payer takes an earlier decision back.");
        if (findings.Count == before)
            lines.Add(new(row.Number, claim, control, payerClaim, trace, day, paid, adjustments, remarks, reversal is "yes" or "true"));
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
