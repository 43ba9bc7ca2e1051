using System.Net;
using System.Text;
using Ips.Testing;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>A payer with a contract with the provider of the sandbox case, which does not cover its person.</summary>
internal static class NetworkPayer
{
    public const string Code = "network-payer";

    /// <summary>Gives it the contract, once, and waits until the last services know.</summary>
    public static async Task Join(Platform platform, IReadOnlyDictionary<string, string> made)
    {
        using var operations = platform.Http("staffing", "ops", "ips");
        await Once("/v1/organizations?organizationId=" + Code, $$"""
            {"displayName":"Network payer","kind":"ORGANIZATION_KIND_PAYER","programs":["nc-core"],"usState":"NC"}
            """);
        await Once("/v1/contracts", $$"""
            {"payer":"organizations/{{Code}}","provider":"organizations/harbor-works","program":"nc-core","from":"{{made["day"]}}"}
            """);
        using var fidelity = platform.Http("fidelity", "mco", Code);
        using var reporting = platform.Http("reporting", "mco", Code);
        await Poll.Until(async () => (await fidelity.GetAsync($"/v1/{made["review"]}")).IsSuccessStatusCode
            && (await reporting.GetStringAsync("/v1/deadlines")).Contains("fidelity-review", StringComparison.Ordinal));

        async Task Once(string path, string body)
        {
            path += (path.Contains('?') ? "&" : "?") + $"requestId={Guid.CreateVersion7()}";
            using StringContent content = new(body, Encoding.UTF8, "application/json");
            using var answer = await operations.PostAsync(path, content);
            Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict, await answer.Content.ReadAsStringAsync());
        }
    }
}
