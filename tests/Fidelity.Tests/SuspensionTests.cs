using System.Globalization;
using Grpc.Core;
using Ips.Contracts.Fidelity.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>Fidelity on a day in October 2024.</summary>
public sealed class FidelityInOctober() : FidelityService(new FixedClock(new DateTimeOffset(2024, 10, 7, 15, 0, 0, TimeSpan.Zero)));

/// <summary>The suspension of a Louisiana team that events publish before its first day, while a plan has time (LA-FID-011, -013).</summary>
public sealed class SuspensionTests(FidelityInOctober fidelity) : IClassFixture<FidelityInOctober>
{
    private readonly string team = fidelity.Teams.Make(FidelityService.Provider, "la-acla");

    private Metadata Plan => fidelity.As(Roles.State, "la-ldh");

    [Fact]
    public async Task It_is_published_with_the_plan_and_goes_with_a_withdrawn_review()
    {
        await Reviewed(-300, 100);
        var low = await Reviewed(-30, 96);
        Assert.Equal("none, none", await Published());
        var planned = await fidelity.Reviews.RecordPlanAsync(
            new() { Name = low.Name, Etag = low.Etag, PlanDate = fidelity.Day(-25), ImplementedDate = fidelity.Day(-20), RequestId = NewId() },
            fidelity.As(Roles.Provider, FidelityService.Provider));
        var from = DateOnly.Parse(fidelity.Day(-20), CultureInfo.InvariantCulture).AddMonths(6).AddDays(1);
        Assert.Equal($"{from:yyyy-MM-dd}, none", await Published());
        await fidelity.Reviews.WithdrawReviewAsync(
            new() { Name = planned.Name, Etag = planned.Etag, Reason = ReviewCorrectionReason.EnteredByMistake, RequestId = NewId() }, Plan);
        Assert.Equal("none, none", await Published());
    }

    private async Task<Review> Reviewed(int day, int total)
    {
        var request = FidelityService.Review(team, total, received: fidelity.Day(day), program: "la-acla");
        (request.Evaluator, request.LastOnsiteDay) = (Evaluator.ApprovedContractor, fidelity.Day(day));
        return await fidelity.Reviews.RecordReviewAsync(request, Plan);
    }

    private static string NewId() => Guid.CreateVersion7().ToString();

    // What the latest event says.
    private async Task<string> Published() => (string)(await fidelity.Scalar(
        $"""
        select coalesce(body->>'teamSuspendedFrom', 'none') || ', ' || coalesce(body->>'teamSuspendedThrough', 'none')
        from outbox_rows where body->>'teamId' = '{team[6..]}' order by turn desc, sequence desc limit 1
        """))!;
}
