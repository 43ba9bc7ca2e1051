using Ips.Contracts.Common.V1;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Deadlines of a team and of those who work in it.</summary>
[Collection("staffing")]
public sealed class FindStaffDeadlinesTests(StaffingService service)
{
    [Fact]
    public async Task What_is_due_is_listed_by_team_with_that_of_its_staff_and_of_no_other_team()
    {
        var agency = await Agency.Register(service, "nc-state");
        var second = (await agency.Teams.CreateTeamAsync(agency.Formation(), agency.Own)).Name;
        var (here, there, moved) = (await agency.Hire(), await agency.Hire(), await agency.Hire());
        await agency.Assign(here, StaffRole.Esp);
        await In(second, there, -10);
        await agency.Assign(moved, StaffRole.Esp, -10, through: -2);
        await In(second, moved, -1);

        var (first, other) = (await Listed(agency.Team), await Listed(second));
        Assert.Equal([here], first.Select(d => d.StaffMember).Where(m => m.Length > 0).Distinct());
        Assert.Equal(new[] { there, moved }.Order(), other.Select(d => d.StaffMember).Where(m => m.Length > 0).Distinct().Order());
        var all = await Listed("");
        Assert.Equal(all.Where(d => d.Subject != agency.Name).Select(d => d.Name).Order(), first.Concat(other).Select(d => d.Name).Order());

        var stranger = await Agency.Register(service, "nc-state");
        Assert.Empty((await stranger.Deadlines.ListStaffDeadlinesAsync(new() { Team = agency.Team }, stranger.Own)).Deadlines);
        Assert.Equal("team", Assert.Single((await service.RefusedWithoutTrace(async () =>
            await agency.Deadlines.ListStaffDeadlinesAsync(new() { Team = "teams/one" }, agency.Own))).Fields));

        async Task In(string team, string member, int from) => await agency.Staff.AssignRoleAsync(
            new() { StaffMember = member, Team = team, Role = StaffRole.Esp, From = service.Day(from), RequestId = StaffingService.NewId() }, agency.Own);

        async Task<IReadOnlyList<Proto.StaffDeadline>> Listed(string team) =>
            (await agency.Deadlines.ListStaffDeadlinesAsync(new() { Team = team, PageSize = 200 }, agency.Own)).Deadlines;
    }
}
