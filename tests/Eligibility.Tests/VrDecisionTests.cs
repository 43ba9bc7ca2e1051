using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>What a vocational rehabilitation agency decides, corrects, plans and authorizes.</summary>
[Collection("eligibility")]
public sealed class VrDecisionTests(EligibilityService service)
{
    [Fact]
    public async Task A_mistaken_decision_is_corrected_and_both_versions_stay()
    {
        var (one, referral) = await Referred();
        var decided = await one.Referrals.RecordDvrsDecisionAsync(Decision(referral, Proto.DvrsOutcome.Ineligible, Proto.VrReason.NoImpediment), one.AsDvrs);
        Assert.Equal((Proto.ReferralState.Ineligible, Proto.VrReason.NoImpediment), (decided.State, decided.ReasonCode));
        var correction = Correction(referral, Proto.DvrsOutcome.Eligible, Proto.VrReason.WaitingList);
        var corrected = await one.Referrals.CorrectDvrsDecisionAsync(correction, one.AsDvrs);
        Assert.Equal((Proto.ReferralState.EligibleOpen, Proto.VrReason.WaitingList), (corrected.State, corrected.ReasonCode));
        // The same message again has no second effect.
        Assert.Equal(corrected, await one.Referrals.CorrectDvrsDecisionAsync(correction, one.AsDvrs));
        Assert.Equal([(1, Proto.DvrsOutcome.Ineligible, Proto.VrReason.NoImpediment, ""), (2, Proto.DvrsOutcome.Eligible, Proto.VrReason.WaitingList, "Quillmistake of the office")],
            (await Read(one, referral)).Decisions.Select(d => (d.Number, d.Outcome, d.ReasonCode, d.CorrectionReason)));
        Assert.Equal(["", ""], (await Read(one, referral, one.AsPayer)).Decisions.Select(d => d.CorrectionReason));
        Assert.Equal(1, await service.Count(
            $"outbox_rows where subject = '{referral.Name}' and body->>'corrects' = 'true' and body->>'fromState' = 'ineligible' and body->>'toState' = 'eligible_open' "
                + "and body->>'reasonCode' = 'waiting_list'"));
        foreach (var table in new[] { "vr_decisions", "dvrs_messages", "outbox_rows" })
            Assert.Equal(0, await service.Count($"{table} t where t::text like '%Quillmistake%'"));

        // What is on file already is no correction, nor are a day before the referral and an unfit reason.
        Assert.Equal("outcome", Assert.Single((await service.RefusedWithoutTrace(async () => await one.Referrals.CorrectDvrsDecisionAsync(
            Correction(referral, Proto.DvrsOutcome.Eligible, Proto.VrReason.WaitingList), one.AsDvrs))).Fields));
        Assert.Equal("decided_on", Assert.Single((await service.RefusedWithoutTrace(async () => await one.Referrals.CorrectDvrsDecisionAsync(
            Correction(referral, Proto.DvrsOutcome.Eligible, default, -1), one.AsDvrs))).Fields));
        Assert.Equal("reason_code", Assert.Single((await service.RefusedWithoutTrace(async () => await one.Referrals.CorrectDvrsDecisionAsync(
            Correction(referral, Proto.DvrsOutcome.Ineligible, Proto.VrReason.ServedNow), one.AsDvrs))).Fields));
        foreach (var caller in new[] { one.AsProvider, one.AsPayer })
            Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(
                async () => await one.Referrals.CorrectDvrsDecisionAsync(Correction(referral, Proto.DvrsOutcome.Ineligible, default), caller))).Code);
    }

    [Fact]
    public async Task Without_a_decision_there_is_nothing_to_correct_and_a_second_open_referral_is_not_opened()
    {
        var (one, referral) = await Referred();
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await one.Referrals.CorrectDvrsDecisionAsync(
            Correction(referral, Proto.DvrsOutcome.Eligible, default), one.AsDvrs))).Code);
        await one.Referrals.RecordDvrsDecisionAsync(Decision(referral, Proto.DvrsOutcome.Ineligible), one.AsDvrs);
        var second = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(async () => await one.Referrals.CorrectDvrsDecisionAsync(
            Correction(referral, Proto.DvrsOutcome.Eligible, default), one.AsDvrs))).Code);
        Assert.Equal(Proto.ReferralState.Referred, (await Read(one, second)).State);
    }

    [Fact]
    public async Task A_decision_before_versions_were_stored_is_the_first_version()
    {
        var (one, referral) = await Referred();
        await one.Referrals.RecordDvrsDecisionAsync(Decision(referral, Proto.DvrsOutcome.Ineligible), one.AsDvrs);
        await service.Scalar($"delete from vr_decisions where referral_id = '{referral.Name["referrals/".Length..]}'");
        var corrected = await one.Referrals.CorrectDvrsDecisionAsync(Correction(referral, Proto.DvrsOutcome.Eligible, default), one.AsDvrs);
        Assert.Equal([Proto.DvrsOutcome.Ineligible, Proto.DvrsOutcome.Eligible], corrected.Decisions.Select(d => d.Outcome));
    }

    [Fact]
    public async Task A_case_is_closed_before_a_decision_and_a_correction_leaves_a_closed_case_closed()
    {
        var (one, referral) = await Referred();
        var closed = await one.Referrals.RecordDvrsClosureAsync(Closure(referral, Proto.VrReason.NotReached), one.AsDvrs);
        Assert.Equal((Proto.ReferralState.Closed, Proto.VrReason.NotReached, ""), (closed.State, closed.ClosureReasonCode, closed.DvrsDecisionDate));
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(
            async () => await one.Referrals.RecordDvrsDecisionAsync(Decision(referral, Proto.DvrsOutcome.Eligible), one.AsDvrs))).Code);

        var (two, other) = await Referred();
        await two.Referrals.RecordDvrsDecisionAsync(Decision(other, Proto.DvrsOutcome.Eligible), two.AsDvrs);
        await two.Referrals.RecordDvrsClosureAsync(Closure(other, Proto.VrReason.Employed), two.AsDvrs);
        Assert.Equal("reason_code", Assert.Single((await service.RefusedWithoutTrace(
            async () => await two.Referrals.RecordDvrsClosureAsync(Closure(other, Proto.VrReason.ServedNow), two.AsDvrs))).Fields));
        var corrected = await two.Referrals.CorrectDvrsDecisionAsync(Correction(other, Proto.DvrsOutcome.Eligible, Proto.VrReason.ServedNow), two.AsDvrs);
        Assert.Equal((Proto.ReferralState.Closed, 2), (corrected.State, corrected.Decisions.Count));
    }

    [Fact]
    public async Task The_counselor_is_encrypted_and_shown_to_the_agency_and_not_to_the_payer()
    {
        var (one, referral) = await Referred();
        Proto.RecordVrContactRequest contact = new()
        {
            Name = referral.Name,
            MessageId = EligibilityService.NewId(),
            Office = "raleigh-2",
            Counselor = "Quillcounselor",
            CounselorContact = "Quillphone",
        };
        await one.Referrals.RecordVrContactAsync(contact, one.AsDvrs);
        Assert.Equal(("raleigh-2", "Quillcounselor", "Quillphone"), Contact(await Read(one, referral)));
        Assert.Equal(("raleigh-2", "Quillcounselor", "Quillphone"), Contact(await Read(one, referral, one.AsDvrs)));
        Assert.Equal(("raleigh-2", "", ""), Contact(await Read(one, referral, one.AsPayer)));
        foreach (var table in new[] { "referrals", "dvrs_messages", "outbox_rows", "answered_requests" })
            Assert.Equal(0, await service.Count($"{table} t where t::text like '%Quillcounselor%' or t::text like '%Quillphone%'"));
        var other = contact.Clone();
        other.Counselor = "Quillother";
        Assert.Equal("message_id", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Referrals.RecordVrContactAsync(other, one.AsDvrs))).Fields));
        other.MessageId = EligibilityService.NewId();
        (other.Counselor, other.CounselorContact) = ("", "");
        Assert.Equal(("raleigh-2", "", ""), Contact(await one.Referrals.RecordVrContactAsync(other, one.AsDvrs)));
        // Both steps are in the feed, numbered without a gap.
        Assert.Equal("1 2 3", (string)(await service.Scalar($"select string_agg(sequence::text, ' ' order by sequence) from outbox_rows where subject = '{referral.Name}'"))!);

        static (string, string, string) Contact(Proto.Referral shown) => (shown.VrOffice, shown.VrCounselor, shown.VrCounselorContact);
    }

    [Fact]
    public async Task A_plan_is_made_with_a_person_who_is_eligible_from_the_decision_on()
    {
        var (one, referral) = await Referred();
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Referrals.RecordVrPlanAsync(Plan(referral, 0, 90), one.AsDvrs))).Code);
        await one.Referrals.RecordDvrsDecisionAsync(Decision(referral, Proto.DvrsOutcome.Eligible), one.AsDvrs);
        Assert.Equal("plan_from", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Referrals.RecordVrPlanAsync(Plan(referral, -1, 90), one.AsDvrs))).Fields));
        Assert.Equal("plan_through", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Referrals.RecordVrPlanAsync(Plan(referral, 0, -1), one.AsDvrs))).Fields));
        var planned = await one.Referrals.RecordVrPlanAsync(Plan(referral, 0, 90), one.AsDvrs);
        Assert.Equal((service.Day(), service.Day(90), Proto.ReferralState.EligibleOpen), (planned.PlanFrom, planned.PlanThrough, planned.State));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{referral.Name}' and body->>'planThrough' = '{service.Day(90)}'"));
    }

    [Fact]
    public async Task Milestones_that_VR_funds_are_authorized_once_with_amount_and_days()
    {
        var (one, referral) = await Referred();
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 3), one.AsDvrs))).Code);
        await one.Referrals.RecordDvrsDecisionAsync(Decision(referral, Proto.DvrsOutcome.Eligible), one.AsDvrs);
        foreach (var milestone in new[] { 0, 2, 6, 10 })
            Assert.Equal("milestone", Assert.Single((await service.RefusedWithoutTrace(
                async () => await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, milestone), one.AsDvrs))).Fields));
        foreach (var amount in new[] { "0.00", "12", "-5.00", "1,000.00", "1000000.01", "x" })
            Assert.Equal("amount_usd", Assert.Single((await service.RefusedWithoutTrace(
                async () => await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 3, amount: amount), one.AsDvrs))).Fields));
        Assert.Equal("valid_from", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 3, from: -1), one.AsDvrs))).Fields));

        var request = Authorization(referral, 3, amount: "2000.00");
        var authorized = await one.Referrals.RecordVrAuthorizationAsync(request, one.AsDvrs);
        Assert.Equal((referral.Name, one.Name, 3, "2000.00", service.Day(), service.Day(59)),
            (authorized.Referral, authorized.Individual, authorized.Milestone, authorized.Amount.Amount, authorized.ValidFrom, authorized.ValidThrough));
        Assert.Equal(authorized, await one.Referrals.RecordVrAuthorizationAsync(request, one.AsDvrs));
        Assert.Equal(1, await service.Count(
            $"outbox_rows where subject = '{authorized.Name}' and body->>'state' = 'authorized' and (body->>'amount')::numeric = 2000 and body->>'milestone' = '3'"));
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(
            async () => await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 3, from: 59), one.AsDvrs))).Code);
        await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 3, from: 60), one.AsDvrs);
        await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 4), one.AsDvrs);
        await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 5), one.AsDvrs);

        Proto.CancelVrAuthorizationRequest cancel = new() { Name = authorized.Name, MessageId = EligibilityService.NewId(), CancelledOn = service.Day() };
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(
            async () => await one.Referrals.CancelVrAuthorizationAsync(cancel, service.As(Roles.Dvrs, "mo-vr")))).Code);
        Assert.Equal(service.Day(), (await one.Referrals.CancelVrAuthorizationAsync(cancel, one.AsDvrs)).CancelledOn);
        Assert.Equal(service.Day(), (await one.Referrals.CancelVrAuthorizationAsync(cancel, one.AsDvrs)).CancelledOn);
        cancel.MessageId = EligibilityService.NewId();
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(
            async () => await one.Referrals.CancelVrAuthorizationAsync(cancel, one.AsDvrs))).Code);
        await one.Referrals.RecordVrAuthorizationAsync(Authorization(referral, 3), one.AsDvrs);

        foreach (var (caller, count) in new[] { (one.AsProvider, 5), (one.AsPayer, 5), (one.AsDvrs, 5), (service.As(Roles.Dvrs, "mo-vr"), 0),
            (service.As(Roles.Provider, "agency-foreign"), 0), (service.As(Roles.Mco, "payer-foreign"), 0) })
            Assert.Equal(count, (await one.Referrals.ListVrAuthorizationsAsync(new() { Individual = one.Name }, caller)).VrAuthorizations.Count);
        Assert.Equal(3, (await one.Referrals.ListVrAuthorizationsAsync(new() { Individual = one.Name, Milestone = 3 }, one.AsDvrs)).VrAuthorizations.Count);
    }

    [Fact]
    public async Task Referrals_are_listed_by_agency_day_and_state()
    {
        var (one, referral) = await Referred();
        var (_, other) = await Referred();
        var organization = $"organizations/{one.Provider}";
        Assert.Equal(referral.Name, Assert.Single((await List(new() { Provider = organization })).Referrals).Name);
        Assert.Contains((await List(new() { PageSize = 200, SentFrom = service.Day() })).Referrals, r => r.Name == other.Name);
        Assert.Single((await List(new() { Provider = organization, SentFrom = service.Day(), SentThrough = service.Day() })).Referrals);
        Assert.Empty((await List(new() { Provider = organization, SentFrom = service.Day(1) })).Referrals);
        Assert.Empty((await List(new() { Provider = organization, SentThrough = service.Day(-1) })).Referrals);
        Assert.Empty((await List(new() { Provider = organization, State = Proto.ReferralState.Closed })).Referrals);
        Assert.Equal("sent_through", Assert.Single((await EligibilityService.Refused(
            async () => await List(new() { SentFrom = service.Day(), SentThrough = service.Day(-1) }))).Fields));

        async Task<Proto.ListReferralsResponse> List(Proto.ListReferralsRequest request) => await one.Referrals.ListReferralsAsync(request, one.AsDvrs);
    }

    private async Task<(PersonBuilder One, Proto.Referral Referral)> Referred()
    {
        var one = await PersonBuilder.Register(service);
        return (one, await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider));
    }

    private static async Task<Proto.Referral> Read(PersonBuilder one, Proto.Referral referral, Metadata? by = null) =>
        await one.Referrals.GetReferralAsync(new() { Name = referral.Name }, by ?? one.AsProvider);

    private Proto.RecordDvrsDecisionRequest Decision(Proto.Referral referral, Proto.DvrsOutcome outcome, Proto.VrReason reason = default) =>
        new() { Name = referral.Name, MessageId = EligibilityService.NewId(), Outcome = outcome, DecidedOn = service.Day(), ReasonCode = reason };

    private Proto.CorrectDvrsDecisionRequest Correction(Proto.Referral referral, Proto.DvrsOutcome outcome, Proto.VrReason reason, int day = 0) => new()
    {
        Name = referral.Name,
        MessageId = EligibilityService.NewId(),
        Outcome = outcome,
        DecidedOn = service.Day(day),
        ReasonCode = reason,
        Reason = "Quillmistake of the office",
    };

    private Proto.RecordDvrsClosureRequest Closure(Proto.Referral referral, Proto.VrReason reason) =>
        new() { Name = referral.Name, MessageId = EligibilityService.NewId(), ClosedOn = service.Day(), ReasonCode = reason };

    private Proto.RecordVrPlanRequest Plan(Proto.Referral referral, int from, int through) =>
        new() { Name = referral.Name, MessageId = EligibilityService.NewId(), PlanFrom = service.Day(from), PlanThrough = service.Day(through) };

    private Proto.RecordVrAuthorizationRequest Authorization(Proto.Referral referral, int milestone, string amount = "1500.00", int from = 0) => new()
    {
        Name = referral.Name,
        MessageId = EligibilityService.NewId(),
        Number = EligibilityService.NewId(),
        Milestone = milestone,
        AmountUsd = amount,
        ValidFrom = service.Day(from),
        ValidThrough = service.Day(from + 59),
    };
}
