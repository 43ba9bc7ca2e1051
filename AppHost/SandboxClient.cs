using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ips.AppHost;

/// <summary>
/// Calls the public HTTP/JSON APIs as the organizations of the sandbox. Every change carries a request id that follows from its step,
/// so a load that was broken off goes on where it stopped.
/// </summary>
internal sealed class SandboxClient(Func<string, Uri> address, SandboxKey key, string run) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Sends a change and returns the answer. <paramref name="resourceBody"/> is for rpcs whose body is the resource alone: the id then goes into the query.</summary>
    public Task<JsonNode> Post(string step, string role, string organization, string service, string path, JsonObject body, bool resourceBody = false)
    {
        var requestId = RequestId(step);
        if (resourceBody)
            path += $"{(path.Contains('?') ? '&' : '?')}requestId={requestId}";
        else
            body["requestId"] = requestId;
        return Send(HttpMethod.Post, step, role, organization, service, path, body);
    }

    /// <summary>Reads.</summary>
    public Task<JsonNode> Get(string step, string role, string organization, string service, string path) =>
        Send(HttpMethod.Get, step, role, organization, service, path, null);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> Send(HttpMethod method, string step, string role, string organization, string service, string path, JsonObject? body)
    {
        using HttpRequestMessage request = new(method, new Uri(address(service), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Mint(new(role, organization, "sandbox-loader", 1), TimeProvider.System));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!
            : throw new HttpRequestException($"The sandbox case stopped at \"{step}\": {service} answered {(int)response.StatusCode} {text} Start with --no-sandbox to go without it.");
    }

    private string RequestId(string step) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{run} {step}")).AsSpan(0, 16), bigEndian: true).ToString();
}
