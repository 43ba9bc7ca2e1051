extern alias kit;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>The conformance kit that partners run, against this service.</summary>
public sealed class KitTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    [Fact]
    public async Task Every_statement_that_can_be_tested_holds_and_nothing_is_left_open()
    {
        var one = await PersonBuilder.Register(service);
        var earlier = PasRequest.Of(service, one);
        Assert.Equal("1 A4 0W", PasRequest.Actions(PasRequest.Response(await earlier.Submitted())));
        service.Clock.Advance(TimeSpan.FromDays(89 + 185));
        var (code, report) = await RunWhole(one, earlier);
        Assert.True(code == 0, report);
        Assert.Contains("SHALL statements: 72 pass, 0 fail, 7 not tested.", report, StringComparison.Ordinal);
        Assert.DoesNotContain("did not come so far", report, StringComparison.Ordinal);
        Assert.Contains("| spec-12 | pass | a Bundle whose first entry is no Claim is refused", report, StringComparison.Ordinal);
        var left = (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations;
        Assert.Equal(4, left.Count);
        Assert.All(left.Where(a => a.RequestedFrom == service.Day()), a => Assert.Equal(Contracts.Eligibility.V1.AuthorizationState.Withdrawn, a.State));
    }

    [Fact]
    public async Task A_deployment_that_does_not_conform_fails()
    {
        var one = await PersonBuilder.Register(service);
        var (code, report) = await Run(new Uri(service.Address, "v1"), PasRequest.Of(service, one));
        Assert.Equal(1, code);
        Assert.Contains("| spec-12 | FAIL |", report, StringComparison.Ordinal);
        Assert.Equal(2, await kit::Ips.FhirKit.Kit.Run(["--url", "nowhere"], TextWriter.Null));
    }

    private async Task<(int Code, string Report)> RunWhole(PersonBuilder one, PasRequest earlier)
    {
        var (port, file) = (FreePort(), Path.GetTempFileName());
        try
        {
            await File.WriteAllTextAsync(file, earlier.Json.ToJsonString());
            var run = Run(new Uri(service.Address, "fhir"), PasRequest.Of(service, one), "--other-token", TestIssuer.Token(Roles.Mco, one.Payer, scope: PasRequest.Both),
                "--x12", new Uri(service.Address, "x12").ToString(), "--hook", $"http://127.0.0.1:{port}/hook", "--port", $"{port}", "--earlier", file);
            await SendUntil(run);
            return await run;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<(int Code, string Report)> Run(Uri address, PasRequest request, params string[] more)
    {
        var file = Path.GetTempFileName();
        await using StringWriter report = new();
        try
        {
            await File.WriteAllTextAsync(file, request.Json.ToJsonString());
            string[] args = ["--url", address.ToString(), "--token", request.Token(PasRequest.Both + " system/Subscription.cruds"), "--bundle", file, .. more];
            return (await kit::Ips.FhirKit.Kit.Run(args, report), report.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    // The service's own rounds are a day apart in tests.
    private async Task SendUntil(Task end)
    {
        var sender = service.Services.GetRequiredService<Ips.Eligibility.Fhir.Subscriptions.SubscriptionSender>();
        while (!end.IsCompleted)
        {
            await Poll.Until(async () => end.IsCompleted || await service.Count("outbox_rows where position is null") == 0);
            await sender.Round(default);
        }
    }

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
