using System.Text.Json;
using Aspire.Hosting.Testing;
using Ips.AppHost;

namespace Ips.Platform.Tests;

/// <summary>Sandbox case 1, loaded once for all tests of the platform that they share.</summary>
internal static class SandboxCase
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static IReadOnlyDictionary<string, string>? _made;

    /// <summary>The names of what the case holds, such as <c>individual</c> and <c>claimLine1</c>, and its <c>day</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> Made(Platform platform)
    {
        await Gate.WaitAsync();
        try
        {
            if (_made is not null)
                return _made;
            var made = await Load(platform, transport: null);
            await JourneyFigures.AreThoseOfAnUndisturbedRun(platform, made);
            return _made = made;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Loads the case into a platform that has none yet.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> Load(Platform platform, HttpMessageHandler? transport)
    {
        await Sandbox.LoadAsync(
            platform.Data, service => platform.App.GetEndpoint(service, "http"), SandboxIssuer.In(platform.Data), transport, CancellationToken.None);
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(platform.Data, "sandbox.json")));
        return file.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }
}
