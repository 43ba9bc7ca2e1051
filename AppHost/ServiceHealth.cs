using System.Text.Json.Nodes;
using LocalServers.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ips.AppHost;

/// <summary>The health of a program as its endpoint <c>/health</c> reports it, with the reasons.</summary>
internal static class ServiceHealth
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Shows the health of the resource, and lets others wait for it.</summary>
    public static IResourceBuilder<TService> WithServiceHealth<TService>(this IResourceBuilder<TService> service)
        where TService : IResourceWithEndpoints
    {
        var check = $"{service.Resource.Name}_health";
        var endpoint = service.GetEndpoint("http");
        service.ApplicationBuilder.Services.AddHealthChecks().Add(new(
            check, _ => new StartingHealthCheck(cancellationToken => Problem(endpoint, cancellationToken)), HealthStatus.Unhealthy, tags: null));
        return service.WithHealthCheck(check);
    }

    private static async Task<string?> Problem(EndpointReference endpoint, CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(new Uri($"{endpoint.Url}/health"), cancellationToken);
        if (response.IsSuccessStatusCode) return null;
        var checks = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))?["checks"] as JsonObject;
        var failing = checks?.Where(check => (string?)check.Value?["status"] != nameof(HealthStatus.Healthy))
            .Select(check => $"{check.Key}: {check.Value?["status"]} {check.Value?["description"]}".TrimEnd());
        return failing is null ? $"/health answers {(int)response.StatusCode}." : string.Join("; ", failing);
    }
}
