using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Ips.Reporting.Tests;
using Ips.Testing;
using LocalServers;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>The portal at an issuer that is not ours (npm oidc-provider): the same code, other settings.</summary>
public sealed partial class OtherIssuerTests : IAsyncLifetime
{
    private readonly string keys = Path.Combine(Path.GetTempPath(), $"ips-portal-{Path.GetRandomFileName()}");
    private readonly int port = Ports.Free();
    private Process provider = null!;
    private ReportingService reporting = null!;
    private WebHost<Components.App> portal = null!;
    private string issuer = null!;

    public async Task InitializeAsync()
    {
        provider = await NodePeers.Start("oidc.js", $"http://localhost:{port}");
        using var patience = new CancellationTokenSource(Poll.Patience);
        issuer = (await NodePeers.ReadLine(provider, patience.Token))!.Value.GetProperty("issuer").GetString()!;
        reporting = new() { Settings = { ["Authentication:Authority"] = issuer } };
        await reporting.InitializeAsync();
        portal = WebHost<Components.App>.Start(port, new Dictionary<string, string>
        {
            ["Authentication:Authority"] = issuer,
            ["Authentication:ClientId"] = "portal",
            ["Authentication:ClientSecret"] = "portal: a+secret%",
            ["Authentication:TokenRequest:resource"] = "urn:ips",
            ["Authentication:TokenRequest:scope"] = "platform",
            ["DataProtection:Directory"] = keys,
            ["services:reporting:grpc:0"] = reporting.GrpcAddress.ToString(),
            ["services:eligibility:grpc:0"] = "http://localhost:1",
            ["services:billing:grpc:0"] = "http://localhost:1",
            ["services:staffing:grpc:0"] = "http://localhost:1",
            ["services:fidelity:grpc:0"] = "http://localhost:1",
        });
    }

    public async Task DisposeAsync()
    {
        await portal.DisposeAsync();
        await reporting.DisposeAsync();
        provider.StandardInput.Close();
        await provider.WaitForExitAsync();
        provider.Dispose();
        Directory.Delete(keys, recursive: true);
    }

    [Fact]
    public async Task Person_signs_in_and_out()
    {
        using HttpClient browser = new(new SocketsHttpHandler { CookieContainer = new() }) { BaseAddress = new($"http://localhost:{port}") };
        using var dashboard = await browser.GetAsync("/");
        var page = await dashboard.Content.ReadAsStringAsync();
        Assert.True(dashboard.StatusCode == HttpStatusCode.OK, page);
        Assert.Contains("<h1>Dashboard</h1>", page, StringComparison.Ordinal);
        Assert.Contains("Person at another issuer", page, StringComparison.Ordinal);

        using FormUrlEncodedContent form = new(
            new Dictionary<string, string> { ["__RequestVerificationToken"] = Antiforgery().Match(page).Groups["token"].Value });
        using var ended = await browser.PostAsync("/sign-out", form);
        Assert.StartsWith($"{issuer}/session/end", ended.RequestMessage!.RequestUri!.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Antiforgery();
}
