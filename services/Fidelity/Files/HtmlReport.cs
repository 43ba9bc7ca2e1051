using System.Globalization;
using System.Net;
using System.Text;
using Ips.Policies.Fidelity;

namespace Ips.Fidelity.Files;

/// <summary>The report of a review as a page: one file without scripts, which prints as well.</summary>
internal static class HtmlReport
{
    private const string Style =
        """
        body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}h1{margin-bottom:0}h2{margin-top:2rem}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #ccc}
        td.n,th.n{text-align:right}tbody th{font-weight:normal}tr.s th{background:#eef2f6;font-weight:bold}.note{color:#444;font-size:13px}
        .bar{background:#2b5f8a;height:.8rem;display:inline-block}.now{background:#b25d00}@media print{body{margin:0;font-size:11px}tr{break-inside:avoid}}
        """;

    public static string Write(ReviewReport report)
    {
        StringBuilder html = new();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
            .Append(Text($"{report.Title}, {report.Team}")).Append("</title><style>").Append(Style).Append("</style></head><body><h1>")
                .Append(Text(report.Title))
            .Append("</h1><p>").Append(Text(report.Team)).Append("</p>");
        Facts(html, report.Facts);
        html.Append("<h2>Sections</h2><table><thead><tr><th scope=\"col\">Section</th><th scope=\"col\" class=\"n\">Sum</th><th scope=\"col\" class=\"n\">Highest</th>"
            + "<th scope=\"col\" class=\"n\">Before</th></tr></thead><tbody>");
        foreach (var section in report.Sections)
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{Text(section.Name)}</th><td class=\"n\">{section.Total}</td><td class=\"n\">{section.Highest}</td><td class=\"n\">{section.Before}</td></tr>");
        html.Append("</tbody></table><h2>Items</h2><table><thead><tr><th scope=\"col\" class=\"n\">No.</th><th scope=\"col\">Item</th><th scope=\"col\" class=\"n\">Score</th>"
            + "<th scope=\"col\" class=\"n\">Before</th><th scope=\"col\" class=\"n\">Change</th><th scope=\"col\">What the score looks like</th></tr></thead><tbody>");
        FidelitySection? last = null;
        foreach (var item in report.Items)
        {
            if (item.Section != last)
                html.Append(CultureInfo.InvariantCulture, $"<tr class=\"s\"><th colspan=\"6\" scope=\"colgroup\">{item.Section}</th></tr>");
            last = item.Section;
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td class=\"n\">{item.Number}</td><th scope=\"row\">{Text(item.Name)}</th><td class=\"n\">{item.Score}</td><td class=\"n\">{item.Before}</td><td class=\"n\">{item.Change}</td><td>{Text(item.Anchor)}");
            foreach (var note in item.Notes)
                html.Append(CultureInfo.InvariantCulture, $"<div class=\"note\">{Text(note)}</div>");
            html.Append("</td></tr>");
        }

        html.Append("</tbody></table><h2>Plan</h2>");
        Facts(html, report.Plan);
        if (report.Findings.Count > 0)
        {
            html.Append("<h2>What follows, by rule</h2><ul>");
            foreach (var finding in report.Findings)
                html.Append("<li>").Append(Text(finding)).Append("</li>");
            html.Append("</ul>");
        }

        if (report.Trend.Count > 0)
        {
            html.Append("<h2>Trend of the team</h2><table><thead><tr><th scope=\"col\">Last day on site</th><th scope=\"col\" class=\"n\">Total</th><th scope=\"col\">Tier</th><th scope=\"col\"><span aria-hidden=\"true\">&nbsp;</span></th></tr></thead><tbody>");
            foreach (var one in report.Trend)
                html.Append(CultureInfo.InvariantCulture,
                    $"<tr><th scope=\"row\">{one.Day}{(one.IsThis ? " (this review)" : "")}</th><td class=\"n\">{one.Total}</td><td>{Text(one.Tier)}</td><td><span class=\"bar{(one.IsThis ? " now" : "")}\" style=\"width:{one.Total * 12 / report.HighestTotal}rem\"></span></td></tr>");
            html.Append("</tbody></table>");
        }

        return html.Append("<p class=\"note\">").Append(Text(report.Source)).Append("</p></body></html>").ToString();
    }

    private static void Facts(StringBuilder html, IReadOnlyList<ReportFact> facts)
    {
        html.Append("<table><tbody>");
        foreach (var (label, text) in facts)
            html.Append("<tr><th scope=\"row\">").Append(Text(label)).Append("</th><td>").Append(Text(text)).Append("</td></tr>");
        html.Append("</tbody></table>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
