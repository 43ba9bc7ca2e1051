using System.Text.Json;

namespace Ips.Portal.Components.Operations;

/// <summary>How a service is.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Status">What <c>/health</c> reports, or that it does not answer.</param>
/// <param name="Checks">Each check that does not pass, with its sentence.</param>
public sealed record ServiceHealth(string Service, string Status, IReadOnlyList<(string Name, string Status, string Description)> Checks);

/// <summary>Reads the health of the services: an address that needs no token and holds nothing about a person.</summary>
internal sealed class Health(IHttpClientFactory clients, IConfiguration configuration)
{
    /// <summary>The status of a service whose address is not set.</summary>
    public const string NoAddress = "Address not known";

    private static readonly string[] Services = ["eligibility", "staffing", "fidelity", "billing", "reporting"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>All services, those that need attention first.</summary>
    public async Task<IReadOnlyList<ServiceHealth>> Read(CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(Services.Select(service => Of(service, cancellationToken)))).OrderBy(one => one.Status == "Healthy")];

    private async Task<ServiceHealth> Of(string service, CancellationToken cancellationToken)
    {
        if (configuration[$"services:{service}:http:0"] is not { Length: > 0 } address)
            return new(service, NoAddress, []);
        try
        {
            using var client = clients.CreateClient(nameof(Health));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            using var answer = await client.GetAsync(new Uri(new(address), "/health"), patience.Token);
            using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patience.Token));
            return new(service, Status(report.RootElement), [.. report.RootElement.GetProperty("checks").EnumerateObject()
                .Select(check => (check.Name, Status(check.Value), check.Value.GetProperty("description").GetString() ?? "")).Where(check => check.Item2 != "Healthy")]);
        }
        catch (Exception down) when (down is HttpRequestException or JsonException || (down is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new(service, "Does not answer", []);
        }
    }

    private static string Status(JsonElement element) => element.GetProperty("status").GetString() ?? "";
}
