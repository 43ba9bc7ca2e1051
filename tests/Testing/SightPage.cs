using System.Text;
using System.Text.RegularExpressions;
using Ips.Platform.Privacy;
using Microsoft.EntityFrameworkCore.Metadata;
using Xunit;

namespace Ips.Testing;

/// <summary>The row rules of a service in docs/security.md: they are written from the rules that PostgreSQL gets, and a test compares both.</summary>
public static partial class SightPage
{
    /// <summary>Expects a rule for every table, and the page to show it. <c>UPDATE_DOCS=1</c> writes the page.</summary>
    public static void Shows(string service, TenantPolicies rows, IModel model)
    {
        var rules = rows.Of(model).OrderBy(rule => rule.Key, StringComparer.Ordinal).ToList();
        Assert.Empty(rules.Where(rule => rule.Value is null).Select(rule => rule.Key));
        StringBuilder table = new($"### {service}\n\n| Table | A request sees | It writes | Of these, a member with a caseload |\n|---|---|---|---|\n");
        foreach (var (name, rule) in rules)
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{name}` | {Sees(rule!)} | {Writes(rule!)} | {Limited(rule!)} |\n");

        var path = Path.Combine(Checkout.Root, "docs", "security.md");
        var page = File.ReadAllText(path);
        var at = page.IndexOf($"### {service}\n", StringComparison.Ordinal);
        Assert.True(at >= 0, $"docs/security.md has no section \"### {service}\".");
        var end = NextHeading().Match(page, at + 1) is { Success: true, Index: var next } ? next : page.Length;
        var written = page[..at] + table + page[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") is not null)
            File.WriteAllText(path, written);
        else
            Assert.True(written == page, $"docs/security.md does not show the row rules of {service}; run this test once with UPDATE_DOCS=1.");
    }

    private static string Sees(TenantPolicies.Rule rule) => rule.Grants.Contains("select", StringComparison.Ordinal) ? Code(rule.Sees) : "nothing";

    private static string Writes(TenantPolicies.Rule rule) =>
        rule.Grants is "" or "select" ? "nothing" : rule.Writes == rule.Sees ? "the same" : rule.Writes == "true" ? "any" : Code(rule.Writes);

    private static string Limited(TenantPolicies.Rule rule) => rule.Grants.Length == 0 || rule.Limited == "false" ? "nothing" : Code(rule.Limited);

    private static string Code(string sql) =>
        sql == "true" ? "all" : $"`{Space().Replace(sql, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal)}`";

    [GeneratedRegex("\n##", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NextHeading();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Space();
}
