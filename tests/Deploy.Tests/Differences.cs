namespace Ips.Deploy.Tests;

/// <summary>Variables of the manifest that a deployment leaves out on purpose. Whatever is not named here has to be in deploy/.</summary>
internal static class Differences
{
    // Aspire's second spelling, for hosts that refuse a hyphen in a variable; services read the first.
    private static bool IsAlias(string variable, IEnumerable<string> all) => variable.StartsWith("ConnectionStrings__", StringComparison.Ordinal) && variable.EndsWith("_db", StringComparison.Ordinal)
        && all.Contains($"{variable[..^3]}-db");

    // Kestrel__Endpoints__* name the ports; Aspire repeats them for hosts that read nothing else.
    private static bool IsPortHint(string variable) => variable == "HTTP_PORTS";

    // The fewer programs hold a key, the better. These two read no personal data; a service that needs the keys does not start without them.
    private static bool IsKeyWithoutUse(Workload workload, string variable) =>
        variable.StartsWith("Particulars__", StringComparison.Ordinal) && workload.Name.Split('-')[0] is "fidelity" or "reporting";

    // A command neither checks a token nor gets one; a service that calls no other needs no client.
    private static bool IsIdentityWithoutUse(Workload workload, string variable) => variable.StartsWith("Authentication__", StringComparison.Ordinal)
        && (workload.Name.EndsWith("-migrate", StringComparison.Ordinal) || (variable.StartsWith("Authentication__Client", StringComparison.Ordinal) && !workload.Calls.Any()));

    /// <summary>The variables of a program that its deployment must have.</summary>
    public static IEnumerable<string> Needed(Workload workload)
    {
        var all = workload.Names.ToList();
        return all.Where(variable => !IsAlias(variable, all) && !IsPortHint(variable) && !IsKeyWithoutUse(workload, variable) && !IsIdentityWithoutUse(workload, variable));
    }
}
