using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Testing;
using Xunit;

namespace Ips.Fidelity.Tests;

/// <summary>A review from its draft to the final report, contested, corrected, withdrawn and answered with a plan, in each kind of program.</summary>
public sealed class ReviewStepTests(FidelityService fidelity) : IClassFixture<FidelityService>
{
    private readonly string team = fidelity.Teams.Make(FidelityService.Provider, "nc-core");

    private Metadata Agency => fidelity.As(Roles.Provider, FidelityService.Provider);

    // Draft received on Friday 2 August 2024: ten business days end on Friday 16 August.
    [Theory]
    [InlineData(73, 4, "2024-08-16", true, null)]
    [InlineData(74, 3, "2024-08-16", true, null)]
    [InlineData(74, 4, "2024-08-16", false, "NC-FID-013")]
    [InlineData(90, 3, "2024-08-17", false, "NC-FID-016")]
    [InlineData(73, 25, "2024-08-16", true, null)]
    public async Task A_contest_is_accepted_by_its_items_and_its_day(int draft, int items, string submitted, bool accepted, string? refusedBy)
    {
        var review = await Received(draft);
        Assert.Equal((ReviewState.DraftReceived, "2024-08-16"), (review.State, review.ContestDue));
        var contested = await fidelity.Reviews.ContestReviewAsync(Contest(review, items, submitted), Agency);
        Assert.Equal((accepted, accepted ? Verdict.Met : Verdict.NotMet), (contested.Contest.Accepted, contested.Contest.Decision.Verdict));
        Assert.Equal(accepted ? ReviewState.Contested : ReviewState.DraftReceived, contested.State);
        Assert.Equal(items, contested.Contest.Items.Count);
        if (refusedBy is not null)
            Assert.Equal(Verdict.NotMet, Assert.Single(contested.Contest.Decision.Findings, f => f.RuleId == refusedBy).Verdict);
        var stored = await Read(review);
        Assert.Equal((contested.State, accepted), (stored.State, stored.Contest is not null));
        if (accepted)
            Assert.Equal(contested, stored);
        else
            Assert.Equal(review, stored);
    }

    [Theory]
    [InlineData("2024-08-01", Verdict.Met)]
    [InlineData("2024-08-02", Verdict.NotMet)]
    public async Task Data_shows_practice_through_the_last_day_on_site(string practice, Verdict expected)
    {
        var review = await Received(90);
        var contest = Contest(review, 1);
        contest.Data[0].PracticeDate = practice;
        var contested = await fidelity.Reviews.ContestReviewAsync(contest, Agency);
        Assert.Equal(expected, Assert.Single(contested.Contest.Decision.Findings, f => f.RuleId == "NC-FID-015").Verdict);
        contest = Contest(await Received(91), 1);
        contest.Data.Clear();
        Assert.Equal(Verdict.NotMet, (await fidelity.Reviews.ContestReviewAsync(contest, Agency)).Contest.Decision.Verdict);
    }

    [Fact]
    public async Task A_decided_contest_changes_the_scores_and_the_final_report_follows_from_them()
    {
        // 99 is fair; the contested item makes it 100, good.
        var review = await Received(99);
        var contested = await fidelity.Reviews.ContestReviewAsync(Contest(review, 2), Agency);
        var draft = contested.Scores[0].Score;
        var undecided = await fidelity.Reviews.FinalizeReviewAsync(Final(contested, "2024-09-02"), fidelity.State).Refused(StatusCode.FailedPrecondition);
        Assert.Contains("contested", undecided.Message, StringComparison.Ordinal);
        Assert.Equal(["items"], await Wrong(Decision(contested, (1, draft + 1, ContestOutcome.Changed))));
        Assert.Equal(["items[0].outcome"], await Wrong(Decision(contested, (1, draft, ContestOutcome.Changed), (2, draft, ContestOutcome.DataInsufficient))));
        Assert.Equal(["items[1].outcome"],
            await Wrong(Decision(contested, (1, draft, ContestOutcome.DataTooLate), (2, draft + 1, ContestOutcome.ScoredByAnchor))));
        Assert.Equal(["items[2].item"], await Wrong(Decision(contested, (1, draft, ContestOutcome.DataTooLate), (2, draft, ContestOutcome.DataTooLate),
            (3, draft, ContestOutcome.DataTooLate))));
        Assert.Equal(["items[1].item"], await Wrong(Decision(contested, (1, draft, ContestOutcome.DataTooLate), (1, draft, ContestOutcome.DataTooLate))));
        var decision = Decision(contested, (1, draft + 1, ContestOutcome.Changed), (2, draft, ContestOutcome.DataInsufficient));
        await fidelity.Reviews.DecideContestAsync(decision, Agency).Refused(StatusCode.PermissionDenied);
        var decided = await fidelity.Reviews.DecideContestAsync(decision, fidelity.State);
        Assert.Equal((ReviewState.ContestDecided, 100, "2024-08-30"), (decided.State, decided.Total, decided.Contest.DecidedOn));
        Assert.Equal([(1, draft, draft + 1, ContestOutcome.Changed), (2, draft, draft, ContestOutcome.DataInsufficient)],
            decided.Contest.Items.Select(i => (i.Item, i.DraftScore, i.DecidedScore, i.Outcome)));
        Assert.Equal(decided, await Read(review));

        var final = await fidelity.Reviews.FinalizeReviewAsync(Final(decided, "2024-09-02"), fidelity.State);
        Assert.Equal((ReviewState.Final, 100, "good", true, "2025-09-02"), (final.State, final.Total, final.Tier, final.Certified, final.NextReviewDue));
        Assert.Equal(final, await Read(review));
        Assert.Equal(final.Name, (await Standing("2024-09-02")).Review);
        Assert.Equal("", (await Standing("2024-09-01")).Review);
        await fidelity.Reviews.ContestReviewAsync(Contest(final, 1), Agency).Refused(StatusCode.FailedPrecondition);
        Assert.Equal("review-recorded draft, review-moved draft_received, review-moved contested, review-moved contest_decided, review-moved final, review-recorded good",
            await Published(review));
    }

    [Fact]
    public async Task A_final_report_waits_for_the_days_of_the_contest()
    {
        var review = await Received(99);
        Assert.Equal(["final_report_received_date"],
            (await fidelity.Reviews.FinalizeReviewAsync(Final(review, "2024-08-16"), fidelity.State).Refused(StatusCode.InvalidArgument)).Fields());
        foreach (var day in new[] { "2024-08-01", "2024-08-18" })
        {
            var wrong = Final(review, "2024-08-17");
            wrong.FinalReportIssuedDate = day;
            Assert.Equal(["final_report_issued_date"], (await fidelity.Reviews.FinalizeReviewAsync(wrong, fidelity.State).Refused(StatusCode.InvalidArgument))
                .Fields());
        }

        await fidelity.Reviews.FinalizeReviewAsync(Final(review, "2024-08-17"), Agency).Refused(StatusCode.PermissionDenied);
        await fidelity.Reviews.FinalizeReviewAsync(Final(review, "2024-08-17"), fidelity.As(Roles.State, "la-ldh")).Refused(StatusCode.NotFound);
        var request = Final(review, "2024-08-17");
        request.FinalReportIssuedDate = "2024-08-16";
        var final = await fidelity.Reviews.FinalizeReviewAsync(request, fidelity.State);
        Assert.Equal((ReviewState.Final, "fair", "2025-02-17", "2024-08-16"), (final.State, final.Tier, final.NextReviewDue, final.FinalReportIssuedDate));
        await fidelity.Reviews.FinalizeReviewAsync(Final(final, "2024-08-18"), fidelity.State).Refused(StatusCode.FailedPrecondition);
        var unreceived = await Draft(98);
        await fidelity.Reviews.FinalizeReviewAsync(Final(unreceived, "2024-09-17"), fidelity.State).Refused(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Two_finalize_at_once_and_one_does()
    {
        var review = await Received(99);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            try
            {
                return (await fidelity.Reviews.FinalizeReviewAsync(Final(review, "2024-08-17"), fidelity.State)).State.ToString();
            }
            catch (RpcException e)
            {
                return e.StatusCode.ToString();
            }
        }));
        Assert.Equal(1, answers.Count(answer => answer == "Final"));
        Assert.Equal(5, answers.Count(answer => answer == "Aborted"));
        Assert.EndsWith("review-moved final, review-recorded fair", await Published(review), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_takes_the_place_of_a_final_review_and_both_stay()
    {
        var wrong = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 73), fidelity.State);
        var correction = Correction(wrong, 74);
        await fidelity.Reviews.CorrectReviewAsync(correction, fidelity.As(Roles.State, "la-ldh")).Refused(StatusCode.NotFound);
        var right = await fidelity.Reviews.CorrectReviewAsync(correction, fidelity.State);
        Assert.Equal((74, "fair", true, wrong.Name), (right.Total, right.Tier, right.Certified, right.Corrects));
        var old = await Read(wrong);
        Assert.Equal((ReviewState.Corrected, right.Name, ReviewCorrectionReason.WrongScore, 73), (old.State, old.CorrectedBy, old.CorrectionReason, old.Total));
        Assert.Equal((right.Name, true), ((await Standing("2025-01-01")).Review, (await Standing("2025-01-01")).Certified));
        await fidelity.Reviews.CorrectReviewAsync(Correction(old, 75), fidelity.State).Refused(StatusCode.FailedPrecondition);
        await fidelity.Reviews.WithdrawReviewAsync(Withdrawal(old), fidelity.State).Refused(StatusCode.FailedPrecondition);
        var mistaken = Correction(right, 75);
        mistaken.Reason = ReviewCorrectionReason.WrongTeam;
        Assert.Equal(["reason"], (await fidelity.Reviews.CorrectReviewAsync(mistaken, fidelity.State).Refused(StatusCode.InvalidArgument)).Fields());
        // The same report may be recorded again where it stands no more.
        Assert.Equal(2, await fidelity.Stored(team));
    }

    [Fact]
    public async Task A_withdrawn_review_counts_no_more_and_the_one_before_it_does()
    {
        var before = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State);
        var mistake = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 60, received: "2024-09-30"), fidelity.State);
        Assert.Equal((mistake.Name, false), ((await Standing("2024-12-01")).Review, (await Standing("2024-12-01")).Certified));
        await fidelity.Reviews.WithdrawReviewAsync(Withdrawal(mistake), Agency).Refused(StatusCode.PermissionDenied);
        var withdrawn = await fidelity.Reviews.WithdrawReviewAsync(Withdrawal(mistake), fidelity.State);
        Assert.Equal((ReviewState.Withdrawn, ReviewCorrectionReason.EnteredByMistake), (withdrawn.State, withdrawn.CorrectionReason));
        Assert.Equal((before.Name, true), ((await Standing("2024-12-01")).Review, (await Standing("2024-12-01")).Certified));
        Assert.Equal("2025-08-31", (string)(await fidelity.Scalar(
            $"select body->>'teamNextReviewDue' from outbox_rows where subject = '{mistake.Name}' and type = 'ips.fidelity.review-moved.v1'"))!);
        Assert.Equal("NC-FID-011", (string)(await fidelity.Scalar(
            $"select body->>'teamNextReviewRule' from outbox_rows where subject = '{mistake.Name}' and type = 'ips.fidelity.review-moved.v1'"))!);
    }

    [Fact]
    public async Task A_report_that_is_recorded_late_does_not_set_the_teams_next_review()
    {
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100, received: "2024-09-30"), fidelity.State);
        var late = await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 80), fidelity.State);
        Assert.Equal(("2025-02-28", "2025-09-30"), (late.NextReviewDue, (string)(await fidelity.Scalar(
            $"select body->>'teamNextReviewDue' from outbox_rows where subject = '{late.Name}'"))!));
    }

    [Fact]
    public async Task An_overdue_team_is_never_listed_as_simply_certified()
    {
        Assert.Equal(Certification.NotReviewed, (await Standing("2024-07-31")).Certification);
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State);
        Assert.Equal(Certification.Certified, (await Standing("2025-08-31")).Certification);
        Assert.Equal(Certification.ReviewOverdue, (await Standing("2025-09-01")).Certification);
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 73, received: "2024-09-30"), fidelity.State);
        Assert.Equal(Certification.AtRisk, (await Standing("2026-09-01")).Certification);
    }

    [Fact]
    public async Task An_earlier_review_that_is_recorded_late_decides_the_later_one_again()
    {
        // Louisiana: 96 of a new team is reviewed again after six months; of a team that had reached 100 before, after it cured its score (LA-FID-008, -011).
        var louisiana = fidelity.Teams.Make(FidelityService.Provider, "la-acla");
        var state = fidelity.As(Roles.State, "la-ldh");
        var request = FidelityService.Review(louisiana, 96, received: "2024-10-15", program: "la-acla");
        (request.Evaluator, request.LastOnsiteDay) = (Evaluator.ApprovedContractor, "2024-10-01");
        var later = await fidelity.Reviews.RecordReviewAsync(request, state);
        Assert.Equal("2025-04-01", later.NextReviewDue);
        request = FidelityService.Review(louisiana, 100, received: "2024-04-15", program: "la-acla");
        (request.Evaluator, request.LastOnsiteDay) = (Evaluator.ApprovedContractor, "2024-04-01");
        var earlier = await fidelity.Reviews.RecordReviewAsync(request, state);
        var again = await fidelity.Reviews.GetReviewAsync(new() { Name = later.Name }, state);
        Assert.Equal(("", true), (again.NextReviewDue, again.CorrectivePlanRequired));
        Assert.NotEqual(later.Decision.DecisionId, again.Decision.DecisionId);
        Assert.Contains(again.Decision.Findings, f => f.RuleId == "LA-FID-011");
        await fidelity.Reviews.WithdrawReviewAsync(Withdrawal(earlier), state);
        Assert.Equal("2025-04-01", (await fidelity.Reviews.GetReviewAsync(new() { Name = later.Name }, state)).NextReviewDue);
        Assert.Equal("review-recorded below_good, review-moved final, review-moved final", await Published(later));
    }

    [Fact]
    public async Task The_review_is_overdue_from_the_day_after_its_day()
    {
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, 100), fidelity.State);
        Assert.False((await Standing("2025-08-31")).ReviewOverdue);
        Assert.True((await Standing("2025-09-01")).ReviewOverdue);
    }

    [Fact]
    public async Task Missouri_answers_each_report_with_a_plan_and_has_no_contest()
    {
        var missouri = fidelity.Teams.Make(FidelityService.Provider, "mo-dmh-vr");
        var state = fidelity.As(Roles.State, "mo-dmh");
        var request = FidelityService.Review(missouri, 99, program: "mo-dmh-vr");
        request.Evaluator = Evaluator.ApprovedContractor;
        var review = await fidelity.Reviews.RecordReviewAsync(request, state);
        Assert.Equal(Verdict.NeedsFacts, Assert.Single(review.Decision.Findings, f => f.RuleId == "MO-FID-004").Verdict);
        var planned = await fidelity.Reviews.RecordPlanAsync(Plan(review, "2024-09-10", ""), Agency);
        Assert.Equal(("2024-09-10", Verdict.Met), (planned.PlanDate, Assert.Single(planned.Decision.Findings, f => f.RuleId == "MO-FID-004").Verdict));
        Assert.Equal(planned, await fidelity.Reviews.GetReviewAsync(new() { Name = review.Name }, state));
        Assert.Equal(["plan_date"], (await fidelity.Reviews.RecordPlanAsync(Plan(planned, "2024-07-31", ""), Agency).Refused(StatusCode.InvalidArgument))
            .Fields());
        Assert.Equal(["implemented_date"],
            (await fidelity.Reviews.RecordPlanAsync(Plan(planned, "2024-09-10", "2024-09-09"), Agency).Refused(StatusCode.InvalidArgument)).Fields());
        await fidelity.Reviews.RecordPlanAsync(Plan(planned, "2024-09-10", ""), fidelity.As(Roles.Provider, "other-agency")).Refused(StatusCode.NotFound);

        var draft = FidelityService.Review(missouri, 101, received: "", program: "mo-dmh-vr");
        draft.Evaluator = Evaluator.ApprovedContractor;
        var received = await fidelity.Reviews.ReceiveDraftAsync(
            Receipt(await fidelity.Reviews.RecordReviewAsync(draft, state), "2024-08-02"), Agency);
        Assert.Equal((ReviewState.DraftReceived, ""), (received.State, received.ContestDue));
        var none = await fidelity.Reviews.ContestReviewAsync(Contest(received, 1), Agency).Refused(StatusCode.FailedPrecondition);
        Assert.Contains("mo-dmh-vr has no contest", none.Message, StringComparison.Ordinal);
        Assert.Equal("good", (await fidelity.Reviews.FinalizeReviewAsync(Final(received, "2024-08-02"), state)).Tier);
    }

    [Fact]
    public async Task A_new_Louisiana_team_improves_answers_low_items_and_becomes_an_existing_one()
    {
        var first = await Louisiana("2024-03-01", 80);
        Assert.Equal((true, "2024-03-31", "2024-09-01"), (first.CorrectivePlanRequired, first.CorrectivePlanDue, first.NextReviewDue));
        var worse = await Louisiana("2024-08-01", 80);
        Assert.Equal(Verdict.NotMet, Finding(worse, "LA-FID-005"));
        var better = await Louisiana("2024-08-02", 81);
        Assert.Equal(Verdict.Met, Finding(better, "LA-FID-005"));
        Assert.Equal(Verdict.Met, Finding(better, "LA-FID-008"));
        var late = await fidelity.Reviews.RecordPlanAsync(Plan(better, "2024-08-10", "2024-09-02"), Agency);
        Assert.Equal(Verdict.NotMet, Finding(late, "LA-FID-007"));
        var inTime = await fidelity.Reviews.RecordPlanAsync(Plan(late, "2024-08-10", "2024-09-01"), Agency);
        Assert.Equal(Verdict.Met, Finding(inTime, "LA-FID-007"));

        var good = await Louisiana("2025-02-01", 100);
        Assert.Equal((Verdict.Met, "good"), (Finding(good, "LA-FID-009"), good.Tier));
        var existing = await Louisiana("2026-02-01", 120, new ReviewTerms { GrantedIntervalMonths = 24 });
        Assert.Equal((Verdict.Met, Verdict.Met, "2028-02-01"), (Finding(existing, "LA-FID-011"), Finding(existing, "LA-FID-012"), existing.NextReviewDue));
        var sooner = await Louisiana("2026-02-02", 120, new ReviewTerms { PrescribedIntervalMonths = 6 });
        Assert.Equal("2026-08-02", sooner.NextReviewDue);
        var bad = await Refuse("2026-02-03", new ReviewTerms { GrantedIntervalMonths = -1, PrescribedIntervalMonths = 121, CorrectivePlanDueBy = "soon" });
        Assert.Equal(["terms.granted_interval_months", "terms.prescribed_interval_months", "terms.corrective_plan_due_by"], bad);
    }

    [Fact]
    public async Task A_corrective_plan_begins_by_the_next_business_day_and_only_the_plan_approves_it()
    {
        // The findings are of a Friday.
        var review = await Louisiana("2024-03-01", 80);
        var begun = Plan(review, "2024-03-04", "");
        begun.StartedDate = "2024-03-04";
        var open = await fidelity.Reviews.RecordPlanAsync(begun, Agency);
        Assert.Equal(("2024-03-04", Verdict.NeedsFacts), (open.PlanStartedDate, Finding(open, "LA-FID-006")));
        var own = Plan(open, "2024-03-04", "");
        (own.StartedDate, own.ApprovedDate) = ("2024-03-04", "2024-03-05");
        Assert.Equal(["approved_date"], (await fidelity.Reviews.RecordPlanAsync(own, Agency).Refused(StatusCode.InvalidArgument)).Fields());
        own.RequestId = Guid.CreateVersion7().ToString();
        var approved = await fidelity.Reviews.RecordPlanAsync(own, Plan());
        Assert.Equal(("2024-03-05", Verdict.Met), (approved.PlanApprovedDate, Finding(approved, "LA-FID-006")));
        Assert.Equal(approved, await fidelity.Reviews.GetReviewAsync(new() { Name = review.Name }, Plan()));

        var late = Plan(approved, "2024-03-04", "");
        late.StartedDate = "2024-03-05";
        var tooLate = await fidelity.Reviews.RecordPlanAsync(late, Agency);
        Assert.Equal(("2024-03-05", Verdict.NotMet), (tooLate.PlanApprovedDate, Finding(tooLate, "LA-FID-006")));
        var early = Plan(tooLate, "2024-03-04", "");
        (early.StartedDate, early.ReviewedDate) = ("2024-02-29", "2024-03-03");
        Assert.Equal(["reviewed_date"], (await fidelity.Reviews.RecordPlanAsync(early, Agency).Refused(StatusCode.InvalidArgument)).Fields());
        early.ReviewedDate = "";
        Assert.Equal(["started_date"], (await fidelity.Reviews.RecordPlanAsync(early, Agency).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task A_fair_team_reviews_its_plan_with_its_payers_who_set_the_hours_of_assistance()
    {
        var carolina = fidelity.Teams.Make(FidelityService.Provider, "nc-state");
        var review = await fidelity.Reviews.RecordReviewAsync(
            FidelityService.Review(carolina, 92, received: "2024-08-20", program: "nc-state"), fidelity.As(Roles.State, "nc-dhhs"));
        Assert.Equal(Verdict.NeedsFacts, Finding(review, "NC-FID-018"));
        var met = Plan(review, "2024-09-02", "");
        met.ReviewedDate = "2025-08-20";
        var noHours = await fidelity.Reviews.RecordPlanAsync(met, Agency);
        Assert.Equal((false, Verdict.NeedsFacts), (noHours.HasAssistanceHours, Finding(noHours, "NC-FID-018")));
        var hours = Plan(noHours, "2024-09-02", "");
        (hours.ReviewedDate, hours.AssistanceHours) = ("2025-08-20", 24);
        var set = await fidelity.Reviews.RecordPlanAsync(hours, Agency);
        Assert.Equal(("2025-08-20", 24, Verdict.Met), (set.PlanReviewedDate, set.AssistanceHours, Finding(set, "NC-FID-018")));
        var later = Plan(set, "2024-09-02", "");
        (later.ReviewedDate, later.AssistanceHours) = ("2025-08-21", 24);
        Assert.Equal(Verdict.NotMet, Finding(await fidelity.Reviews.RecordPlanAsync(later, Agency), "NC-FID-018"));
        later.AssistanceHours = -1;
        Assert.Equal(["assistance_hours"], (await fidelity.Reviews.RecordPlanAsync(later, Agency).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task An_existing_Louisiana_team_that_does_not_cure_its_score_takes_no_new_people_until_a_good_review()
    {
        await Louisiana("2024-01-10", 100);
        var low = await Louisiana("2025-01-10", 90);
        Assert.Equal(Verdict.NotMet, Finding(low, "LA-FID-011"));
        Assert.False((await Standing("2025-01-11", Team)).MayTakeNewPeople);
        Assert.Equal("none, none", await PublishedSuspension());
        var planned = await fidelity.Reviews.RecordPlanAsync(Plan(low, "2025-01-12", "2025-01-20"), Agency);
        Assert.Equal("2025-07-21, none", await PublishedSuspension());
        // Six months from the plan: through 20 July 2025.
        var last = await Standing("2025-07-20", Team);
        Assert.Equal((true, true, ""), (last.MayTakeNewPeople, last.MayKeepPeople, last.IntakeSuspendedOn));
        var suspended = await Standing("2025-07-21", Team);
        Assert.Equal((false, true, "2025-07-21", "2026-01-21"),
            (suspended.MayTakeNewPeople, suspended.MayKeepPeople, suspended.IntakeSuspendedOn, suspended.ReReviewDue));
        Assert.Equal(Verdict.Met, Assert.Single(suspended.Findings, f => f.RuleId == "LA-FID-015").Verdict);
        Assert.Equal(Verdict.NotMet, Assert.Single(suspended.Findings, f => f.RuleId == "LA-FID-013").Verdict);
        // A second plan gives no further time, and a second low score none either.
        await Louisiana("2025-07-10", 95);
        Assert.Equal("2025-07-21", (await Standing("2025-07-21", Team)).IntakeSuspendedOn);
        Assert.Equal(planned.Name, (await fidelity.Reviews.GetReviewAsync(new() { Name = planned.Name }, Plan())).Name);

        await Louisiana("2025-09-01", 96, new ReviewTerms { HealthSafetyViolation = true });
        var unsafeTeam = await Standing("2025-09-02", Team);
        Assert.Equal((false, false), (unsafeTeam.MayTakeNewPeople, unsafeTeam.MayKeepPeople));
        Assert.Equal(Verdict.NotMet, Assert.Single(unsafeTeam.Findings, f => f.RuleId == "LA-FID-014").Verdict);

        await Louisiana("2025-10-01", 100);
        Assert.Equal("2025-07-21, 2025-09-30", await PublishedSuspension());
        var resumed = await Standing("2025-10-02", Team);
        Assert.Equal((true, true, "", ""), (resumed.MayTakeNewPeople, resumed.MayKeepPeople, resumed.IntakeSuspendedOn, resumed.ReReviewDue));
        Assert.Equal(Verdict.Met, Assert.Single(resumed.Findings, f => f.RuleId == "LA-FID-016").Verdict);
        // The past stands as it was.
        Assert.False((await Standing("2025-09-30", Team)).MayTakeNewPeople);
        await Louisiana("2026-05-01", 90);
        Assert.Equal((false, ""), ((await Standing("2026-05-02", Team)).MayTakeNewPeople, (await Standing("2026-05-02", Team)).IntakeSuspendedOn));
        Assert.Equal("none, none", await PublishedSuspension());
    }

    // What the latest event says of the Louisiana team.
    private async Task<string> PublishedSuspension() => (string)(await fidelity.Scalar(
        $"""
        select coalesce(body->>'teamSuspendedFrom', 'none') || ', ' || coalesce(body->>'teamSuspendedThrough', 'none')
        from outbox_rows where body->>'teamId' = '{Team[6..]}' order by id desc limit 1
        """))!;

    [Fact]
    public async Task Bad_steps_name_their_fields_and_change_nothing()
    {
        var draft = await Draft(90);
        Assert.Equal(["draft_received_date"],
            (await fidelity.Reviews.ReceiveDraftAsync(Receipt(draft, "2024-07-31"), Agency).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(["draft_received_date"],
            (await fidelity.Reviews.ReceiveDraftAsync(Receipt(draft, "2199-01-01"), Agency).Refused(StatusCode.InvalidArgument)).Fields());
        var noEtag = Receipt(draft, "2024-08-02");
        noEtag.Etag = "";
        Assert.Equal(["etag"], (await fidelity.Reviews.ReceiveDraftAsync(noEtag, Agency).Refused(StatusCode.InvalidArgument)).Fields());
        var stale = Receipt(draft, "2024-08-02");
        stale.Etag = "v9";
        await fidelity.Reviews.ReceiveDraftAsync(stale, Agency).Refused(StatusCode.Aborted);
        var received = await Received(draft);
        var contest = Contest(received, 2);
        (contest.Items[0], contest.Items[1], contest.Data[0].Item, contest.Data[1].PracticeDate) = (26, 26, 3, "then");
        Assert.Equal(["items[0]", "items[1]", "items[1]", "data[0].item", "data[1].item", "data[1].practice_date"],
            (await fidelity.Reviews.ContestReviewAsync(contest, Agency).Refused(StatusCode.InvalidArgument)).Fields());
        var empty = Contest(received, 0);
        Assert.Equal(["items"], (await fidelity.Reviews.ContestReviewAsync(empty, Agency).Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(["submitted_on"],
            (await fidelity.Reviews.ContestReviewAsync(Contest(received, 1, "2024-08-01"), Agency).Refused(StatusCode.InvalidArgument)).Fields());
        var tried = Contest(received, 1);
        (tried.ValidateOnly, tried.RequestId) = (true, "");
        Assert.True((await fidelity.Reviews.ContestReviewAsync(tried, Agency)).Contest.Accepted);
        Assert.Equal(received, await Read(draft));
        await fidelity.Reviews.ContestReviewAsync(Contest(received, 1), fidelity.As(Roles.Provider, "other-agency")).Refused(StatusCode.NotFound);
    }

    private string Team => louisiana ??= fidelity.Teams.Make(FidelityService.Provider, "la-acla");

    private string? louisiana;

    private Metadata Plan() => fidelity.As(Roles.State, "la-ldh");

    /// <summary>A review of the Louisiana team whose report is received on its last day on site.</summary>
    private async Task<Review> Louisiana(string day, int total, ReviewTerms? terms = null) =>
        await fidelity.Reviews.RecordReviewAsync(LouisianaRequest(day, total, terms), Plan());

    private async Task<string[]> Refuse(string day, ReviewTerms terms) =>
        (await fidelity.Reviews.RecordReviewAsync(LouisianaRequest(day, 100, terms), Plan()).Refused(StatusCode.InvalidArgument)).Fields();

    private RecordReviewRequest LouisianaRequest(string day, int total, ReviewTerms? terms)
    {
        var request = FidelityService.Review(Team, total, received: day, program: "la-acla");
        (request.Evaluator, request.LastOnsiteDay, request.Terms) = (Evaluator.ApprovedContractor, day, terms);
        return request;
    }

    private static Verdict Finding(Review review, string rule) => Assert.Single(review.Decision.Findings, f => f.RuleId == rule).Verdict;

    private async Task<Review> Draft(int total) =>
        await fidelity.Reviews.RecordReviewAsync(FidelityService.Review(team, total, received: ""), fidelity.State);

    private async Task<Review> Received(int total) => await Received(await Draft(total));

    private async Task<Review> Received(Review draft) => await fidelity.Reviews.ReceiveDraftAsync(Receipt(draft, "2024-08-02"), Agency);

    private async Task<Review> Read(Review review) => await fidelity.Reviews.GetReviewAsync(new() { Name = review.Name }, fidelity.State);

    private async Task<TeamStanding> Standing(string day, string? of = null) => await fidelity.Standings.GetTeamStandingAsync(
        new() { Team = of ?? team, Program = of is null ? "nc-core" : "la-acla", AsOf = day }, fidelity.As(Roles.Ops, "ips"));

    private async Task<string[]> Wrong(DecideContestRequest request) =>
        (await fidelity.Reviews.DecideContestAsync(request, fidelity.State).Refused(StatusCode.InvalidArgument)).Fields();

    private async Task<string> Published(Review review) => (string)(await fidelity.Scalar(
        $"""
        select string_agg(split_part(type, '.', 3) || ' ' || coalesce(body->>'toState', body->>'tier', 'draft'), ', ' order by sequence)
        from outbox_rows where subject = '{review.Name}'
        """))!;

    private static ReceiveDraftRequest Receipt(Review review, string day) =>
        new() { Name = review.Name, Etag = review.Etag, DraftReceivedDate = day, RequestId = Guid.CreateVersion7().ToString() };

    private static ContestReviewRequest Contest(Review review, int items, string submitted = "2024-08-16") => new()
    {
        Name = review.Name,
        Etag = review.Etag,
        SubmittedOn = submitted,
        Items = { Enumerable.Range(1, items) },
        Data = { Enumerable.Range(1, items).Select(item => new ContestData { Item = item, PracticeDate = "2024-07-15" }) },
        RequestId = Guid.CreateVersion7().ToString(),
    };

    private static DecideContestRequest Decision(Review review, params (int Item, int Score, ContestOutcome Outcome)[] items) => new()
    {
        Name = review.Name,
        Etag = review.Etag,
        Items = { items.Select(i => new ContestedItemDecision { Item = i.Item, Score = i.Score, Outcome = i.Outcome }) },
        DecidedOn = "2024-08-30",
        RequestId = Guid.CreateVersion7().ToString(),
    };

    private static FinalizeReviewRequest Final(Review review, string received) =>
        new() { Name = review.Name, Etag = review.Etag, FinalReportReceivedDate = received, RequestId = Guid.CreateVersion7().ToString() };

    private static WithdrawReviewRequest Withdrawal(Review review) =>
        new() { Name = review.Name, Etag = review.Etag, Reason = ReviewCorrectionReason.EnteredByMistake, RequestId = Guid.CreateVersion7().ToString() };

    private static RecordPlanRequest Plan(Review review, string written, string implemented) =>
        new() { Name = review.Name, Etag = review.Etag, PlanDate = written, ImplementedDate = implemented, RequestId = Guid.CreateVersion7().ToString() };

    private static CorrectReviewRequest Correction(Review review, int total)
    {
        var right = FidelityService.Review(review.Team, total);
        return new()
        {
            Name = review.Name,
            Etag = review.Etag,
            Reason = ReviewCorrectionReason.WrongScore,
            Evaluator = right.Evaluator,
            LastOnsiteDay = right.LastOnsiteDay,
            FinalReportReceivedDate = right.FinalReportReceivedDate,
            Scores = { right.Scores },
            RequestId = Guid.CreateVersion7().ToString(),
        };
    }
}
