using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Milestones 3 to 9: their evidence, their order, their caps, who funds them, and the letter that a reviewed one needs.</summary>
[Collection("billing")]
public sealed class LaterMilestoneTests(BillingService billing)
{
    private const string Start = "2025-02-03";
    private const string Third = "2025-02-10";
    private const string Fourth = "2025-03-10";

    private static readonly Proto.MilestoneDocument[] StartDocuments =
    [
        Proto.MilestoneDocument.CareerProfileWithFasp, Proto.MilestoneDocument.MonthlyJobDevNotesWithEmployerContacts, Proto.MilestoneDocument.JobStartForm,
    ];

    [Theory]
    [InlineData("complete", Proto.MilestoneState.UnderReview, null)]
    [InlineData("two days worked", Proto.MilestoneState.Denied, "NCC-MS-03d")]
    [InlineData("no job", Proto.MilestoneState.Collecting, "NCC-MS-03d")]
    [InlineData("a job that is not competitive", Proto.MilestoneState.Collecting, "NCC-MS-03d")]
    [InlineData("without the form", Proto.MilestoneState.Denied, "NCC-MS-03c")]
    [InlineData("without documents", Proto.MilestoneState.Collecting, "NCC-MS-03c")]
    [InlineData("VR was not asked", Proto.MilestoneState.Collecting, "NCC-MS-03b")]
    [InlineData("VR determines", Proto.MilestoneState.Collecting, "NCC-MS-03b")]
    [InlineData("declined by the person", Proto.MilestoneState.UnderReview, "NCC-MS-03b")]
    [InlineData("before the contract", Proto.MilestoneState.Denied, "NCC-DEF-001")]
    public async Task Milestone_3_needs_documents_three_days_worked_and_an_answer_of_VR(string what, Proto.MilestoneState state, string? rule)
    {
        var (individual, _) = billing.Eligibility.Person();
        if (what != "VR was not asked")
        {
            await billing.Referred(individual, what switch
            {
                "VR determines" => "dvrs_determining",
                "declined by the person" => "declined_by_individual",
                _ => "ineligible",
            }, "2025-01-20");
        }

        var days = new[] { Start, "2025-02-04", "2025-02-05" };
        if (what == "a job that is not competitive")
        {
            await billing.Employment.RecordJobAsync(new()
            {
                Individual = individual,
                Provider = $"organizations/{BillingService.Provider}",
                Program = "nc-core",
                Facts = new() { StartDate = Start, WorkedDays = { days } },
                RequestId = BillingService.NewId(),
            }, billing.Us);
        }
        else if (what != "no job")
        {
            await billing.Hired(individual, Start, worked: what == "two days worked" ? days[..2] : days);
        }

        var milestone = await billing.Submitted(BillingService.Later(individual, 3, what == "before the contract" ? "2021-11-30" : Third, new()
        {
            Documents = { what switch { "without the form" => StartDocuments[..2], "without documents" => [], _ => StartDocuments } },
        }));
        Assert.Equal(state, milestone.State);
        if (rule is null)
            Assert.Equal(("Alliance", 1, "3200.00", "H2023", "U4 Z3"),
                (milestone.Funder, milestone.PayableUnits, milestone.Amount.Amount, milestone.Code, Text(milestone)));
        else
            Assert.NotEqual(Verdict.Met, milestone.Decision.Findings.First(f => f.RuleId == rule).Verdict);
        Assert.Equal(milestone, await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us));
    }

    [Theory]
    [InlineData("ineligible", false, "Alliance")]
    [InlineData("closed", false, "Alliance")]
    [InlineData("eligible_open", true, "VR")]
    public async Task VR_pays_where_it_decided_so_and_the_MCO_otherwise(string state, bool byVr, string funder)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, state, "2025-01-20");
        var milestone = await Job(individual);
        Assert.Equal((funder, byVr ? 0 : 1, byVr ? Proto.MilestoneState.PaidByVr : Proto.MilestoneState.UnderReview),
            (milestone.Funder, milestone.PayableUnits, milestone.State));
        var line = await billing.Claimed(billing.Line(milestone.Name, Third));
        Assert.Equal(byVr ? Proto.ClaimLineState.Refused : Proto.ClaimLineState.Held, line.State);
        Assert.Contains(byVr ? "NC-EXCL-024" : "NCC-UM-004", line.Refusals.Select(r => r.RuleId));
    }

    [Theory]
    // The later of the agency's record and the provider's statement counts; on the same day the record.
    [InlineData("eligible_open", "2025-01-20", Proto.VrStatement.Refused, "2025-01-21", "Alliance")]
    [InlineData("eligible_open", "2025-01-20", Proto.VrStatement.Refused, "2025-01-20", "VR")]
    [InlineData("ineligible", "2025-01-20", Proto.VrStatement.Paid, "2025-01-21", "VR")]
    public async Task What_the_provider_states_about_VR_counts_from_its_document(
        string state, string on, Proto.VrStatement statement, string document, string funder)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, state, on);
        var milestone = await Job(individual, evidence => (evidence.VrStatement, evidence.VrDocumentDate) = (statement, document));
        Assert.Equal(funder, milestone.Funder);
    }

    [Fact]
    public async Task A_reviewed_milestone_is_billed_only_after_its_letter_was_uploaded()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await Job(individual);
        var request = billing.Line(milestone.Name, Third);
        request.ValidateOnly = true;
        Assert.Equal((Proto.ClaimLineState.Held, "NCC-UM-004"), await Refusal());

        var received = await billing.Milestones.RecordReviewAsync(
            new() { Name = milestone.Name, Outcome = Proto.ReviewOutcome.Approved, ReceivedDate = "2025-02-20", RequestId = BillingService.NewId() }, billing.Us);
        Assert.Equal((Proto.MilestoneState.UnderReview, "2025-02-20", ""), (received.State, received.LetterReceivedDate, received.LetterUploadedDate));
        Assert.Equal((Proto.ClaimLineState.Held, "NCC-UM-005"), await Refusal());

        var uploaded = await billing.Milestones.RecordReviewAsync(new()
        {
            Name = milestone.Name,
            Outcome = Proto.ReviewOutcome.Approved,
            ReceivedDate = "2025-02-20",
            UploadedDate = "2025-02-21",
            RequestId = BillingService.NewId(),
        }, billing.Us);
        Assert.Equal((Proto.MilestoneState.Billable, "2025-02-21"), (uploaded.State, uploaded.LetterUploadedDate));
        (request.ValidateOnly, request.RequestId) = (false, BillingService.NewId());
        var line = await billing.Claimed(request);
        Assert.Empty(line.Refusals);
        Assert.Equal((Proto.ClaimLineState.Ready, "H2023", "U4 Z3", "3200.00", "Alliance"),
            (line.State, line.Code, string.Join(' ', line.Modifiers), line.Amount.Amount, line.Payer));
        Assert.Equal(Proto.MilestoneState.Claimed, (await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us)).State);

        async Task<(Proto.ClaimLineState, string)> Refusal()
        {
            var held = await billing.Claimed(request);
            return (held.State, held.Refusals[0].RuleId);
        }
    }

    [Fact]
    public async Task The_answer_of_the_reviewer_is_checked()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await Job(individual);
        Proto.RecordReviewRequest Request() => new()
        {
            Name = milestone.Name,
            Outcome = Proto.ReviewOutcome.Approved,
            ReceivedDate = "2025-02-20",
            RequestId = BillingService.NewId(),
        };
        foreach (var (field, change) in new (string, Action<Proto.RecordReviewRequest>)[]
        {
            ("outcome", r => r.Outcome = default), ("received_date", r => r.ReceivedDate = ""), ("received_date", r => r.ReceivedDate = "2025-02-09"),
            ("received_date", r => r.ReceivedDate = "2199-01-01"), ("uploaded_date", r => r.UploadedDate = "2025-02-19"),
            ("uploaded_date", r => (r.Outcome, r.UploadedDate) = (Proto.ReviewOutcome.Denied, "2025-02-20")),
        })
        {
            var request = Request();
            change(request);
            Assert.Equal([field], (await billing.Milestones.RecordReviewAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        await billing.Milestones.RecordReviewAsync(Request(), billing.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        await billing.Milestones.RecordReviewAsync(Request(), billing.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);
        var second = Request();
        second.Name = (await billing.Submitted(BillingService.Second(individual))).Name;
        await billing.Milestones.RecordReviewAsync(second, billing.Us).Refused(StatusCode.FailedPrecondition);
        var denied = Request();
        denied.Outcome = Proto.ReviewOutcome.Denied;
        Assert.Equal(Proto.MilestoneState.Denied, (await billing.Milestones.RecordReviewAsync(denied, billing.Us)).State);
        await billing.Milestones.RecordReviewAsync(Request(), billing.Us).Refused(StatusCode.FailedPrecondition);
    }

    [Theory]
    [InlineData("complete", Proto.MilestoneState.UnderReview, null)]
    [InlineData("milestone 3 not approved", Proto.MilestoneState.Denied, "NCC-MS-10")]
    [InlineData("a week without contact", Proto.MilestoneState.Denied, "NCC-MS-04c")]
    [InlineData("a week with a collateral contact only", Proto.MilestoneState.Denied, "NCC-MS-04c")]
    [InlineData("the plan of milestone 3", Proto.MilestoneState.Denied, "NCC-MS-04c")]
    [InlineData("no approval of the Team Lead", Proto.MilestoneState.Collecting, "NCC-MS-04d")]
    [InlineData("not signed by the Team Lead", Proto.MilestoneState.Denied, "NCC-MS-04d")]
    public async Task Milestone_4_needs_a_contact_in_every_week_a_changed_plan_and_the_Team_Lead(string what, Proto.MilestoneState state, string? rule)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, "ineligible", "2025-01-20");
        var third = await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01");
        if (what != "milestone 3 not approved")
            await billing.Approved(third);
        await billing.Noted(individual, 60, "2025-02-12");
        if (what != "a week without contact")
        {
            await billing.Noted(individual, 60, "2025-02-18",
                change: e => e.ContactType = what == "a week with a collateral contact only" ? Proto.ContactType.Collateral : Proto.ContactType.Phone);
        }

        var milestone = await billing.Submitted(BillingService.Later(individual, 4, Fourth, Support(what)));
        Assert.Equal(state, milestone.State);
        if (rule is not null)
            Assert.Contains(milestone.Decision.Findings, f => f.RuleId == rule && f.Verdict != Verdict.Met);
        else
            Assert.Equal(("1600.00", "U4 Z4"), (milestone.Amount.Amount, Text(milestone)));

        static Proto.MilestoneEvidence Support(string what)
        {
            Proto.MilestoneEvidence evidence = new()
            {
                Documents = { Proto.MilestoneDocument.CareerProfileWithUpdatedFasp, Proto.MilestoneDocument.MonthlyProgressNotes },
                SupportPlanDate = what == "the plan of milestone 3" ? "2025-02-01" : "2025-02-02",
                SupportFrom = "2025-02-11",
                SupportThrough = "2025-02-20",
            };
            if (what != "no approval of the Team Lead")
                (evidence.TeamLeadApprovalDate, evidence.TeamLeadSigned) = (Fourth, what != "not signed by the Team Lead");
            return evidence;
        }
    }

    [Theory]
    [InlineData("2025-06-07", "", Proto.MilestoneState.UnderReview)]
    [InlineData("2025-06-06", "", Proto.MilestoneState.Denied)]
    [InlineData("2025-06-07", "2025-06-06", Proto.MilestoneState.Denied)]
    [InlineData("2025-06-07", "2025-06-07", Proto.MilestoneState.UnderReview)]
    public async Task Milestone_5_needs_ninety_days_of_work_from_the_approval_of_milestone_4_NCC_MS_05d(string day, string end, Proto.MilestoneState state)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, "closed", "2025-01-20");
        await Supported(individual, end);
        var milestone = await billing.Submitted(BillingService.Later(individual, 5, day, Closure()));
        Assert.Equal(state, milestone.State);
        Assert.Equal(state == Proto.MilestoneState.UnderReview ? Verdict.Met : Verdict.NotMet,
            Assert.Single(milestone.Decision.Findings, f => f.RuleId == "NCC-MS-05d").Verdict);
        if (state == Proto.MilestoneState.UnderReview)
            Assert.Equal(("2000.00", "U4 Z5"), (milestone.Amount.Amount, Text(milestone)));
    }

    [Fact]
    public async Task Milestone_5_needs_milestone_4_and_its_summary_notes()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, "closed", "2025-01-20");
        await billing.Hired(individual, Start);
        var unordered = await billing.Submitted(BillingService.Later(individual, 5, "2025-06-07", Closure()));
        Assert.Contains(unordered.Decision.Findings, f => f.RuleId == "NCC-MS-10" && f.Verdict == Verdict.NotMet);
        var poor = Closure();
        poor.Documents.RemoveAt(3);
        var undocumented = await billing.Submitted(BillingService.Later(individual, 5, "2025-06-07", poor));
        Assert.Contains(undocumented.Decision.Findings, f => f.RuleId == "NCC-MS-05c" && f.Verdict == Verdict.NotMet);
    }

    [Theory]
    [InlineData("an ESP and an EPM in person", 2, 2)]
    [InlineData("two EPMs", 2, 0)]
    [InlineData("one ESP", 2, 0)]
    [InlineData("an ESP in person and by phone", 2, 0)]
    [InlineData("an ESP in person and by video", 2, 2)]
    [InlineData("one unit left", 1, 1)]
    public async Task Milestone_6_pays_two_triggers_a_month_with_two_direct_contacts_one_by_an_ESP_NCC_MS_06c(string what, int units, int payable)
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.M6, ("2025-05-01", "2025-12-31", units));
        var (esp, epm) = (Staff(StaffRole.Esp), Staff(StaffRole.Epm));
        await Contact(individual, "2025-05-06", what == "two EPMs" ? epm : esp, Proto.ContactType.InPerson);
        if (what != "one ESP")
        {
            await Contact(individual, "2025-05-20", what.Contains("an ESP in person", StringComparison.Ordinal) ? esp : epm,
                what switch
                {
                    "an ESP in person and by phone" => Proto.ContactType.Phone,
                    "an ESP in person and by video" => Proto.ContactType.Video,
                    _ => Proto.ContactType.InPerson,
                });
        }

        var milestone = await billing.Submitted(BillingService.Later(individual, 6, "2025-05-31", new()));
        Assert.Equal((payable, payable > 0 ? Proto.MilestoneState.Billable : Proto.MilestoneState.Denied), (milestone.PayableUnits, milestone.State));
        if (payable == 0)
            return;
        Assert.Equal($"{payable * 375}.00", milestone.Amount.Amount);
        var line = await billing.Claimed(billing.Line(milestone.Name, "2025-05-31"));
        Assert.Empty(line.Refusals);
        Assert.Equal((payable, payable, "U4 Z6", payable), (line.Units, line.PayableUnits, string.Join(' ', line.Modifiers), person.Drawn[line.Name]));

        // The month is paid once.
        if (payable == 2)
        {
            var again = await billing.Submitted(BillingService.Later(individual, 6, "2025-05-31", new() { Triggers = 1 }));
            Assert.Equal((Proto.MilestoneState.Denied, Verdict.NotMet),
                (again.State, Assert.Single(again.Decision.Findings, f => f.RuleId == "NCC-MS-06b").Verdict));
        }
    }

    [Theory]
    [InlineData(Proto.PromotionType.Internal, Proto.PromotionEvidence.NewTitle, Proto.MilestoneState.UnderReview)]
    [InlineData(Proto.PromotionType.External, Proto.PromotionEvidence.NewPay, Proto.MilestoneState.UnderReview)]
    [InlineData(Proto.PromotionType.Internal, Proto.PromotionEvidence.MoreHours, Proto.MilestoneState.Denied)]
    [InlineData(Proto.PromotionType.None, Proto.PromotionEvidence.NewPay, Proto.MilestoneState.Denied)]
    [InlineData(default(Proto.PromotionType), Proto.PromotionEvidence.NewPay, Proto.MilestoneState.Collecting)]
    public async Task Milestone_7_needs_a_promotion_with_its_evidence_NCC_MS_07d(
        Proto.PromotionType type, Proto.PromotionEvidence evidence, Proto.MilestoneState state)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Hired(individual, Start);
        var milestone = await billing.Submitted(Promotion(individual, "2025-06-01", type, evidence));
        Assert.Equal(state, milestone.State);
        // Before the job there is nothing to be promoted in.
        var early = await billing.Submitted(Promotion(individual, "2025-02-02", type, evidence));
        Assert.NotEqual(Proto.MilestoneState.UnderReview, early.State);
    }

    [Fact]
    public async Task Milestone_7_is_paid_three_times_a_year_NCC_MS_07c_and_8_three_times_NCC_MS_08c()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Hired(individual, Start);
        var education = await Schooled(individual, new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-01-10", CompletedDate = "2025-03-01" });
        foreach (var (number, rule, next) in new[] { (7, "NCC-MS-07c", Proto.MilestoneState.UnderReview), (8, "NCC-MS-08c", Proto.MilestoneState.Denied) })
        {
            for (var month = 3; month <= 5; month++)
            {
                var day = $"2025-{month:00}-10";
                var paid = await billing.Approved(await billing.Submitted(Request(number, day)));
                Assert.Equal(number == 7 ? "500.00" : "700.00", (await billing.Claimed(billing.Line(paid.Name, day))).Amount.Amount);
            }

            var fourth = await billing.Submitted(Request(number, "2025-12-31"));
            Assert.Equal((Proto.MilestoneState.Denied, Verdict.NotMet),
                (fourth.State, Assert.Single(fourth.Decision.Findings, f => f.RuleId == rule).Verdict));
            Assert.Equal(next, (await billing.Submitted(Request(number, "2026-01-01"))).State);
        }

        Proto.SubmitMilestoneRequest Request(int number, string day) => number == 7
            ? Promotion(individual, day, Proto.PromotionType.Internal, Proto.PromotionEvidence.NewTitle)
            : BillingService.Later(individual, 8, day, new() { Education = education.Name });
    }

    [Theory]
    [InlineData("GED completed", Proto.MilestoneState.UnderReview)]
    [InlineData("GED not completed", Proto.MilestoneState.Collecting)]
    [InlineData("left early", Proto.MilestoneState.Denied)]
    [InlineData("6 months completed", Proto.MilestoneState.UnderReview)]
    [InlineData("7 months without proof", Proto.MilestoneState.Collecting)]
    [InlineData("7 months with proof at the end of the semester", Proto.MilestoneState.UnderReview)]
    [InlineData("7 months with proof the day before", Proto.MilestoneState.Denied)]
    [InlineData("not tied to the goal", Proto.MilestoneState.Denied)]
    public async Task Milestone_8_needs_completion_or_proof_and_the_career_goal(string what, Proto.MilestoneState state)
    {
        var (individual, _) = billing.Eligibility.Person();
        Proto.EducationFacts facts = new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-01-10" };
        switch (what)
        {
            case "GED not completed": break;
            case "left early": facts.LeftEarly = true; break;
            case "6 months completed": (facts.Kind, facts.ProgramMonths, facts.CompletedDate) = (Proto.EducationKind.Certification, 6, "2025-06-30"); break;
            case "7 months without proof": (facts.Kind, facts.ProgramMonths, facts.CompletedDate) = (Proto.EducationKind.Certification, 7, "2025-06-30"); break;
            case "7 months with proof at the end of the semester":
            case "7 months with proof the day before":
                (facts.Kind, facts.ProgramMonths, facts.SemesterEndDate) = (Proto.EducationKind.Certification, 7, "2025-06-30");
                facts.ProofDate = what.EndsWith("before", StringComparison.Ordinal) ? "2025-06-29" : "2025-06-30";
                break;
            default: facts.CompletedDate = "2025-06-30"; break;
        }

        var education = await Schooled(individual, facts, linked: what != "not tied to the goal");
        Assert.Equal(state, (await billing.Submitted(BillingService.Later(individual, 8, "2025-07-01", new() { Education = education.Name }))).State);
    }

    [Theory]
    // From 2025-01-01 on: 360, 359, 330 and 329 days.
    [InlineData("2025-12-26", Verdict.Met)]
    [InlineData("2025-12-25", Verdict.NeedsReview)]
    [InlineData("2025-11-26", Verdict.NeedsReview)]
    [InlineData("2025-11-25", Verdict.NotMet)]
    public async Task Milestone_9_needs_a_year_of_work_NCC_MS_09d(string day, Verdict verdict)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Hired(individual, "2025-01-01");
        var milestone = await billing.Submitted(BillingService.Later(individual, 9, day, Closing()));
        Assert.Equal(verdict, Assert.Single(milestone.Decision.Findings, f => f.RuleId == "NCC-MS-09d").Verdict);
        if (verdict == Verdict.NotMet)
        {
            Assert.Equal(Proto.MilestoneState.Denied, milestone.State);
            return;
        }

        // What the rules leave to Network Evaluation, its letter settles.
        var approved = await billing.Approved(milestone);
        Assert.Equal((Proto.MilestoneState.Billable, 1, "2000.00"), (approved.State, approved.PayableUnits, approved.Amount.Amount));
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(billing.Line(milestone.Name, day))).State);
    }

    [Theory]
    // 30 days without work between two jobs, and 31.
    [InlineData("2025-07-31", Verdict.Met)]
    [InlineData("2025-08-01", Verdict.NotMet)]
    public async Task Milestone_9_allows_a_gap_of_thirty_days(string second, Verdict verdict)
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Hired(individual, "2025-01-01", "2025-06-30");
        await billing.Hired(individual, second);
        var milestone = await billing.Submitted(BillingService.Later(individual, 9, "2025-12-31", Closing()));
        Assert.Equal(verdict, Assert.Single(milestone.Decision.Findings, f => f.RuleId == "NCC-MS-09d").Verdict);
    }

    [Fact]
    public async Task A_corrected_job_reopens_the_milestone_and_its_line_and_the_correction_of_the_correction_lets_them_stand()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await billing.Approved(await Job(individual));
        var line = await billing.Claimed(billing.Line(milestone.Name, Third));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);

        var job = (await billing.Employment.ListJobsAsync(new() { Individual = individual }, billing.Us)).Jobs.Single();
        var facts = job.Facts.Clone();
        facts.WorkedDays.RemoveAt(2);
        var corrected = await billing.Employment.UpdateJobAsync(
            new() { Name = job.Name, Etag = job.Etag, Facts = facts, Reason = "A day off", RequestId = BillingService.NewId() }, billing.Us);
        var denied = await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us);
        Assert.Equal((Proto.MilestoneState.Denied, milestone.Decision, Verdict.NotMet), (denied.State, denied.Decision, denied.Reconsidered.Verdict));
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal((Proto.ClaimLineState.Attention, "NCC-MS-03d"), (questioned.State, questioned.Refusals[0].RuleId));

        // Both decisions of the milestone are read by their names, also by the payer.
        await billing.Cover(individual);
        foreach (var who in new[] { billing.Us, billing.As(Roles.Mco, "alliance") })
        {
            Assert.Equal(denied.Reconsidered,
                await billing.Decisions.GetDecisionAsync(new() { Name = $"decisions/{denied.Reconsidered.DecisionId}" }, who));
        }

        facts.WorkedDays.Add("2025-02-06");
        await billing.Employment.UpdateJobAsync(
            new() { Name = job.Name, Etag = corrected.Etag, Facts = facts, RequestId = BillingService.NewId() }, billing.Us);
        Assert.Equal(Proto.MilestoneState.Claimed, (await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us)).State);
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us)).State);
    }

    [Fact]
    public async Task A_decision_of_VR_that_comes_later_reopens_the_milestone_and_its_line()
    {
        var (individual, _) = billing.Eligibility.Person();
        var referral = await billing.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await billing.Approved(await Job(individual));
        var line = await billing.Claimed(billing.Line(milestone.Name, Third));
        await billing.Referred(individual, "eligible_open", "2025-03-01", referral, sequence: 2);
        Assert.Equal((Proto.MilestoneState.PaidByVr, "VR"), await Now());
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal(Proto.ClaimLineState.Attention, questioned.State);
        Assert.Contains("NC-EXCL-024", questioned.Refusals.Select(r => r.RuleId));

        // An event that was overtaken changes nothing.
        await billing.Referred(individual, "referred", "2025-01-10", referral, sequence: 1);
        Assert.Equal((Proto.MilestoneState.PaidByVr, "VR"), await Now());

        async Task<(Proto.MilestoneState, string)> Now()
        {
            var now = await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us);
            return (now.State, now.Funder);
        }
    }

    [Fact]
    public async Task A_milestone_that_collects_is_decided_again_when_the_job_is_recorded()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await billing.Submitted(BillingService.Later(individual, 3, Third, new() { Documents = { StartDocuments } }));
        Assert.Equal(Proto.MilestoneState.Collecting, milestone.State);
        await billing.Hired(individual, Start, worked: [Start, "2025-02-04", "2025-02-05"]);
        Assert.Equal(Proto.MilestoneState.UnderReview, (await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us)).State);
    }

    [Fact]
    public async Task A_void_note_reopens_the_month_that_counts_it()
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.M6, ("2025-05-01", "2025-12-31", 16));
        var esp = Staff(StaffRole.Esp);
        await Contact(individual, "2025-05-06", esp, Proto.ContactType.InPerson);
        var second = await Contact(individual, "2025-05-20", esp, Proto.ContactType.InPerson);
        var milestone = await billing.Submitted(BillingService.Later(individual, 6, "2025-05-31", new()));
        var line = await billing.Claimed(billing.Line(milestone.Name, "2025-05-31"));
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        await billing.Notes.VoidServiceNoteAsync(
            new() { Name = second, Reason = Proto.NoteVoidReason.RecordedByMistake, RequestId = BillingService.NewId() }, billing.Us);
        Assert.Equal(Proto.MilestoneState.Denied, (await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us)).State);
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal((Proto.ClaimLineState.Attention, "NCC-MS-06c"), (questioned.State, questioned.Refusals[0].RuleId));
    }

    [Fact]
    public async Task The_whole_way_with_the_MCO_paying_and_with_VR_paying_3_to_5()
    {
        foreach (var (state, total) in new[] { ("ineligible", "8800.00"), ("eligible_open", "2000.00") })
        {
            var (individual, person) = billing.Eligibility.Person();
            person.Order = ("2025-01-01", "2026-12-31");
            await billing.Referred(individual, state, "2025-01-20");
            var third = await Reached(await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01"));
            var fourth = await Reached(await Support(individual));
            var fifth = await Reached(await billing.Submitted(BillingService.Later(individual, 5, "2025-06-07", Closure())));
            var ninth = await Reached(await billing.Submitted(BillingService.Later(individual, 9, "2026-02-02", Closing())));
            var paid = 0m;
            foreach (var milestone in new[] { third, fourth, fifth, ninth })
            {
                var line = await billing.Claimed(billing.Line(milestone.Name, milestone.EventDate));
                Assert.Equal(milestone.Funder == "VR" ? Proto.ClaimLineState.Refused : Proto.ClaimLineState.Ready, line.State);
                paid += decimal.Parse(line.Amount.Amount, System.Globalization.CultureInfo.InvariantCulture);
            }

            Assert.Equal(total, paid.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
        }

        async Task<Proto.Milestone> Reached(Proto.Milestone milestone) =>
            milestone.State == Proto.MilestoneState.UnderReview ? await billing.Approved(milestone) : milestone;
    }

    [Fact]
    public async Task A_checklist_names_the_records_what_is_missing_and_who_provides_it()
    {
        var (individual, person) = billing.Eligibility.Person();
        var referral = await billing.Referred(individual, "dvrs_determining", "2025-01-20");
        var job = await billing.Hired(individual, Start, worked: [Start, "2025-02-04", "2025-02-05"]);
        var list = await Checklist(3, Third);
        Assert.Equal(Proto.MilestoneState.Collecting, list.State);
        var days = Item(list, "NCC-MS-03d");
        Assert.Equal((Verdict.Met, default(Proto.EvidenceSource), job.Name), (days.Finding.Verdict, days.ProvidedBy, Assert.Single(days.Records)));
        Assert.Equal(Proto.EvidenceSource.Provider, Item(list, "NCC-MS-03c").ProvidedBy);
        var vr = Item(list, "NCC-MS-03b");
        Assert.Equal((Verdict.NeedsFacts, Proto.EvidenceSource.Vr, $"referrals/{referral}"), (vr.Finding.Verdict, vr.ProvidedBy, Assert.Single(vr.Records)));
        Assert.Equal(Proto.EvidenceSource.NetworkEvaluation, Item(list, "NCC-MS-03e").ProvidedBy);
        Assert.Equal(0, await billing.Count("milestones", $"individual_id = '{individual[12..]}'"));

        // The evidence that was sent last counts, and the milestone that it made does not stand in its own way.
        await billing.Referred(individual, "ineligible", "2025-01-25", referral, sequence: 2);
        var milestone = await billing.Approved(await billing.Submitted(BillingService.Later(individual, 3, Third, new() { Documents = { StartDocuments } })));
        list = await Checklist(3, Third);
        Assert.Equal((milestone.Name, "Alliance", 1), (list.Latest, list.Funder, list.PayableUnits));

        person.Authorized = null;
        Assert.Equal(Proto.EvidenceSource.Payer, Item(await Checklist(2, Third), "NCC-MS-02c").ProvidedBy);
        var note = await billing.Noted(individual, 60, "2025-03-04");
        var first = await Checklist(1, "2025-03-04");
        Assert.Equal((4, note), (first.PayableUnits, Assert.Single(Item(first, "NCC-MS-01c").Records)));

        Assert.Equal(["event_date", "number"], (await billing.Milestones.GetMilestoneChecklistAsync(Request(10, "soon"), billing.Us)
            .Refused(StatusCode.InvalidArgument)).Fields().Order());
        await billing.Milestones.GetMilestoneChecklistAsync(Request(3, Third), billing.As(Roles.Provider, "another-agency")).Refused(StatusCode.PermissionDenied);
        await billing.Milestones.GetMilestoneChecklistAsync(Request(3, Third), billing.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);

        Proto.GetMilestoneChecklistRequest Request(int number, string day) => new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Number = number,
            EventDate = day,
        };
        async Task<Proto.MilestoneChecklist> Checklist(int number, string day) =>
            await billing.Milestones.GetMilestoneChecklistAsync(Request(number, day), billing.Us);
        static Proto.MilestoneChecklistItem Item(Proto.MilestoneChecklist list, string rule) => list.Items.Single(i => i.Finding.RuleId == rule);
    }

    [Fact]
    public async Task Evidence_that_is_wrong_names_its_field()
    {
        var (individual, _) = billing.Eligibility.Person();
        var (other, _) = billing.Eligibility.Person();
        var job = await billing.Hired(other, Start);
        foreach (var (field, number, evidence) in new (string, int, Proto.MilestoneEvidence)[]
        {
            ("evidence.job", 3, new() { Job = job.Name }), ("evidence.education", 8, new()),
            ("evidence.education", 8, new() { Education = $"educations/{Guid.CreateVersion7()}" }),
            ("evidence.vr_document_date", 3, new() { VrStatement = Proto.VrStatement.Refused }),
            ("evidence.triggers", 6, new() { Triggers = -1 }), ("evidence.documents[0]", 3, new() { Documents = { default(Proto.MilestoneDocument) } }),
            ("evidence.support_from", 4, new() { SupportFrom = "soon" }), ("number", 10, new()), ("number", 0, new()),
            ("evidence.support_through", 4, new() { SupportFrom = "2020-01-01", SupportThrough = "2025-01-01" }),
        })
        {
            Assert.Equal([field], (await billing.Milestones.SubmitMilestoneAsync(BillingService.Later(individual, number, Third, evidence), billing.Us)
                .Refused(StatusCode.InvalidArgument)).Fields());
        }
    }

    private static string Text(Proto.Milestone milestone) => string.Join(' ', milestone.Modifiers);

    private static Proto.MilestoneEvidence Closure() => new()
    {
        Documents =
        {
            Proto.MilestoneDocument.CareerProfileWithUpdatedFasp, Proto.MilestoneDocument.SummaryNote30, Proto.MilestoneDocument.SummaryNote60,
            Proto.MilestoneDocument.SummaryNote90,
        },
    };

    private static Proto.MilestoneEvidence Closing() => new()
    {
        PcpDocument = "plan-9",
        PcpContents = { PlanContent.GoalAttainment, PlanContent.StepDownOrWarmHandoff, PlanContent.ContinuingServices },
    };

    private static Proto.SubmitMilestoneRequest Promotion(string individual, string day, Proto.PromotionType type, Proto.PromotionEvidence evidence) =>
        BillingService.Later(individual, 7, day, new() { PromotionType = type, PromotionEvidence = { evidence } });

    private async Task<Proto.Milestone> Job(string individual, Action<Proto.MilestoneEvidence>? change = null, string end = "")
    {
        await billing.Hired(individual, Start, end, Start, "2025-02-04", "2025-02-05");
        Proto.MilestoneEvidence evidence = new() { Documents = { StartDocuments } };
        change?.Invoke(evidence);
        return await billing.Submitted(BillingService.Later(individual, 3, Third, evidence));
    }

    private async Task<Proto.Milestone> Support(string individual)
    {
        await billing.Noted(individual, 60, "2025-02-12");
        await billing.Noted(individual, 60, "2025-02-18");
        return await billing.Submitted(BillingService.Later(individual, 4, Fourth, new()
        {
            Documents = { Proto.MilestoneDocument.CareerProfileWithUpdatedFasp, Proto.MilestoneDocument.MonthlyProgressNotes },
            SupportPlanDate = "2025-02-02",
            SupportFrom = "2025-02-11",
            SupportThrough = "2025-02-20",
            TeamLeadApprovalDate = Fourth,
            TeamLeadSigned = true,
        }));
    }

    /// <summary>Milestones 3 and 4 approved, with the job until <paramref name="end"/>.</summary>
    private async Task Supported(string individual, string end)
    {
        await billing.Approved(await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01", end));
        await billing.Approved(await Support(individual));
    }

    private async Task<Proto.Education> Schooled(string individual, Proto.EducationFacts facts, bool linked = true)
    {
        (facts.LinkedToCareerGoal, facts.LeadsToEmployment) = (linked, true);
        return await billing.Employment.RecordEducationAsync(new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Facts = facts,
            RequestId = BillingService.NewId(),
        }, billing.Us);
    }

    private string Staff(StaffRole role)
    {
        var staff = $"staff/{Guid.CreateVersion7()}";
        billing.Staff.Qualifications[staff] = new Qualification { StaffMember = staff, Role = role, Qualified = true };
        return staff;
    }

    private async Task<string> Contact(string individual, string day, string staff, Proto.ContactType type)
    {
        var request = billing.Note(individual, 60, day, e => (e.ContactType, e.Author) = (type, staff));
        request.RenderingStaff = staff;
        return (await billing.Notes.RecordServiceNoteAsync(request, billing.Us)).Name;
    }
}
