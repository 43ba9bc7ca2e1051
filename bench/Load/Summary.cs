using System.Globalization;

namespace Ips.Load;

/// <summary>The one table of a run. Each command adds its lines to the file that the variable SUMMARY names; run.sh prints it at the end.</summary>
internal static class Summary
{
    /// <summary>How many people are in the database, when run.sh put them there.</summary>
    private static readonly string People = Environment.GetEnvironmentVariable("PEOPLE_NOW") is { Length: > 0 } count ? $", {count} people" : "";

    /// <summary>One line: what was done, how fast, and how that compares with the least that the same machine needs for it.</summary>
    /// <param name="work">What was done.</param>
    /// <param name="figure">The platform's figure, with its unit.</param>
    /// <param name="least">The figure of the bare work; empty when there is none.</param>
    /// <param name="ratio">The platform's rate in relation to the bare one; null when there is none.</param>
    /// <param name="aim">What was to be reached.</param>
    public static void Add(string work, string figure, string least, double? ratio, string aim)
    {
        if (Environment.GetEnvironmentVariable("SUMMARY") is not { Length: > 0 } file)
            return;
        var compared = ratio?.ToString("F2", CultureInfo.InvariantCulture) ?? "";
        File.AppendAllText(file, $"| {work}{People} | {figure} | {least} | {compared} | {aim} |\n");
    }
}
