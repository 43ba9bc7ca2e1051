namespace Ips.Deploy.Tests;

/// <summary>Variables of the manifest that a deployment leaves out on purpose. What is not named here has to be in deploy/.</summary>
internal static class Differences
{
    private static readonly string[] WithoutPersonalData = ["fidelity"];

    /// <summary>The variables that a program's deployment must set.</summary>
    public static IEnumerable<string> Needed(Workload workload) => workload.Names.Where(variable =>
        !IsAlias(workload, variable) && !IsPortHint(variable) && !IsKeyWithoutUse(workload, variable) && !IsIdentityWithoutUse(workload, variable));

    // Aspire's second spelling, for hosts that refuse a hyphen in a variable; services read the first.
    private static bool IsAlias(Workload workload, string variable) =>
        StartsWith(variable, "ConnectionStrings__") && workload.Names.Any(other => other != variable && other.Replace('-', '_') == variable);

    // Kestrel__Endpoints__* name the ports; Aspire repeats them for hosts that read nothing else.
    private static bool IsPortHint(string variable) => variable == "HTTP_PORTS";

    // As few programs as possible get a key. This one reads no personal data; a service that needs the keys does not start without them.
    private static bool IsKeyWithoutUse(Workload workload, string variable) =>
        StartsWith(variable, "PersonalData__") && WithoutPersonalData.Contains(workload.Name.Split('-')[0]);

    // A command neither checks a token nor gets one; a service that calls no other needs no client.
    private static bool IsIdentityWithoutUse(Workload workload, string variable) =>
        workload.Name.EndsWith("-migrate", StringComparison.Ordinal)
            ? StartsWith(variable, "Authentication__")
            : StartsWith(variable, "Authentication__Client") && !workload.Calls.Any();

    private static bool StartsWith(string variable, string prefix) => variable.StartsWith(prefix, StringComparison.Ordinal);
}
