using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Requests to the payer, the payer's decisions, and the units of approved authorizations.</summary>
[Collection("eligibility")]
public sealed class AuthorizationTests(EligibilityService service)
{
    [Fact]
    public async Task A_complete_request_is_approved_by_its_payer_and_covers_its_days()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        Assert.Equal((Proto.AuthorizationState.UnderReview, Verdict.Met, service.Day()), (requested.State, requested.Decision.Verdict, requested.ReceivedOn));
        Assert.False((await Covers(one, service.Day())).Covered);
        var approved = await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(requested), one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.Approved, service.Day(), service.Day(89), 1),
            (approved.State, approved.ApprovedFrom, approved.ApprovedThrough, approved.ApprovedUnits));
        var covers = await Covers(one, service.Day(89));
        Assert.Equal((true, approved.Name, 1, 1), (covers.Covered, covers.Authorization, covers.UnitsLeft, covers.UnitsApproved));
        Assert.False((await Covers(one, service.Day(90))).Covered);

        var stale = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(requested), one.AsPayer));
        Assert.Equal(StatusCode.Aborted, stale.Code);
        var decided = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(approved), one.AsPayer));
        Assert.Equal(StatusCode.FailedPrecondition, decided.Code);
        Assert.Equal(2, await service.Count($"outbox_rows where subject = '{approved.Name}'"));
    }

    [Fact]
    public async Task The_payer_modifies_the_span_and_the_units_with_a_reason()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var request = PersonBuilder.Approval(await one.Requested(Proto.AuthorizationKind.Ips, 40));
        request.Outcome = Proto.AuthorizationOutcome.Modify;
        var bare = await service.RefusedWithoutTrace(async () => await one.Authorizations.DecideAuthorizationAsync(request, one.AsPayer));
        Assert.Equal((StatusCode.InvalidArgument, "approved_from approved_through approved_units rule_id reason reason_code"), (bare.Code, string.Join(' ', bare.Fields)));
        (request.ApprovedFrom, request.ApprovedThrough, request.ApprovedUnits, request.RuleId, request.Reason, request.ReasonCode) =
            (service.Day(5), service.Day(10), 12, "NC-AUTH-005", "Fewer units", Proto.PayerReasonCode.AmountNotSupported);
        var modified = await one.Authorizations.DecideAuthorizationAsync(request, one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.Modified, 12, service.Day(5)), (modified.State, modified.ApprovedUnits, modified.ApprovedFrom));
    }

    [Fact]
    public async Task Of_two_approvals_for_one_person_at_two_agencies_one_succeeds()
    {
        for (var round = 0; round < 4; round++)
        {
            var here = await (await PersonBuilder.Register(service)).WithFacts();
            var there = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
            Assert.NotEqual((here.Name, here.Provider), (there.Name, there.Provider));
            var requested = new[] { (here, await here.Requested()), (there, await there.Requested()) };
            var answers = await Task.WhenAll(requested.Select(async a =>
            {
                try
                {
                    return (await a.Item1.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(a.Item2), a.Item1.AsPayer)).State.ToString();
                }
                catch (RpcException e)
                {
                    return $"{e.StatusCode} {e.Status.Detail[..10]}";
                }
            }));
            Assert.Equal(["Approved", "FailedPrecondition NC-LIM-001"], answers.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_request_is_refused_while_another_agency_holds_an_authorization_and_names_no_agency()
    {
        var here = await (await PersonBuilder.Register(service)).WithFacts();
        await here.Approved();
        var there = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
        var requested = await there.Requested();
        Assert.Equal(Proto.AuthorizationState.NotAccepted, requested.State);
        Assert.Equal(Verdict.NotMet, Assert.Single(requested.Decision.Findings, f => f.RuleId == "NC-LIM-001").Verdict);
        Assert.DoesNotContain(here.Provider, requested.Decision.ReceiptJson);
    }

    [Fact]
    public async Task Claim_lines_never_take_more_units_than_approved_and_return_them_once()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved(Proto.AuthorizationKind.Ips, 10);
        var lines = Enumerable.Range(0, 32).Select(_ => $"claimLines/{EligibilityService.NewId()}").ToArray();
        var moved = await Task.WhenAll(lines.Select(line => Draw(one, approved, line, 1)));
        Assert.Equal(10, moved.Count(m => m.Units == 1));
        Assert.All(moved.Where(m => m.Units == 0), m => Assert.Equal((Verdict.NotMet, 0), (m.Refusal.Verdict, m.UnitsLeft)));
        Assert.Equal(10, (await one.Authorizations.GetAuthorizationAsync(new() { Name = approved.Name }, one.AsProvider)).UnitsUsed);

        var taker = moved.First(m => m.Units == 1).ClaimLine;
        var back = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Release(one, approved, taker)));
        Assert.Equal([-1, 0, 0, 0], back.Select(b => b.Units).Order());
        Assert.All(back, b => Assert.Equal(1, b.UnitsLeft));
        Assert.Equal(0, (await Release(one, approved, moved.First(m => m.Units == 0).ClaimLine)).Units);
        Assert.Equal(1, (await Draw(one, approved, moved.First(m => m.Units == 0).ClaimLine, 1)).Units);
    }

    [Fact]
    public async Task Units_are_not_drawn_for_a_day_outside_the_span_and_once_per_line()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.Approved(Proto.AuthorizationKind.Ips, 10);
        var line = $"claimLines/{EligibilityService.NewId()}";
        var outside = await Draw(one, approved, line, 1, service.Day(-1));
        Assert.Equal((0, 10, "NC-AUTH-001"), (outside.Units, outside.UnitsLeft, outside.Refusal.RuleId));
        Assert.Equal(4, (await Draw(one, approved, line, 4)).Units);
        var again = await Draw(one, approved, line, 4);
        Assert.Equal((0, 6), (again.Units, again.UnitsLeft));
    }

    private async Task<Proto.CoversResponse> Covers(PersonBuilder one, string day) => await one.Authorizations.CoversAsync(new()
    {
        Individual = one.Name,
        Provider = $"organizations/{one.Provider}",
        Program = "nc-core",
        Kind = Proto.AuthorizationKind.M2,
        ServiceDate = day,
    }, one.AsProvider);

    private async Task<Proto.UnitMovement> Draw(PersonBuilder one, Proto.Authorization from, string line, int units, string? day = null) =>
        await one.Authorizations.DrawUnitsAsync(new()
        {
            Name = from.Name,
            ClaimLine = line,
            ServiceDate = day ?? service.Day(),
            Units = units,
            RequestId = EligibilityService.NewId(),
        }, one.AsBilling);

    private static async Task<Proto.UnitMovement> Release(PersonBuilder one, Proto.Authorization from, string line) =>
        await one.Authorizations.ReleaseUnitsAsync(new() { Name = from.Name, ClaimLine = line, RequestId = EligibilityService.NewId() }, one.AsBilling);
}
