using System.Text;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

[Collection("billing")]
public sealed class ServiceNoteTests(BillingService billing)
{
    private static readonly Dictionary<string, (string Rule, Verdict Verdict, Action<Proto.NoteElements> Change)> Changes = new()
    {
        ["name not known"] = ("NC-NOTE-001", Verdict.NeedsFacts, e => e.ClearIndividualName()),
        ["name blank"] = ("NC-NOTE-001", Verdict.NotMet, e => e.IndividualName = ""),
        ["service not known"] = ("NC-NOTE-003", Verdict.NeedsFacts, e => e.ClearServiceName()),
        ["service blank"] = ("NC-NOTE-003", Verdict.NotMet, e => e.ServiceName = " "),
        ["contact not known"] = ("NC-NOTE-004", Verdict.NeedsFacts, e => e.ContactType = default),
        ["contact by e-mail"] = ("NC-NOTE-004", Verdict.NotMet, e => e.ContactType = Proto.ContactType.Email),
        ["contact by video"] = ("NC-NOTE-004", Verdict.NeedsReview, e => e.ContactType = Proto.ContactType.Video),
        ["place not known"] = ("NC-NOTE-005", Verdict.NeedsFacts, e => e.PlaceOfService = default),
        ["goal not known"] = ("NC-NOTE-006", Verdict.NeedsFacts, e => e.ClearPurposeGoal()),
        ["goal blank"] = ("NC-NOTE-006", Verdict.NotMet, e => e.PurposeGoal = ""),
        ["interventions not known"] = ("NC-NOTE-007", Verdict.NeedsFacts, e => e.ClearInterventions()),
        ["interventions blank"] = ("NC-NOTE-007", Verdict.NotMet, e => e.Interventions = ""),
        ["minutes not known"] = ("NC-NOTE-008", Verdict.NeedsFacts, e => e.ClearDurationMinutes()),
        ["no minutes"] = ("NC-NOTE-008", Verdict.NotMet, e => e.DurationMinutes = 0),
        ["effectiveness not known"] = ("NC-NOTE-009", Verdict.NeedsFacts, e => e.ClearEffectiveness()),
        ["effectiveness blank"] = ("NC-NOTE-009", Verdict.NotMet, e => e.Effectiveness = ""),
        ["signature not known"] = ("NC-NOTE-010", Verdict.NeedsFacts, e => e.ClearSignedBy()),
        ["signature blank"] = ("NC-NOTE-010", Verdict.NotMet, e => e.SignedBy = ""),
        ["day of signature not known"] = ("NC-NOTE-010", Verdict.NeedsFacts, e => e.ClearSignatureDate()),
        ["day of signature blank"] = ("NC-NOTE-010", Verdict.NotMet, e => e.SignatureDate = ""),
        ["credentials not known"] = ("NC-NOTE-010", Verdict.NeedsFacts, e => e.ClearCredentialsOrTitle()),
        ["credentials blank"] = ("NC-NOTE-010", Verdict.NotMet, e => e.CredentialsOrTitle = ""),
        ["pages not known"] = ("NC-NOTE-011", Verdict.NeedsFacts, e => e.ClearNameOnEveryPage()),
        ["a page without the name"] = ("NC-NOTE-011", Verdict.NotMet, e => e.NameOnEveryPage = false),
        ["written by somebody else"] = ("NC-DOC-003", Verdict.NotMet, e => e.Author = $"staff/{Guid.CreateVersion7()}"),
        ["paperwork"] = ("NC-BILL-002", Verdict.NotMet, e => e.Activity = Proto.Activity.Paperwork),
        ["a no-show"] = ("NC-EXCL-021", Verdict.NotMet, e => e.Rendered = false),
        ["a group"] = ("NC-LIM-006", Verdict.NotMet, e => e.GroupSize = 2),
        ["in jail"] = ("NC-BILL-007", Verdict.NotMet, e => e.PlaceOfService = PlaceOfService.Jail),
        ["academic instruction"] = ("NC-EXCL-010", Verdict.NotMet, e => e.Activity = Proto.Activity.AcademicInstruction),
        ["a pre-vocational class"] = ("NC-EXCL-011", Verdict.NotMet, e => e.Activity = Proto.Activity.PrevocationalClass),
        ["volunteering"] = ("NC-EXCL-012", Verdict.NotMet, e => e.Activity = Proto.Activity.VolunteeringSupport),
        ["a set-aside job"] = ("NC-EXCL-013", Verdict.NotMet, e => e.Activity = Proto.Activity.SetAsideJobSupport),
        ["habilitation"] = ("NC-EXCL-015", Verdict.NotMet, e => e.Activity = Proto.Activity.Habilitation),
        ["transport not for work"] = ("NC-EXCL-016", Verdict.NotMet, e => e.Activity = Proto.Activity.NonEmploymentTransport),
        ["a service to the family"] = ("NC-EXCL-017", Verdict.NotMet, e => e.Activity = Proto.Activity.UnrelatedFamilyService),
        ["supervision"] = ("NC-EXCL-018", Verdict.NotMet, e => e.Activity = Proto.Activity.Supervision),
        ["recreation"] = ("NC-EXCL-020", Verdict.NotMet, e => e.Activity = Proto.Activity.Recreation),
        ["childcare"] = ("NC-EXCL-022", Verdict.NotMet, e => e.Activity = Proto.Activity.Childcare),
        ["special education"] = ("NC-EXCL-025", Verdict.NotMet, e => e.Activity = Proto.Activity.SpecialEducation),
        ["room and board"] = ("NC-EXCL-026", Verdict.NotMet, e => e.Activity = Proto.Activity.RoomAndBoard),
        ["conversion therapy"] = ("NC-BILL-009", Verdict.NotMet, e => e.Activity = Proto.Activity.ConversionTherapy),
        ["outreach for no one"] = ("NC-BILL-001", Verdict.NotMet, e => e.Activity = Proto.Activity.EmployerOutreachGeneric),
        ["a group at a job search"] = ("NC-EXCL-014", Verdict.NotMet, e => e.GroupSize = 2),
        ["a meeting without the person"] = ("NC-EXCL-019", Verdict.NotMet, e => (e.Activity, e.IndividualPresent) = (Proto.Activity.Meeting, false)),
        ["a meeting, presence not known"] = ("NC-EXCL-019", Verdict.NeedsFacts, e =>
        {
            e.Activity = Proto.Activity.Meeting;
            e.ClearIndividualPresent();
        }
        ),
        ["planned later"] = ("NC-EXCL-023", Verdict.NotMet, e => e.InterventionOnPlanFrom = "2025-03-05"),
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [Fact]
    public async Task A_stored_decision_is_read_repeated_and_explained_by_its_agency_and_the_read_is_audited()
    {
        var (individual, _) = billing.Eligibility.Person();
        var note = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual), billing.Us);
        DecisionRequest request = new() { Name = $"decisions/{note.Decision.DecisionId}" };
        Proto.Decisions.DecisionsClient decisions = new(billing.Calls);
        Assert.Equal(note.Decision, await decisions.GetDecisionAsync(request, billing.Us));
        Assert.Equal(ReplayOutcome.Same, (await decisions.ReplayDecisionAsync(request, billing.Us)).Outcome);
        Assert.Contains("The answer\nYes.\n", (await decisions.ExplainDecisionAsync(request, billing.Us)).Text);
        await decisions.GetDecisionAsync(request, billing.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        Assert.Equal(request.Name, Assert.Single((await decisions.ListDependentsAsync(new() { Record = note.Name }, billing.Us)).Dependents).Decision);
        Assert.Empty((await decisions.ListDependentsAsync(new() { Record = note.Name }, billing.As(Roles.Provider, "another-agency"))).Dependents);
        Assert.Equal(3, await billing.Count(
            "audit_log l join audit_contexts c on c.code = l.context where c.action = 'read' and c.rpc like '%Decisions/%' "
            + $"and l.person = '{individual["individuals/".Length..]}'"));
    }

    [Fact]
    public async Task A_note_is_signed_on_the_day_of_service_or_later_and_not_ahead()
    {
        // JobSupportTests has those of jobs and education, IncentiveTests those of incentives, NoteSigningTests those of co-signatures.
        Assert.Equal(
            ["CoSignServiceNoteRequest.date", "EducationTerm.start_date", "JobTerms.from_date", "NoteElements.signature_date", "RecordIncentiveStepRequest.date",
                "RecordReviewRequest.received_date", "SubmitIncentiveInvoiceRequest.submitted_date"],
            DaysOfRequests.AfterOthers("ips.billing.v1"));
        var (individual, _) = billing.Eligibility.Person();
        foreach (var (day, says) in new[] { ("1990-01-01", "before service_date"), ("2199-01-01", "in the future") })
        {
            var refused = await Refusal.Of(async () =>
                await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, change: e => e.SignatureDate = day), billing.Us));
            Assert.Equal((StatusCode.InvalidArgument, "elements.signature_date"), (refused.Code, Assert.Single(refused.Fields)));
            Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_incomplete_note_is_stored_with_the_rule_and_has_no_units(string name)
    {
        var (rule, verdict, change) = Changes[name];
        var (individual, _) = billing.Eligibility.Person();
        var note = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, change: change), billing.Us);
        Assert.Equal(verdict, note.Decision.Verdict);
        Assert.Equal(verdict, Assert.Single(note.Decision.Findings, f => f.RuleId == rule).Verdict);
        Assert.Equal((0, 0), (note.BillableMinutes, note.DayUnits));
        var read = await billing.Notes.GetServiceNoteAsync(new() { Name = note.Name }, billing.Us);
        Assert.Equal(note, read);
        var milestone = await billing.Milestones.SubmitMilestoneAsync(BillingService.First(individual, BillingService.Day, note.Name), billing.Us)
            .Refused(StatusCode.InvalidArgument);
        Assert.Equal(["evidence.service_notes[0]"], milestone.Fields());
    }

    [Theory]
    [InlineData(Proto.Activity.Meeting, "NC-EXCL-019")]
    [InlineData(Proto.Activity.EmployerContactForIndividual, "NC-BILL-001")]
    [InlineData(Proto.Activity.DirectSupport, "NC-EXCL-014")]
    public async Task What_is_given_to_or_for_the_person_is_billable(Proto.Activity activity, string rule)
    {
        var (individual, _) = billing.Eligibility.Person();
        var note = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, change: e => e.Activity = activity), billing.Us);
        Assert.Equal((Verdict.Met, 60), (note.Decision.Verdict, note.BillableMinutes));
        Assert.Equal(Verdict.Met, Assert.Single(note.Decision.Findings, f => f.RuleId == rule).Verdict);
    }

    [Fact]
    public async Task A_complete_note_is_billable_with_a_finding_for_every_element()
    {
        var (individual, _) = billing.Eligibility.Person();
        var note = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual), billing.Us);
        Assert.Equal((Verdict.Met, 60, 4), (note.Decision.Verdict, note.BillableMinutes, note.DayUnits));
        for (var element = 1; element <= 11; element++)
        {
            var finding = Assert.Single(note.Decision.Findings, f => f.RuleId == $"NC-NOTE-{element:000}");
            Assert.Equal(Verdict.Met, finding.Verdict);
            Assert.NotEmpty(finding.Citation.Section);
        }
    }

    [Fact]
    public async Task Units_are_rounded_down_over_the_day_and_not_per_contact()
    {
        var (individual, _) = billing.Eligibility.Person();
        var first = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, 22), billing.Us);
        var second = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, 23), billing.Us);
        Assert.Equal((1, 3), (first.DayUnits, second.DayUnits));
        var other = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, 29, "2025-03-05"), billing.Us);
        Assert.Equal(1, other.DayUnits);
        var milestone = await billing.Submitted(BillingService.First(individual, "2025-03-05", first.Name, second.Name, other.Name));
        Assert.Equal((4, "98.52"), (milestone.Units, milestone.Amount.Amount));
    }

    [Fact]
    public async Task A_note_under_a_name_that_the_record_does_not_have_goes_to_a_person_and_counts_meanwhile()
    {
        var (individual, _) = billing.Eligibility.Person();
        var note = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, change: e => e.IndividualName = "Another Name"), billing.Us);
        var finding = Assert.Single(note.Decision.Findings, f => f.Verdict != Contracts.Common.V1.Verdict.Met && f.Deciding);
        Assert.Equal(("NC-NOTE-001", Contracts.Common.V1.Verdict.NeedsReview), (finding.RuleId, finding.Verdict));
        Assert.Equal((Contracts.Common.V1.Verdict.NeedsReview, 60, 4), (note.Decision.Verdict, note.BillableMinutes, note.DayUnits));
        Assert.DoesNotContain("Another", note.Decision.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_notes_of_a_day_recorded_at_once_still_add_up()
    {
        var (individual, _) = billing.Eligibility.Person();
        var notes = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => billing.Notes.RecordServiceNoteAsync(billing.Note(individual, 10), billing.Us).ResponseAsync));
        Assert.Equal([0, 1, 2, 2], notes.Select(n => n.DayUnits).Order());
    }

    [Fact]
    public async Task Texts_of_a_note_are_not_readable_in_the_database()
    {
        var (individual, _) = billing.Eligibility.Person();
        var secret = $"Marker{Guid.CreateVersion7():N}";
        var request = billing.Note(
            individual, change: e =>
                (e.IndividualName, e.PurposeGoal, e.Interventions, e.Effectiveness, e.SignedBy) = (secret, secret, secret, secret, secret));
        var note = await billing.Notes.RecordServiceNoteAsync(request, billing.Us);
        Assert.Equal(secret, (await billing.Notes.GetServiceNoteAsync(new() { Name = note.Name }, billing.Us)).Elements.Effectiveness);
        Assert.DoesNotContain(secret, note.Decision.ToString(), StringComparison.Ordinal);

        var tables = ((string)(
            await billing.Database.ScalarAsync("select string_agg(quote_ident(tablename), ',') from pg_tables where schemaname = 'public'"))!).Split(',');
        Assert.Contains("service_notes", tables);
        var hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret));
        foreach (var table in tables)
            Assert.True(await billing.Count($"{table} t", $"t::text like '%{secret}%' or t::text like '%{hex}%'") == 0, $"{table} holds the text of a note");
    }

    [Fact]
    public async Task Validate_only_stores_and_publishes_nothing()
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = billing.Note(individual);
        (request.ValidateOnly, request.RequestId) = (true, "");
        var note = await billing.Notes.RecordServiceNoteAsync(request, billing.Us);
        Assert.Equal(("", 4), (note.Name, note.DayUnits));
        Assert.Equal(0, await billing.Count("service_notes", $"individual_id = '{individual[12..]}'"));
    }

    [Fact]
    public async Task A_payer_without_consent_gets_a_note_without_the_texts_that_could_reveal_substance_use()
    {
        var (individual, person) = billing.Eligibility.Person();
        GetName name = new(await billing.Noted(individual));
        await billing.Cover(individual);
        person.TextsWithheld = true;
        var payer = billing.As(Roles.Mco, "alliance");
        var listed = Assert.Single((await billing.Notes.ListServiceNotesAsync(new() { Individual = individual }, payer)).ServiceNotes);
        foreach (var note in new[] { listed, await billing.Notes.GetServiceNoteAsync(name.Note, payer) })
        {
            Assert.Equal((true, false, false, false), (note.TextsWithheld, note.Elements.HasPurposeGoal, note.Elements.HasInterventions, note.Elements.HasEffectiveness));
            Assert.Equal((60, 4, true), (note.BillableMinutes, note.DayUnits, note.Elements.HasDurationMinutes));
        }

        var own = await billing.Notes.GetServiceNoteAsync(name.Note, billing.Us);
        Assert.Equal((false, "Sealed progress"), (own.TextsWithheld, own.Elements.Effectiveness));
        person.TextsWithheld = false;
        Assert.Equal("Sealed progress", (await billing.Notes.GetServiceNoteAsync(name.Note, payer)).Elements.Effectiveness);
    }

    [Fact]
    public async Task Foreign_providers_and_payers_do_not_see_a_note_and_may_not_write_for_us()
    {
        var (individual, _) = billing.Eligibility.Person();
        GetName name = new(await billing.Noted(individual));
        await billing.Cover(individual);
        await billing.Notes.GetServiceNoteAsync(name.Note, billing.As(Roles.Provider, "other-agency")).Refused(StatusCode.NotFound);
        await billing.Notes.GetServiceNoteAsync(name.Note, billing.As(Roles.Mco, "vaya")).Refused(StatusCode.NotFound);
        Assert.Equal(name.Note.Name, (await billing.Notes.GetServiceNoteAsync(name.Note, billing.As(Roles.Mco, "alliance"))).Name);
        await billing.Notes.RecordServiceNoteAsync(billing.Note(individual), billing.As(Roles.Provider, "other-agency"))
            .Refused(StatusCode.PermissionDenied);
        var list = await billing.Notes.ListServiceNotesAsync(new() { Individual = individual }, billing.As(Roles.Provider, "other-agency"));
        Assert.Empty(list.ServiceNotes);
        Assert.Single((await billing.Notes.ListServiceNotesAsync(new() { Individual = individual }, billing.Us)).ServiceNotes);
    }

    private sealed record GetName(string Name)
    {
        public Proto.GetServiceNoteRequest Note => new() { Name = Name };
    }

    [Fact]
    public async Task A_day_of_a_person_has_at_most_24_hours()
    {
        var (individual, _) = billing.Eligibility.Person();
        await billing.Noted(individual, 23 * 60);
        Assert.Equal(["elements.duration_minutes"],
            (await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, 61), billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        await billing.Noted(individual, 60);
        await billing.Noted(individual, 60, "2025-03-05");
    }

    [Fact]
    public async Task The_same_note_word_for_word_is_not_recorded_twice()
    {
        var (individual, _) = billing.Eligibility.Person();
        var note = billing.Note(individual);
        var first = await billing.Notes.RecordServiceNoteAsync(note, billing.Us);
        note.RequestId = BillingService.NewId();
        Assert.Contains(first.Name, (await billing.Notes.RecordServiceNoteAsync(note, billing.Us).Refused(StatusCode.AlreadyExists)).Message);
        note.Elements.Interventions = "Sealed interventions of the second contact";
        Assert.Equal(8, (await billing.Notes.RecordServiceNoteAsync(note, billing.Us)).DayUnits);
    }
}
