extern alias kit;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>What the endpoint answers is valid by the profiles of PAS 2.2.1, as an independent validator reads them.</summary>
[Collection("eligibility")]
public sealed class ProfileTests(EligibilityService service)
{
    [Fact]
    public async Task Every_answer_is_valid()
    {
        var one = await PersonBuilder.Register(service);
        var request = PasRequest.Of(service, one);
        Valid(await request.Submitted());
        var authorization = (await one.Authorizations.ListAuthorizationsAsync(new() { Individual = one.Name }, one.AsProvider)).Authorizations.Single();
        Valid(await Inquired(request));
        var decision = PersonBuilder.Ruling(authorization, Proto.AuthorizationOutcome.Modify, "NCC-MS-02c");
        decision.ApprovedThrough = service.Day(29);
        await one.Authorizations.DecideAuthorizationAsync(decision, one.AsPayer);
        Valid(await Inquired(request));

        // Pended for documents, rejected, partly rejected, cancelled, and one that came by gRPC.
        var incomplete = PasRequest.Of(service, await PersonBuilder.Register(service));
        incomplete.Claim.Remove("supportingInfo");
        while (incomplete.Entries.Count > 5)
            incomplete.Entries.RemoveAt(5);
        Valid(await incomplete.Submitted());
        var cancelled = incomplete.Update();
        cancelled.Mark("changed", cancelled: true);
        Valid(await cancelled.Submitted());
        var unknown = PasRequest.Of(service, one);
        unknown.Resource(2)["identifier"]![0]!["value"] = "payer-foreign";
        Valid(await unknown.Submitted());
        var stranger = PasRequest.Of(service, one);
        (stranger.Resource(3)["identifier"]![0]!["value"], stranger.Resource(4)["subscriberId"]) = ("unknown", "unknown");
        Valid(await stranger.Submitted());
        var other = await PersonBuilder.Register(service);
        await other.Approved();
        var byDays = PasRequest.Of(service, other);
        byDays.Claim.Remove("identifier");
        Valid(await Inquired(byDays));
    }

    [Fact]
    public async Task The_endpoint_s_description_and_its_faults_are_valid()
    {
        using HttpClient http = new() { BaseAddress = service.Address };
        Valid(PasRequest.Read(await http.GetStringAsync(new Uri("/fhir/metadata", UriKind.Relative))));
        var request = PasRequest.Of(service, await PersonBuilder.Register(service));
        request.Json["type"] = "batch";
        Valid(PasRequest.Read((await request.Submit()).Body));
    }

    [Fact]
    public async Task The_judge_finds_a_fault()
    {
        var bundle = await PasRequest.Of(service, await PersonBuilder.Register(service)).Submitted();
        PasRequest.Response(bundle).ProcessNote[0].NumberElement = null;
        bundle.TimestampElement = null;
        Assert.True(Faults(bundle).Count >= 2, string.Join('\n', Faults(bundle)));
    }

    private async Task<Bundle> Inquired(PasRequest request)
    {
        var (status, body) = await request.Inquiry().Inquire();
        Assert.True(status == 200, body);
        return (Bundle)Assert.Single(((Parameters)PasRequest.Read(body)).Parameter, p => p.Name == "return").Resource!;
    }

    internal static void Valid(Resource resource) => Assert.True(Faults(resource) is [], string.Join('\n', Faults(resource)) + "\n" + new FhirJsonSerializer().SerializeToString(resource));

    private static IReadOnlyList<string> Faults(Resource resource) => kit::Ips.FhirKit.ProfileJudge.Faults(resource);
}
