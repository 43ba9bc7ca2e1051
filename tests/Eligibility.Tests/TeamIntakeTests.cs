using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Incoming;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>An agency admits no one while every active team of it in a Louisiana program is suspended (LA-FID-013).</summary>
[Collection("eligibility")]
public sealed class TeamIntakeTests(EligibilityService service)
{
    private const string Rule = "LA-FID-013";

    private DateTimeOffset last = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task While_every_team_is_suspended_an_admission_is_refused_and_a_good_review_opens_it(string program)
    {
        var one = (await EpisodeBuilder.EligibleIn(service, program)).One;
        var team = TeamId.New(TimeProvider.System);
        await Happened(Formed(one, team, program, -400));
        Assert.Null(await Finding(one, program));
        await Happened(Reviewed(one, team, program, Date(-2), null));

        var refused = await one.Determined(program, service.Day());
        var finding = Assert.Single(refused.Decision.Findings, f => f is { Deciding: true, Verdict: not Verdict.Met });
        Assert.Equal((Rule, Verdict.NotMet, Proto.DeterminationState.NotEligible), (finding.RuleId, finding.Verdict, refused.State));
        Assert.Contains(service.Day(-2), finding.Reason, StringComparison.Ordinal);
        Assert.Contains("review", finding.WouldBeMet, StringComparison.Ordinal);
        // The days before it are as they were, and who is served stays admitted.
        Assert.Null(await Finding(one, program, -3));
        Assert.Equal(Verdict.NotMet, await Finding(one, program, -2));
        Assert.Null(await Finding(one, program == "la-acla" ? "la-lhcc" : "la-acla"));

        await Happened(Reviewed(one, team, program, Date(-2), Date(-1)));
        Assert.Equal(Proto.DeterminationState.Eligible, (await one.Determined(program, service.Day())).State);
        Assert.Equal(Verdict.NotMet, await Finding(one, program, -1));
    }

    [Fact]
    public async Task One_team_that_takes_people_is_enough_and_a_team_of_tomorrow_or_of_another_agency_is_not()
    {
        const string Program = "la-acla";
        var one = (await EpisodeBuilder.EligibleIn(service, Program)).One;
        var other = await PersonBuilder.Register(service);
        await Happened(Reviewed(one, TeamId.New(TimeProvider.System), Program, Date(-9), null));
        await Happened(Formed(one, TeamId.New(TimeProvider.System), Program, 1));
        await Happened(Formed(other, TeamId.New(TimeProvider.System), Program, -9));
        await Happened(Formed(one, TeamId.New(TimeProvider.System), "la-lhcc", -9));
        Assert.Equal(Verdict.NotMet, await Finding(one, Program));
        Assert.Null(await Finding(one, Program, 1));
        var second = TeamId.New(TimeProvider.System);
        await Happened(Formed(one, second, Program, -9));
        Assert.Null(await Finding(one, Program));
        // A suspension that lies ahead stops no earlier day.
        await Happened(Reviewed(one, second, Program, Date(1), null));
        Assert.Null(await Finding(one, Program));
        await Happened(Reviewed(one, second, Program, Date(0), null));
        Assert.Equal(Verdict.NotMet, await Finding(one, Program));
    }

    [Fact]
    public async Task Late_repeated_and_reordered_events_change_nothing()
    {
        const string Program = "la-acla";
        var one = (await EpisodeBuilder.EligibleIn(service, Program)).One;
        var team = TeamId.New(TimeProvider.System);
        DomainEvent[] events = [Formed(one, team, Program, -400), Reviewed(one, team, Program, Date(-9), null), Reviewed(one, team, Program, null, null)];
        // The last one first, each one twice, also in one group.
        await Happened([events[2], events[2]]);
        await Happened([events[1], events[0]]);
        await Happened(events);
        Assert.Null(await Finding(one, Program));
        Assert.Equal(3L, await service.Count($"team_intakes where team_id = '{team.Value}'"));
        await Happened(Reviewed(one, team, Program, Date(-1), null));
        Assert.Equal(Verdict.NotMet, await Finding(one, Program));
    }

    [Fact]
    public async Task A_payer_that_reviews_and_the_agency_see_the_standing_and_other_organizations_do_not()
    {
        const string Program = "la-lhcc";
        var one = (await EpisodeBuilder.EligibleIn(service, Program)).One;
        var team = TeamId.New(TimeProvider.System);
        await Happened(Reviewed(one, team, Program, Date(-1), null));
        foreach (var (role, organization, rows) in new[]
        {
            (Roles.Provider, one.Provider, 1), (Roles.Mco, one.Payer, 1), (Roles.Ops, "ips", 1), (Roles.Provider, "other-agency", 0),
            (Roles.Mco, EligibilityService.NewCode("payer"), 0), (Roles.State, "la-ldh", 0), (Roles.Dvrs, "nc-dvrs", 0),
        })
        {
            await using var scope = Scope(role, organization);
            var db = scope.ServiceProvider.GetRequiredService<EligibilityDb>();
            Assert.Equal((role, rows), (role, await db.TeamIntakes.CountAsync(t => t.TeamId == team)));
            Assert.Equal((role, rows), (role, await db.TeamIntakes.IgnoreQueryFilters().CountAsync(t => t.TeamId == team)));
            // Only events write it.
            await Assert.ThrowsAsync<Npgsql.PostgresException>(() => db.Database.ExecuteSqlAsync($"delete from team_intakes where team_id = {team.Value}"));
        }
    }

    private AsyncServiceScope Scope(string role, string organization)
    {
        var scope = service.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = new DefaultHttpContext
        {
            User = new(new System.Security.Claims.ClaimsIdentity(
                [new(Caller.RoleClaim, role), new(Caller.OrganizationClaim, organization), new("sub", "client-one")], "test")),
        };
        return scope;
    }

    private DateOnly Date(int days) => DateOnly.ParseExact(service.Day(days), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<Verdict?> Finding(PersonBuilder one, string program, int day = 0)
    {
        var request = one.Determination(program);
        (request.AsOf, request.ValidateOnly, request.RequestId) = (service.Day(day), true, "");
        return (await one.Determinations.DetermineAsync(request, one.AsProvider)).Decision.Findings.SingleOrDefault(f => f.RuleId == Rule)?.Verdict;
    }

    private async Task Happened(params DomainEvent[] events) =>
        await service.Services.GetRequiredService<TeamsMoved>().Store("eligibility.teams-moved", events, default);

    private TeamFormedV1 Formed(PersonBuilder one, TeamId team, string program, int day) => Next(new TeamFormedV1
    {
        TeamId = team,
        Provider = one.Provider,
        Program = program,
        OperationStart = Date(day),
    });

    private ReviewMovedV1 Reviewed(PersonBuilder one, TeamId team, string program, DateOnly? from, DateOnly? through) => Next(new ReviewMovedV1
    {
        ReviewId = ReviewId.New(TimeProvider.System),
        TeamId = team,
        Provider = one.Provider,
        Program = program,
        FromState = "final",
        ToState = "final",
        On = Date(0),
        Total = 96,
        TeamNextReviewDue = null,
        TeamNextReviewRule = null,
        TeamSuspendedFrom = from,
        TeamSuspendedThrough = through,
    });

    private T Next<T>(T happened) where T : DomainEvent
    {
        last = last.AddSeconds(1);
        DomainEvent published = happened;
        return (T)(published with { EventId = Guid.CreateVersion7(last), OccurredAt = last, Sequence = 1 });
    }
}
