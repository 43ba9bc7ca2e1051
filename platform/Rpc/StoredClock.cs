using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Ips.Platform.Rpc;

/// <summary>The system's clock in whole microseconds, as PostgreSQL stores a time: a response has the same time now and when it is read later.</summary>
/// <param name="shift">How far a sandbox's clock is from the machine's. Null: not at all.</param>
public sealed class StoredClock(ClockShift? shift = null) : TimeProvider
{
    /// <summary>The setting that names the file of a sandbox's <see cref="ClockShift"/>.</summary>
    public const string ShiftSetting = "Clock:ShiftFile";

    /// <summary>How far this clock is from the machine's; zero outside a sandbox that is loading its past.</summary>
    public TimeSpan Shift => shift?.Value ?? TimeSpan.Zero;

    /// <summary>The clock of a service.</summary>
    /// <exception cref="InvalidOperationException">Another environment than Development names a file: only a sandbox's clock is moved.</exception>
    public static StoredClock Of(IConfiguration configuration, IHostEnvironment environment) => configuration[ShiftSetting] switch
    {
        null or "" => new(),
        _ when !environment.IsDevelopment() => throw new InvalidOperationException(
            $"{ShiftSetting} is set in {environment.EnvironmentName}; only a sandbox, in Development, may have a clock that is moved. Remove the setting."),
        var file => new(ClockShift.Open(file)),
    };

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var now = System.GetUtcNow() + Shift;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
