using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>What an authorization or an order rested on changes: it ends, needs attention, or stands again.</summary>
[Collection("eligibility")]
public sealed class ReconsiderAuthorizationTests(EligibilityService service)
{
    [Fact]
    public async Task An_authorization_of_a_person_who_was_not_eligible_after_all_needs_attention_until_that_is_corrected()
    {
        var (one, approved) = await Approved();
        var diagnosis = Assert.Single(await one.History(standing: true), f => f.Diagnosis is not null);
        var corrected = await one.Correct(diagnosis, Records.Diagnosis(Proto.DiagnosisClass.Idd, service.Day(-90), primary: true));
        var needs = await Becomes(one, approved, Proto.AuthorizationState.Attention);
        Assert.Equal("eligible", Assert.Single(needs.Attention).Code);
        Assert.False(await Covers(one, service.Day()));
        Assert.Equal($"attention {service.Day(7)}, authorization-end {service.Day(89)}", await one.Running(approved.Name));
        Assert.Equal("approved attention NC-ELIG-008", await Moves(approved));
        var determination = Assert.Single((await one.Determinations.ListDeterminationsAsync(new() { Individual = one.Name }, one.AsProvider)).Determinations);
        Assert.Contains($"attention {service.Day(7)}", await one.Running(determination.Name));

        await one.Correct(corrected, Records.Diagnosis(Proto.DiagnosisClass.Spmi, service.Day(-90), primary: true));
        var again = await Becomes(one, approved, Proto.AuthorizationState.Approved);
        Assert.Equal((0, approved.ApprovedThrough), (again.Attention.Count, again.ApprovedThrough));
        Assert.True(await Covers(one, service.Day()));
        Assert.Equal($"authorization-end {service.Day(89)}", await one.Running(approved.Name));
        Assert.Equal("", await one.Running(determination.Name));
    }

    [Fact]
    public async Task The_payer_answers_with_an_override_and_what_it_overrode_is_not_checked_again()
    {
        var (one, approved) = await Approved();
        var diagnosis = Assert.Single(await one.History(standing: true), f => f.Diagnosis is not null);
        await one.Correct(diagnosis, Records.Diagnosis(Proto.DiagnosisClass.Idd, service.Day(-90), primary: true));
        var needs = await Becomes(one, approved, Proto.AuthorizationState.Attention);
        Assert.Equal("eligible", Assert.Single(needs.Attention).Code);
        var answered = await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(needs), one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.Approved, "eligible"), (answered.State, Assert.Single(answered.Overridden).Code));
        Assert.True(await Covers(one, service.Day()));

        var intake = (await one.Read()).Intake.Clone();
        await one.Correct(new() { Name = intake.Fact, Etag = intake.Etag }, new() { Intake = intake });
        await service.Everything();
        Assert.Equal(answered, await one.Again(approved));
    }

    [Fact]
    public async Task Coverage_that_ends_ends_the_authorization_and_a_correction_undoes_it()
    {
        var (one, approved) = await Approved();
        var ended = await one.CoverageEnds(service.Day(30));
        var shorter = await Becomes(one, approved, Proto.AuthorizationState.Terminated);
        Assert.Equal((Proto.TerminationReason.CoverageEnded, service.Day(30)), (shorter.TerminationReason, shorter.EndedThrough));
        Assert.Equal((true, false), (await Covers(one, service.Day(30)), await Covers(one, service.Day(31))));
        Assert.Equal("", await one.Running(approved.Name));

        await one.CoverageEnds("", ended);
        var again = await Becomes(one, approved, Proto.AuthorizationState.Approved);
        Assert.Equal(("", Proto.TerminationReason.Unspecified), (again.EndedThrough, again.TerminationReason));
        Assert.True(await Covers(one, service.Day(31)));
        Assert.Equal($"authorization-end {service.Day(89)}", await one.Running(approved.Name));
    }

    [Fact]
    public async Task Another_payer_ends_the_authorization_of_the_first_one()
    {
        var (one, approved) = await Approved();
        await one.Individuals.AddEnrollmentAsync(new()
        {
            Individual = one.Name,
            RequestId = EligibilityService.NewId(),
            Enrollment = new() { Payer = "organizations/next-payer", From = service.Day(10), Funding = Contracts.Common.V1.Funding.Medicaid },
        }, one.AsProvider);
        var shorter = await Becomes(one, approved, Proto.AuthorizationState.Terminated);
        Assert.Equal((Proto.TerminationReason.PayerChanged, service.Day(9)), (shorter.TerminationReason, shorter.EndedThrough));
    }

    [Fact]
    public async Task A_later_no_ends_the_authorization_and_an_end_by_the_platform_is_not_sent_by_a_caller()
    {
        var (one, approved) = await Approved();
        var early = await service.RefusedWithoutTrace(async () => await one.Authorizations.TerminateAuthorizationAsync(new()
        {
            Name = approved.Name,
            Etag = approved.Etag,
            Reason = Proto.TerminationReason.CoverageEnded,
            EffectiveOn = service.Day(3),
            RequestId = EligibilityService.NewId(),
        }, one.AsPayer));
        Assert.Equal(["reason"], early.Fields);
        await one.Individuals.RecordMedicalNecessityAsync(
            new() { Individual = one.Name, RequestId = EligibilityService.NewId(), Finding = Proto.MedicalNecessity.NotMet, FoundOn = service.Day(-1) }, one.AsPayer);
        Assert.Equal(Proto.DeterminationState.NotEligible, (await one.Determined("nc-core", service.Day(5))).State);
        var shorter = await Becomes(one, approved, Proto.AuthorizationState.Terminated);
        Assert.Equal((Proto.TerminationReason.NotEligible, service.Day(4)), (shorter.TerminationReason, shorter.EndedThrough));
    }

    [Fact]
    public async Task An_order_whose_assessment_came_after_it_needs_attention_and_is_in_force_on_no_day()
    {
        var one = (await EpisodeBuilder.Eligible(service)).One;
        var order = await one.ServiceOrders.SignServiceOrderAsync(one.Signature(await one.Draft()), one.AsProvider);
        Assert.Equal((Proto.ServiceOrderState.InForce, true), (order.State, await InForce(one)));
        var assessment = Assert.Single(await one.History(standing: true), f => f.Assessment is not null);
        service.Clock.Advance(TimeSpan.FromDays(1));
        var later = assessment.Assessment.Clone();
        later.CompletedOn = service.Day();
        await one.Correct(assessment, new() { Assessment = later });
        var needs = await Becomes(one, order, Proto.ServiceOrderState.Attention);
        Assert.Equal((order.Decision, false), (needs.Decision, await InForce(one)));
        Assert.NotEqual(Contracts.Common.V1.Verdict.Met, needs.Reconsidered.Verdict);
        Assert.StartsWith($"attention {service.Day(7)}", await one.Running(order.Name));
        Assert.Equal("attention", await service.Scalar(
            $"select body->>'state' from outbox_rows where subject = '{order.Name}' and (body->>'decidedAgain')::boolean order by sequence desc limit 1"));

        var wrong = Assert.Single(await one.History(standing: true), f => f.Assessment is not null);
        await one.Correct(wrong, new() { Assessment = assessment.Assessment });
        var again = await Becomes(one, order, Proto.ServiceOrderState.InForce);
        Assert.Equal((order.ValidThrough, true), (again.ValidThrough, await InForce(one)));
        Assert.DoesNotContain("attention", await one.Running(order.Name));
    }

    private async Task<(PersonBuilder One, Proto.Authorization Approved)> Approved()
    {
        var one = await (await EpisodeBuilder.Eligible(service)).One.WithDocuments();
        return (one, await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(await one.Requested(), overriding: ""), one.AsPayer));
    }

    private async Task<bool> Covers(PersonBuilder one, string day) => (await one.Authorizations.CoversAsync(new()
    {
        Individual = one.Name,
        Provider = $"organizations/{one.Provider}",
        Program = "nc-core",
        Kind = Proto.AuthorizationKind.M2,
        ServiceDate = day,
    }, one.AsProvider)).Covered;

    private async Task<bool> InForce(PersonBuilder one) => (await one.ServiceOrders.CheckServiceOrderAsync(
        new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day() }, one.AsProvider)).InForce;

    private async Task<string> Moves(Proto.Authorization authorization) => (string)(await service.Scalar(
        $"""
        select string_agg(concat_ws(' ', body->>'fromState', body->>'toState', body->>'ruleId'), ', ' order by sequence)
        from outbox_rows where subject = '{authorization.Name}' and type = 'ips.eligibility.authorization-moved.v1'
        """))!;

    private static async Task<Proto.Authorization> Becomes(PersonBuilder one, Proto.Authorization authorization, Proto.AuthorizationState state)
    {
        var now = authorization;
        await Testing.Poll.Until(async () => (now = await one.Again(authorization)).State == state);
        return now;
    }

    private static async Task<Proto.ServiceOrder> Becomes(PersonBuilder one, Proto.ServiceOrder order, Proto.ServiceOrderState state)
    {
        var now = order;
        await Testing.Poll.Until(async () =>
            (now = await one.ServiceOrders.GetServiceOrderAsync(new() { Name = order.Name }, one.AsProvider)).State == state);
        return now;
    }
}
