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
        // What waits for a service waits for its consumers too, although it is ready without them: a queue that does not exist yet would miss the events of the
        // sandbox case. Anything else that is Degraded needs an operator, not a start: messages that failed earlier, sweeps that wait for confirm-clock.
        using var response = await Http.GetAsync(new Uri($"{endpoint.Url}/health"), cancellationToken);
        var checks = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))?["checks"] as JsonObject;
        var failing = checks?.Where(check => (string?)check.Value?["status"] is var status
                && (status == nameof(HealthStatus.Unhealthy) || (status != nameof(HealthStatus.Healthy) && check.Key is "bus" or "consumers")))
            .Select(check => $"{check.Key}: {check.Value?["status"]} {check.Value?["description"]}".TrimEnd()).ToList();
        return failing is { Count: > 0 } ? string.Join("; ", failing) : response.IsSuccessStatusCode ? null : $"/health answers {(int)response.StatusCode}.";
    }
}
