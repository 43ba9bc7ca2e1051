using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>The signature of a second staff member, and notes that are recorded in a stream or by a client that was offline.</summary>
[Collection("billing")]
public sealed class NoteSigningTests(BillingService service) : LaterMilestoneSteps(service)
{
    [Fact]
    public async Task A_second_staff_member_signs_a_note_once_and_nothing_else_of_it_changes()
    {
        var (individual, _) = Service.Eligibility.Person();
        var note = await Service.Notes.RecordServiceNoteAsync(Service.Note(individual), Service.Us);
        var leader = Staff(StaffRole.TeamLead);
        var signed = await Service.Notes.CoSignServiceNoteAsync(Sign(note.Name, leader), Service.Us);
        Assert.Equal((leader, StaffRole.TeamLead, BillingService.Day), (signed.CoSignature.StaffMember, signed.CoSignature.Role, signed.CoSignature.Date));
        Assert.Equal((note.Elements, note.Decision), (signed.Elements, signed.Decision));
        Assert.Equal(signed, await Service.Notes.GetServiceNoteAsync(new() { Name = note.Name }, Service.Us));
        await Service.Notes.CoSignServiceNoteAsync(Sign(note.Name, Staff(StaffRole.TeamLead)), Service.Us).Refused(StatusCode.FailedPrecondition);
        await Service.Notes.CoSignServiceNoteAsync(Sign(note.Name, leader), Service.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
    }

    [Theory]
    [InlineData("author", "staff_member")]
    [InlineData("no role", "staff_member")]
    [InlineData("the day before the signature", "date")]
    [InlineData("tomorrow", "date")]
    [InlineData("the day of the signature", "")]
    [InlineData("the day after it", "")]
    public async Task Who_may_sign_and_when(string what, string field)
    {
        var (individual, _) = Service.Eligibility.Person();
        var note = await Service.Noted(individual);
        var request = Sign(note, what == "author" ? Service.Esp : Staff(what == "no role" ? StaffRole.Unspecified : StaffRole.Epm), what switch
        {
            "the day before the signature" => "2025-03-03",
            "the day after it" => "2025-03-05",
            "tomorrow" => "2999-01-01",
            _ => BillingService.Day,
        });
        if (what == "author")
            Service.Staff.Qualifications[Service.Esp] = new() { StaffMember = Service.Esp, Qualified = true, Role = StaffRole.Esp };
        try
        {
            if (field.Length == 0)
                Assert.NotNull((await Service.Notes.CoSignServiceNoteAsync(request, Service.Us)).CoSignature);
            else
                Assert.Equal([field], (await Service.Notes.CoSignServiceNoteAsync(request, Service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }
        finally
        {
            if (what == "author")
                Service.Staff.Qualifications.TryRemove(Service.Esp, out _);
        }
    }

    [Fact]
    public async Task A_note_that_is_void_or_not_signed_is_not_co_signed()
    {
        var (individual, _) = Service.Eligibility.Person();
        var unsigned = await Service.Noted(individual, change: elements => elements.ClearSignedBy());
        await Service.Notes.CoSignServiceNoteAsync(Sign(unsigned, Staff(StaffRole.TeamLead)), Service.Us).Refused(StatusCode.FailedPrecondition);
        var note = await Service.Noted(individual);
        await Service.Notes.VoidServiceNoteAsync(new() { Name = note, Reason = Proto.NoteVoidReason.Duplicate, RequestId = BillingService.NewId() }, Service.Us);
        await Service.Notes.CoSignServiceNoteAsync(Sign(note, Staff(StaffRole.TeamLead)), Service.Us).Refused(StatusCode.FailedPrecondition);
    }

    [Theory]
    [InlineData(StaffRole.TeamLead, Proto.MilestoneState.UnderReview)]
    [InlineData(StaffRole.Esp, Proto.MilestoneState.Collecting)]
    public async Task Milestone_4_is_decided_again_when_its_approval_is_co_signed_NCC_MS_04d(StaffRole role, Proto.MilestoneState state)
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "closed", "2025-01-20");
        await Service.Approved(await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01"));
        var note = await Service.Noted(individual, day: Fourth);
        // What is stated counts no more where the note itself is named.
        var milestone = await Support(individual, evidence => evidence.TeamLeadNote = note);
        Assert.Equal((Proto.MilestoneState.Collecting, Verdict.NeedsFacts),
            (milestone.State, milestone.Decision.Findings.Single(f => f.RuleId == "NCC-MS-04d").Verdict));
        await Service.Notes.CoSignServiceNoteAsync(Sign(note, Staff(role), Fourth), Service.Us);
        Assert.Equal(state, (await Service.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, Service.Us)).State);
    }

    [Fact]
    public async Task Milestone_4_takes_a_note_that_the_Team_Lead_wrote_and_none_of_another_person()
    {
        var (individual, _) = Service.Eligibility.Person();
        await Service.Referred(individual, "closed", "2025-01-20");
        await Service.Approved(await Job(individual, evidence => evidence.SupportPlanDate = "2025-02-01"));
        var written = await Contact(individual, Fourth, Staff(StaffRole.TeamLead), Proto.ContactType.InPerson);
        Assert.Equal(Proto.MilestoneState.UnderReview, (await Support(individual, evidence => evidence.TeamLeadNote = written)).State);
        var (stranger, _) = Service.Eligibility.Person();
        var foreign = await Service.Noted(stranger, day: Fourth);
        var request = BillingService.Later(individual, 4, Fourth, new() { TeamLeadNote = foreign });
        Assert.Equal(["evidence.team_lead_note"], (await Service.Milestones.SubmitMilestoneAsync(request, Service.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task A_stream_of_notes_gets_an_answer_for_each_in_its_order_and_one_that_is_wrong_ends_nothing()
    {
        var (individual, _) = Service.Eligibility.Person();
        var wrong = Service.Note(individual, minutes: -1);
        List<Proto.RecordServiceNotesRequest> items =
        [
            new() { ItemId = "a", Record = Service.Note(individual, 30) },
            new() { ItemId = "b", Record = wrong },
            new() { ItemId = "c" },
            .. Enumerable.Range(0, 20).Select(i => new Proto.RecordServiceNotesRequest { ItemId = $"{i}", Record = Service.Note(individual, 15) }),
        ];
        var answers = await Stream(items);
        Assert.Equal(items.Select(i => i.ItemId), answers.Select(a => a.ItemId));
        Assert.Equal(["b", "c"], answers.Where(a => a.Problem is not null).Select(a => a.ItemId));
        Assert.Equal((int)StatusCode.InvalidArgument, answers[1].Problem.Code);
        Assert.Equal(21, await Service.Count("service_notes", $"individual_id = '{individual[12..]}'"));

        // Sent again after a cut: the same notes.
        Assert.Equal(answers.Select(a => a.ServiceNote?.Name), (await Stream(items)).Select(a => a.ServiceNote?.Name));
        Assert.Equal(21, await Service.Count("service_notes", $"individual_id = '{individual[12..]}'"));
    }

    [Fact]
    public async Task A_note_of_an_offline_client_is_stored_once_whenever_it_is_sent()
    {
        var (individual, _) = Service.Eligibility.Person();
        var request = Service.Note(individual);
        request.ClientId = Guid.NewGuid().ToString();
        var note = await Service.Notes.RecordServiceNoteAsync(request, Service.Us);
        Assert.Equal(request.ClientId, note.ClientId);
        var again = request.Clone();
        again.RequestId = BillingService.NewId();
        Assert.Equal(note, await Service.Notes.RecordServiceNoteAsync(again, Service.Us));

        var other = again.Clone();
        (other.RequestId, other.Elements.DurationMinutes) = (BillingService.NewId(), 45);
        await Service.Notes.RecordServiceNoteAsync(other, Service.Us).Refused(StatusCode.AlreadyExists);
        other.ClientId = "not-a-uuid";
        await Service.Notes.RecordServiceNoteAsync(other, Service.Us).Refused(StatusCode.InvalidArgument);

        // Two at once are one.
        var third = Service.Note(individual, 20);
        third.ClientId = Guid.NewGuid().ToString();
        var fourth = third.Clone();
        fourth.RequestId = BillingService.NewId();
        var names = await BillingService.AtOnce(n => n.Name,
            () => Service.Notes.RecordServiceNoteAsync(third, Service.Us).ResponseAsync, () => Service.Notes.RecordServiceNoteAsync(fourth, Service.Us).ResponseAsync);
        Assert.Single(names.Where(n => n != nameof(StatusCode.AlreadyExists)).Distinct());
        Assert.Equal(1, await Service.Count("service_notes", $"client_id = '{third.ClientId}'"));
    }

    private static Proto.CoSignServiceNoteRequest Sign(string note, string staff, string day = BillingService.Day) =>
        new() { Name = note, StaffMember = staff, Date = day, RequestId = BillingService.NewId() };

    private async Task<List<Proto.RecordServiceNotesResponse>> Stream(IEnumerable<Proto.RecordServiceNotesRequest> items)
    {
        using var call = Service.Notes.RecordServiceNotes(Service.Us);
        List<Proto.RecordServiceNotesResponse> answers = [];
        var reading = Task.Run(async () =>
        {
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
                answers.Add(answer);
        });
        foreach (var item in items)
            await call.RequestStream.WriteAsync(item);
        await call.RequestStream.CompleteAsync();
        await reading;
        return answers;
    }
}
