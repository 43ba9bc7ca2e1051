using System.Diagnostics;
using System.Globalization;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Xunit.Abstractions;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>A service of its own, whose clock a test moves: what follows when a day passes, and a long stream of questions.</summary>
[AnsweredRule.Named]
public sealed class RestrictionTests(MovingStaffingService service, ITestOutputHelper output) : IClassFixture<MovingStaffingService>
{
    private const int StaffDays = 100_000;

    [Fact]
    public async Task What_is_overdue_restricts_a_staff_member_once_and_a_meeting_is_missed()
    {
        var agency = await Agency.Register(service, "nc-state", start: 300);
        var today = DateOnly.FromDateTime(service.Clock.GetUtcNow().UtcDateTime);
        var esp = await agency.Hire(0);
        await agency.Staff.AddCredentialAsync(new()
        {
            StaffMember = esp,
            RequestId = StaffingService.NewId(),
            Credential = new() { Type = Proto.CredentialType.Cesp, ValidFrom = service.Day(-1) },
        }, agency.Own);
        await agency.Assign(esp, StaffRole.Esp, 0);
        Assert.Equal("qualified", await States());
        service.Clock.Set(new DateTimeOffset(today.AddDays(100), new(12, 0), TimeSpan.Zero));
        await Poll.Until(async () => await States() == "qualified restricted");
        await Poll.Until(async () => (long)(await service.Scalar(
            $"select count(*) from outbox_rows where type = 'ips.staffing.meeting-missed.v1' and body->>'about' = '{esp}' and body->>'kind' in ('supervision', 'field-mentoring')"))! == 2);
        // Several courses were due on one day, and one event is published.
        await Poll.Until(async () => (await agency.Deadlines.ListStaffDeadlinesAsync(
            new() { StaffMember = esp, States = { Proto.StaffDeadlineState.Overdue } }, agency.Own)).Deadlines.Count(d => d.Kind == "training") > 1);
        // Then each of them has had its consequences.
        await Poll.Until(async () => await service.Count(
            """
            outbox_rows o where type = 'ips.staffing.staff-deadline-reached.v1' and body->>'state' = 'overdue'
            and not exists (select from inbox_rows i where i.message_id = o.id)
            """) == 0);
        Assert.Equal("qualified restricted", await States());
        // The end is published by what ends it, late or not.
        foreach (var course in new[] { Proto.TrainingCourse.Ips101, Proto.TrainingCourse.PcEmploymentPlanning })
        {
            await agency.Training.RecordCompletionAsync(new()
            {
                StaffMember = esp,
                Completion = new() { Course = course, CompletedOn = service.Day() },
                RequestId = StaffingService.NewId(),
            }, agency.Own);
        }

        Assert.Equal(Proto.QualificationGate.Qualified, (await agency.Verify(esp)).Gate);
        Assert.Equal("qualified restricted qualified", await States());

        async Task<string> States() => (string)(await service.Scalar(
            $"select coalesce(string_agg(replace(replace(type, 'ips.staffing.staff-', ''), '.v1', ''), ' ' order by turn), '') from outbox_rows where type in ('ips.staffing.staff-qualified.v1', 'ips.staffing.staff-restricted.v1', 'ips.staffing.staff-blocked.v1', 'ips.staffing.staff-cleared.v1') and body->>'staffMemberId' = '{esp[6..]}'"))!;
    }

    [Fact]
    public async Task A_hundred_thousand_staff_days_stream_in_constant_memory()
    {
        var agency = await Agency.Register(service, "nc-state");
        List<string> staff = [];
        for (var i = 0; i < 20; i++)
            staff.Add(await agency.Member(StaffRole.Esp));
        await Stream(1000);
        GC.Collect();
        var (heap, watch) = (GC.GetTotalMemory(forceFullCollection: true), Stopwatch.StartNew());
        var half = await Stream(StaffDays / 2);
        var middle = GC.GetTotalMemory(forceFullCollection: true);
        var rest = await Stream(StaffDays / 2);
        watch.Stop();
        var after = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{StaffDays} staff-days: {watch.ElapsedMilliseconds} ms, {StaffDays * 1000L / watch.ElapsedMilliseconds} a second; heap {heap / 1024 / 1024} MB before, {middle / 1024 / 1024} MB in the middle, {after / 1024 / 1024} MB after; peak of the process, tests included, {Process.GetCurrentProcess().PeakWorkingSet64 / 1024 / 1024} MB"));
        Assert.Equal((StaffDays / 2, StaffDays / 2), (half, rest));
        // What the first half left is warm; the second half leaves nothing.
        Assert.InRange(after - middle, long.MinValue, 16 * 1024 * 1024);

        async Task<int> Stream(int items)
        {
            using var call = agency.Staff.VerifyQualificationBatch(agency.Own);
            var sending = Task.Run(async () =>
            {
                for (var i = 0; i < items; i++)
                {
                    await call.RequestStream.WriteAsync(new()
                    {
                        Brief = true,
                        Verify = new() { StaffMember = staff[i % staff.Count], Program = "nc-state", ServiceDate = service.Day(-i / staff.Count % 365) },
                    });
                }

                await call.RequestStream.CompleteAsync();
            });
            var answered = 0;
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
                answered += call.ResponseStream.Current.Qualification is null ? 0 : 1;
            await sending;
            return answered;
        }
    }
}
