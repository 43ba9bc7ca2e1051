namespace Ips.AppHost;

/// <summary>Fills a platform that has just become healthy, through its public APIs. Not called with --no-sandbox.</summary>
internal static class Sandbox
{
    public static Task LoadAsync(DistributedApplication app, SandboxKey key, CancellationToken stop) => Task.CompletedTask;
}
