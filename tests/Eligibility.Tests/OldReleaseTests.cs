using Ips.Platform.Decisions;
using Ips.Platform.Rpc;
using Ips.Policies;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>A release in force may be older than the service: what it lacks is a refusal that names it, and no bug.</summary>
[Collection("eligibility")]
public sealed class OldReleaseTests(EligibilityService service)
{
    [Fact]
    public void A_duty_that_a_release_lacks_is_refused_with_the_name_of_the_release()
    {
        var lacking = (from release in ReleasedPacks.All
                       where PolicyEngine.Shipped.Programs.ContainsKey(release.Id)
                       from duty in Enum.GetValues<RuleDuty>()
                       where release.Pack.RuleFor(duty) is null
                       select (release.Pack, Duty: duty)).ToList();
        Assert.NotEmpty(lacking);
        Assert.All(lacking, one =>
        {
            PolicyService policies = new(new PolicyEngine([one.Pack]), TimeProvider.System);
            foreach (var need in new Action[] { () => policies.RuleFor(one.Pack.Id, one.Duty), () => policies.Refusal(one.Pack.Id, one.Duty, "a reason", "a remedy") })
            {
                var refused = Assert.IsType<Problem.NotInForce>(Assert.Throws<ProblemException>(need).Problem);
                Assert.Equal(Codes.Of(one.Duty), refused.Rule);
                Assert.Contains($"{one.Pack.Id} {one.Pack.Version}", refused.Why, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void A_value_that_a_release_lacks_is_refused_with_its_name()
    {
        var grace = Parameter<int>.Of(RuleId.Of("NC-SO-007"), "grace_days");
        var older = ReleasedPacks.All.Single(release => release is { Id: "nc-state", Version: "2023.7" }).Pack;
        var missing = Assert.Throws<NotInForceException>(() => older.On(new(2024, 1, 1)).Value(grace));
        var reader = service.Services.GetServices<IFaultReader>().Single();
        var refused = Assert.IsType<Problem.NotInForce>(reader.Read(missing));
        Assert.Equal("NC-SO-007", refused.Rule);
        Assert.Contains("grace_days", refused.Why, StringComparison.Ordinal);
        Assert.Contains(string.Join(", ", PolicyEngine.Shipped.Programs.Values.Select(p => $"{p.Id} {p.Version}")), refused.Why, StringComparison.Ordinal);
        Assert.Null(reader.Read(new InvalidOperationException("a bug")));
    }
}
