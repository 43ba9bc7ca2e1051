using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Ips.Platform.Rpc;

/// <summary>The platform's own spans and measures. A service adds its spans with <see cref="Spans"/> and its counters with <see cref="Meter"/>.</summary>
public static class Telemetry
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "Ips";

    /// <summary>Source of spans named for use cases.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>Source of counters in domain words.</summary>
    public static Meter Meter { get; } = new(Name);

    public static Counter<long> MessagesFailed { get; } =
        Meter.CreateCounter<long>("ips.messages.failed", "{message}", "Messages that failed all their attempts and lie in an error queue.");

    public static Counter<long> MessagesRepeated { get; } =
        Meter.CreateCounter<long>("ips.messages.repeated", "{message}", "Messages delivered again whose effect was there already.");

    public static Counter<long> EventsSent { get; } = Meter.CreateCounter<long>("ips.events.sent", "{event}", "Events that the broker confirmed.");
}
