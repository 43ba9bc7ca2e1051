using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>What the endpoint answers is valid by the profiles of PAS 2.2.1, as an independent validator reads them.</summary>
[Collection("eligibility")]
public sealed class ProfileTests(EligibilityService service)
{
    private static readonly Lazy<Validator> Judge = new(Make);

    // The code lists of X12 are licensed and in no package, so no code of them can be looked up.
    private static readonly string[] Unknown = ["https://valueset.x12.org/", "https://codesystem.x12.org/", "http://www.cms.gov/", "http://www.ama-assn.org/"];

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

    private static List<string> Faults(Resource resource) =>
    [
        .. Judge.Value.Validate(resource).Issue.Where(i => i.Severity is OperationOutcome.IssueSeverity.Error or OperationOutcome.IssueSeverity.Fatal)
            .Select(i => $"{string.Join(' ', i.Expression)}: {i.Details?.Text}").Where(text => !Unknown.Any(text.Contains)),
    ];

    private static Validator Make()
    {
        CachedResolver all = new(new MultiResolver(new Profiles(), ZipSource.CreateValidationSource()));
        SnapshotSource snapshots = new(all);
        return new(snapshots, LocalTerminologyService.CreateDefaultForCore(snapshots));
    }

    /// <summary>The profiles of PAS and US Core, one a line (material/SOURCES.md).</summary>
    private sealed class Profiles : IAsyncResourceResolver, IResourceResolver
    {
        private readonly Dictionary<string, Resource> byAddress = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fhir", "material", "profiles.ndjson"))
            .Select(PasRequest.Read).ToDictionary(r => ((IConformanceResource)r).Url!, StringComparer.Ordinal);

        public Resource? ResolveByUri(string uri) => byAddress.GetValueOrDefault(uri);

        public Resource? ResolveByCanonicalUri(string uri) => byAddress.GetValueOrDefault(uri.Split('|')[0]);

        public Task<Resource?> ResolveByUriAsync(string uri) => Task.FromResult(ResolveByUri(uri));

        public Task<Resource?> ResolveByCanonicalUriAsync(string uri) => Task.FromResult(ResolveByCanonicalUri(uri));
    }
}
