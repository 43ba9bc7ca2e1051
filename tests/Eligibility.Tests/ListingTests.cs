using System.Net;
using System.Text;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Lists of people with filters and pages, and both wires for the calls with nested names.</summary>
[Collection("eligibility")]
public sealed class ListingTests(EligibilityService service)
{
    [Fact]
    public async Task People_are_listed_by_payer_and_by_the_day_that_an_enrollment_covers()
    {
        var one = await PersonBuilder.Register(service);
        var two = await PersonBuilder.Register(service, provider: one.Provider);
        var both = new[] { one.Name, two.Name }.Order().ToArray();
        await two.Record(new()
        {
            Enrollment = new()
            {
                Payer = $"organizations/{one.Payer}",
                From = service.Day(-20),
                Through = service.Day(-10),
                Funding = Contracts.Common.V1.Funding.Medicaid
            }
        });
        Assert.Equal(both, await List(one, new() { Payer = $"organizations/{one.Payer}" }));
        Assert.Equal([two.Name], await List(one, new() { Payer = $"organizations/{two.Payer}" }));
        Assert.Equal(both, await List(one, new() { Payer = $"organizations/{one.Payer}", CoveredOn = service.Day(-10) }));
        Assert.Equal([one.Name], await List(one, new() { Payer = $"organizations/{one.Payer}", CoveredOn = service.Day(-9) }));
        Assert.Equal(both, await List(one, new() { CoveredOn = service.Day() }));
        Assert.Empty(await List(one, new() { CoveredOn = service.Day(-121) }));
        Assert.Empty(await List(
            one, new() { CreatedSince = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(service.Clock.GetUtcNow().AddSeconds(1)) }));

        var page = await one.Individuals.ListIndividualsAsync(new() { PageSize = 1 }, one.AsProvider);
        var rest = await one.Individuals.ListIndividualsAsync(new() { PageSize = 1, PageToken = page.NextPageToken }, one.AsProvider);
        Assert.Equal(both, page.Individuals.Concat(rest.Individuals).Select(i => i.Name));
        Assert.Empty(rest.NextPageToken);
        var other = await service.RefusedWithoutTrace(async () =>
            await one.Individuals.ListIndividualsAsync(new() { PageSize = 1, PageToken = page.NextPageToken, CoveredOn = service.Day() }, one.AsProvider));
        Assert.Equal(["page_token"], other.Fields);
    }

    [Fact]
    public async Task Impossible_instants_and_forged_tokens_are_client_errors_and_named()
    {
        var one = await PersonBuilder.Register(service);
        Google.Protobuf.WellKnownTypes.Timestamp never = new() { Seconds = long.MaxValue, Nanos = -1 };
        Assert.Equal(["created_since"],
            (await service.RefusedWithoutTrace(async () => await one.Individuals.ListIndividualsAsync(new() { CreatedSince = never }, one.AsProvider))).Fields);
        Assert.Equal(["known_at"],
            (await service.RefusedWithoutTrace(async () => await one.Individuals.ListFactsAsync(new() { Individual = one.Name, KnownAt = never },
            one.AsProvider))).Fields);
        Assert.Equal(["fact.enrollment.benefit_plan"], (await service.RefusedWithoutTrace(() => one.Record(new()
        {
            Enrollment = new()
            {
                Payer = $"organizations/{one.Payer}",
                From = service.Day(),
                Funding = Contracts.Common.V1.Funding.Medicaid,
                BenefitPlan = "A\0B"
            },
        }))).Fields);

        await PersonBuilder.Register(service, provider: one.Provider);
        await PersonBuilder.Register(service, provider: one.Provider);
        var real = (await one.Individuals.ListDuplicatesAsync(new() { PageSize = 1 }, one.AsProvider)).NextPageToken;
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(real);
        var forged = System.Buffers.Text.Base64Url.EncodeToString([.. bytes[..8], .. "no/such/pair"u8]);
        Assert.Equal(["page_token"],
            (await service.RefusedWithoutTrace(async () => await one.Individuals.ListDuplicatesAsync(new() { PageSize = 1, PageToken = forged },
            one.AsProvider))).Fields);
    }

    [Fact]
    public async Task A_person_is_found_by_names_and_birth_date_in_any_spelling()
    {
        var one = await PersonBuilder.Register(service);
        var found = await one.Individuals.FindIndividualAsync(new() { GivenName = "QUILLGÍVEN", FamilyName = "quillfamily", BirthDate = "1991-07-23" },
            one.AsProvider);
        Assert.Equal(one.Name, found.Name);
        var wrong = await service.RefusedWithoutTrace(
            async () => await one.Individuals.FindIndividualAsync(new() { GivenName = "Quillgiven" }, one.AsProvider));
        Assert.Equal(["birth_date", "family_name"], wrong.Fields.Order());
    }

    [Fact]
    public async Task Facts_are_recorded_corrected_and_listed_over_http()
    {
        var one = await PersonBuilder.Register(service);
        using var http = service.Http(Roles.Provider, one.Provider);
        var fact = await Post($"/v1/{one.Name}/facts",
            $$"""{"fact":{"otherService":{"kind":"OTHER_SERVICE_KIND_ACT","from":"{{service.Day(-3)}}"} },"requestId":"{{EligibilityService.NewId()}}"}""");
        var name = Proto.Fact.Parser.ParseJson(fact).Name;
        var corrected = Proto.Fact.Parser.ParseJson(await Post($"/v1/{name}:correct",
            $$"""
            {"etag":"1","fact":{"otherService":{"kind":"OTHER_SERVICE_KIND_ACT","from":"{{service.Day(-2)}}"} },
             "reason":"CORRECTION_REASON_WRONG_VALUE","requestId":"{{EligibilityService.NewId()}}"}
            """));
        Assert.Equal((name, service.Day(-2)), (corrected.Name, corrected.OtherService.From));
        var listed = Proto.ListFactsResponse.Parser.ParseJson(await http.GetStringAsync($"/v1/{one.Name}/facts?standingOnly=true"));
        Assert.Equal("2", Assert.Single(listed.Facts, f => f.Name == name).Etag);
        Assert.Empty(Proto.ListDuplicatesResponse.Parser.ParseJson(await http.GetStringAsync("/v1/duplicates?pageSize=5")).Duplicates);

        async Task<string> Post(string path, string body)
        {
            using StringContent content = new(body, Encoding.UTF8, "application/json");
            using var reply = await http.PostAsync(path, content);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            return await reply.Content.ReadAsStringAsync();
        }
    }

    private static async Task<IEnumerable<string>> List(PersonBuilder one, Proto.ListIndividualsRequest request) =>
        (await one.Individuals.ListIndividualsAsync(request, one.AsProvider)).Individuals.Select(i => i.Name);
}
