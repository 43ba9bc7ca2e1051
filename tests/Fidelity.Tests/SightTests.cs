using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Contracts.Fidelity.V1;
using Ips.Fidelity.Db;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>Who records a review, and who sees it.</summary>
public sealed class SightTests(FidelityService fidelity) : IClassFixture<FidelityService>
{
    private readonly string agency = FidelityService.NewCode("agency");

    private readonly string payer = FidelityService.NewCode("payer");

    [Fact]
    public async Task The_page_shows_who_sees_which_rows() => Assert.True(await fidelity.WithDb(db =>
    {
        SightPage.Shows("Fidelity", FidelityDb.Rows, db.Model);
        return Task.FromResult(true);
    }));

    [Theory]
    [InlineData(Evaluator.Dhhs, true, false, false)]
    [InlineData(Evaluator.ApprovedContractor, true, false, true)]
    [InlineData(Evaluator.Provider, true, false, true)]
    public async Task A_review_is_recorded_by_its_evaluator(Evaluator evaluator, bool state, bool foreignState, bool network)
    {
        await Contract(through: null);
        Assert.Equal(state, await Records(evaluator, Roles.State, "nc-dhhs"));
        Assert.Equal(foreignState, await Records(evaluator, Roles.State, "la-ldh"));
        Assert.Equal(network, await Records(evaluator, Roles.Mco, payer));
        Assert.False(await Records(evaluator, Roles.Mco, "payer-foreign"));
    }

    [Fact]
    public async Task A_payer_sees_and_records_reviews_of_its_network_while_the_contract_lasts()
    {
        var review = await Reviewed();
        await Contract(through: -1);
        await Sees(review, Roles.Mco, payer, false);
        Assert.False(await Records(Evaluator.ApprovedContractor, Roles.Mco, payer));
        await Contract(through: 0);
        await Sees(review, Roles.Mco, payer, true);
        await Sees(review, Roles.Mco, "payer-foreign", false);
    }

    [Fact]
    public async Task A_state_sees_its_programs_and_a_provider_its_teams()
    {
        var review = await Reviewed();
        await Sees(review, Roles.State, "nc-dhhs", true);
        await Sees(review, Roles.State, "la-ldh", false);
        await Sees(review, Roles.Provider, agency, true);
        await Sees(review, Roles.Provider, "agency-foreign", false);
        await Sees(review, Roles.Ops, "ops", true);
    }

    private async Task<Review> Reviewed() =>
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(fidelity.Teams.Make(agency, "nc-core"), 100), fidelity.State);

    private async Task<bool> Records(Evaluator evaluator, string role, string organization)
    {
        var request = FidelityService.Review(fidelity.Teams.Make(agency, "nc-core"), 100);
        request.Evaluator = evaluator;
        try
        {
            return (await fidelity.Reviews.RecordReviewAsync(request, fidelity.As(role, organization))).Name.Length > 0;
        }
        catch (RpcException refused)
        {
            Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
            Assert.Equal(0, await fidelity.Stored(request.Team));
            return false;
        }
    }

    private async Task Sees(Review review, string role, string organization, bool sees)
    {
        var caller = fidelity.As(role, organization);
        Assert.Equal(sees, (await fidelity.Reviews.ListReviewsAsync(new() { Team = review.Team }, caller)).Reviews.Contains(review));
        Assert.Equal(sees ? review.Name : "",
            (await fidelity.Standings.GetTeamStandingAsync(new() { Team = review.Team, Program = "nc-core", AsOf = "2024-12-01" }, caller)).Review);
        if (!sees)
            await fidelity.Reviews.GetReviewAsync(new() { Name = review.Name }, caller).Refused(StatusCode.NotFound);
        using var http = fidelity.Http(role, organization);
        Assert.Equal(sees, (await http.GetAsync($"/v1/{review.Name}")).IsSuccessStatusCode);

        // As the database shows it without any filter of the service.
        var requests = fidelity.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection, new(role, organization, "client-one"), default);
        foreach (var from in new[] { $"reviews where id = '{review.Name[8..]}'", $"decisions where subject = '{review.Name}'" })
        {
            await using NpgsqlCommand count = new($"select count(*) from {from}", connection);
            Assert.Equal((from, sees ? 1L : 0L), (from, await count.ExecuteScalarAsync()));
        }
    }

    private async Task Contract(int? through)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        ContractMovedV1 moved = new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = TimeProvider.System.GetUtcNow(),
            Sequence = 1,
            ContractId = new(Guid.CreateVersion7()),
            Payer = payer,
            Provider = agency,
            Program = "nc-core",
            From = today.AddDays(-30),
            Through = through is { } days ? today.AddDays(days) : null,
            Accepted = true,
        };
        await fidelity.Send([moved]);
        await Poll.Until(async () => await fidelity.Count($"contracts where id = '{moved.ContractId.Value}'") == 1);
    }
}
