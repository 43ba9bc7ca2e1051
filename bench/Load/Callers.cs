using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;

namespace Ips.Load;

/// <summary>The platform as its callers see it: one channel per service and one token per role, both from the environment that run.sh sets.</summary>
internal sealed class Callers : IDisposable
{
    private readonly Dictionary<string, GrpcChannel> _channels = [];

    /// <summary>Runs since the epoch differ, so names and request ids of one run never meet those of another.</summary>
    public string Run { get; } = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The day of the program, as the services see it.</summary>
    public DateOnly Today { get; } = DateOnly.FromDateTime(
        TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")).DateTime);

    /// <summary>The service's gRPC channel; its address is the variable SERVICE_GRPC.</summary>
    public GrpcChannel Channel(string service) => ChannelTo(Setting($"{service.ToUpperInvariant()}_GRPC"));

    /// <summary>A channel to any address, of the same kind.</summary>
    public GrpcChannel ChannelTo(string address) => _channels.TryGetValue(address, out var open)
        ? open
        : _channels[address] = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true },
        });

    /// <summary>The call's headers for a role; its token is the variable TOKEN_ROLE.</summary>
    public static Metadata As(string role) => new() { { "authorization", $"Bearer {Setting($"TOKEN_{role.ToUpperInvariant()}")}" } };

    /// <summary>A new request id.</summary>
    public static string RequestId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    /// <summary>A day some days from today, YYYY-MM-DD.</summary>
    public string On(int days) => Today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A variable that must be set.</summary>
    public static string Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"The variable {name} is not set. bench/run.sh starts the platform and sets it.");

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
    }
}
