using System.Text.Json.Nodes;

namespace Ips.Testing;

/// <summary>What <c>/health</c> reports.</summary>
public static class HealthPage
{
    /// <summary>
    /// Whether every check passes, so that the queues of the consumers exist and receive every event. Messages that other tests left in the error queues of the
    /// shared broker do not count.
    /// </summary>
    public static async Task<bool> Listens(HttpClient http, string address = "/health")
    {
        using var answer = await http.GetAsync(address);
        return Listens(await answer.Content.ReadAsStringAsync());
    }

    /// <inheritdoc cref="Listens(HttpClient, string)"/>
    public static bool Listens(string body) =>
        JsonNode.Parse(body)!["checks"]!.AsObject().All(check => check.Key == "messages" || (string?)check.Value!["status"] == "Healthy");
}
