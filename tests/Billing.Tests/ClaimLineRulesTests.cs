using Ips.Billing.Claims;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>The decision of a claim line by itself: no service runs.</summary>
public sealed class ClaimLineRulesTests
{
    private static readonly FixedClock Clock = FixedClock.At("2025-03-10");

    private static readonly UnitMovement Granted = new() { Units = 1 };

    private static readonly UnitMovement Refused = new() { Refusal = new Finding { RuleId = "NCC-MS-02c", Verdict = Verdict.NotMet, Deciding = true } };

    [Fact]
    public void A_line_with_everything_in_order_is_ready_and_names_the_authorization()
    {
        var line = Decide(unitsLeft: 1, Granted);
        Assert.Equal((Proto.ClaimLineState.Ready, 1, 2000m, "authorizations/one", "alliance"),
            (line.State, line.PayableUnits, line.Amount, line.Authorization, line.Payer));
        Assert.Empty(line.Refusals);
    }

    [Fact]
    public void Units_that_are_held_for_the_line_do_not_count_against_it()
    {
        Assert.Equal(Proto.ClaimLineState.Refused, Decide(unitsLeft: 0, units: null).State);
        Assert.Equal(Proto.ClaimLineState.Ready, Decide(unitsLeft: 0, Granted).State);
    }

    [Fact]
    public void Units_that_are_refused_refuse_the_line_with_the_rule_of_the_authorization()
    {
        var line = Decide(unitsLeft: 1, Refused);
        Assert.Equal((Proto.ClaimLineState.Refused, 0, 0m, ""), (line.State, line.PayableUnits, line.Amount, line.Authorization));
        Assert.Equal(["NCC-MS-02c"], line.Refusals.Select(r => r.RuleId));
    }

    [Fact]
    public void A_milestone_with_a_ready_line_has_no_second_one()
    {
        var line = Decide(unitsLeft: 5, Granted, alreadyPaid: true);
        Assert.Equal((Proto.ClaimLineState.Refused, "NCC-MS-02b"), (line.State, line.Refusals[0].RuleId));
    }

    private static ClaimLine Decide(int unitsLeft, UnitMovement? units, bool alreadyPaid = false)
    {
        DateOnly day = new(2025, 3, 4);
        Milestone milestone = new()
        {
            Id = MilestoneId.New(Clock),
            IndividualId = IndividualId.New(Clock),
            Provider = "harbor-works",
            Payer = "alliance",
            Program = "nc-core",
            Number = 2,
            Funding = Funding.Medicaid,
            EventDate = day,
            State = Proto.MilestoneState.Billable,
            Funder = "Alliance",
            Code = "H2023",
            Modifiers = ["U4", "Z2"],
            Units = 1,
            PayableUnits = 1,
            Amount = 2000m,
            PcpDocument = "plan-1",
            DecisionId = Guid.CreateVersion7(Clock.GetUtcNow()),
            RecordedAt = Clock.GetUtcNow(),
        };
        ClaimLineEvidence evidence = new(
            new(ClaimLineId.New(Clock), milestone.Id, StaffMemberId.New(Clock), day, Units: 0, Code: "", Modifiers: []),
            milestone,
            new VerifyResponse { Eligible = true, Funding = Funding.Medicaid, Payer = "organizations/alliance" },
            new CheckServiceOrderResponse { InForce = true, From = "2025-01-01", Through = "2025-12-31" },
            new Qualification { Qualified = true },
            new CoversResponse
            {
                Authorization = "authorizations/one",
                From = "2025-01-01",
                Through = "2025-12-31",
                UnitsApproved = 1,
                UnitsLeft = unitsLeft,
                Covered = true,
            },
            new CheckOverlapsResponse { EpisodeFrom = "2025-01-01" },
            units);
        Assert.True(ClaimLineRules.Decide(evidence, new(alreadyPaid ? [day] : [], UnitsUsed: 0), new(Policies.PolicyEngine.Shipped, Clock), Clock.GetUtcNow())
            .Is(out var decided, out var problem), problem?.ToString());
        return decided.Line;
    }
}
