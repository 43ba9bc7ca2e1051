using Ips.Platform.Rpc;

namespace Ips.AppHost;

/// <summary>
/// The clock that all services of a sandbox follow: a file of the data directory holds how far it is from the machine's. Only a service in Development reads
/// it, and there is no call that moves it.
/// </summary>
internal static class SandboxClock
{
    /// <summary>The file, for the services' setting.</summary>
    public static string FileIn(string data) => Path.Combine(data, "clock.shift");

    /// <summary>Maps the file of a data directory.</summary>
    public static ClockShift Open(string data) => ClockShift.Open(FileIn(data));
}
