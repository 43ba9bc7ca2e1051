using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Claim lines of service notes without a milestone, in each program as it bills them.</summary>
[Collection("billing")]
public sealed class NoteLineTests(BillingService billing)
{
    private const string Day = BillingService.Day;

    [Fact]
    public async Task Notes_of_a_day_are_billed_by_units_rounded_over_the_day_and_take_units_of_the_authorization()
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Funding, person.Kind, person.Authorized) = (Funding.State, AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 40));
        // 20 and 25 minutes are 3 units together and would be 1 each.
        var notes = new[] { await State(individual, 20), await State(individual, 25) };
        var line = await billing.Claimed(billing.NoteLine(Day, notes));
        Assert.Empty(line.Refusals);
        Assert.Equal((Proto.ClaimLineState.Ready, "YP630", 3, 3, "80.00", null, "LME_MCO", "", 0, "nc-state"),
            (line.State, line.Code, line.Units, line.PayableUnits, line.Charge.Amount, line.Amount?.Amount, line.Payer, line.Milestone, line.MilestoneNumber,
                line.Program));
        Assert.Equal(notes.Order(StringComparer.Ordinal), line.ServiceNotes.Order(StringComparer.Ordinal));
        Assert.Empty(line.Modifiers);
        Assert.Equal((person.Authorization, 3), (line.Authorization, person.Drawn[line.Name]));
        Assert.Equal(line, await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us));

        // A note is billed once, and the day has one line.
        Assert.Equal(["service_notes[0]"], (await billing.Claims.CreateClaimLineAsync(billing.NoteLine(Day, notes[0]), billing.Us)
            .Refused(StatusCode.InvalidArgument)).Fields());
        await billing.Claims.CreateClaimLineAsync(billing.NoteLine(Day, await State(individual, 30)), billing.Us).Refused(StatusCode.AlreadyExists);

        // A void frees units, notes and day.
        await billing.Claims.VoidClaimLineAsync(new() { Name = line.Name, Etag = line.Etag, RequestId = BillingService.NewId() }, billing.Us);
        Assert.Empty(person.Drawn);
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(billing.NoteLine(Day, notes))).State);
    }

    [Theory]
    [InlineData("no authorization", Proto.ClaimLineState.Held, "NC-AUTH-001")]
    [InlineData("authorized to the day before", Proto.ClaimLineState.Refused, "NC-AUTH-001")]
    [InlineData("another kind of authorization", Proto.ClaimLineState.Held, "NC-AUTH-001")]
    [InlineData("more units than minutes", Proto.ClaimLineState.Refused, "NC-BILL-005")]
    [InlineData("a milestone's modifier", Proto.ClaimLineState.Refused, "NC-BILL-005")]
    [InlineData("co-payment", Proto.ClaimLineState.Refused, "NC-BILL-008")]
    [InlineData("claimed under another code", Proto.ClaimLineState.Refused, "NC-BILL-010")]
    [InlineData("another code", Proto.ClaimLineState.Refused, "NC-BILL-010")]
    [InlineData("not eligible", Proto.ClaimLineState.Refused, "NC-ELIG-008")]
    [InlineData("no order", Proto.ClaimLineState.Held, "NC-SO-007")]
    [InlineData("ACT", Proto.ClaimLineState.Refused, "NC-LIM-002")]
    [InlineData("another agency", Proto.ClaimLineState.Refused, "NC-LIM-001")]
    [InlineData("a code that has ended", Proto.ClaimLineState.Refused, "NC-HIST-002")]
    [InlineData("too few units left", Proto.ClaimLineState.Refused, "NCC-MS-02c")]
    public async Task A_line_of_units_that_is_not_payable_names_the_rule(string what, Proto.ClaimLineState state, string rule)
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 40));
        var request = billing.NoteLine(Day, await State(individual, 60));
        switch (what)
        {
            case "no authorization": person.Authorized = null; break;
            case "authorized to the day before": person.Authorized = ("2025-01-01", "2025-03-03", 40); break;
            case "another kind of authorization": person.Kind = AuthorizationKind.M2; break;
            case "more units than minutes": request.Units = 5; break;
            case "a milestone's modifier": request.Modifiers.Add("Z1"); break;
            case "co-payment": request.Evidence.CopayCollected = new() { Amount = "3.00", CurrencyCode = "USD" }; break;
            case "claimed under another code": request.Evidence.SameActivityPaidAs = "H2023"; break;
            case "another code": request.Code = "H0038"; break;
            case "a code that has ended": request.Code = "YM645"; break;
            case "not eligible": person.Eligible = false; break;
            case "no order": person.Order = ("", ""); break;
            case "ACT": person.Overlaps.Act = true; break;
            case "another agency": person.Overlaps.OtherProvider = true; break;
            default: person.Authorized = ("2025-01-01", "2025-12-31", 3); break;
        }

        var line = await billing.Claimed(request);
        Assert.Equal((state, 0), (line.State, line.PayableUnits));
        Assert.Contains(line.Refusals, r => r.RuleId == rule);
        Assert.Empty(person.Drawn);
    }

    [Fact]
    public async Task Units_are_those_of_the_minutes_and_whole_modifiers_and_copay_of_nothing_pass()
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-03-04", "2025-03-04", 4));
        var request = billing.NoteLine(Day, await State(individual, 60));
        (request.Units, request.Evidence.SameActivityPaidAs) = (4, "");
        request.Evidence.CopayCollected = new() { Amount = "0.00", CurrencyCode = "USD" };
        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Ready, 4), (line.State, line.PayableUnits));
        Assert.Equal(0, person.Left);
    }

    [Theory]
    [InlineData(3, "Z3", Proto.ClaimLineState.Ready, null)]
    [InlineData(3, "Z4", Proto.ClaimLineState.Refused, "NC-CODE-003")]
    [InlineData(9, "Z9", Proto.ClaimLineState.Ready, null)]
    [InlineData(3, "", Proto.ClaimLineState.Refused, "NC-BILL-006")]
    [InlineData(0, "Z3", Proto.ClaimLineState.Held, "NC-CODE-003")]
    public async Task A_line_coded_as_a_milestone_carries_the_modifier_of_the_one_that_the_record_shows(
        int reached, string modifier, Proto.ClaimLineState state, string? rule)
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Authorized = null;
        var request = billing.NoteLine(Day, await State(individual, 60));
        (request.Code, request.Units, request.Evidence.ReachedMilestone) = ("H2023", 1, reached);
        request.Modifiers.Add(modifier.Length > 0 ? [modifier] : ["U4"]);
        var line = await billing.Claimed(request);
        Assert.Equal((state, rule), (line.State, line.Refusals.FirstOrDefault()?.RuleId));
        Assert.Empty(person.Drawn);
    }

    public static TheoryData<int> MilestoneNumbers => [.. Enumerable.Range(1, 9)];

    [Theory]
    [MemberData(nameof(MilestoneNumbers))]
    public async Task A_milestone_is_coded_by_its_own_modifier_and_by_no_other_NC_CODE(int number)
    {
        foreach (var (modifier, state, verdict) in new[]
        {
            (number, Proto.ClaimLineState.Ready, Verdict.Met), ((number % 9) + 1, Proto.ClaimLineState.Refused, Verdict.NotMet),
        })
        {
            var (individual, _) = billing.Eligibility.Person();
            var request = billing.NoteLine(Day, await State(individual, 60));
            (request.Code, request.Units, request.Evidence.ReachedMilestone) = ("H2023", 1, number);
            request.Modifiers.Add($"Z{modifier}");
            var line = await billing.Claimed(request);
            Assert.Equal((state, verdict), (line.State, Assert.Single(line.Decision.Findings, f => f.RuleId == $"NC-CODE-{number:000}").Verdict));
        }
    }

    // What the state does not pay: without eligibility, without the criteria that the order shows, and next to another provider.
    [Theory]
    [InlineData("NC-EXCL-001")]
    [InlineData("NC-EXCL-002")]
    [InlineData("NC-EXCL-003")]
    public async Task The_state_pays_only_within_its_criteria(string rule)
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 40));
        var request = billing.NoteLine(Day, await State(individual, 60));
        request.ValidateOnly = true;
        // The service is on the last day of the order; the order that ended the day before shows nothing for it.
        person.Order = ("2024-03-05", Day);
        Assert.Equal(Verdict.Met, await Answer());
        switch (rule)
        {
            case "NC-EXCL-001": person.Eligible = false; break;
            case "NC-EXCL-002": person.Order = ("2024-03-05", "2025-03-03"); break;
            default: person.Overlaps.OtherProvider = true; break;
        }

        Assert.Equal(Verdict.NotMet, await Answer());

        async Task<Verdict> Answer() => Assert.Single((await billing.Claimed(request)).Decision.Findings, f => f.RuleId == rule).Verdict;
    }

    [Fact]
    public async Task A_bad_request_names_every_field()
    {
        var (individual, _) = billing.Eligibility.Person();
        var (other, _) = billing.Eligibility.Person();
        var note = await State(individual, 60);
        var bad = billing.NoteLine(Day, note, await State(other, 60), await State(individual, 30, "2025-03-03"), await State(individual, 0));
        bad.Charge = null;
        Assert.Equal(["charge", "service_notes[1]", "service_notes[2]", "service_notes[3]"],
            (await billing.Claims.CreateClaimLineAsync(bad, billing.Us).Refused(StatusCode.InvalidArgument)).Fields().Order());
        foreach (var (field, change) in new (string, Action<Proto.CreateClaimLineRequest>)[]
        {
            ("charge.amount", r => r.Charge.Amount = "-1.00"), ("charge.amount", r => r.Charge.Amount = "1.001"), ("charge.currency_code", r => r.Charge.CurrencyCode = "EUR"),
            ("evidence.reached_milestone", r => r.Evidence.ReachedMilestone = 10),
            ("service_notes", r => r.ServiceNotes.Add(r.ServiceNotes[0])), ("service_notes", r => r.Milestone = $"milestones/{Guid.CreateVersion7()}"),
            ("rendering_staff", r => r.RenderingStaff = $"staff/{Guid.CreateVersion7()}"),
        })
        {
            var request = billing.NoteLine(Day, note);
            change(request);
            Assert.Equal([field], (await billing.Claims.CreateClaimLineAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        var neither = billing.NoteLine(Day);
        Assert.Equal(["milestone"], (await billing.Claims.CreateClaimLineAsync(neither, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        await billing.Claims.CreateClaimLineAsync(billing.NoteLine(Day, note), billing.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        await billing.Claims.CreateClaimLineAsync(billing.NoteLine(Day, note), billing.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task Of_two_lines_of_one_note_at_once_one_is_stored()
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 40));
        var note = await State(individual, 60);
        var outcomes = await BillingService.AtOnce(line => line.State.ToString(), Enumerable.Range(0, 2)
            .Select(i => (Func<Task<Proto.ClaimLine>>)(async () => await billing.Claims.CreateClaimLineAsync(
                billing.NoteLine(Day, note), billing.As(Roles.Provider, BillingService.Provider, $"clerk-{i}")))));
        Assert.Contains("Ready", outcomes);
        Assert.Single(outcomes, outcome => outcome == "Ready");
    }

    [Fact]
    public async Task A_void_note_reopens_the_line_that_bills_it()
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 40));
        var notes = new[] { await State(individual, 60), await State(individual, 30) };
        var line = await billing.Claimed(billing.NoteLine(Day, notes));
        Assert.Equal(6, line.PayableUnits);
        await billing.Notes.VoidServiceNoteAsync(
            new() { Name = notes[1], Reason = Proto.NoteVoidReason.NotAsNoted, RequestId = BillingService.NewId() }, billing.Us);
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal((Proto.ClaimLineState.Attention, "NC-BILL-005"), (questioned.State, questioned.Refusals[0].RuleId));
    }

    [Theory]
    [InlineData(1, 1, "NC-DOC-001 NC-DOC-002")]
    [InlineData(2, 1, "NC-DOC-002")]
    [InlineData(2, 0, "")]
    public async Task Each_contact_that_a_line_bills_has_a_full_note_NC_DOC_001_NC_DOC_002(int contacts, int voided, string unmet)
    {
        var (individual, person) = billing.Eligibility.Person();
        (person.Kind, person.Authorized) = (AuthorizationKind.Ips, ("2025-01-01", "2025-12-31", 40));
        List<string> notes = [];
        for (var i = 0; i < contacts; i++)
            notes.Add(await State(individual, 60));
        // One hour is billed, so the minutes of one note are enough.
        var request = billing.NoteLine(Day, notes);
        request.Units = 4;
        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Ready, 4), (line.State, line.PayableUnits));
        foreach (var note in notes.Take(voided))
        {
            await billing.Notes.VoidServiceNoteAsync(
                new() { Name = note, Reason = Proto.NoteVoidReason.NotAsNoted, RequestId = BillingService.NewId() }, billing.Us);
        }

        line = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal(unmet.Length == 0 ? Proto.ClaimLineState.Ready : Proto.ClaimLineState.Attention, line.State);
        Assert.Equal(unmet, string.Join(' ', line.Refusals.Select(r => r.RuleId).Where(rule => rule.StartsWith("NC-DOC", StringComparison.Ordinal)).Order()));
    }

    [Theory]
    [InlineData("la-lhcc")]
    [InlineData("la-acla")]
    [InlineData("mo-dmh-vr")]
    public async Task A_void_note_reopens_the_line_of_every_program_and_a_reason_is_named(string program)
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        var request = program == "mo-dmh-vr" ? await Activity(individual, Proto.MissouriActivity.JobSearch, Proto.MissouriPayer.Vr)
            : Louisiana(Day, await Noted(individual, Day, program));
        var line = await billing.Claimed(request);
        Assert.Equal(Proto.ClaimLineState.Ready, line.State);
        await billing.Notes.VoidServiceNoteAsync(
            new() { Name = line.ServiceNotes[0], Reason = Proto.NoteVoidReason.Duplicate, RequestId = BillingService.NewId() }, billing.Us);
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal(Proto.ClaimLineState.Attention, questioned.State);
        Assert.NotEmpty(questioned.Refusals);
        Assert.Equal(Verdict.NotMet, questioned.Refusals[0].Verdict);
    }

    [Theory]
    [InlineData("la-lhcc")]
    [InlineData("la-acla")]
    public async Task In_Louisiana_two_live_plans_are_a_question_to_a_person_LA_EXCL_001(string program)
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        person.Coverages.AddRange(
            [new() { Payer = person.Payer, Funding = Funding.Medicaid }, new() { Payer = "organizations/other-plan", Funding = Funding.Medicaid }]);
        var note = await Noted(individual, Day, program);
        var held = await billing.Claimed(Louisiana(Day, note));
        Assert.Equal((Proto.ClaimLineState.Held, "LA-EXCL-001"), (held.State, held.Refusals[0].RuleId));
        var request = Louisiana(Day, note);
        request.Coverage = new() { Payer = "organizations/other-plan", Funding = Funding.Medicaid };
        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Ready, "organizations/other-plan", true), (line.State, line.Route.Payer, line.Route.Chosen));
    }

    [Fact]
    public async Task Louisiana_bills_the_encounter_with_TG_from_the_seventh_of_the_month_on_LHCC_CODE_002()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        for (var number = 1; number <= 7; number++)
        {
            var line = await billing.Claimed(await Encounter(individual, $"2025-03-{number:00}"));
            Assert.Empty(line.Refusals);
            Assert.Equal((Proto.ClaimLineState.Ready, "H2024", number > 6 ? "TG" : "", 1, ""),
                (line.State, line.Code, string.Join(' ', line.Modifiers), line.PayableUnits, line.Authorization));
        }

        var april = await billing.Claimed(await Encounter(individual, "2025-04-01"));
        Assert.Empty(april.Modifiers);
        // One encounter a day; the modifier that does not belong there.
        Assert.Equal("LHCC-CODE-001", (await billing.Claimed(await Encounter(individual, "2025-04-01"))).Refusals[0].RuleId);
        var wrong = await Encounter(individual, "2025-04-02");
        wrong.Modifiers.Add("TG");
        Assert.Equal("LHCC-CODE-002", (await billing.Claimed(wrong)).Refusals[0].RuleId);
    }

    [Theory]
    [InlineData("H0038", "", "LHCC-CODE-003")]
    [InlineData("H0038", "HQ", "LHCC-CODE-004")]
    [InlineData("H2014", "", "LHCC-CODE-005")]
    public async Task A_Louisiana_encounter_is_not_billed_under_the_code_of_another_service(string code, string modifier, string rule)
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        var request = await Encounter(individual, Day);
        request.Code = code;
        if (modifier.Length > 0)
            request.Modifiers.Add(modifier);
        var line = await billing.Claimed(request);
        Assert.Equal((Proto.ClaimLineState.Refused, "LHCC-CODE-001"), (line.State, line.Refusals[0].RuleId));
        Assert.Equal(Verdict.NotMet, Assert.Single(line.Decision.Findings, f => f.RuleId == rule).Verdict);
    }

    [Theory]
    [InlineData(false, Proto.ClaimLineState.Ready)]
    [InlineData(true, Proto.ClaimLineState.Refused)]
    [InlineData(null, Proto.ClaimLineState.Refused)]
    public async Task The_NPI_of_a_person_who_can_have_none_may_be_absent_LA_BILL_001(bool? applies, Proto.ClaimLineState state)
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        var request = await Encounter(individual, Day);
        request.Evidence.RenderingNpiOnClaim = false;
        if (applies is { } given)
            request.Evidence.RenderingNpiApplies = given;
        Assert.Equal(state, (await billing.Claimed(request)).State);
    }

    [Theory]
    [InlineData("in a group", Proto.ClaimLineState.Refused, "LA-SVC-028")]
    [InlineData("no authorization", Proto.ClaimLineState.Held, "LA-AUTH-001")]
    [InlineData("authorized to the day before", Proto.ClaimLineState.Refused, "LA-AUTH-001")]
    [InlineData("no NPI", Proto.ClaimLineState.Refused, "LA-BILL-001")]
    [InlineData("NPI not known", Proto.ClaimLineState.Held, "LA-BILL-001")]
    [InlineData("a free service", Proto.ClaimLineState.Refused, "LA-EXCL-001")]
    [InlineData("an incentive", Proto.ClaimLineState.Refused, "LA-EXCL-003")]
    [InlineData("served by LRS", Proto.ClaimLineState.Refused, "LHCC-EXCL-001")]
    [InlineData("not eligible", Proto.ClaimLineState.Refused, "LHCC-ELIG-001")]
    public async Task A_Louisiana_encounter_that_is_not_billable_names_the_rule(string what, Proto.ClaimLineState state, string rule)
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        var request = await Encounter(individual, Day, what == "in a group" ? 2 : 1);
        switch (what)
        {
            case "no authorization": person.Authorized = null; break;
            case "authorized to the day before": person.Authorized = ("2025-01-01", "2025-03-03", 9); break;
            case "no NPI": request.Evidence.RenderingNpiOnClaim = false; break;
            case "NPI not known": request.Evidence.ClearAgencyNpiOnClaim(); break;
            case "a free service": request.Evidence.DuplicateOrFreeService = true; break;
            case "an incentive": request.Evidence.ChargeFor = Proto.ChargeFor.EmployerIncentive; break;
            case "served by LRS": request.Evidence.LrsServed = true; break;
            case "not eligible":
                person.Eligible = false;
                person.Findings.Add(new Finding { RuleId = rule, Verdict = Verdict.NotMet, Reason = "not enrolled", Deciding = true });
                break;
        }

        var line = await billing.Claimed(request);
        Assert.Equal((state, 0), (line.State, line.PayableUnits));
        Assert.Contains(line.Refusals, r => r.RuleId == rule);
    }

    [Fact]
    public async Task A_Louisiana_month_is_one_bundle_with_at_least_one_service_ACLA_BILL_001()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        var notes = new[] { await Noted(individual, "2025-03-04", "la-acla"), await Noted(individual, "2025-03-20", "la-acla") };
        Assert.Equal(["service_date"], (await billing.Claims.CreateClaimLineAsync(Month("2025-03-21", notes), billing.Us)
            .Refused(StatusCode.InvalidArgument)).Fields());
        var bundle = await billing.Claimed(Month("2025-03-20", notes));
        Assert.Empty(bundle.Refusals);
        Assert.Equal((Proto.ClaimLineState.Ready, "", 1), (bundle.State, bundle.Code, bundle.PayableUnits));
        var second = await billing.Claimed(Month("2025-03-25", await Noted(individual, "2025-03-25", "la-acla")));
        Assert.Equal((Proto.ClaimLineState.Refused, "ACLA-BILL-001"), (second.State, second.Refusals[0].RuleId));
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(Month("2025-04-01", await Noted(individual, "2025-04-01", "la-acla")))).State);
        // Nor is a month of a person whom LRS serves, ACLA-EXCL-001.
        var served = Month("2025-05-01", await Noted(individual, "2025-05-01", "la-acla"));
        served.Evidence.LrsServed = true;
        Assert.Equal("ACLA-EXCL-001", (await billing.Claimed(served)).Refusals[0].RuleId);
    }

    [Theory]
    [InlineData(Proto.MissouriActivity.CareerProfile, Proto.MissouriPayer.Vr, "VR", null)]
    [InlineData(Proto.MissouriActivity.CareerProfile, Proto.MissouriPayer.Medicaid, "VR", "MO-BILL-014")]
    [InlineData(Proto.MissouriActivity.JobDevelopment, Proto.MissouriPayer.Vr, "VR", null)]
    [InlineData(Proto.MissouriActivity.JobDevelopment, Proto.MissouriPayer.Medicaid, "VR", "MO-BILL-006")]
    [InlineData(Proto.MissouriActivity.ColdCall, Proto.MissouriPayer.Vr, "VR", null)]
    [InlineData(Proto.MissouriActivity.ColdCall, Proto.MissouriPayer.Medicaid, "VR", "MO-BILL-007")]
    [InlineData(Proto.MissouriActivity.JobSupports, Proto.MissouriPayer.Vr, "VR", null)]
    [InlineData(Proto.MissouriActivity.JobSkillCoaching, Proto.MissouriPayer.Medicaid, "VR", "MO-BILL-002")]
    [InlineData(Proto.MissouriActivity.Uniform, Proto.MissouriPayer.Medicaid, "VR", "MO-BILL-004")]
    [InlineData(Proto.MissouriActivity.Tuition, Proto.MissouriPayer.Medicaid, "none", "MO-BILL-003")]
    [InlineData(Proto.MissouriActivity.CommunitySpeech, Proto.MissouriPayer.Medicaid, "none", "MO-BILL-005")]
    [InlineData(Proto.MissouriActivity.ClinicalSupport, Proto.MissouriPayer.Medicaid, "Medicaid", null)]
    [InlineData(Proto.MissouriActivity.ClinicalSupport, Proto.MissouriPayer.Vr, "Medicaid", "MO-BILL-016")]
    [InlineData(Proto.MissouriActivity.BenefitsUnderstanding, Proto.MissouriPayer.Medicaid, "Medicaid", null)]
    [InlineData(Proto.MissouriActivity.Db101, Proto.MissouriPayer.Medicaid, "Medicaid", null)]
    [InlineData(Proto.MissouriActivity.CrisisSupport, Proto.MissouriPayer.Medicaid, "Medicaid", null)]
    [InlineData(Proto.MissouriActivity.SymptomSkills, Proto.MissouriPayer.Medicaid, "Medicaid", null)]
    public async Task Missouri_pays_an_activity_by_its_payer(Proto.MissouriActivity activity, Proto.MissouriPayer billTo, string payer, string? refusedBy)
    {
        var (individual, _) = billing.Eligibility.Person();
        var line = await billing.Claimed(await Activity(individual, activity, billTo));
        Assert.Equal((refusedBy is null ? Proto.ClaimLineState.Ready : Proto.ClaimLineState.Refused, refusedBy, payer, refusedBy is null ? 1 : 0),
            (line.State, line.Refusals.FirstOrDefault()?.RuleId, line.Payer, line.PayableUnits));
    }

    // The rule of each activity on both sides of its boundary: the payer that it names, and another.
    [Theory]
    [InlineData(Proto.MissouriActivity.CareerProfile, "MO-BILL-008", Proto.MissouriPayer.Vr, Proto.MissouriPayer.Pps)]
    [InlineData(Proto.MissouriActivity.JobSearch, "MO-BILL-009", Proto.MissouriPayer.Vr, Proto.MissouriPayer.Pps)]
    [InlineData(Proto.MissouriActivity.JobSupports, "MO-BILL-010", Proto.MissouriPayer.Vr, Proto.MissouriPayer.Pps)]
    [InlineData(Proto.MissouriActivity.TransportationCost, "MO-BILL-011", Proto.MissouriPayer.Vr, Proto.MissouriPayer.Pps)]
    [InlineData(Proto.MissouriActivity.LicenceOrCertificateCost, "MO-BILL-012", Proto.MissouriPayer.Vr, Proto.MissouriPayer.Pps)]
    [InlineData(Proto.MissouriActivity.BenefitsUnderstanding, "MO-BILL-017", Proto.MissouriPayer.Medicaid, Proto.MissouriPayer.Vr)]
    [InlineData(Proto.MissouriActivity.Db101, "MO-BILL-018", Proto.MissouriPayer.Medicaid, Proto.MissouriPayer.Vr)]
    [InlineData(Proto.MissouriActivity.CrisisSupport, "MO-BILL-019", Proto.MissouriPayer.Medicaid, Proto.MissouriPayer.Vr)]
    public async Task A_Missouri_activity_is_met_for_its_payer_and_not_for_another(
        Proto.MissouriActivity activity, string rule, Proto.MissouriPayer pays, Proto.MissouriPayer another)
    {
        var (individual, _) = billing.Eligibility.Person();
        var paid = await billing.Claimed(await Activity(individual, activity, pays));
        Assert.Equal((Proto.ClaimLineState.Ready, Verdict.Met), (paid.State, Assert.Single(paid.Decision.Findings, f => f.RuleId == rule).Verdict));
        (individual, _) = billing.Eligibility.Person();
        var refused = await billing.Claimed(await Activity(individual, activity, another));
        Assert.Equal((Proto.ClaimLineState.Refused, Verdict.NotMet), (refused.State, Assert.Single(refused.Decision.Findings, f => f.RuleId == rule).Verdict));
    }

    [Theory]
    [InlineData("no need in the plan", Proto.ClaimLineState.Refused, "MO-BILL-001")]
    [InlineData("need not known", Proto.ClaimLineState.Held, "MO-BILL-001")]
    [InlineData("not qualified", Proto.ClaimLineState.Refused, "MO-BILL-013")]
    [InlineData("no link to the plan", Proto.ClaimLineState.Refused, "MO-BILL-020")]
    [InlineData("no symptom", Proto.ClaimLineState.Refused, "MO-BILL-021")]
    [InlineData("billed to VR before", Proto.ClaimLineState.Refused, "MO-BILL-015")]
    [InlineData("a clinic bills Medicaid", Proto.ClaimLineState.Refused, "MO-BILL-022")]
    public async Task A_Missouri_activity_that_is_not_payable_names_the_rule(string what, Proto.ClaimLineState state, string rule)
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = await Activity(individual, Proto.MissouriActivity.SymptomSkills, Proto.MissouriPayer.Medicaid);
        switch (what)
        {
            case "no need in the plan": request.Evidence.MedicalNecessityInPlan = false; break;
            case "need not known": request.Evidence.ClearMedicalNecessityInPlan(); break;
            case "not qualified": request.Evidence.StaffCommunitySupportQualified = false; break;
            case "no link to the plan": request.Evidence.NoteLinksToPlan = false; break;
            case "no symptom": request.Evidence.SymptomInterferes = false; break;
            case "billed to VR before": request.Evidence.AlreadyBilledTo = Proto.MissouriBilledBefore.Vr; break;
            default: request.Evidence.Ccbhc = true; break;
        }

        var line = await billing.Claimed(request);
        Assert.Equal(state, line.State);
        Assert.Contains(line.Refusals, r => r.RuleId == rule);

        request.RequestId = BillingService.NewId();
        request.Evidence.BillTo = default;
        Assert.Equal(["evidence.bill_to"], (await billing.Claims.CreateClaimLineAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Theory]
    [InlineData(Proto.MissouriPayer.Pps, Verdict.Met)]
    [InlineData(Proto.MissouriPayer.Medicaid, Verdict.NotMet)]
    public async Task A_clinic_of_Missouri_bills_the_Prospective_Payment_System_MO_BILL_022(Proto.MissouriPayer billTo, Verdict verdict)
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = await Activity(individual, Proto.MissouriActivity.SymptomSkills, billTo);
        request.Evidence.Ccbhc = true;
        Assert.Equal(verdict, Assert.Single((await billing.Claimed(request)).Decision.Findings, f => f.RuleId == "MO-BILL-022").Verdict);
    }

    [Fact]
    public async Task Staff_without_a_role_refuse_nothing_where_the_program_has_no_rule_and_staff_who_are_refused_do()
    {
        var (individual, person) = billing.Eligibility.Person();
        person.Kind = AuthorizationKind.LaPriorAuth;
        var request = await Encounter(individual, Day);
        var staff = $"staff/{Guid.CreateVersion7()}";
        var note = billing.Note(individual, 60, "2025-03-05");
        (note.Program, note.RenderingStaff) = ("la-lhcc", staff);
        request = Louisiana("2025-03-05", (await billing.Notes.RecordServiceNoteAsync(note, billing.Us)).Name);
        request.RenderingStaff = staff;
        billing.Staff.Qualifications[staff] = new Qualification { StaffMember = staff };
        request.ValidateOnly = true;
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claimed(request)).State);
        billing.Staff.Qualifications[staff] = new Qualification
        {
            StaffMember = staff,
            Decision = new() { Verdict = Verdict.NotMet, Findings = { new Finding { RuleId = "LA-STAFF-001", Verdict = Verdict.NotMet } } },
        };
        Assert.Equal("LA-STAFF-001", (await billing.Claimed(request)).Refusals[0].RuleId);

        // Who is qualified and lacks a clearance that blocks is refused for the clearance, and for nothing else that is open.
        billing.Staff.Qualifications[staff] = new Qualification
        {
            StaffMember = staff,
            Decision = new() { Verdict = Verdict.Met, Findings = { new Finding { RuleId = "LA-STAFF-001", Verdict = Verdict.Met } } },
            Clearance = new()
            {
                Verdict = Verdict.NotMet,
                Findings = { new Finding { RuleId = "LA-BGC-001", Verdict = Verdict.NotMet }, new Finding { RuleId = "LA-BGC-004", Verdict = Verdict.NeedsFacts } },
            },
            OpenItems = { new OpenItem { RuleId = "LA-BGC-001", Blocks = true }, new OpenItem { RuleId = "LA-BGC-004" } },
        };
        Assert.Equal(["LA-BGC-001"], (await billing.Claimed(request)).Refusals.Select(refusal => refusal.RuleId));
    }

    private Task<string> State(string individual, int minutes, string day = Day) => billing.Noted(individual, minutes, day, "nc-state");

    private Task<string> Noted(string individual, string day, string program, int group = 1) =>
        billing.Noted(individual, 60, day, program, elements => elements.GroupSize = group);

    private Proto.CreateClaimLineRequest Louisiana(string day, params IEnumerable<string> notes)
    {
        var request = billing.NoteLine(day, notes);
        (request.Evidence.AgencyNpiOnClaim, request.Evidence.RenderingNpiOnClaim, request.Evidence.ChargeFor) = (true, true, Proto.ChargeFor.Service);
        (request.Evidence.DuplicateOrFreeService, request.Evidence.LrsServed) = (false, false);
        return request;
    }

    private Proto.CreateClaimLineRequest Month(string day, params IEnumerable<string> notes) => Louisiana(day, notes);

    private async Task<Proto.CreateClaimLineRequest> Encounter(string individual, string day, int group = 1) =>
        Louisiana(day, await Noted(individual, day, "la-lhcc", group));

    private async Task<Proto.CreateClaimLineRequest> Activity(string individual, Proto.MissouriActivity activity, Proto.MissouriPayer billTo)
    {
        var request = billing.NoteLine(Day, await Noted(individual, Day, "mo-dmh-vr"));
        request.Evidence = new()
        {
            Activity = activity,
            BillTo = billTo,
            MedicalNecessityInPlan = true,
            StaffCommunitySupportQualified = true,
            StaffQmhp = true,
            InTreatmentPlan = true,
            StaffTrainedDb101 = true,
            SymptomInterferes = true,
            NoteLinksToPlan = true,
            AlreadyBilledTo = Proto.MissouriBilledBefore.None,
        };
        return request;
    }
}
