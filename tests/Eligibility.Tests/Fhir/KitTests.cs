extern alias kit;
using Ips.Testing;
using Xunit;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>The conformance kit that partners run, against this service.</summary>
[Collection("eligibility")]
public sealed class KitTests(EligibilityService service)
{
    [Fact]
    public async Task Every_statement_that_can_be_tested_holds_and_nothing_is_left_open()
    {
        var one = await PersonBuilder.Register(service);
        var (code, report) = await Run(new Uri(service.Address, "fhir"), PasRequest.Of(service, one));
        Assert.True(code == 0, report);
        Assert.Contains("SHALL statements: 36 pass, 0 fail, 43 not tested.", report, StringComparison.Ordinal);
        Assert.Contains("| spec-12 | pass | a Bundle whose first entry is no Claim is refused", report, StringComparison.Ordinal);
        var left = (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations;
        Assert.Equal(Contracts.Eligibility.V1.AuthorizationState.Withdrawn, Assert.Single(left).State);
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

    private static async Task<(int Code, string Report)> Run(Uri address, PasRequest request)
    {
        var file = Path.GetTempFileName();
        await using StringWriter report = new();
        try
        {
            await File.WriteAllTextAsync(file, request.Json.ToJsonString());
            return (await kit::Ips.FhirKit.Kit.Run(["--url", address.ToString(), "--token", request.Token(PasRequest.Both + " system/Subscription.cruds"), "--bundle", file], report), report.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
