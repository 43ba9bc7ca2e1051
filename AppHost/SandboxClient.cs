using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ips.AppHost;

/// <summary>
/// Calls the public HTTP/JSON APIs as the organizations of the sandbox. Every change carries a request id that follows from its step, so a load that was
/// interrupted continues where it stopped. A request without an answer is sent again unchanged: the service returns the original response.
/// </summary>
internal sealed class SandboxClient(
    Func<string, Uri> address, SandboxIssuer issuer, string run, HttpMessageHandler? transport, CancellationToken cancellationToken) : IDisposable
{
    // Something that was killed is back within seconds; a database that recovers may take longer.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = new(transport ?? new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>
    /// Sends a change and returns the answer. <paramref name="resourceBody"/> is for rpcs whose body is the resource alone: the id then goes into the query.
    /// <paramref name="mayExist"/> is for what the cohort has made before: the answer is then empty.
    /// </summary>
    public async Task<JsonNode> Post(string step, string role, string organization, string service, string path, JsonObject body, bool resourceBody = false, bool mayExist = false)
    {
        var requestId = RequestId(step);
        if (resourceBody)
            path += $"{(path.Contains('?') ? '&' : '?')}requestId={requestId}";
        else
            body["requestId"] = requestId;
        return await Send(step, role, organization, service, path, () => JsonContent.Create(body), mayExist);
    }

    /// <summary>Stores a document of a subject and returns its name.</summary>
    public async Task<string> Upload(
        string step, string role, string organization, string service, string kind, string subject, string day, params IEnumerable<string> contents)
    {
        var bytes = Encoding.UTF8.GetBytes($"%PDF-1.7\n% {step} of {subject}, invented\n");
        var path = $"/v1/documents:upload?kind=DOCUMENT_KIND_{kind}&subject={subject}&documentDate={day}&requestId={RequestId(step)}"
            + string.Concat(contents.Select(content => $"&contents={content}"));
        return (string)(await Send(step, role, organization, service, path, () => new ByteArrayContent(bytes), mayExist: false))["name"]!;
    }

    private async Task<JsonNode> Send(string step, string role, string organization, string service, string path, Func<HttpContent> body, bool mayExist)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (answer, refusal, again) = await Try(role, organization, service, path, body, mayExist);
            if (answer is not null)
                return answer;
            if (again is not { } pause || TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new HttpRequestException($"The sandbox case stopped at \"{step}\": {service} {refusal} Start with --no-sandbox to go without it.");
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // The answer; or the error, and the pause before a retry; no pause when a retry is useless.
    private async Task<(JsonNode? Answer, string Refusal, TimeSpan? Again)> Try(string role, string organization, string service, string path, Func<HttpContent> body, bool mayExist)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, new Uri(address(service), path)) { Content = body() };
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Bearer", issuer.Mint(new(role, organization, "sandbox-loader", 1), TimeProvider.System));
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (mayExist && response.StatusCode == HttpStatusCode.Conflict)
                return (new JsonObject(), "", null);
            return response.IsSuccessStatusCode
                ? (JsonNode.Parse(text), "", null)
                : (null, $"answered {(int)response.StatusCode} {text}", response.StatusCode == HttpStatusCode.ServiceUnavailable ? RetryDelay(text) : null);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (null, $"did not answer: {e.Message}", Pause);
        }
    }

    // google.rpc.RetryInfo of the answer, "2s" or "1.500s".
    private static TimeSpan RetryDelay(string refusal)
    {
        var delay = (JsonNode.Parse(refusal)?["details"] as JsonArray)?.Select(detail => (string?)detail?["retryDelay"])
            .FirstOrDefault(text => text is not null);
        return delay is null ? Pause : TimeSpan.FromSeconds(double.Parse(delay.TrimEnd('s'), CultureInfo.InvariantCulture));
    }

    private string RequestId(string step) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{run} {step}")).AsSpan(0, 16), bigEndian: true).ToString();
}
