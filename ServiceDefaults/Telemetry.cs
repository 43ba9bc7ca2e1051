using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ips.Policies;

namespace Ips.ServiceDefaults;

/// <summary>The platform's own spans and measures. A service adds its spans with <see cref="Spans"/> and its counters with <see cref="Meter"/>.</summary>
public static class Telemetry
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "Ips";

    /// <summary>Source of spans named for use cases.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>Source of counters in domain words.</summary>
    public static Meter Meter { get; } = new(Name);

    internal static Counter<long> MessagesFailed { get; } =
        Meter.CreateCounter<long>("ips.messages.failed", "{message}", "Messages that failed all their attempts and lie in an error queue.");

    internal static Counter<long> MessagesRepeated { get; } =
        Meter.CreateCounter<long>("ips.messages.repeated", "{message}", "Messages delivered again whose effect was there already.");

    internal static Counter<long> EventsSent { get; } = Meter.CreateCounter<long>("ips.events.sent", "{event}", "Events that the broker confirmed.");

    private static Counter<long> Decisions { get; } = Meter.CreateCounter<long>("ips.decisions", "{decision}", "Decisions taken, by question, program and verdict.");

    /// <summary>Begins the span of a decision; <see cref="Decided"/> completes what it says.</summary>
    internal static Activity? StartDecision(string question, string program) =>
        Spans.StartActivity($"decide {question}")?.SetTag("ips.question", question).SetTag("ips.program", program);

    /// <summary>Counts a decision, and puts its verdict and the rules that set it on the span. Nothing about the person goes along.</summary>
    internal static void Decided(Activity? span, Decision decision)
    {
        var verdict = decision.Verdict.ToString();
        Decisions.Add(1, new("ips.question", decision.Name), new("ips.program", decision.Program), new("ips.verdict", verdict));
        span?.SetTag("ips.verdict", verdict).SetTag("ips.pack.version", decision.PackVersion)
            .SetTag("ips.rules", decision.Verdicts.Where(rule => rule.Verdict == decision.Verdict).Select(rule => rule.Rule.Value).Distinct().ToArray());
    }
}
