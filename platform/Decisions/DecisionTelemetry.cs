using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ips.Policies;

namespace Ips.Platform.Decisions;

/// <summary>The span and the counter of a decision. They contain no personal data.</summary>
internal static class DecisionTelemetry
{
    private static Counter<long> Decisions { get; } =
        Telemetry.Meter.CreateCounter<long>("ips.decisions", "{decision}", "Decisions taken, by question, program and verdict.");

    /// <summary>Begins the span of a decision; <see cref="Decided"/> completes it.</summary>
    public static Activity? Start(string question, string program) =>
        Telemetry.Spans.StartActivity($"decide {question}")?.SetTag("ips.question", question).SetTag("ips.program", program);

    /// <summary>Counts a decision, and puts its verdict and the rules that set it on the span.</summary>
    public static void Decided(Activity? span, Decision decision)
    {
        var verdict = decision.Verdict.ToString();
        Decisions.Add(1, new("ips.question", decision.Name), new("ips.program", decision.Program), new("ips.verdict", verdict));
        span?.SetTag("ips.verdict", verdict).SetTag("ips.pack.version", decision.PackVersion)
            .SetTag("ips.rules", decision.Verdicts.Where(rule => rule.Verdict == decision.Verdict).Select(rule => rule.Rule.Value).Distinct().ToArray());
    }
}
