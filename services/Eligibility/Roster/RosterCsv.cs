using System.Text;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Roster;

/// <summary>
/// Reads a roster of comma-separated values whose headings are elements of an X12 834 (RFC 4180: a value in double quotes may contain commas).
/// </summary>
internal static class RosterCsv
{
    private const string Addition = "021";
    private static readonly string[] Required = ["NM103", "NM104", "NM109", "DMG02"];

    /// <summary>The people, in the order of the lines; wrong headings are a problem of the request, a wrong line is one of the line.</summary>
    public static List<RosterLine> Read(RequestValidator fields, string csv, string system)
    {
        fields.Require(Contracts.OrganizationCode.IsCode(system), "identifier_system", "is not a lower-case code such as medicaid-nc");
        if (Rows(csv) is not { } rows)
        {
            fields.Wrong("csv", "has a double quote that does not end");
            return [];
        }

        var headings = rows.Count == 0 ? [] : rows[0].ConvertAll(h => h.Trim().ToUpperInvariant());
        foreach (var missing in Required.Where(r => headings.Count(h => h == r) != 1))
            fields.Wrong("csv", $"has no heading {missing} or has it twice; the first line needs {string.Join(',', Required)}");
        return fields.Problem is not null ? [] : rows[1..].ConvertAll(row => Line(headings, row, system));
    }

    private static RosterLine Line(List<string> headings, List<string> row, string system)
    {
        string Of(string heading) => headings.IndexOf(heading) is >= 0 and var at && at < row.Count ? row[at].Trim() : "";
        var born = Of("DMG02");
        Proto.RosterMember member = new()
        {
            FamilyName = Of("NM103"),
            GivenName = Of("NM104"),
            BirthDate = born.Length == 8 ? $"{born[..4]}-{born[4..6]}-{born[6..]}" : born,
            Identifiers = { new Proto.Identifier { System = system, Value = Of("NM109") } },
        };
        return new(member,
            row.Count != headings.Count ? new Problem.Invalid("csv", $"has {row.Count} values on the line and {headings.Count} headings")
            : headings.Contains("INS03") && Of("INS03") != Addition ? new Problem.Invalid("csv", $"has an INS03 other than {Addition}: only additions are sent")
            : null);
    }

    // Null when a quoted value does not end.
    private static List<List<string>>? Rows(string csv)
    {
        List<List<string>> rows = [];
        List<string> row = [];
        StringBuilder value = new();
        var isQuoted = false;
        void EndRow()
        {
            row.Add(value.ToString());
            value.Clear();
            if (row.Count > 1 || row[0].Trim().Length > 0)
                rows.Add(row);
            row = [];
        }

        for (var i = 0; i < csv.Length; i++)
        {
            var c = csv[i];
            if (isQuoted)
            {
                if (c != '"')
                    value.Append(c);
                else if (i + 1 < csv.Length && csv[i + 1] == '"')
                    value.Append(csv[i++]);
                else
                    isQuoted = false;
            }
            else if (c == '"')
            {
                isQuoted = true;
            }
            else if (c == ',')
            {
                row.Add(value.ToString());
                value.Clear();
            }
            else if (c == '\n')
            {
                EndRow();
            }
            else if (c is not ('\r' or '\uFEFF'))
            {
                value.Append(c);
            }
        }

        if (isQuoted)
            return null;
        if (row.Count > 0 || value.Length > 0)
            EndRow();
        return rows;
    }
}
