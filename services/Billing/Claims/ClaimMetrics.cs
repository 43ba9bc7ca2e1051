using System.Diagnostics.Metrics;
using Ips.Contracts;

namespace Ips.Billing.Claims;

/// <summary>What happens to claim lines, counted by program.</summary>
internal static class ClaimMetrics
{
    private static readonly Counter<long> Lines =
        Telemetry.Meter.CreateCounter<long>("ips.claims.lines", "{claim_line}", "Claim lines stored, by program and state.");

    private static readonly Counter<long> Units =
        Telemetry.Meter.CreateCounter<long>("ips.claims.units", "{unit}", "Payable units on ready claim lines, by program.");

    private static readonly Counter<long> Voided =
        Telemetry.Meter.CreateCounter<long>("ips.claims.voided", "{claim_line}", "Claim lines taken back, by program.");

    /// <summary>Counts a line that was stored.</summary>
    public static void Stored(ClaimLine line)
    {
        Lines.Add(1, Program(line), new("ips.claim.state", WireCode.Lower(line.State)));
        if (line.State == Contracts.Billing.V1.ClaimLineState.Ready) Units.Add(line.PayableUnits, Program(line));
    }

    /// <summary>Counts a line that was taken back.</summary>
    public static void TakenBack(ClaimLine line) => Voided.Add(1, Program(line));

    private static KeyValuePair<string, object?> Program(ClaimLine line) => new("ips.program", line.Program);
}
