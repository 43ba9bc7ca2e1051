using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>
/// Members of an agency that bills: a caseload limits notes, milestones, lines and decisions, and roles say who claims. They have a service of their own,
/// because its agency gets members.
/// </summary>
[AnsweredRule.Named]
public sealed class MemberTests(BillingService billing) : IClassFixture<BillingService>
{
    private readonly Crew crew = new(billing.Services, BillingService.Provider);

    [Fact]
    public async Task A_limited_member_sees_what_is_billed_for_its_caseload_and_records_for_it_only()
    {
        var specialist = BillingService.NewCode("specialist");
        var (staff, (mine, _), (other, _)) = (Crew.NewStaff(), billing.Eligibility.Person(), billing.Eligibility.Person());
        foreach (var individual in new[] { mine, other })
        {
            var program = billing.As(Roles.Provider, BillingService.Provider, "system", client: "system");
            await billing.Notes.RecordServiceNoteAsync(billing.Note(individual), program);
            var milestone = await billing.Milestones.SubmitMilestoneAsync(BillingService.Second(individual), program);
            await billing.Claims.CreateClaimLineAsync(billing.Line(milestone.Name), program);
        }

        await crew.Member(specialist, MemberRole.Specialist, staff);
        await crew.Assign(mine, staff);
        var limited = billing.As(Roles.Provider, BillingService.Provider, specialist);
        Assert.Equal((1, 1, 1), await Seen(mine, limited, staff));
        Assert.Equal((0, 0, 0), await Seen(other, limited, staff));

        Assert.Equal(mine, (await billing.Notes.RecordServiceNoteAsync(billing.Note(mine, day: "2025-03-05"), limited)).Individual);
        await Forbidden(async () => await billing.Batches.ListClaimBatchesAsync(new(), limited));
    }

    [Fact]
    public async Task The_day_of_a_staff_member_counts_the_notes_of_people_whom_the_caller_does_not_see()
    {
        var specialist = BillingService.NewCode("specialist");
        var (staff, (mine, _), (other, _)) = (Crew.NewStaff(), billing.Eligibility.Person(), billing.Eligibility.Person());
        await crew.Member(specialist, MemberRole.Specialist, staff);
        await crew.Assign(mine, staff);
        var rendering = $"staff/{Guid.CreateVersion7()}";
        await billing.Notes.RecordServiceNoteAsync(At(other, 0), billing.As(Roles.Provider, BillingService.Provider, "system", client: "system"));
        var note = await billing.Notes.RecordServiceNoteAsync(At(mine, 30), billing.As(Roles.Provider, BillingService.Provider, specialist));
        Assert.Equal(Proto.OverlapKind.SameStaff, Assert.Single(note.Overlaps).Kind);

        Proto.RecordServiceNoteRequest At(string individual, int minute)
        {
            var start = new DateTimeOffset(2025, 3, 4, 15, minute, 0, TimeSpan.Zero);
            var request = billing.Note(individual, change: e => (e.Author, e.StartTime, e.EndTime) = (rendering, start.ToTimestamp(), start.AddHours(1).ToTimestamp()));
            request.RenderingStaff = rendering;
            return request;
        }
    }

    [Theory]
    [InlineData(MemberRole.Billing, true)]
    [InlineData(MemberRole.Administrator, false)]
    [InlineData(MemberRole.Supervisor, false)]
    [InlineData(MemberRole.Specialist, false)]
    [InlineData(MemberRole.BenefitsCounselor, false)]
    [InlineData(MemberRole.Reviewer, false)]
    [InlineData(MemberRole.ReadOnly, false)]
    public async Task The_role_says_who_claims(MemberRole role, bool may)
    {
        var subject = BillingService.NewCode("member");
        await crew.Member(subject, role);
        var (individual, _) = billing.Eligibility.Person();
        var milestone = await billing.Milestones.SubmitMilestoneAsync(
            BillingService.Second(individual), billing.As(Roles.Provider, BillingService.Provider, "system", client: "system"));
        var member = billing.As(Roles.Provider, BillingService.Provider, subject);
        if (may)
            Assert.Equal(individual, (await billing.Claims.CreateClaimLineAsync(billing.Line(milestone.Name), member)).Individual);
        else
            await Forbidden(async () => await billing.Claims.CreateClaimLineAsync(billing.Line(milestone.Name), member));
    }

    private async Task<(int Notes, int Milestones, int Lines)> Seen(string individual, Metadata caller, StaffMemberId staff)
    {
        var shown = (
            (await billing.Notes.ListServiceNotesAsync(new() { Individual = individual }, caller)).ServiceNotes.Count,
            (await billing.Milestones.ListMilestonesAsync(new() { Individual = individual }, caller)).Milestones.Count,
            (await billing.Claims.ListClaimLinesAsync(new() { Individual = individual }, caller)).ClaimLines.Count);

        // The database shows the same without any filter of the service.
        var requests = billing.Services.GetRequiredService<RequestDatabase>();
        await using var connection = await requests.Source.OpenConnectionAsync();
        await requests.Take(connection,
            new(Roles.Provider, BillingService.Provider, "x") { Member = new([MemberRole.Specialist], [staff.Value]) }, default);
        foreach (var (table, count) in new[] { ("service_notes", shown.Item1), ("milestones", shown.Item2), ("claim_lines", shown.Item3) })
        {
            await using NpgsqlCommand rows = new(
                $"select count(*) from {table} r join decisions d on d.id = r.decision_id where individual_id = '{individual[12..]}'", connection);
            Assert.Equal((table, (long)count), (table, await rows.ExecuteScalarAsync()));
        }

        return shown;
    }

    private static async Task Forbidden(Func<Task> call) => Assert.Equal(StatusCode.PermissionDenied, (await BillingService.Refused(call)).Code);
}
