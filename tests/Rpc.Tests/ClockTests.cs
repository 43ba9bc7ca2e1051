using Ips.Platform.Rpc;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Ips.Rpc.Tests;

public sealed class ClockTests : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(file);

    [Fact]
    public void All_clocks_of_a_sandbox_follow_its_shift_at_once()
    {
        using var shift = ClockShift.Open(file);
        StoredClock one = Of("Development", file), other = Of("Development", file);
        Assert.Equal(TimeSpan.Zero, one.Shift);
        shift.Value = TimeSpan.FromDays(-500);
        Assert.Equal((shift.Value, shift.Value), (one.Shift, other.Shift));
        var apart = TimeProvider.System.GetUtcNow() - one.GetUtcNow();
        Assert.InRange(apart, TimeSpan.FromDays(500) - TimeSpan.FromMinutes(1), TimeSpan.FromDays(500) + TimeSpan.FromMinutes(1));
        using var again = ClockShift.Open(file);
        Assert.Equal(shift.Value, again.Value);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void No_clock_is_moved_outside_of_Development(string environment)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Of(environment, file));
        Assert.Contains("Clock:ShiftFile", refused.Message);
        Assert.Contains(environment, refused.Message);
        Assert.False(File.Exists(file));
        Assert.Equal(TimeSpan.Zero, Of(environment, "").Shift);
    }

    private static StoredClock Of(string environment, string shiftFile)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration[StoredClock.ShiftSetting] = shiftFile;
        return StoredClock.Of(builder.Configuration, builder.Environment);
    }
}
