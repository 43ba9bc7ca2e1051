namespace Ips.AppHost;

/// <summary>
/// The orchestrator and its monitors, one for each program, are Go programs that let their heaps grow to twice what they use. They inherit this host's
/// environment, where Go's runtime looks for a smaller factor.
/// </summary>
internal static class OrchestratorMemory
{
    private const string GrowthPercent = "GOGC";

    /// <summary>Sets the factor unless the user has set one.</summary>
    public static void Limit()
    {
        if (Environment.GetEnvironmentVariable(GrowthPercent) is null) Environment.SetEnvironmentVariable(GrowthPercent, "25");
    }
}
