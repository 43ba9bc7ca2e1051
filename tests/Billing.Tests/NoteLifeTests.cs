using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>A note after it was recorded: additions, voids, times that overlap, and programs without rules about notes.</summary>
[Collection("billing")]
public sealed class NoteLifeTests(BillingService billing)
{
    [Fact]
    public async Task An_addendum_is_added_encrypted_and_the_note_stays_as_it_was()
    {
        var (individual, person) = billing.Eligibility.Person();
        var note = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual), billing.Us);
        var first = await billing.Notes.AddAddendumAsync(Addition(note.Name, "Sealed addition"), billing.Us);
        var second = await billing.Notes.AddAddendumAsync(Addition(note.Name, "Another one"), billing.Us);
        Assert.Equal(["Sealed addition", "Another one"], second.Addenda.Select(a => a.Text));
        Assert.Equal((note.Elements, note.Decision, billing.Esp), (second.Elements, second.Decision, second.Addenda[0].Author));
        Assert.Equal(second, await billing.Notes.GetServiceNoteAsync(new() { Name = note.Name }, billing.Us));
        Assert.Single(first.Addenda);
        Assert.Equal(2, await billing.Count("audit_log l join audit_contexts c on c.code = l.context where c.action = 'write' and c.rpc like '%/AddAddendum' "
            + $"and l.person = '{individual["individuals/".Length..]}'"));
        Assert.DoesNotContain("Sealed addition", await billing.Everything());

        // A payer without consent receives no text.
        await billing.Cover(individual);
        person.TextsWithheld = true;
        Assert.Empty((await billing.Notes.GetServiceNoteAsync(new() { Name = note.Name }, billing.As(Roles.Mco, "alliance"))).Addenda);

        foreach (var (field, change) in new (string, Action<Proto.AddAddendumRequest>)[]
        {
            ("text", r => r.Text = " "), ("text", r => r.Text = new('a', 10_001)), ("author", r => r.Author = ""),
        })
        {
            var request = Addition(note.Name, "text");
            change(request);
            Assert.Equal([field], (await billing.Notes.AddAddendumAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        await billing.Notes.AddAddendumAsync(Addition(note.Name, "text"), billing.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        await billing.Notes.AddAddendumAsync(Addition(note.Name, "text"), billing.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);
        var unsigned = await billing.Notes.RecordServiceNoteAsync(billing.Note(individual, change: e => e.ClearSignedBy()), billing.Us);
        await billing.Notes.AddAddendumAsync(Addition(unsigned.Name, "text"), billing.Us).Refused(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task A_void_note_counts_nowhere_and_reopens_milestone_1_and_its_line()
    {
        var (individual, _) = billing.Eligibility.Person();
        var (first, second) = (await billing.Noted(individual), await billing.Noted(individual, 30));
        var milestone = await billing.Submitted(BillingService.First(individual, BillingService.Day, first, second));
        var line = await billing.Claimed(billing.Line(milestone.Name));
        Assert.Equal((6, Proto.ClaimLineState.Ready), (line.Units, line.State));

        var request = Void(second);
        request.ValidateOnly = true;
        Assert.NotNull((await billing.Notes.VoidServiceNoteAsync(request, billing.Us)).VoidTime);
        Assert.Equal(Proto.ClaimLineState.Ready, (await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us)).State);

        var voided = await billing.Notes.VoidServiceNoteAsync(Void(second), billing.Us);
        Assert.Equal(Proto.NoteVoidReason.Duplicate, voided.VoidReason);
        Assert.Equal(voided, await billing.Notes.GetServiceNoteAsync(new() { Name = second }, billing.Us));
        var now = await billing.Milestones.GetMilestoneAsync(new() { Name = milestone.Name }, billing.Us);
        Assert.Equal((4, 6), (now.PayableUnits, milestone.PayableUnits));
        var questioned = await billing.Claims.GetClaimLineAsync(new() { Name = line.Name }, billing.Us);
        Assert.Equal((Proto.ClaimLineState.Attention, "NCC-MS-01b"), (questioned.State, questioned.Refusals[0].RuleId));

        // The line is voided and made again for what is left.
        await billing.Claims.VoidClaimLineAsync(new() { Name = line.Name, Etag = questioned.Etag, RequestId = BillingService.NewId() }, billing.Us);
        var again = await billing.Claimed(billing.Line(milestone.Name));
        Assert.Equal((Proto.ClaimLineState.Ready, 4), (again.State, again.Units));
        Assert.Equal(1, await billing.Count("outbox_rows", $"type = 'ips.billing.service-note-voided.v1' and subject = '{second}'"));

        await billing.Notes.VoidServiceNoteAsync(Void(second), billing.Us).Refused(StatusCode.FailedPrecondition);
        await billing.Notes.AddAddendumAsync(Addition(second, "text"), billing.Us).Refused(StatusCode.FailedPrecondition);
        await billing.Notes.VoidServiceNoteAsync(Void(first), billing.As(Roles.Provider, "another-agency")).Refused(StatusCode.NotFound);
        await billing.Notes.VoidServiceNoteAsync(Void(first), billing.As(Roles.Mco, "alliance")).Refused(StatusCode.PermissionDenied);
        var reasonless = Void(first);
        reasonless.Reason = default;
        Assert.Equal(["reason"], (await billing.Notes.VoidServiceNoteAsync(reasonless, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task The_same_contact_may_be_recorded_again_after_a_void()
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = billing.Note(individual, 24 * 60);
        var note = await billing.Notes.RecordServiceNoteAsync(request, billing.Us);
        request.RequestId = BillingService.NewId();
        await billing.Notes.RecordServiceNoteAsync(request, billing.Us).Refused(StatusCode.InvalidArgument);
        await billing.Notes.VoidServiceNoteAsync(Void(note.Name), billing.Us);
        Assert.Equal(24 * 60, (await billing.Notes.RecordServiceNoteAsync(request, billing.Us)).BillableMinutes);
    }

    [Fact]
    public async Task Time_that_a_person_shares_counts_once_and_the_other_note_is_named()
    {
        var (individual, _) = billing.Eligibility.Person();
        var first = await billing.Notes.RecordServiceNoteAsync(Timed(individual, "15:00", "16:00"), billing.Us);
        Assert.Empty(first.Overlaps);
        // Touching is no overlap.
        Assert.Empty((await billing.Notes.RecordServiceNoteAsync(Timed(individual, "16:00", "16:15", staff: OtherStaff()), billing.Us)).Overlaps);
        var second = await billing.Notes.RecordServiceNoteAsync(Timed(individual, "15:30", "16:00", staff: OtherStaff()), billing.Us);
        var overlap = Assert.Single(second.Overlaps);
        Assert.Equal((first.Name, Proto.OverlapKind.SamePerson, 30), (overlap.ServiceNote, overlap.Kind, overlap.Minutes));
        // 60 + 15 + 30 minutes of which 30 are shared: 5 units, not 7.
        Assert.Equal((0, 5), (second.BillableMinutes, second.DayUnits));
        Assert.Equal(second, await billing.Notes.GetServiceNoteAsync(new() { Name = second.Name }, billing.Us));
    }

    [Fact]
    public async Task A_staff_member_with_two_people_at_one_time_serves_a_group()
    {
        var ((one, _), (two, _)) = (billing.Eligibility.Person(), billing.Eligibility.Person());
        var staff = OtherStaff();
        var first = await billing.Notes.RecordServiceNoteAsync(Timed(one, "15:00", "16:00", staff: staff), billing.Us);
        var second = await billing.Notes.RecordServiceNoteAsync(Timed(two, "15:59", "16:30", staff: staff), billing.Us);
        Assert.Equal((first.Name, Proto.OverlapKind.SameStaff, 1),
            (Assert.Single(second.Overlaps).ServiceNote, second.Overlaps[0].Kind, second.Overlaps[0].Minutes));
        Assert.Equal((Verdict.NotMet, 0), (Assert.Single(second.Decision.Findings, f => f.RuleId == "NC-LIM-006").Verdict, second.BillableMinutes));
        Assert.Equal(Verdict.Met, (await billing.Notes.RecordServiceNoteAsync(Timed(two, "16:30", "17:00", staff: staff), billing.Us)).Decision.Verdict);
    }

    [Fact]
    public async Task A_day_of_a_staff_member_has_24_hours()
    {
        var staff = OtherStaff();
        for (var i = 0; i < 2; i++)
        {
            var (person, _) = billing.Eligibility.Person();
            await billing.Notes.RecordServiceNoteAsync(Timed(person, i == 0 ? "05:00" : "17:00", i == 0 ? "17:00" : "28:00", staff), billing.Us);
        }

        // 23 hours are noted: the 24th fits, and a minute more does not, though it is at no other time.
        var (third, _) = billing.Eligibility.Person();
        Assert.Equal(["elements.duration_minutes"], (await billing.Notes.RecordServiceNoteAsync(Timed(third, "28:00", "29:01", staff), billing.Us)
            .Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Empty((await billing.Notes.RecordServiceNoteAsync(Timed(third, "28:00", "29:00", staff), billing.Us)).Overlaps);
    }

    [Theory]
    // New York is five hours behind UTC on that day: a contact across midnight begins on its day of service.
    [InlineData("2025-03-05T04:30:00Z", "2025-03-05T05:30:00Z", 60, null)]
    [InlineData("2025-03-05T05:00:00Z", "2025-03-05T06:00:00Z", 60, "elements.start_time")]
    [InlineData("2025-03-04T15:00:00Z", "2025-03-04T15:00:00Z", 0, "elements.end_time")]
    [InlineData("2025-03-04T15:00:00Z", "2025-03-05T15:01:00Z", 60, "elements.end_time")]
    [InlineData("2025-03-04T15:00:00Z", "2025-03-04T15:59:00Z", 60, "elements.duration_minutes")]
    [InlineData("2025-03-04T15:00:00Z", null, 60, "elements.end_time")]
    [InlineData(null, "2025-03-04T15:00:00Z", 60, "elements.start_time")]
    public async Task Times_of_a_contact_lie_on_its_day_in_the_zone_of_the_program(string? start, string? end, int minutes, string? wrong)
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = By(OtherStaff(), billing.Note(individual, minutes, change: e => (e.StartTime, e.EndTime) = (At(start), At(end))));
        if (wrong is null)
            Assert.Equal(Verdict.Met, (await billing.Notes.RecordServiceNoteAsync(request, billing.Us)).Decision.Verdict);
        else
            Assert.Equal([wrong], (await billing.Notes.RecordServiceNoteAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    [InlineData("mo-dmh-vr")]
    public async Task A_program_without_rules_about_notes_says_so_and_keeps_the_note(string program)
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = billing.Note(individual, 45);
        request.Program = program;
        var note = await billing.Notes.RecordServiceNoteAsync(request, billing.Us);
        Assert.Equal(("service-note", null, 45, 0), (note.NoSuchRule, note.Decision, note.BillableMinutes, note.DayUnits));
        Assert.Equal(note, await billing.Notes.GetServiceNoteAsync(new() { Name = note.Name }, billing.Us));
        Assert.Contains(note, (await billing.Notes.ListServiceNotesAsync(new() { Individual = individual }, billing.Us)).ServiceNotes);
        var noShow = billing.Note(individual, 45, change: e => e.Rendered = false);
        noShow.Program = program;
        Assert.Equal(0, (await billing.Notes.RecordServiceNoteAsync(noShow, billing.Us)).BillableMinutes);
    }

    private static Timestamp? At(string? instant) =>
        instant is null ? null : DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture).ToTimestamp();

    private static string OtherStaff() => $"staff/{Guid.CreateVersion7()}";

    private static Proto.RecordServiceNoteRequest By(string staff, Proto.RecordServiceNoteRequest request)
    {
        (request.RenderingStaff, request.Elements.Author) = (staff, staff);
        return request;
    }

    private Proto.RecordServiceNoteRequest Timed(string individual, string start, string end, string? staff = null)
    {
        var (from, to) = (Clock(start), Clock(end));
        var minutes = (int)(to.Seconds - from.Seconds) / 60;
        return By(staff ?? OtherStaff(), billing.Note(individual, minutes, change: e => (e.StartTime, e.EndTime) = (from, to)));
    }

    /// <summary>Hours and minutes after the midnight in UTC with which the day of service begins; the day in New York begins at 05:00.</summary>
    private static Timestamp Clock(string time) => new DateTimeOffset(2025, 3, 4, 0, 0, 0, TimeSpan.Zero)
        .AddMinutes((int.Parse(time[..2], System.Globalization.CultureInfo.InvariantCulture) * 60) + int.Parse(time[3..], System.Globalization.CultureInfo.InvariantCulture))
        .ToTimestamp();

    private Proto.AddAddendumRequest Addition(string note, string text) =>
        new() { Name = note, Text = text, Author = billing.Esp, RequestId = BillingService.NewId() };

    private static Proto.VoidServiceNoteRequest Void(string note) =>
        new() { Name = note, Reason = Proto.NoteVoidReason.Duplicate, RequestId = BillingService.NewId() };
}
