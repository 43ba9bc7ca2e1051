namespace Ips.Deploy.Tests;

/// <summary>A program as a description of the platform runs it: its variables, and which of them come from a secret.</summary>
internal sealed record Workload(string Name, IReadOnlyDictionary<string, string> Variables, IReadOnlySet<string> Secrets)
{
    private const string Prefix = "services__";

    /// <summary>All names of variables, plain and secret.</summary>
    public IEnumerable<string> Names => Variables.Keys.Concat(Secrets).Distinct();

    /// <summary>The services it calls.</summary>
    public IEnumerable<string> Calls => Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name.Split("__")[1]).Distinct();
}
