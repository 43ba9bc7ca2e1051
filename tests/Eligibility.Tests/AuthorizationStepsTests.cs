using Grpc.Core;
using Ips.Testing;
using Xunit;
using DocumentKind = Ips.Contracts.Common.V1.DocumentKind;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>What the provider does with its own requests and authorizations: withdraw, revise, cancel; and what a repeated request shows.</summary>
[Collection("eligibility")]
public sealed class AuthorizationStepsTests(EligibilityService service)
{
    [Fact]
    public async Task A_request_is_withdrawn_before_a_decision_and_its_clocks_stop()
    {
        var one = await (await PersonBuilder.Register(service, funding: Contracts.Common.V1.Funding.Medicaid)).WithFacts();
        var requested = await one.Requested();
        Assert.Contains("payer-decision", await one.Running(requested.Name));
        var payer = await service.RefusedWithoutTrace(async () => await one.Authorizations.WithdrawAuthorizationAsync(Withdrawal(requested), one.AsPayer));
        Assert.Equal(StatusCode.PermissionDenied, payer.Code);
        var foreign = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.WithdrawAuthorizationAsync(Withdrawal(requested), service.As(Roles.Provider, "agency-foreign")));
        Assert.Equal(StatusCode.NotFound, foreign.Code);
        var withdrawn = await one.Authorizations.WithdrawAuthorizationAsync(Withdrawal(requested), one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.Withdrawn, "C"), (withdrawn.State, withdrawn.X12Action));
        Assert.Equal("", await one.Running(requested.Name));
        // The request for an authorization is due again on its own last day, as if it had not been made.
        Assert.Contains($"authorization-request {service.Day(29)}", await one.Running(one.Name));
        var stale = await service.RefusedWithoutTrace(async () => await one.Authorizations.WithdrawAuthorizationAsync(Withdrawal(requested), one.AsProvider));
        Assert.Equal(StatusCode.Aborted, stale.Code);
        var twice = await service.RefusedWithoutTrace(async () => await one.Authorizations.WithdrawAuthorizationAsync(Withdrawal(withdrawn), one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, twice.Code);
        var late = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(withdrawn), one.AsPayer));
        Assert.Equal(StatusCode.FailedPrecondition, late.Code);
        Assert.Equal(1, await service.Count(
            $"outbox_rows where subject = '{requested.Name}' and body->>'toState' = 'withdrawn' and body->>'fromState' = 'under_review'"));
    }

    [Fact]
    public async Task A_withdrawn_renewal_makes_the_end_due_again()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var present = await one.ApprovedFor(-20, 60);
        var renewal = await one.Authorizations.RenewAuthorizationAsync(
            new() { Name = present.Name, Etag = present.Etag, RequestedThrough = service.Day(120), RequestedUnits = 9, RequestId = EligibilityService.NewId() },
            one.AsProvider);
        Assert.DoesNotContain("authorization-end", await one.Running(present.Name));
        Assert.NotEqual(Proto.AuthorizationState.NotAccepted, renewal.State);
        await one.Authorizations.WithdrawAuthorizationAsync(Withdrawal(renewal), one.AsProvider);
        Assert.Contains($"authorization-end {service.Day(60)}", await one.Running(present.Name));
    }

    [Fact]
    public async Task An_approved_authorization_is_cancelled_from_a_day_and_its_units_go_back()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.ApprovedFor(-20, 60);
        await Draw(one, approved, -3, 4);
        await Draw(one, approved, -1, 2);
        // The claim line of the day before the first uncovered day is no obstacle; one on that day is.
        var taken = await service.RefusedWithoutTrace(async () => await one.Authorizations.CancelAuthorizationAsync(Cancellation(approved, -1), one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, taken.Code);
        Assert.Contains("1 claim lines", taken.Message);
        var many = await service.RefusedWithoutTrace(async () => await one.Authorizations.CancelAuthorizationAsync(Cancellation(approved, 0, 35), one.AsProvider));
        Assert.Equal((StatusCode.InvalidArgument, "units_to_claim"), (many.Code, Assert.Single(many.Fields)));
        foreach (var day in new[] { -21, 61 })
        {
            var outside = await service.RefusedWithoutTrace(
                async () => await one.Authorizations.CancelAuthorizationAsync(Cancellation(approved, day), one.AsProvider));
            Assert.Equal((StatusCode.InvalidArgument, "from_day"), (outside.Code, Assert.Single(outside.Fields)));
        }

        var payer = await service.RefusedWithoutTrace(async () => await one.Authorizations.CancelAuthorizationAsync(Cancellation(approved, 0), one.AsPayer));
        Assert.Equal(StatusCode.PermissionDenied, payer.Code);
        var cancelled = await one.Authorizations.CancelAuthorizationAsync(Cancellation(approved, 0, 5), one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.Terminated, Proto.TerminationReason.Cancelled, service.Day(-1), 29),
            (cancelled.State, cancelled.TerminationReason, cancelled.EndedThrough, cancelled.ReturnedUnits));
        Assert.Equal((true, 5), await Covered(one, -1));
        Assert.False((await Covered(one, 0)).Covered);
        // What is still to be claimed is drawn for an earlier day, and no more than that.
        Assert.NotNull((await Draw(one, approved, -2, 6)).Refusal);
        Assert.Equal(0, (await Draw(one, approved, -2, 5)).UnitsLeft);
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{approved.Name}' and body->>'unitsReturned' = '29'"));
        var letter = await Letter(one, cancelled);
        Assert.Contains("because the agency gave it up", letter);
    }

    [Fact]
    public async Task What_ends_and_is_undone_later_does_not_bring_cancelled_days_back()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.ApprovedFor(-20, 60);
        await one.Authorizations.CancelAuthorizationAsync(Cancellation(approved, 30), one.AsProvider);
        var act = await one.Record(Records.Service(Proto.OtherServiceKind.Act, service.Day(10)));
        await Poll.Until(async () => (await one.Again(approved)).EndedThrough == service.Day(9));
        await one.Retract(act.Name, act.Etag);
        await Poll.Until(async () => (await one.Again(approved)).EndedThrough != service.Day(9));
        var again = await one.Again(approved);
        Assert.Equal((Proto.AuthorizationState.Terminated, Proto.TerminationReason.Cancelled, service.Day(29)),
            (again.State, again.TerminationReason, again.EndedThrough));
    }

    [Fact]
    public async Task A_request_is_revised_under_its_name_and_the_version_before_stays()
    {
        var one = await (await PersonBuilder.Register(service, funding: Contracts.Common.V1.Funding.Medicaid)).WithFacts();
        var requested = await one.Requested(Proto.AuthorizationKind.Ips, 40);
        service.Clock.Advance(TimeSpan.FromDays(2));
        var returned = await one.Authorizations.DecideAuthorizationAsync(
            PersonBuilder.Ruling(requested, Proto.AuthorizationOutcome.Pend, "NC-AUTH-003"), one.AsPayer);
        Assert.Equal("A4", returned.X12Action);
        var first = await one.Request(Proto.AuthorizationKind.Ips, 40);
        var revision = Revision(returned, first, service.Day(-2), service.Day(40), 24);
        var payer = await service.RefusedWithoutTrace(async () => await one.Authorizations.ReviseAuthorizationAsync(revision, one.AsPayer));
        Assert.Equal(StatusCode.PermissionDenied, payer.Code);
        var trial = revision.Clone();
        (trial.ValidateOnly, trial.RequestId) = (true, "");
        Assert.Equal(24, (await one.Authorizations.ReviseAuthorizationAsync(trial, one.AsProvider)).RequestedUnits);
        Assert.Equal(40, (await one.Again(returned)).RequestedUnits);
        var revised = await one.Authorizations.ReviseAuthorizationAsync(revision, one.AsProvider);
        Assert.Equal((requested.Name, Proto.AuthorizationState.UnderReview, 2, 24, service.Day(-2), ""),
            (revised.Name, revised.State, revised.RequestVersion, revised.RequestedUnits, revised.ReceivedOn, revised.PayerRuleId));
        // The payer has another request to decide: its time starts again.
        Assert.Contains($"payer-decision {service.Day(7)}", await one.Running(requested.Name));
        Assert.Equal(revised, await one.Authorizations.ReviseAuthorizationAsync(revision, one.AsProvider));

        foreach (var (who, sees) in new[] { (one.AsProvider, true), (one.AsPayer, true), (service.As(Roles.Provider, "agency-foreign"), false) })
        {
            var list = one.Authorizations.ListAuthorizationVersionsAsync(new() { Name = requested.Name }, who);
            if (!sees)
            {
                Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await list)).Code);
                continue;
            }

            var versions = (await list).Versions;
            Assert.Equal([(1, Proto.AuthorizationState.PendedInfo, 40, "Said by the reviewer"), (2, Proto.AuthorizationState.UnderReview, 24, "")],
                versions.Select(v => (v.Number, v.State, v.RequestedUnits, v.PayerReason)));
            Assert.Equal(requested.Decision.DecisionId, versions[0].Decision["decisions/".Length..]);
            Assert.NotEqual(versions[0].Decision, versions[1].Decision);
        }

        Assert.Equal(0, await service.Count("authorization_versions v where v::text like '%Said by%'"));
        var approved = await one.Approve(revised);
        var decided = await service.RefusedWithoutTrace(
            async () => await one.Authorizations.ReviseAuthorizationAsync(Revision(approved, first, service.Day(-2), service.Day(40), 10), one.AsProvider));
        Assert.Equal(StatusCode.FailedPrecondition, decided.Code);
    }

    [Fact]
    public async Task A_request_that_came_late_is_not_made_timely_by_a_revision_and_a_wrong_field_is_named()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var late = await one.Request(Proto.AuthorizationKind.Ips, 40, -30);
        late.Documents.Remove(await one.Paper(DocumentKind.CareerProfile));
        var requested = await one.Send(late);
        Assert.Equal(Proto.AuthorizationState.PendedInfo, requested.State);
        var complete = await one.Request(Proto.AuthorizationKind.Ips, 40, -30);
        var bare = Revision(requested, complete, "", service.Day(40), 24);
        Assert.Equal("requested_from", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Authorizations.ReviseAuthorizationAsync(bare, one.AsProvider))).Fields));
        var renewal = Revision(requested, complete, service.Day(-30), service.Day(40), 24);
        renewal.Documents.Add(await one.Paper(DocumentKind.ServicePlan));
        Assert.Equal("documents[3]", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Authorizations.ReviseAuthorizationAsync(renewal, one.AsProvider))).Fields));
        var revised = await one.Authorizations.ReviseAuthorizationAsync(Revision(requested, complete, service.Day(-30), service.Day(40), 24), one.AsProvider);
        Assert.Equal((Proto.AuthorizationState.UnderReview, service.Day(), service.Day()), (revised.State, revised.ReceivedOn, revised.EarliestFrom));
    }

    [Fact]
    public async Task A_request_that_repeats_or_overlaps_another_one_names_it()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.ApprovedFor(0, 60);
        Assert.Empty(approved.Overlaps);
        var repeat = await one.Request(Proto.AuthorizationKind.Ips, 10);
        (repeat.RequestedFrom, repeat.RequestedThrough) = (service.Day(10), service.Day(60));
        var repeated = await one.Send(repeat);
        Assert.Equal((approved.Name, Proto.AuthorizationState.Approved, Proto.OverlapKind.Repeats, service.Day(10), service.Day(60)),
            Of(Assert.Single(repeated.Overlaps)));
        // The payer sees it, and an open request counts as well.
        Assert.Equal(repeated.Overlaps, (await one.Authorizations.GetAuthorizationAsync(new() { Name = repeated.Name }, one.AsPayer)).Overlaps);
        var longer = await one.Request(Proto.AuthorizationKind.Ips, 10);
        (longer.RequestedFrom, longer.RequestedThrough) = (service.Day(60), service.Day(80));
        Assert.Equal([(approved.Name, Proto.OverlapKind.Overlaps), (repeated.Name, Proto.OverlapKind.Overlaps)],
            (await one.Send(longer)).Overlaps.Select(o => (o.Authorization, o.Kind)).OrderByDescending(o => o.Authorization == approved.Name));
        // The day after is no overlap, another kind is none, and what was withdrawn does not count.
        var after = await one.Request(Proto.AuthorizationKind.Ips, 10);
        (after.RequestedFrom, after.RequestedThrough) = (service.Day(81), service.Day(89));
        Assert.Empty((await one.Send(after)).Overlaps);
        Assert.Empty((await one.Requested()).Overlaps);
        await one.Authorizations.WithdrawAuthorizationAsync(Withdrawal(repeated), one.AsProvider);
        var last = await one.Request(Proto.AuthorizationKind.Ips, 10);
        (last.RequestedFrom, last.RequestedThrough) = (service.Day(20), service.Day(30));
        Assert.Equal(approved.Name, Assert.Single((await one.Send(last)).Overlaps).Authorization);

        static (string, Proto.AuthorizationState, Proto.OverlapKind, string, string) Of(Proto.RequestOverlap found) =>
            (found.Authorization, found.State, found.Kind, found.SharedFrom, found.SharedThrough);
    }

    [Fact]
    public async Task A_denial_has_a_specific_reason_as_a_code_and_the_letter_says_it()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested(Proto.AuthorizationKind.Ips, 40);
        var denial = PersonBuilder.Ruling(requested, Proto.AuthorizationOutcome.Deny, "NC-AUTH-011");
        denial.ReasonCode = default;
        Assert.Equal("reason_code", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(denial, one.AsPayer))).Fields));
        var approval = PersonBuilder.Approval(requested);
        approval.ReasonCode = Proto.PayerReasonCode.Duplicate;
        Assert.Equal("reason_code", Assert.Single((await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(approval, one.AsPayer))).Fields));
        denial.ReasonCode = Proto.PayerReasonCode.NotMedicallyNecessary;
        var denied = await one.Authorizations.DecideAuthorizationAsync(denial, one.AsPayer);
        Assert.Equal((Proto.PayerReasonCode.NotMedicallyNecessary, "50", "A3", service.Day()), (denied.ReasonCode, denied.Carc, denied.X12Action, denied.DecidedOn));
        Assert.Contains("The answer\nNo. The payer denied the request.\nThe reason given: Said by the reviewer (NC-AUTH-011: the service is not medically necessary)",
            await Letter(one, denied));
        Assert.Equal(1, await service.Count(
            $"outbox_rows where subject = '{denied.Name}' and body->>'outcome' = 'deny' and body->>'reasonCode' = 'not_medically_necessary'"));
    }

    [Fact]
    public void Every_reason_code_has_a_claim_adjustment_reason_code_and_words()
    {
        var codes = Enum.GetValues<Proto.PayerReasonCode>().Where(c => c != default).ToList();
        Assert.Equal(14, codes.Count);
        Assert.Distinct(codes.Select(Authorizations.PayerReasons.CarcOf));
        Assert.DoesNotContain("", codes.Select(Authorizations.PayerReasons.CarcOf));
        Assert.Distinct(codes.Select(Authorizations.PayerReasons.WordsOf));
        Assert.DoesNotContain("", codes.Select(Authorizations.PayerReasons.WordsOf));
    }

    private async Task<string> Letter(PersonBuilder one, Proto.Authorization about) => (await new Proto.Decisions.DecisionsClient(service.Channel)
        .ExplainDecisionAsync(new() { Name = $"decisions/{about.Decision.DecisionId}" }, one.AsProvider)).Text;

    private async Task<(bool Covered, int Left)> Covered(PersonBuilder one, int day)
    {
        var covers = await one.Authorizations.CoversAsync(new()
        {
            Individual = one.Name,
            Provider = $"organizations/{one.Provider}",
            Program = "nc-state",
            Kind = Proto.AuthorizationKind.Ips,
            ServiceDate = service.Day(day),
        }, one.AsProvider);
        return (covers.Covered, covers.UnitsLeft);
    }

    private async Task<Proto.UnitMovement> Draw(PersonBuilder one, Proto.Authorization approved, int day, int units) =>
        await one.Authorizations.DrawUnitsAsync(new()
        {
            Name = approved.Name,
            ClaimLine = $"claimLines/{EligibilityService.NewId()}",
            ServiceDate = service.Day(day),
            Units = units,
            RequestId = EligibilityService.NewId(),
        }, one.AsBilling);

    private static Proto.WithdrawAuthorizationRequest Withdrawal(Proto.Authorization requested) =>
        new() { Name = requested.Name, Etag = requested.Etag, RequestId = EligibilityService.NewId() };

    private Proto.CancelAuthorizationRequest Cancellation(Proto.Authorization approved, int day, int toClaim = 0) => new()
    {
        Name = approved.Name,
        Etag = approved.Etag,
        FromDay = service.Day(day),
        UnitsToClaim = toClaim,
        RequestId = EligibilityService.NewId(),
    };

    private static Proto.ReviseAuthorizationRequest Revision(
        Proto.Authorization present, Proto.RequestAuthorizationRequest content, string from, string through, int units) => new()
        {
            Name = present.Name,
            Etag = present.Etag,
            ServiceInitiationDate = content.ServiceInitiationDate,
            RequestedFrom = from,
            RequestedThrough = through,
            RequestedUnits = units,
            Documents = { content.Documents },
            RequestId = EligibilityService.NewId(),
        };
}
