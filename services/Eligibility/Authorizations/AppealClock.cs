using Ips.Contracts;
using Ips.Contracts.Common.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>
/// The federal clocks of an appeal to a Medicaid managed-care payer (42 CFR part 438, subpart F). Like the payer's time to decide they apply to all programs, so
/// no pack states them. No policy text of a program sets other days; a payer's contract may set shorter ones.
/// </summary>
public static class AppealClock
{
    /// <summary>By when an appeal is filed.</summary>
    public const string FilingRule = "42-CFR-438.402(c)(2)";

    /// <summary>There is one level of appeal to the payer.</summary>
    public const string OneLevelRule = "42-CFR-438.402(b)";

    /// <summary>Who decides an appeal.</summary>
    public const string ReviewerRule = "42-CFR-438.406(b)(2)";

    /// <summary>By when a standard appeal is decided.</summary>
    public const string StandardRule = "42-CFR-438.408(b)(2)";

    /// <summary>By when an expedited appeal is decided.</summary>
    public const string ExpeditedRule = "42-CFR-438.408(b)(3)";

    /// <summary>When a service continues while an appeal is open.</summary>
    public const string ContinuationRule = "42-CFR-438.420(b)";

    /// <summary>By when a fair hearing of the state is requested.</summary>
    public const string HearingRule = "42-CFR-438.408(f)(2)";

    /// <summary>By when a payer carries out a decision that was reversed.</summary>
    public const string ReversalRule = "42-CFR-438.424(a)";

    private const int HearingDays = 120;
    private const int ReversalHours = 72;
    private const int FilingDays = 60;
    private const int StandardDays = 30;
    private const int ExpeditedHours = 72;

    /// <summary>Days after the notice in which the person requests that the service continues, and in which it still does after a decision against it.</summary>
    public const int ContinuationDays = 10;

    private static readonly Dictionary<string, (string Says, string Section)> Rules = new()
    {
        [FilingRule] = ("An appeal is filed within 60 calendar days from the date of the notice.", "438.402(c)(2)"),
        [OneLevelRule] = ("A payer has one level of appeal.", "438.402(b)"),
        [ReviewerRule] = ("Who decides an appeal was not involved in the decision before, and is no subordinate of who was.", "438.406(b)(2)"),
        [StandardRule] = ("A payer resolves a standard appeal within 30 calendar days from the day it receives it.", "438.408(b)(2)"),
        [ExpeditedRule] = ("A payer resolves an expedited appeal within 72 hours after it receives it.", "438.408(b)(3)"),
        [ContinuationRule] = (
            "The service continues when the person files in time, requests it within 10 calendar days of the notice or before the end takes effect, it was "
                + "authorized before, and its period has not expired.", "438.420(b)"),
        [HearingRule] = ("A person requests a fair hearing within 120 calendar days from the date of the notice that resolves the appeal.", "438.408(f)(2)"),
        [ReversalRule] = ("A payer carries out a reversed decision within 72 hours from the date it receives notice of it.", "438.424(a)"),
    };

    /// <summary>The text of one of these rules and its source; null for any other id.</summary>
    public static (string Says, Citation Citation)? Find(string rule) => Rules.TryGetValue(rule, out var found)
        ? (found.Says, new() { Document = "Code of Federal Regulations, title 42", Section = found.Section }) : null;

    /// <summary>Last day to file, included; the day of the notice is not counted.</summary>
    public static DateOnly FileBy(DateOnly notice) => notice.AddDays(FilingDays);

    /// <summary>Last day to request a fair hearing, included; the day of the notice is not counted.</summary>
    public static DateOnly HearingBy(DateOnly notice) => notice.AddDays(HearingDays);

    /// <summary>When a reversed decision is carried out at the latest.</summary>
    public static DateTimeOffset ReversalDue(DateTimeOffset notice) => notice.AddHours(ReversalHours);

    /// <summary>
    /// Last day on which the person may request that the service continues: 10 days after the notice, or the first day that is no longer covered, whichever is
    /// later.
    /// </summary>
    public static DateOnly ContinueBy(DateOnly notice, DateOnly takesEffect) =>
        notice.AddDays(ContinuationDays) is var tenth && takesEffect > tenth ? takesEffect : tenth;

    /// <summary>When the payer's time to decide ends: the last day, and the instant. The day of receipt is not counted; hours count from the instant.</summary>
    public static (DateOnly On, DateTimeOffset At) Start(DateTimeOffset received, bool expedited, TimeZoneInfo zone)
    {
        if (expedited)
        {
            var at = received.AddHours(ExpeditedHours);
            return (at.DayIn(zone), at);
        }

        var on = received.DayIn(zone).AddDays(StandardDays);
        return (on, Deadline.StartOf(on.AddDays(1), zone));
    }
}
