using System.Globalization;
using System.Text;
using Ips.Eligibility.Authorizations;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>
/// The texts of letters about a payer's decision and an appeal against it, in plain words and without a name or an address. Rights are stated only where a law
/// states them: for Medicaid managed care.
/// </summary>
internal static class AppealLetters
{
    /// <summary>The letter about an appeal as it stands.</summary>
    /// <param name="appeal">The appeal.</param>
    /// <param name="authorization">Its authorization, as it is now.</param>
    /// <param name="program">Title of the program.</param>
    /// <param name="reason">Why the payer decided so, decrypted.</param>
    public static string Write(Appeal appeal, Authorization authorization, string program, string reason)
    {
        var kind = appeal.Kind == Proto.AppealKind.Appeal ? "appeal" : "reconsideration";
        StringBuilder letter = new();
        Line(letter, "The question");
        Line(letter, $"Does the payer's decision of {Day(appeal.AgainstDecidedOn)} stand? {Decision(appeal.Against)} The {kind} against it was filed on "
            + $"{Day(appeal.FiledOn)}{(appeal.Expedited ? " and is expedited" : "")}. The program is {program}.\n");
        Line(letter, "The answer");
        Line(letter, Answer(appeal, authorization, kind));
        if (reason.Length > 0)
            Line(letter, $"The reason given: {reason}{(appeal.OutcomeRuleId.Length > 0 ? $" ({appeal.OutcomeRuleId})" : "")}");
        if (appeal.Continuation is { } continuation)
        {
            Line(letter, "\nThe service meanwhile");
            Line(letter, Meanwhile(appeal, authorization, continuation));
        }

        Line(letter, "\nThe next step");
        Line(letter, Next(appeal, authorization));
        return letter.ToString();
    }

    /// <summary>What the person can do about a decision of the payer that can be appealed.</summary>
    public static string Rights(Authorization authorization) => authorization.AppealBy is { } last
        ? $"You can appeal to the payer until {Day(last)}, yourself or through the agency (42 CFR 438.402). The payer decides within 30 days, or within 72 hours "
            + "when waiting could seriously harm you (42 CFR 438.408). The person who decides is not the one who decided before (42 CFR 438.406)."
            + (authorization.State != Proto.AuthorizationState.Terminated || authorization.EndedThrough is not { } end ? ""
                : $" If you request it by {Day(AppealClock.ContinueBy(authorization.DecidedOn!.Value, end.AddDays(1)))}, the service continues until the "
                    + "appeal is decided (42 CFR 438.420); you may have to pay for it if the appeal is decided against you.")
        : "You can ask the payer to reconsider, or appeal. No text of the program sets a day; the payer's own notice explains how.";

    private static string Decision(Proto.AuthorizationState against) => against switch
    {
        Proto.AuthorizationState.Denied => "The payer denied the request for authorization.",
        Proto.AuthorizationState.Modified => "The payer approved less than was requested.",
        _ => "The payer ended an authorization that it had approved.",
    };

    private static string Answer(Appeal appeal, Authorization authorization, string kind) => appeal.State switch
    {
        Proto.AppealState.Filed => "There is no answer yet: the payer has not acknowledged it.",
        Proto.AppealState.Acknowledged => $"There is no answer yet: the payer acknowledged it on {Day(appeal.AcknowledgedOn!.Value)} and decides on it.",
        Proto.AppealState.Withdrawn => $"The {kind} was taken back. The payer's decision stands.",
        Proto.AppealState.Upheld => $"The payer's decision stands. It was decided on {Day(appeal.DecidedOn!.Value)}.",
        Proto.AppealState.Overturned => $"The payer's decision was wrong and is replaced on {Day(appeal.DecidedOn!.Value)}. {Approved(authorization)}",
        Proto.AppealState.HearingRequested => $"A fair hearing of the state was requested on {Day(appeal.HearingRequestedOn!.Value)}. It is not decided yet.",
        Proto.AppealState.HearingUpheld => $"The fair hearing left the payer's decision as it is on {Day(appeal.HearingDecidedOn!.Value)}.",
        Proto.AppealState.HearingReversed => $"The fair hearing reversed the payer's decision on {Day(appeal.HearingDecidedOn!.Value)}.",
        Proto.AppealState.HearingWithdrawn => $"The request for a fair hearing was taken back on {Day(appeal.HearingDecidedOn!.Value)}.",
        _ => $"The payer's decision is replaced in part on {Day(appeal.DecidedOn!.Value)}. {Approved(authorization)}",
    };

    private static string Approved(Authorization authorization) => authorization is { ApprovedFrom: { } from, Through: { } through }
        ? $"Approved: {Day(from)} to {Day(through)}, units: {authorization.ApprovedUnits.ToString(CultureInfo.InvariantCulture)}." : "";

    private static string Meanwhile(Appeal appeal, Authorization authorization, Proto.ServiceContinuation continuation) =>
        !continuation.Granted ? $"The service does not continue: {continuation.Found}{(continuation.RuleId.Length > 0 ? " (42 CFR 438.420)" : "")}."
        : appeal.IsOpen ? "The service continues until the appeal is decided (42 CFR 438.420)."
        : authorization.EndedThrough is { } last ? $"The service continued during the appeal. Its last day is {Day(last)}."
        : "The service continued during the appeal and goes on.";

    private static string Next(Appeal appeal, Authorization authorization) => appeal.State switch
    {
        Proto.AppealState.Filed or Proto.AppealState.Acknowledged => appeal.DueOn is { } due
            ? $"The payer decides by {Day(due)}{(appeal.Expedited ? ", within 72 hours," : "")} (42 CFR 438.408)." : "The payer decides; no text sets a day.",
        Proto.AppealState.Withdrawn => Rights(authorization),
        Proto.AppealState.Overturned => "The service may be given on the approved days.",
        Proto.AppealState.HearingRequested => "The state decides. Its office for hearings sends the day.",
        Proto.AppealState.HearingUpheld or Proto.AppealState.HearingWithdrawn => "The decision of the state's office explains what you can do now.",
        Proto.AppealState.HearingReversed => "The payer approves what the hearing decided within 72 hours after it learned of it (42 CFR 438.424(a)).",
        _ when appeal.Kind == Proto.AppealKind.Reconsideration => Rights(authorization),
        _ when authorization.ManagedCare => $"You can request a fair hearing of the state until {Day(AppealClock.HearingBy(appeal.DecidedOn!.Value))} "
            + $"(42 CFR 438.408(f)).{(appeal.Continues ? " If you request it within 10 days, and with it that the service continues, the service continues (42 CFR 438.420)." : "")}",
        _ => "The payer's own notice explains what you can do now.",
    };

    private static string Day(DateOnly day) => day.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder letter, string text) => letter.Append(text).Append('\n');
}
