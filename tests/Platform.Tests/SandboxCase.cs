using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Ips.AppHost;
using Ips.Testing;
using LocalServers;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>
/// Sandbox case 1, loaded once for all tests. Every service is killed once while it is loaded; the loader sends its requests again with their
/// ids, so what is found afterwards is the case once, whole.
/// </summary>
internal static class SandboxCase
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static Dictionary<string, string>? _made;

    /// <summary>The names of what the case holds, such as <c>individual</c> and <c>claimLine1</c>, and its <c>day</c>.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> Made(Platform platform)
    {
        await Gate.WaitAsync();
        try
        {
            return _made ??= await Load(platform);
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<Dictionary<string, string>> Load(Platform platform)
    {
        var requests = 0;
        var victims = new Queue<string>(["staffing", "eligibility", "reporting", "billing", "fidelity"]);
        Uri Address(string service)
        {
            // A service is killed just before a request that needs it, or its neighbour, is sent.
            if (++requests % 6 == 0 && victims.TryDequeue(out var victim))
            {
                foreach (var process in platform.ProcessIds(victim))
                    Native.Signal(process, Native.SigKill);
            }

            return platform.App.GetEndpoint(service, "http");
        }

        var interruptions = 0;
        while (true)
        {
            try
            {
                await Sandbox.LoadAsync(platform.Data, Address, SandboxKey.In(platform.Data), CancellationToken.None);
                break;
            }
            catch (HttpRequestException e) when (interruptions++ < 30)
            {
                await Poll.Until(async () => (await Task.WhenAll(Platform.Services.Select(s => Healthy(platform, s)))).All(h => h), TimeSpan.FromMinutes(2));
                Assert.DoesNotContain("answered 4", e.Message);
            }
        }

        Assert.Empty(victims);
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(platform.Data, "sandbox.json")));
        return file.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }

    private static async Task<bool> Healthy(Platform platform, string service)
    {
        try
        {
            using HttpClient http = new() { BaseAddress = platform.App.GetEndpoint(service, "http"), Timeout = TimeSpan.FromSeconds(5) };
            using var answer = await http.GetAsync("/health");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
