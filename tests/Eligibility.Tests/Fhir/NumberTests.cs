using Hl7.Fhir.Model;
using Ips.Contracts.Events;
using Ips.Eligibility.Fhir;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace Ips.Eligibility.Tests.Fhir;

/// <summary>Organizations are found by the national provider identifiers that Staffing has on record for them today.</summary>
[Collection("eligibility")]
public sealed class NumberTests(EligibilityService service)
{
    private const string Npi = "http://hl7.org/fhir/sid/us-npi";

    private static int last = 100_000;

    // Ten digits that no other test uses; the check digit is Staffing's concern.
    private static string NewNpi() => $"1{Interlocked.Increment(ref last):D9}";

    private static PasRequest By(PasRequest request, int entry, string npi)
    {
        var identifier = request.Resource(entry)["identifier"]![0]!;
        (identifier["system"], identifier["value"]) = (Npi, npi);
        return request;
    }

    private async Task<string> Answer(PersonBuilder one, int entry, string npi)
    {
        var response = PasRequest.Response(await By(PasRequest.Of(service, one), entry, npi).Submitted());
        return response.Error is [var error, ..] ? error.Code!.Coding[0].Code! : PasRequest.Actions(response);
    }

    private static OrganizationCorrectedV1 Corrected(string code, string kind, string? npi, long sequence, DateOnly? from = null) => new()
    {
        EventId = Guid.CreateVersion7(),
        OccurredAt = DateTimeOffset.UnixEpoch,
        Sequence = sequence,
        Organization = code,
        Kind = kind,
        UsState = "NC",
        Npi = npi,
        NpiFrom = from,
    };

    [Fact]
    public async Task A_number_that_changed_counts_from_its_day_and_what_was_sent_under_the_earlier_one_is_still_found()
    {
        var one = await PersonBuilder.Register(service);
        var (before, after) = (NewNpi(), NewNpi());
        await service.Published(EligibilityService.Registered(one.Provider, "provider", before));
        var today = DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime);
        await service.Published(Corrected(one.Provider, "provider", after, 2, from: today.AddDays(1)));
        // A change of something else continues the number.
        await service.Published(Corrected(one.Provider, "provider", after, 3));
        Assert.Equal("51", await Answer(one, 1, after));
        var request = By(PasRequest.Of(service, one), 1, before);
        Assert.Equal("1 A4 0W", PasRequest.Actions(PasRequest.Response(await request.Submitted())));
        await service.Published(Corrected(one.Provider, "provider", after, 4, from: today));
        Assert.Equal("1 A4 0W", await Answer(await PersonBuilder.Register(service, provider: one.Provider), 1, after));
        Assert.Equal("51", await Answer(one, 1, before));
        Assert.Contains(request.ClaimNumber, (await request.Inquiry().Inquire()).Body, StringComparison.Ordinal);
        var taken = request.Update();
        taken.Mark("changed", cancelled: true);
        Assert.Equal("1 C", PasRequest.Actions(PasRequest.Response(await taken.Submitted())));
    }

    [Theory]
    [InlineData("first", "2026-01-31", true)]
    [InlineData("first", "2026-02-01", false)]
    [InlineData("first", null, true)]
    [InlineData("wrong", "2026-02-01", false)]
    [InlineData("wrong", null, false)]
    [InlineData("right", "2026-01-31", false)]
    [InlineData("right", "2026-02-01", true)]
    [InlineData("right", null, true)]
    [InlineData("none", null, false)]
    public void A_wrong_number_counts_on_no_day_and_an_earlier_one_through_the_day_before_the_next(string npi, string? day, bool has)
    {
        OrganizationNumber Row(long sequence, string? number, string? from = null) => new()
        {
            Organization = "agency",
            Sequence = sequence,
            Kind = "provider",
            Npi = number,
            From = Day(from),
            ChangedAt = DateTimeOffset.UnixEpoch,
        };
        OrganizationNumber[] rows = [Row(3, "right"), Row(2, "wrong", "2026-02-01"), Row(4, "right"), Row(1, "first")];
        Assert.Equal(has, OrganizationNumber.Has(rows, npi, Day(day)));

        static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_corrected_number_counts_at_once_whatever_the_order_of_arrival()
    {
        var one = await PersonBuilder.Register(service);
        var (wrong, right) = (NewNpi(), NewNpi());
        Assert.Equal("51", await Answer(one, 1, wrong));
        await service.Published(EligibilityService.Registered(one.Provider, "provider", wrong));
        Assert.Equal("1 A4 0W", await Answer(one, 1, wrong));
        await service.Published(Corrected(one.Provider, "provider", right, 3));
        await service.Published(Corrected(one.Provider, "provider", NewNpi(), 2));
        Assert.Equal(("51", "1 A4 0W"), (await Answer(one, 1, wrong), await Answer(one, 1, right)));
        await service.Published(Corrected(one.Provider, "provider", null, 4));
        Assert.Equal("51", await Answer(one, 1, right));
    }

    [Fact]
    public async Task A_payer_is_found_by_its_number_and_the_number_of_an_agency_is_no_payer()
    {
        var one = await PersonBuilder.Register(service);
        var (payer, agency) = (NewNpi(), NewNpi());
        await service.Published(EligibilityService.Registered(one.Payer, "payer", payer));
        await service.Published(EligibilityService.Registered(one.Provider, "provider", agency));
        Assert.Equal(("1 A4 0W", "T4", "51"), (await Answer(one, 2, payer), await Answer(one, 2, agency), await Answer(one, 1, payer)));
    }

    [Fact]
    public async Task A_number_of_several_organizations_is_the_senders_or_no_ones()
    {
        var one = await PersonBuilder.Register(service);
        var (shared, payers) = (NewNpi(), NewNpi());
        await service.Published(EligibilityService.Registered(one.Provider, "provider", shared));
        await service.Published(EligibilityService.Registered(EligibilityService.NewCode("agency"), "provider", shared));
        await service.Published(EligibilityService.Registered(one.Payer, "payer", payers));
        await service.Published(EligibilityService.Registered(EligibilityService.NewCode("payer"), "payer", payers));
        Assert.Equal(("1 A4 0W", "T4"), (await Answer(one, 1, shared), await Answer(one, 2, payers)));
        // A payer names the agency of an inquiry: there it is no one's.
        var request = By(PasRequest.Of(service, one), 1, shared);
        await request.Submitted();
        var (_, body) = await request.Inquiry().Inquire(TestIssuer.Token(Roles.Mco, one.Payer, scope: PasRequest.Both));
        Assert.DoesNotContain(((Parameters)PasRequest.Read(body)).Parameter, p => p.Name == "return");
    }

    [Fact]
    public async Task An_event_from_the_broker_is_stored()
    {
        var happened = EligibilityService.Registered(EligibilityService.NewCode("agency"), "provider", NewNpi());
        await using (var scope = service.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Db.EligibilityDb>();
            db.Publish(happened);
            await db.SaveChangesAsync();
        }

        await Poll.Until(async () => await service.Count($"organization_numbers where organization = '{happened.Organization}' and npi = '{happened.Npi}'") == 1);
    }
}
