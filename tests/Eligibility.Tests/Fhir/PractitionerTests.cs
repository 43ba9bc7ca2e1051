using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Ips.Contracts.Staffing.V1;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>Who gives the service and who sends the request are staff of the agency, known by their national provider identifiers.</summary>
[Collection("eligibility")]
public sealed class PractitionerTests(EligibilityService service)
{
    private const string At = "Bundle.entry[8].resource.identifier[0]";
    private static int last = 500_000;

    private static string NewNpi() => $"1{Interlocked.Increment(ref last):D9}";

    private string Employed(PersonBuilder one, int from, int? through = null, int? npiFrom = null)
    {
        var npi = NewNpi();
        service.Staff.Listed.Add(new()
        {
            Name = $"staff/{Guid.CreateVersion7()}",
            Provider = $"organizations/{one.Provider}",
            HireDate = service.Day(from),
            SeparationDate = through is { } last ? service.Day(last) : "",
            Particulars = new() { Npi = npi, NpiFrom = npiFrom is { } first ? service.Day(first) : "" },
        });
        return npi;
    }

    // The Claim names the practitioner directly or by a role, for what X12 calls the entity.
    private static PasRequest Naming(PasRequest request, string npi, string entity = "SJ", bool byRole = false)
    {
        request.Entries.Add(JsonNode.Parse($$"""
            { "fullUrl": "http://agency.example/fhir/Practitioner/specialist", "resource": { "resourceType": "Practitioner", "id": "specialist",
              "identifier": [{ "system": "http://hl7.org/fhir/sid/us-npi", "value": "{{npi}}" }], "name": [{ "family": "Staff" }] } }
            """));
        if (byRole)
        {
            request.Entries.Add(JsonNode.Parse("""
                { "fullUrl": "http://agency.example/fhir/PractitionerRole/role", "resource": { "resourceType": "PractitionerRole", "id": "role",
                  "practitioner": { "reference": "Practitioner/specialist" }, "organization": { "reference": "Organization/agency" } } }
                """));
        }

        request.Claim["careTeam"] = JsonNode.Parse($$"""
            [ { "extension": [ { "url": "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-careTeamClaimScope", "valueBoolean": true } ], "sequence": 1,
                "provider": { "reference": "{{(byRole ? "PractitionerRole/role" : "Practitioner/specialist")}}" },
                "role": { "coding": [ { "system": "https://codesystem.x12.org/005010/98", "code": "{{entity}}" } ] } } ]
            """);
        return request;
    }

    private static async Task<string> Answer(PasRequest request)
    {
        var response = PasRequest.Response(await request.Submitted());
        return response.Error is [var error, ..] ? $"{error.Code!.Coding[0].Code} {error.Extension.Select(e => e.Value).OfType<FhirString>().Single().Value}"
            : PasRequest.Actions(response);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Staff_of_the_agency_may_give_the_service_and_anyone_else_is_refused_and_nothing_stored(bool byRole)
    {
        var one = await PersonBuilder.Register(service);
        var other = await PersonBuilder.Register(service);
        var before = await service.Everything();
        foreach (var stranger in new[] { NewNpi(), Employed(other, -30) })
            Assert.Equal("43 " + At, await Answer(Naming(PasRequest.Of(service, one), stranger, byRole: byRole)));
        Assert.Equal(before, await service.Everything());
        Assert.Equal("1 A4 0W", await Answer(Naming(PasRequest.Of(service, one), Employed(one, -30), byRole: byRole)));
    }

    [Theory]
    [InlineData(1, null, false)]
    [InlineData(0, null, true)]
    [InlineData(-30, 0, true)]
    [InlineData(-30, -1, false)]
    public async Task The_first_day_of_the_service_lies_in_the_employment(int from, int? through, bool taken)
    {
        var one = await PersonBuilder.Register(service);
        Assert.Equal(taken ? "1 A4 0W" : "43 " + At, await Answer(Naming(PasRequest.Of(service, one), Employed(one, from, through))));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task The_number_counts_on_the_first_day_of_the_service(int npiFrom, bool taken)
    {
        var one = await PersonBuilder.Register(service);
        Assert.Equal(taken ? "1 A4 0W" : "43 " + At, await Answer(Naming(PasRequest.Of(service, one), Employed(one, -30, npiFrom: npiFrom))));
    }

    [Fact]
    public async Task Those_who_refer_need_not_work_for_the_agency_and_who_sends_the_request_does()
    {
        var one = await PersonBuilder.Register(service);
        Assert.Equal("1 A4 0W", await Answer(Naming(PasRequest.Of(service, one), NewNpi(), entity: "DN")));
        var two = await PersonBuilder.Register(service);
        PasRequest Sent(string npi)
        {
            var request = Naming(PasRequest.Of(service, two), npi, entity: "DN", byRole: true);
            request.Claim["provider"]!["reference"] = "PractitionerRole/role";
            return request;
        }

        Assert.Equal("43 " + At, await Answer(Sent(NewNpi())));
        Assert.Equal("1 A4 0W", await Answer(Sent(Employed(two, -30))));
    }
}
