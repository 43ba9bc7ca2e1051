using System.Net;
using System.Text;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Fidelity.Db;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Fidelity.Tests;

public sealed class ReviewTests(FidelityService fidelity) : IClassFixture<FidelityService>
{
    private readonly string team = fidelity.Teams.Make(FidelityService.Provider, "nc-core");

    [Theory]
    [InlineData(25, "below", false, "2025-02-28", true)]
    [InlineData(73, "below", false, "2025-02-28", true)]
    [InlineData(74, "fair", true, "2025-02-28", true)]
    [InlineData(99, "fair", true, "2025-02-28", true)]
    [InlineData(100, "good", true, "2025-08-31", null)]
    [InlineData(114, "good", true, "2025-08-31", null)]
    [InlineData(115, "exemplary", true, "2026-02-28", null)]
    [InlineData(125, "exemplary", true, "2026-02-28", null)]
    public async Task The_total_sets_tier_certification_and_next_review(int total, string tier, bool certified, string next, bool? assisted)
    {
        var review = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, total), fidelity.State);
        Assert.Equal((total, tier, certified, next), (review.Total, review.Tier, review.Certified, review.NextReviewDue));
        Assert.Equal(certified ? Verdict.Met : Verdict.NotMet, review.Decision.Verdict);
        if (assisted is { } expected)
            Assert.Equal(expected, review.TechnicalAssistanceRequired);
        Assert.Equal(total, review.Scores.Sum(s => s.Score));
        Assert.Equal(review, await fidelity.Reviews.GetReviewAsync(new() { Name = review.Name }, fidelity.State));
    }

    [Fact]
    public async Task A_review_is_recorded_once_and_the_second_is_shown_the_first()
    {
        var first = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State);
        var refused = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State).Refused(StatusCode.AlreadyExists);
        Assert.Contains(first.Name, refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await fidelity.Stored(team));
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 101), fidelity.State);
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100, received: "2024-09-01"), fidelity.State);
        Assert.Equal(3, await fidelity.Stored(team));
    }

    [Fact]
    public async Task A_stored_decision_is_read_repeated_and_explained_by_those_who_see_the_review()
    {
        var review = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State);
        DecisionRequest request = new() { Name = $"decisions/{review.Decision.DecisionId}" };
        Contracts.Fidelity.V1.Decisions.DecisionsClient decisions = new(fidelity.Channel);
        Assert.Equal(review.Decision, await decisions.GetDecisionAsync(request, fidelity.As(Roles.Provider, FidelityService.Provider)));
        Assert.Equal(ReplayOutcome.Same, (await decisions.ReplayDecisionAsync(request, fidelity.As(Roles.Ops, "ips-ops"))).Outcome);
        Assert.Contains("The answer\nYes.\n", (await decisions.ExplainDecisionAsync(request, fidelity.State)).Text);
        await decisions.GetDecisionAsync(request, fidelity.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        var dependents = (await decisions.ListDependentsAsync(new() { Record = review.Name }, fidelity.As(Roles.Provider, FidelityService.Provider))).Dependents;
        Assert.Equal((request.Name, 1), (Assert.Single(dependents).Decision, dependents[0].Version));
        Assert.Empty((await decisions.ListDependentsAsync(new() { Record = review.Name }, fidelity.As(Roles.Provider, "another-agency"))).Dependents);
    }

    [Fact]
    public async Task Without_the_final_report_there_is_no_tier()
    {
        var review = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 110, received: ""), fidelity.State);
        Assert.Equal((Verdict.NeedsFacts, "", false, ""), (review.Decision.Verdict, review.Tier, review.Certified, review.NextReviewDue));
        Assert.Equal("", (await Standing("2025-01-01")).Review);
    }

    [Fact]
    public async Task Every_item_is_scored_once_within_the_scale()
    {
        var missing = FidelityService.Review(team, 100);
        missing.Scores.RemoveAt(24);
        Assert.Equal(["scores"], await Wrong(missing));
        var twice = FidelityService.Review(team, 100);
        twice.Scores[3].Item = 5;
        Assert.Equal(["scores[4].item", "scores"], await Wrong(twice));
        var outside = FidelityService.Review(team, 100);
        (outside.Scores[0].Item, outside.Scores[1].Score, outside.Scores[2].Score) = (26, 6, 0);
        Assert.Equal(["scores[0].item", "scores[1].score", "scores[2].score", "scores"], await Wrong(outside));
        var none = FidelityService.Review(team, 100);
        none.Scores.Clear();
        Assert.Equal(25, (await Wrong(none)).Length);
        Assert.Equal(0, await fidelity.Stored(team));
    }

    [Fact]
    public async Task Bad_input_names_every_wrong_field_on_both_wires()
    {
        string[] wrong = ["team", "program", "evaluator", "last_onsite_day", "final_report_received_date", "scores[7].score"];
        var request = FidelityService.Review("teams/none", 100);
        (request.Program, request.Evaluator, request.LastOnsiteDay, request.FinalReportReceivedDate, request.Scores[7].Score) = ("nc-cure",
            Evaluator.Unspecified, "yesterday", "2024-13-01", 9);
        Assert.Equal(wrong, await Wrong(request));
        using var http = fidelity.Http(Roles.State, "nc-dhhs");
        using StringContent body = new(Google.Protobuf.JsonFormatter.Default.Format(request), Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/v1/reviews", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var violations = json.RootElement.GetProperty("details").EnumerateArray().Single(d => d.TryGetProperty("fieldViolations", out _))
            .GetProperty("fieldViolations");
        Assert.Equal(wrong, violations.EnumerateArray().Select(v => v.GetProperty("field").GetString()));
        var ahead = FidelityService.Review(team, 100, received: "2199-02-01");
        ahead.LastOnsiteDay = "2199-01-01";
        Assert.Equal(["last_onsite_day", "final_report_received_date"], await Wrong(ahead));
        var early = FidelityService.Review(team, 100, received: "2024-07-31");
        Assert.Equal(["final_report_received_date"], await Wrong(early));
    }

    [Fact]
    public async Task A_team_of_another_program_and_an_unknown_team_are_refused()
    {
        Assert.Equal(["program"], await Wrong(FidelityService.Review(fidelity.Teams.Make(FidelityService.Provider, "nc-state"), 100)));
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review($"teams/{Guid.CreateVersion7()}", 100), fidelity.State).Refused(StatusCode.NotFound);
    }

    [Fact]
    public async Task The_standing_follows_the_latest_final_report_on_or_before_the_day()
    {
        var none = await Standing("2024-08-30");
        Assert.Equal(("", 0, "", false, true), (none.Review, none.Total, none.Tier, none.Certified, none.MayTakeNewPeople));
        var first = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 73), fidelity.State);
        var second = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 116, "2025-02-10"), fidelity.State);
        Assert.Equal("", (await Standing("2024-08-30")).Review);
        var below = await Standing("2024-08-31");
        Assert.Equal((first.Name, 73, "below", false, "2025-02-28", true),
            (below.Review, below.Total, below.Tier, below.Certified, below.NextReviewDue, below.MayTakeNewPeople));
        Assert.Contains(below.Findings, f => f is { RuleId: "NC-FID-008", Verdict: Verdict.NotMet });
        Assert.Equal(first.Name, (await Standing("2025-02-09")).Review);
        var best = await Standing("2025-02-10");
        Assert.Equal((second.Name, "exemplary", true), (best.Review, best.Tier, best.Certified));
        using var http = fidelity.Http(Roles.Ops, "ips");
        using var json = JsonDocument.Parse(await http.GetStringAsync($"/v1/{team}/standing?program=nc-core"));
        Assert.Equal(second.Name, json.RootElement.GetProperty("review").GetString());
    }

    [Fact]
    public async Task A_provider_sees_the_reviews_of_its_own_teams_alone()
    {
        var review = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State);
        var (own, other) = (fidelity.As(Roles.Provider, FidelityService.Provider), fidelity.As(Roles.Provider, "other-agency"));
        Assert.Equal(review, await fidelity.Reviews.GetReviewAsync(new() { Name = review.Name }, own));
        await fidelity.Reviews.GetReviewAsync(new() { Name = review.Name }, other).Refused(StatusCode.NotFound);
        Assert.Empty((await fidelity.Reviews.ListReviewsAsync(new() { Team = team }, other)).Reviews);
        Assert.Single((await fidelity.Reviews.ListReviewsAsync(new() { Team = team }, own)).Reviews);
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), own).Refused(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task A_retry_returns_the_original_response_and_other_content_is_refused()
    {
        var request = FidelityService.Review(team, 100);
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => fidelity.Reviews.RecordReviewAsync(request, fidelity.State).ResponseAsync));
        Assert.Equal(both[0], both[1]);
        Assert.Equal(1, await fidelity.Stored(team));
        await fidelity.Staffing.Stop();
        try
        {
            Assert.Equal(both[0], await fidelity.Reviews.RecordReviewAsync(request, fidelity.State));
        }
        finally
        {
            await fidelity.Staffing.Start();
        }

        request.FinalReportReceivedDate = "2024-09-30";
        Assert.Equal(["request_id"], await Wrong(request));
        (request.ValidateOnly, request.RequestId) = (true, "");
        Assert.Equal("", (await fidelity.Reviews.RecordReviewAsync(request, fidelity.State)).Name);
        Assert.Equal(1, await fidelity.Stored(team));
    }

    [Fact]
    public async Task While_Staffing_is_down_the_answer_is_UNAVAILABLE_and_nothing_is_stored()
    {
        await fidelity.Staffing.Stop();
        try
        {
            var down = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State).Refused(StatusCode.Unavailable);
            Assert.True(down.Detail<RetryInfo>().RetryDelay.ToTimeSpan() > TimeSpan.Zero);
            Assert.Equal(0, await fidelity.Stored(team));
        }
        finally
        {
            await fidelity.Staffing.Start();
        }

        // The service connects again after a pause; the next test must not meet it.
        await Poll.Until(async () =>
        {
            try
            {
                return (await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State)).Name.Length > 0;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task The_migrations_make_the_model()
    {
        await using var scope = fidelity.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FidelityDb>();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
    }

    private async Task<string[]> Wrong(RecordReviewRequest request) =>
        (await fidelity.Reviews.RecordReviewAsync(request, fidelity.State).Refused(StatusCode.InvalidArgument)).Fields();

    private async Task<TeamStanding> Standing(string day) =>
        await fidelity.Standings.GetTeamStandingAsync(new() { Team = team, Program = "nc-core", AsOf = day }, fidelity.State);
}
