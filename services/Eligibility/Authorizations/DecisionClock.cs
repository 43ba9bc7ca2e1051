using Ips.Contracts.Common.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The time a Medicaid managed-care payer has to decide (42 CFR 438.210(d)): 72 hours when expedited, else calendar days, 7 in rating periods that start
/// on or after 2026-01-01 and 14 before. A federal clock above all programs, so no pack states it. It never decides: a payer that is late is told of, not overruled.
/// </summary>
public static class DecisionClock
{
    /// <summary>The id under which the deadline is listed.</summary>
    public const string RuleId = "42-CFR-438.210(d)";

    /// <summary>What the rule says and where it is written.</summary>
    public static (string Says, Citation Citation) Rule { get; } = (
        "A managed-care payer decides an authorization within 7 calendar days of the request (14 in rating periods before 2026), within 72 hours when it is expedited.",
        new() { Document = "Code of Federal Regulations, title 42", Section = "438.210(d)" });
}
