using Ips.Policies.Schedules;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>Requirements of every week, month or quarter: who has to meet them, and which a program has.</summary>
public sealed class ScheduledActTests
{
    [Theory]
    [InlineData("nc-state", ScheduledAct.Supervision, ScheduledFor.Staff)]
    [InlineData("nc-core", ScheduledAct.FieldMentoring, ScheduledFor.Staff)]
    [InlineData("la-acla", ScheduledAct.Supervision, ScheduledFor.Team)]
    [InlineData("la-lhcc", ScheduledAct.FieldMentoring, ScheduledFor.Specialists)]
    [InlineData("mo-dmh-vr", ScheduledAct.FieldMentoring, ScheduledFor.Specialists)]
    [InlineData("mo-dmh-vr", ScheduledAct.OutcomeReview, ScheduledFor.Team)]
    public void A_program_requires_it_of_the_team_of_staff_or_of_specialists(string program, ScheduledAct act, ScheduledFor whose)
    {
        var pack = PolicyEngine.Shipped.Programs[program];
        Assert.True(ScheduledActDecision.Has(pack, act));
        Assert.Equal(whose, ScheduledActDecision.For(pack, act, new(2026, 3, 2)));
    }

    /// <summary>Before the text is in force no one has to meet it.</summary>
    [Fact]
    public void Before_the_text_is_in_force_it_is_required_of_no_one_in_particular() =>
        Assert.Equal(ScheduledFor.Team, ScheduledActDecision.For(PolicyEngine.Shipped.Programs["nc-state"], ScheduledAct.Supervision, new(2019, 1, 1)));

    [Fact]
    public void One_that_the_program_does_not_have_is_refused_with_those_that_it_has()
    {
        var refused = Assert.Throws<InvalidRequestException>(() => PolicyEngine.Shipped.Decide("mo-dmh-vr", ScheduledActDecision.Kind, new(2024, 6, 1),
            new() { Act = ScheduledAct.Supervision }));
        var problem = Assert.Single(refused.Problems);
        Assert.Equal(("act", "supervision"), (problem.Field, problem.Found));
        Assert.Contains("vr_invitation", problem.Expected, StringComparison.Ordinal);
        Assert.DoesNotContain("supervision", problem.Expected, StringComparison.Ordinal);
    }
}
