using Ips.Testing;
using Xunit;

namespace Ips.Staffing.Tests;

/// <summary>Runs the session of docs/integrators/staffing.md as written, a minute for each request.</summary>
[AnsweredRule.Named]
public sealed class StaffingPageTests(StaffingService service) : IClassFixture<StaffingService>
{
    [Fact]
    public async Task The_page_works_as_written()
    {
        var agency = await Agency.Register(service, "nc-state");
        PageSession session = new("staffing", service.Address, new()
        {
            ["agency"] = agency.Own[0].Value["Bearer ".Length..],
            ["code"] = agency.Code,
            ["team"] = agency.Team,
        }, () =>
        {
            service.Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.CompletedTask;
        });
        Assert.Equal(16, await session.Run());
    }
}
