using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Gate = Ips.Contracts.Staffing.V1.QualificationGate;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>A service of its own, whose clock a test moves: what someone holds runs out on a day.</summary>
[AnsweredRule.Named]
public sealed class RenewalTests(MovingStaffingService service) : IClassFixture<MovingStaffingService>
{
    [Fact]
    public async Task A_credential_that_ends_is_due_on_its_last_day_blocks_after_it_and_a_renewal_clears()
    {
        var agency = await Agency.Register(service, "nc-state", start: 300);
        var esp = await agency.Hire(0);
        var credential = await agency.Staff.AddCredentialAsync(new()
        {
            StaffMember = esp,
            Credential = new() { Type = Proto.CredentialType.Cesp, ValidFrom = service.Day(-1), ValidThrough = service.Day(20) },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        await agency.Assign(esp, StaffRole.Esp, 0);
        var due = Assert.Single(await Credentials());
        Assert.Equal(("NC-STAFF-002", service.Day(20)), (due.RuleId, due.DueOn));
        Assert.Equal("qualified", await States(esp));

        service.Clock.Advance(TimeSpan.FromDays(21));
        await Poll.Until(async () => await States(esp) == "qualified blocked");
        Assert.Equal(Gate.Blocked, (await agency.Verify(esp)).Gate);
        await agency.Staff.VerifyCredentialAsync(new()
        {
            StaffMember = esp,
            CredentialId = credential.Id,
            VerifiedOn = service.Day(),
            VerifiedAt = "register",
            ValidThrough = service.Day(300),
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal("qualified blocked cleared qualified", await States(esp));
        Assert.Equal(service.Day(300), Assert.Single(await Credentials()).DueOn);

        async Task<IReadOnlyList<Proto.StaffDeadline>> Credentials() =>
            [.. (await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = esp }, agency.Own)).Deadlines.Where(d => d.Kind == "credential")];
    }

    [Fact]
    public async Task A_credential_beside_another_that_is_enough_is_not_due()
    {
        var agency = await Agency.Register(service, "nc-state");
        var esp = await agency.Member(StaffRole.Esp);
        await agency.Staff.AddCredentialAsync(new()
        {
            StaffMember = esp,
            Credential = new() { Type = Proto.CredentialType.Cips, ValidFrom = service.Day(-1), ValidThrough = service.Day(20) },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.DoesNotContain((await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = esp }, agency.Own)).Deadlines, d => d.Kind == "credential");
    }

    [Fact]
    public async Task A_card_that_runs_out_is_due_by_its_last_day_until_the_next_one()
    {
        var agency = await Agency.Register(service, "la-acla");
        var esp = await agency.Hire(-10);
        await agency.Assign(esp, StaffRole.Esp);
        await Card(-1, 15);
        Assert.Equal((service.Day(15), "LA-TRN-002"), await Due());
        await Card(0, 25);
        Assert.Equal((service.Day(25), "LA-TRN-002"), await Due());

        service.Clock.Advance(TimeSpan.FromDays(26));
        await Poll.Until(async () => await service.Count(
            $"outbox_rows where type = 'ips.staffing.staff-deadline-reached.v1' and body->>'ruleId' = 'LA-TRN-002' and body->>'state' = 'overdue' and body->>'provider' = '{agency.Code}'") == 1);
        await Card(0, 200);
        Assert.Equal((service.Day(200), "LA-TRN-002"), await Due());

        async Task Card(int on, int through) => await agency.Training.RecordCompletionAsync(new()
        {
            StaffMember = esp,
            Completion = new() { Course = Proto.TrainingCourse.FirstAidCpr, CompletedOn = service.Day(on), ExpiresOn = service.Day(through) },
            RequestId = StaffingService.NewId(),
        }, agency.Own);

        async Task<(string, string)> Due()
        {
            var due = Assert.Single((await agency.Deadlines.ListStaffDeadlinesAsync(new() { StaffMember = esp, RuleId = "LA-TRN-002" }, agency.Own)).Deadlines);
            return (due.DueOn, due.RuleId);
        }
    }

    private async Task<string> States(string esp) => (string)(await service.Scalar(
        $"select coalesce(string_agg(replace(replace(type, 'ips.staffing.staff-', ''), '.v1', ''), ' ' order by turn), '') from outbox_rows where type in ('ips.staffing.staff-qualified.v1', 'ips.staffing.staff-restricted.v1', 'ips.staffing.staff-blocked.v1', 'ips.staffing.staff-cleared.v1') and body->>'staffMemberId' = '{esp[6..]}'"))!;
}
