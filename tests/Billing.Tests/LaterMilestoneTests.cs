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
public sealed class LaterMilestoneTests(BillingService service) : LaterMilestoneSteps(service)
{
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
        var (individual, _) = Service.Eligibility.Person();
        if (what != "VR was not asked")
        {
            await Service.Referred(individual, what switch
            {
                "VR determines" => "dvrs_determining",
                "declined by the person" => "declined_by_individual",
                _ => "ineligible",
            }, "2025-01-20");
        }

        var days = new[] { Start, "2025-02-04", "2025-02-05" };
        if (what == "a job that is not competitive")
        {
            await Service.Employment.RecordJobAsync(new()
            {
                Individual = individual,
                Provider = $"organizations/{BillingService.Provider}",
                Program = "nc-core",
                Facts = new() { StartDate = Start, WorkedDays = { days } },
                RequestId = BillingService.NewId(),
            }, Service.Us);
        }
        else if (what != "no job")
        {
            await Service.Hired(individual, Start, worked: what == "two days worked" ? days[..2] : days);
        }

        var milestone = await Service.Submitted(BillingService.Later(individual, 3, what == "before the contract" ? "2021-11-30" : Third, new()
        {
            Documents = { what switch { "without the form" => StartDocuments[..2], "without documents" => [], _ => StartDocuments } },
        }));
        Assert.Equal(state, milestone.State);
        if (rule is null)
            Assert.Equal(("Alliance", 1, "3200.00", "H2023", "U4 Z3"),
                (milestone.Funder, milestone.PayableUnits, milestone.Amount.Amount, milestone.Code, Text(milestone)));
        else
            Assert.NotEqual(Verdict.Met, milestone.Decision.Findings.First(f => f.RuleId == rule).Verdict);
        Assert.Equal(milestone, await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us));
    }

    [Theory]
    [InlineData("ineligible", false, "Alliance")]
    [InlineData("closed", false, "Alliance")]
    [InlineData("eligible_open", true, "VR")]
    public async Task VR_pays_where_it_decided_so_and_the_MCO_otherwise(string state, bool byVr, string funder)
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, state, "2025-01-20");
        var milestone = await Job(individual);
        Assert.Equal((funder, byVr ? 0 : 1, byVr ? Proto.MilestoneState.PaidByVr : Proto.MilestoneState.UnderReview),
            (milestone.Funder, milestone.PayableUnits, milestone.State));
        var line = await Service.Claimed(Service.Line(milestone.Name, Third));
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
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, state, on);
        var milestone = await Job(individual, evidence => (evidence.VrStatement, evidence.VrDocumentDate) = (statement, document));
        Assert.Equal(funder, milestone.Funder);
    }

    [Fact]
    public async Task A_reviewed_milestone_is_billed_only_after_its_letter_was_uploaded()
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "ineligible", "2025-01-20");
        var milestone = await Job(individual);
        var request = Service.Line(milestone.Name, Third);
        request.ValidateOnly = true;
        Assert.Equal((Proto.ClaimLineState.Held, "NCC-UM-004"), await Refusal());

        var received = await Service.Milestones.RecordReviewAsync(
            new() { Name = milestone.Name, Outcome = Proto.ReviewOutcome.Approved, ReceivedDate = "2025-02-20", RequestId = BillingService.NewId() }, Service.Us);
        Assert.Equal((Proto.MilestoneState.Approved, "2025-02-20", ""), (received.State, received.LetterReceivedDate, received.LetterUploadedDate));
        Assert.Equal((Proto.ClaimLineState.Held, "NCC-UM-005"), await Refusal());

        Proto.RecordReviewRequest upload = new()
        {
            Name = milestone.Name,
            Outcome = Proto.ReviewOutcome.Approved,
            ReceivedDate = "2025-02-20",
            UploadedDate = "2025-02-21",
            RequestId = BillingService.NewId(),
        };
        // A day of upload without the letter is no upload.
        Assert.Equal(["uploaded_date"], (await Service.Milestones.RecordReviewAsync(upload, Service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        await Service.Uploaded(milestone.Name, DocumentKind.ApprovalLetter, "2025-02-20");
        var uploaded = await Service.Milestones.RecordReviewAsync(upload, Service.Us);
        Assert.Equal((Proto.MilestoneState.Billable, "2025-02-21"), (uploaded.State, uploaded.LetterUploadedDate));
        (request.ValidateOnly, request.RequestId) = (false, BillingService.NewId());
        var line = await Service.Claimed(request);
        Assert.Empty(line.Refusals);
        Assert.Equal((Proto.ClaimLineState.Ready, "H2023", "U4 Z3", "3200.00", "Alliance"),
            (line.State, line.Code, string.Join(' ', line.Modifiers), line.Amount.Amount, line.Payer));
        Assert.Equal(Proto.MilestoneState.Claimed, (await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us)).State);

        async Task<(Proto.ClaimLineState, string)> Refusal()
        {
            var held = await Service.Claimed(request);
            return (held.State, held.Refusals[0].RuleId);
        }
    }

    [Fact]
    public async Task The_answer_of_the_reviewer_is_checked()
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "ineligible", "2025-01-20");
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
            Assert.Equal([field], (await Service.Milestones.RecordReviewAsync(request, Service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        await Service.Milestones.RecordReviewAsync(Request(), Service.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        await Service.Milestones.RecordReviewAsync(Request(), Service.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);
        var second = Request();
        second.Name = (await Service.Submitted(BillingService.Second(individual))).Name;
        await Service.Milestones.RecordReviewAsync(second, Service.Us).Refused(StatusCode.FailedPrecondition);
        var denied = Request();
        denied.Outcome = Proto.ReviewOutcome.Denied;
        Assert.Equal(Proto.MilestoneState.Denied, (await Service.Milestones.RecordReviewAsync(denied, Service.Us)).State);
        await Service.Milestones.RecordReviewAsync(Request(), Service.Us).Refused(StatusCode.FailedPrecondition);
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
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "ineligible", "2025-01-20");
        var third = await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01");
        if (what != "milestone 3 not approved")
            await Service.Approved(third);
        await Service.Noted(individual, 60, "2025-02-12");
        if (what != "a week without contact")
        {
            await Service.Noted(individual, 60, "2025-02-18",
                change: e => e.ContactType = what == "a week with a collateral contact only" ? Proto.ContactType.Collateral : Proto.ContactType.Phone);
        }

        var milestone = await Service.Submitted(BillingService.Later(individual, 4, Fourth, Support(what)));
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
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "closed", "2025-01-20");
        await Supported(individual, end);
        var milestone = await Service.Submitted(BillingService.Later(individual, 5, day, Closure()));
        Assert.Equal(state, milestone.State);
        Assert.Equal(state == Proto.MilestoneState.UnderReview ? Verdict.Met : Verdict.NotMet,
            Assert.Single(milestone.Decision.Findings, f => f.RuleId == "NCC-MS-05d").Verdict);
        if (state == Proto.MilestoneState.UnderReview)
            Assert.Equal(("2000.00", "U4 Z5"), (milestone.Amount.Amount, Text(milestone)));
    }

    [Fact]
    public async Task Milestone_5_needs_milestone_4_and_its_summary_notes()
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "closed", "2025-01-20");
        await Service.Hired(individual, Start);
        var unordered = await Service.Submitted(BillingService.Later(individual, 5, "2025-06-07", Closure()));
        Assert.Contains(unordered.Decision.Findings, f => f.RuleId == "NCC-MS-10" && f.Verdict == Verdict.NotMet);
        var poor = Closure();
        poor.Documents.RemoveAt(3);
        var undocumented = await Service.Submitted(BillingService.Later(individual, 5, "2025-06-07", poor));
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
        var (individual, person) = Service.Eligibility.Person();
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

        var milestone = await Service.Submitted(BillingService.Later(individual, 6, "2025-05-31", new()));
        Assert.Equal((payable, payable > 0 ? Proto.MilestoneState.Billable : Proto.MilestoneState.Denied), (milestone.PayableUnits, milestone.State));
        if (payable == 0)
            return;
        Assert.Equal($"{payable * 375}.00", milestone.Amount.Amount);
        var line = await Service.Claimed(Service.Line(milestone.Name, "2025-05-31"));
        Assert.Empty(line.Refusals);
        Assert.Equal((payable, payable, "U4 Z6", payable), (line.Units, line.PayableUnits, string.Join(' ', line.Modifiers), person.Drawn[line.Name]));

        // The month is paid once.
        if (payable == 2)
        {
            var again = await Service.Submitted(BillingService.Later(individual, 6, "2025-05-31", new() { Triggers = 1 }));
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
        var (individual, _) = Service.Eligibility.Person();
        await Service.Hired(individual, Start);
        var milestone = await Service.Submitted(Promotion(individual, "2025-06-01", type, evidence));
        Assert.Equal(state, milestone.State);
        // Before the job there is nothing to be promoted in.
        var early = await Service.Submitted(Promotion(individual, "2025-02-02", type, evidence));
        Assert.NotEqual(Proto.MilestoneState.UnderReview, early.State);
    }

    // The rule of the code, NCC-MS-0na, and that of the price, NCC-MS-0nb: an event is one unit, an hour is four of milestone 1. Those of milestone 6 are of its months.
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    [InlineData(9, true)]
    public async Task A_line_carries_the_code_of_its_milestone_and_no_other_and_one_unit_of_an_event(int number, bool hasUnits)
    {
        const string Day = "2025-05-31";
        var (individual, _) = Service.Eligibility.Person();
        var milestone = await Service.Submitted(number switch
        {
            1 => BillingService.First(individual, Day, await Service.Noted(individual, day: Day)),
            2 => BillingService.Second(individual, day: Day),
            8 => BillingService.Later(individual, 8, Day, new()
            {
                Education = (await Schooled(individual, new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-01-10" })).Name,
            }),
            _ => BillingService.Later(individual, number, Day, new()),
        });
        Assert.Equal(Verdict.Met, await Line("a", _ => { }));
        Assert.Equal(Verdict.NotMet, await Line("a", request => request.Modifiers.Add(["U4", $"Z{(number % 9) + 1}"])));
        Assert.Equal(Verdict.NotMet, await Line("a", request => request.Code = "H2025"));
        if (hasUnits)
            Assert.Equal(Verdict.NotMet, await Line("b", request => request.Units = 5));

        async Task<Verdict> Line(string part, Action<Proto.CreateClaimLineRequest> change)
        {
            var request = Service.Line(milestone.Name, Day);
            request.ValidateOnly = true;
            change(request);
            return Assert.Single((await Service.Claimed(request)).Decision.Findings, f => f.RuleId == $"NCC-MS-0{number}{part}").Verdict;
        }
    }

    [Theory]
    [InlineData(PlanContent.GoalAttainment)]
    [InlineData(PlanContent.StepDownOrWarmHandoff)]
    [InlineData(PlanContent.ContinuingServices)]
    public async Task Milestone_9_needs_a_plan_with_every_content_NCC_MS_09c(PlanContent missing)
    {
        var (individual, _) = Service.Eligibility.Person();
        var evidence = Closing();
        evidence.PcpContents.Remove(missing);
        var milestone = await Service.Submitted(BillingService.Later(individual, 9, "2025-12-31", evidence));
        Assert.Equal(Verdict.NotMet, Assert.Single(milestone.Decision.Findings, f => f.RuleId == "NCC-MS-09c").Verdict);
    }

    [Fact]
    public async Task Milestone_7_is_paid_three_times_a_year_NCC_MS_07c_and_8_three_times_NCC_MS_08c()
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Hired(individual, Start);
        var education = await Schooled(individual, new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-01-10", CompletedDate = "2025-03-01" });
        foreach (var (number, rule, next) in new[] { (7, "NCC-MS-07c", Proto.MilestoneState.UnderReview), (8, "NCC-MS-08c", Proto.MilestoneState.Denied) })
        {
            for (var month = 3; month <= 5; month++)
            {
                var day = $"2025-{month:00}-10";
                var paid = await Service.Approved(await Service.Submitted(Request(number, day)));
                Assert.Equal(number == 7 ? "500.00" : "700.00", (await Service.Claimed(Service.Line(paid.Name, day))).Amount.Amount);
            }

            var fourth = await Service.Submitted(Request(number, "2025-12-31"));
            Assert.Equal((Proto.MilestoneState.Denied, Verdict.NotMet),
                (fourth.State, Assert.Single(fourth.Decision.Findings, f => f.RuleId == rule).Verdict));
            Assert.Equal(next, (await Service.Submitted(Request(number, "2026-01-01"))).State);
        }

        Proto.SubmitMilestoneRequest Request(int number, string day) => number == 7
            ? Promotion(individual, day, Proto.PromotionType.Internal, Proto.PromotionEvidence.NewTitle)
            : BillingService.Later(individual, 8, day, new() { Education = education.Name });
    }

    [Fact]
    public async Task The_payments_of_milestone_8_are_counted_over_all_agencies_NCC_MS_08c()
    {
        var (individual, _) = Service.Eligibility.Person();
        foreach (var (place, state) in new[]
        {
            (BillingService.Provider, Proto.MilestoneState.UnderReview), ("second-agency", Proto.MilestoneState.UnderReview),
            ("second-agency", Proto.MilestoneState.UnderReview), (BillingService.Provider, Proto.MilestoneState.Denied), ("second-agency", Proto.MilestoneState.Denied),
        })
        {
            var caller = Service.As(Roles.Provider, place);
            var education = await Service.Employment.RecordEducationAsync(new()
            {
                Individual = individual,
                Provider = $"organizations/{place}",
                Program = "nc-core",
                Facts = new()
                {
                    Kind = Proto.EducationKind.GedHs,
                    EnrolledDate = "2025-01-10",
                    CompletedDate = "2025-06-30",
                    LinkedToCareerGoal = true,
                    LeadsToEmployment = true,
                },
                RequestId = BillingService.NewId(),
            }, caller);
            await Service.Uploaded(individual, DocumentKind.EducationRecord, caller: caller);
            var request = BillingService.Later(individual, 8, "2025-07-01", new() { Education = education.Name });
            request.Provider = $"organizations/{place}";
            var milestone = await Service.Milestones.SubmitMilestoneAsync(request, caller);
            Assert.Equal(state, milestone.State);
            if (state == Proto.MilestoneState.Denied)
            {
                Assert.Equal(Verdict.NotMet, milestone.Decision.Findings.Single(f => f.RuleId == "NCC-MS-08c").Verdict);
                continue;
            }

            await Service.Uploaded(milestone.Name, DocumentKind.ApprovalLetter, caller: caller);
            await Service.Milestones.RecordReviewAsync(new()
            {
                Name = milestone.Name,
                Outcome = Proto.ReviewOutcome.Approved,
                ReceivedDate = "2025-07-01",
                UploadedDate = "2025-07-01",
                RequestId = BillingService.NewId(),
            }, caller);
            Assert.Equal(Proto.ClaimLineState.Ready, (await Service.Claims.CreateClaimLineAsync(Service.Line(milestone.Name, "2025-07-01"), caller)).State);
        }
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
        var (individual, _) = Service.Eligibility.Person();
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
        Assert.Equal(state, (await Service.Submitted(BillingService.Later(individual, 8, "2025-07-01", new() { Education = education.Name }))).State);
    }

    [Theory]
    [InlineData(8, DocumentKind.EducationRecord)]
    [InlineData(9, DocumentKind.PersonCenteredPlan)]
    public async Task Milestones_8_and_9_rest_on_the_document_and_are_decided_again_when_it_arrives(int number, DocumentKind kind)
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Hired(individual, "2025-01-01");
        var education = await Schooled(individual, new() { Kind = Proto.EducationKind.GedHs, EnrolledDate = "2025-01-10", CompletedDate = "2025-06-30" });
        var evidence = number == 9 ? Closing() : new() { Education = education.Name };
        var (rule, other) = number == 9 ? ("NCC-MS-09c", DocumentKind.EducationRecord) : ("NCC-MS-08d", DocumentKind.PersonCenteredPlan);
        var milestone = await Service.Milestones.SubmitMilestoneAsync(BillingService.Later(individual, number, "2026-01-05", evidence), Service.Us);
        Assert.Equal(Verdict.NeedsFacts, milestone.Decision.Findings.Single(f => f.RuleId == rule).Verdict);
        await Service.Uploaded(individual, other);
        Assert.Equal(milestone.State, (await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us)).State);
        var document = await Service.Uploaded(individual, kind);
        var later = await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us);
        Assert.Equal((Proto.MilestoneState.Collecting, Proto.MilestoneState.UnderReview), (milestone.State, later.State));
        var checklist = await Service.Milestones.GetMilestoneChecklistAsync(new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Number = number,
            EventDate = "2026-01-05",
        }, Service.Us);
        Assert.Contains(document.Name, checklist.Items.Single(i => i.Finding.RuleId == rule).Records);
    }

    [Theory]
    // From 2025-01-01 on: 360, 359, 330 and 329 days.
    [InlineData("2025-12-26", Verdict.Met)]
    [InlineData("2025-12-25", Verdict.NeedsReview)]
    [InlineData("2025-11-26", Verdict.NeedsReview)]
    [InlineData("2025-11-25", Verdict.NotMet)]
    public async Task Milestone_9_needs_a_year_of_work_NCC_MS_09d(string day, Verdict verdict)
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Hired(individual, "2025-01-01");
        var milestone = await Service.Submitted(BillingService.Later(individual, 9, day, Closing()));
        Assert.Equal(verdict, Assert.Single(milestone.Decision.Findings, f => f.RuleId == "NCC-MS-09d").Verdict);
        if (verdict == Verdict.NotMet)
        {
            Assert.Equal(Proto.MilestoneState.Denied, milestone.State);
            return;
        }

        // What the rules leave to Network Evaluation, its letter settles.
        var approved = await Service.Approved(milestone);
        Assert.Equal((Proto.MilestoneState.Billable, 1, "2000.00"), (approved.State, approved.PayableUnits, approved.Amount.Amount));
        Assert.Equal(Proto.ClaimLineState.Ready, (await Service.Claimed(Service.Line(milestone.Name, day))).State);
    }

    [Theory]
    // 30 days without work between two jobs, and 31.
    [InlineData("2025-07-31", Verdict.Met)]
    [InlineData("2025-08-01", Verdict.NotMet)]
    public async Task Milestone_9_allows_a_gap_of_thirty_days(string second, Verdict verdict)
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Hired(individual, "2025-01-01", "2025-06-30");
        await Service.Hired(individual, second);
        var milestone = await Service.Submitted(BillingService.Later(individual, 9, "2025-12-31", Closing()));
        Assert.Equal(verdict, Assert.Single(milestone.Decision.Findings, f => f.RuleId == "NCC-MS-09d").Verdict);
    }
}
