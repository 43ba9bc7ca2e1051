using Ips.Contracts.Common.V1;
using Ips.Policies;
using Ips.Testing;
using Xunit;
using Body = Ips.Contracts.Staffing.V1.OrganizationFactBody;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>A service of its own whose clock goes on for two years: every clock of a program fires.</summary>
[AnsweredRule.Named]
public sealed class ClockTests(MovingStaffingService service) : IClassFixture<MovingStaffingService>
{
    [Theory]
    [InlineData("nc-state")]
    [InlineData("nc-core")]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    [InlineData("mo-dmh-vr")]
    public async Task Every_clock_of_Staffing_in_a_program_fires_with_its_rule(string program)
    {
        var expected = PolicyEngine.Shipped.Programs[program].Rules.Where(r => r is { Service: "Staffing", Kind: RuleKind.Scheduled } && r.Through is null)
            .Select(r => r.Id.Value).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(expected);
        // Every program begins on the same day: a calendar of holidays does not reach ten years ahead.
        service.Clock.Set(new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        var agency = await Agency.Register(service, program, start: 10);
        await agency.Assign(await agency.Hire(0), StaffRole.TeamLead, 10);
        await agency.Assign(await agency.Hire(0), StaffRole.Esp, 10);
        if (program.StartsWith("la-", StringComparison.Ordinal))
        {
            await agency.Organizations.RecordOrganizationFactAsync(new()
            {
                Organization = agency.Name,
                Fact = new()
                {
                    Kind = Proto.OrganizationFactKind.Accreditation,
                    Body = Body.Carf,
                    AppliedOn = service.Day(-10),
                    FeePaidOn = service.Day(-5),
                    ProofOnFile = true,
                },
                RequestId = StaffingService.NewId(),
            }, agency.Own);
        }

        service.Clock.Advance(TimeSpan.FromDays(750));
        List<string> fired = [];
        await Poll.Until(async () => (fired = await Overdue(agency)).Intersect(expected).Count() == expected.Count);
        Assert.Equal(expected, expected.Intersect(fired));
        // Each is listed too, by agency.
        var listed = await agency.Deadlines.ListStaffDeadlinesAsync(new() { States = { Proto.StaffDeadlineState.Overdue }, PageSize = 200 }, agency.Own);
        Assert.Equal(expected, expected.Intersect(listed.Deadlines.Select(d => d.RuleId)));
    }

    private async Task<List<string>> Overdue(Agency agency) => ((await service.Scalar(
        $"select coalesce(string_agg(distinct body->>'ruleId', ' '), '') from outbox_rows where type = 'ips.staffing.staff-deadline-reached.v1' and body->>'state' = 'overdue' and body->>'provider' = '{agency.Code}'"))
        as string ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
}
