using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Ips.AppHost;

/// <summary>RabbitMQ's management API, which starts a moment after the broker.</summary>
internal sealed class BrokerManagement : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HttpClient http;

    /// <param name="address">The address of the API.</param>
    /// <param name="broker">The broker's address with the administrator's login.</param>
    public BrokerManagement(string address, Uri broker)
    {
        http = new() { BaseAddress = new($"{address}/api/") };
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.UserInfo)));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", login);
    }

    /// <summary>The names of all queues.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken) =>
        [.. (await http.GetFromJsonAsync<JsonArray>("queues?columns=name", cancellationToken))!.Select(queue => (string)queue!["name"]!)];

    /// <summary>Writes a resource; waits for an API that does not answer yet.</summary>
    public async Task PutAsync(string resource, JsonObject content, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        while (true)
        {
            try
            {
                using var answer = await http.PutAsJsonAsync(resource, content, timeout.Token);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException notYet) when (notYet.StatusCode is null && !timeout.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), timeout.Token);
            }
        }
    }

    public void Dispose() => http.Dispose();
}
