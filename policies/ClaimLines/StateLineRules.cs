using Ips.Policies.Milestones;
using Ips.Policies.ServiceNotes;

namespace Ips.Policies.ClaimLines;

/// <summary>What the state text requires of every line from its first day on: codes, eligibility, order, authorization, exclusions.</summary>
public static class StateLineRules
{
    private static readonly RuleId ImportedText = RuleId.Of("NCC-ELIG-004");
    private static readonly RuleId EndedCode = RuleId.Of("NC-HIST-002");
    private static readonly RuleId EarlierText = RuleId.Of("NC-HIST-001");
    private static readonly RuleId MilestoneCode = RuleId.Of("NC-BILL-006");
    private static readonly RuleId SpecificCode = RuleId.Of("NC-BILL-010");
    private static readonly RuleId StateUnits = RuleId.Of("NC-BILL-005");
    private static readonly RuleId NoCopay = RuleId.Of("NC-BILL-008");
    private static readonly RuleId Verified = RuleId.Of("NC-ELIG-008");
    private static readonly RuleId OrderBefore = RuleId.Of("NC-SO-007");
    private static readonly RuleId OrderInForce = RuleId.Of("NC-SO-003");
    private static readonly RuleId Authorized = RuleId.Of("NC-AUTH-001");
    private static readonly RuleId Eligible = RuleId.Of("NC-EXCL-001");
    private static readonly RuleId Covered = RuleId.Of("NC-EXCL-002");
    private static readonly RuleId NoDuplicate = RuleId.Of("NC-EXCL-003");
    private static readonly RuleId NoAct = RuleId.Of("NC-LIM-002");
    private static readonly RuleId OneProvider = RuleId.Of("NC-LIM-001");
    private static readonly RuleId NotePerDate = RuleId.Of("NC-DOC-001");
    private static readonly RuleId NotePerContact = RuleId.Of("NC-DOC-002");
    private static readonly RuleId[] Coding = [.. Enumerable.Range(1, 9).Select(n => RuleId.Of($"NC-CODE-00{n}"))];

    private static readonly Parameter<string> MedicaidLines = Parameter<string>.Of(ImportedText, "medicaid_lines");
    private static readonly Parameter<string> EndedCodeName = Parameter<string>.Of(EndedCode, "code");
    private static readonly Parameter<DateOnly> EndedCodeLast = Parameter<DateOnly>.Of(EndedCode, "last_day");
    private static readonly Parameter<string> MilestoneCodeName = Parameter<string>.Of(MilestoneCode, "code");
    private static readonly Parameter<IReadOnlyList<string>> MilestoneModifiers = Parameter<IReadOnlyList<string>>.Of(MilestoneCode, "modifiers");
    private static readonly Parameter<string> NotesPer = Parameter<string>.Of(NotePerDate, "per");
    private static readonly Parameter<string> ContractLines = Parameter<string>.Of(MilestoneCode, "contract_lines");
    private static readonly Parameter<string> StateCodeName = Parameter<string>.Of(StateUnits, "code");
    private static readonly Parameter<decimal> Copay = Parameter<decimal>.Of(NoCopay, "copay");
    private static readonly Parameter<string>[] CodingModifiers = [.. Coding.Select(rule => Parameter<string>.Of(rule, "modifier"))];

    /// <summary>The state's own code, billed by the unit of time, in the text of the day; null where the text has none.</summary>
    public static string? StateCodeOf(PackDay text) => text.TryValue(StateCodeName, out var code) ? code : null;

    /// <summary>NC-HIST-002 applies before every text: it alone decides on a code that has ended.</summary>
    public static void Ended(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Code != evaluation.Value(EndedCodeName))
            return;
        var last = evaluation.Value(EndedCodeLast);
        if (facts.ServiceDate > last)
        {
            evaluation.Require(EndedCode, Verdict.NotMet, $"{facts.Code} ended on {last}; the line is of {facts.ServiceDate}")
                .Remedy($"the code in force on {facts.ServiceDate}");
            return;
        }

        evaluation.Require(EndedCode, Verdict.NeedsReview, $"{facts.Code} was in use up to {last}, under a text that is not on file");
        evaluation.Require(EarlierText, Verdict.NeedsReview, $"the text in force on {facts.ServiceDate} is not on file");
    }

    /// <summary>A line that Medicaid pays is evaluated by a text of state funds: the answer says so, or a person decides.</summary>
    public static void OnMedicaid(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        const string Reason = "the line is funded by Medicaid; the rules of the state-funds text are applied, the 1915(i) definition is not on file";
        if (facts.Funding != Funding.Medicaid || !evaluation.Has(ImportedText) || !evaluation.Has(MilestoneCode))
            return;
        if (evaluation.Value(MedicaidLines) == "review")
            evaluation.Require(ImportedText, Verdict.NeedsReview, Reason);
        else
            evaluation.Remark(ImportedText, Verdict.NeedsReview, Reason);
    }

    /// <summary>Whether the line carries the state's own code, in the text of the day.</summary>
    public static bool IsStateCode(ClaimLineFacts facts, RuleEvaluation evaluation) => evaluation.Has(StateUnits) && facts.Code is { } code
        && code == evaluation.Value(StateCodeName);

    /// <summary>The rules of the state text; silent on days before it.</summary>
    public static void Evaluate(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        if (!evaluation.Has(MilestoneCode))
            return;
        Codes(facts, evaluation);
        evaluation.Require(Verified, facts.EligibilityVerified, facts.EligibilityVerified == true ? "an eligibility check covers the date"
            : "no eligibility check covers the date",
                Fact.Of(facts.EligibilityVerified))
            .Remedy($"an eligibility check that covers {facts.ServiceDate}");
        evaluation.Remark(Eligible, facts.EligibilityVerified, "no state payment without eligibility on the date", Fact.Of(facts.EligibilityVerified));
        evaluation.Require(OrderBefore, facts.ServiceOrderFrom is { } from ? ServiceOrders.ServiceOrderDecision.InPlace(from, facts.ServiceDate, evaluation) : null,
            $"service order from {facts.ServiceOrderFrom}, service on {facts.ServiceDate}",
                Fact.Of(facts.ServiceOrderFrom))
            .Remedy($"a service order from {facts.ServiceDate} or earlier");
        evaluation.Require(OrderInForce, facts.ServiceOrderTo is { } to ? facts.ServiceDate <= to : null,
            $"service order to {facts.ServiceOrderTo}, service on {facts.ServiceDate}",
                Fact.Of(facts.ServiceOrderTo))
            .Remedy($"a service order that runs to {facts.ServiceDate} or later");
        evaluation.Remark(Covered, Evidence.Inside(facts.ServiceDate, facts.ServiceOrderFrom, facts.ServiceOrderTo),
            "the service order in force shows that the coverage criteria were found met",
            Fact.Of(facts.ServiceOrderFrom), Fact.Of(facts.ServiceOrderTo));
        OnlyIfGiven(facts, evaluation);
    }

    /// <summary>The modifiers that the state text requires on a line; null where they are not known.</summary>
    public static IReadOnlyList<string>? ExpectedModifiers(ClaimLineFacts facts, RuleEvaluation evaluation) =>
        IsStateCode(facts, evaluation) ? [] : facts.Milestone is { } n ? [evaluation.Value(CodingModifiers[n - 1])] : null;

    private static void Codes(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        if (facts.Code is null)
        {
            evaluation.Require(MilestoneCode, Verdict.NeedsFacts, "the code is not known", Fact.Of(facts.Code)).Remedy("a procedure code on the line");
            return;
        }

        if (IsStateCode(facts, evaluation))
        {
            StateCode(facts, evaluation);
            return;
        }

        if (facts.Code != evaluation.Value(MilestoneCodeName))
        {
            evaluation.Require(SpecificCode, Verdict.NotMet,
                    $"the policy lists {evaluation.Value(StateCodeName)} and {evaluation.Value(MilestoneCodeName)}, and no other code")
                .Remedy($"{evaluation.Value(StateCodeName)} or {evaluation.Value(MilestoneCodeName)}");
            return;
        }

        var allowed = evaluation.Value(MilestoneModifiers);
        IReadOnlyList<string>? carried = facts.Modifiers?.Where(m => allowed.Contains(m, StringComparer.Ordinal)).ToList();
        evaluation.Require(MilestoneCode, carried is null ? null : carried.Count > 0, $"milestone modifiers on the line: {carried ?? []}",
                Fact.Of(facts.Modifiers))
            .Remedy($"one of the modifiers {allowed}");
        if (MilestoneGrid.IsIn(evaluation.Text.Pack) && !evaluation.Chooses(ContractLines, "both"))
            return;
        if (facts.Milestone is not { } n)
        {
            // Two milestone modifiers are wrong for every milestone; one may be right.
            foreach (var modifier in carried ?? [])
            {
                evaluation.Require(Coding[Array.FindIndex(CodingModifiers, m => evaluation.Value(m) == modifier)], carried!.Count > 1 ? false : null,
                        $"the record does not show which milestone was reached; on the line: {carried}", Fact.Of(facts.Milestone))
                    .Remedy("the milestone that the record shows");
            }

            return;
        }

        var expected = evaluation.Value(CodingModifiers[n - 1]);
        evaluation.Require(Coding[n - 1], carried is null ? null : carried is [var only] && only == expected,
            $"milestone {n} carries {expected}; on the line: {carried ?? []}",
                Fact.Of(facts.Modifiers))
            .Remedy($"the modifier {expected}");
    }

    private static void StateCode(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        evaluation.Require(Authorized, Evidence.Inside(facts.ServiceDate, facts.AuthorizationFrom, facts.AuthorizationTo),
                $"{facts.ServiceDate} in {facts.AuthorizationFrom} to {facts.AuthorizationTo}", Fact.Of(facts.AuthorizationFrom),
                    Fact.Of(facts.AuthorizationTo))
            .Remedy($"an authorization that covers {facts.ServiceDate}");
        int? most = facts.DurationMinutes is { } minutes ? QuarterHours.OfStateCode(evaluation, minutes) : null;
        var milestone = evaluation.Value(MilestoneModifiers);
        bool? plain = facts.Modifiers is { } carried ? !carried.Any(m => milestone.Contains(m, StringComparer.Ordinal)) : null;
        evaluation.Require(StateUnits, Ternary.All(plain, facts.Units is { } units && most is { } whole ? units <= whole : null),
            $"{facts.Units} units billed, {most} in {facts.DurationMinutes} minutes; without a milestone modifier: {plain}",
                Fact.Of(facts.Units), Fact.Of(facts.DurationMinutes), Fact.Of(facts.Modifiers))
            .Remedy($"at most {most} units, and no modifier of {evaluation.Value(MilestoneCodeName)}");
    }

    private static void OnlyIfGiven(ClaimLineFacts facts, RuleEvaluation evaluation)
    {
        if (facts.PlaceOfService is { } place)
            NoteActivityRules.Place(place, evaluation);
        if (facts.ActSpans is { } act)
            evaluation.Require(NoAct, !act.Any(s => s.Covers(facts.ServiceDate)), $"{act.Count} ACT authorizations checked for {facts.ServiceDate}")
                .Remedy($"no ACT authorization on {facts.ServiceDate}");
        if (facts.OtherProviderSpans is { } others)
        {
            evaluation.Require(OneProvider, !others.Any(s => s.Covers(facts.ServiceDate)),
                    $"{others.Count} authorizations of other providers checked for {facts.ServiceDate}")
                .Remedy($"no IPS authorization of another provider on {facts.ServiceDate}");
            evaluation.Remark(NoDuplicate, !others.Any(s => s.Covers(facts.ServiceDate)), "no state payment for what another provider gives at the same time");
        }

        if (facts.FullNotes is { } notes)
            evaluation.Require(NotePerDate, notes >= 1, $"{notes} full service notes of {facts.ServiceDate}").Remedy($"a full service note of {facts.ServiceDate}");
        if (facts.Contacts is { } contacts)
        {
            var needed = evaluation.Chooses(NotesPer, "date") ? Math.Min(contacts, 1) : contacts;
            evaluation.Require(NotePerContact, facts.FullNotes is { } full ? full >= needed : null,
                    $"{facts.FullNotes} full and signed service notes for {contacts} contacts of {facts.ServiceDate}", Fact.Of(facts.FullNotes))
                .Remedy($"{needed} full service notes, each signed by the person who gave the service");
        }

        if (facts.CopayCollected is { } copay)
            evaluation.Require(NoCopay, copay == evaluation.Value(Copay),
                $"{copay} dollars of co-payment collected, {evaluation.Value(Copay)} allowed").Remedy($"copayCollected {evaluation.Value(Copay)}");
        if (facts.SameActivityPaidAs is { } other)
            evaluation.Require(SpecificCode, string.IsNullOrWhiteSpace(other), string.IsNullOrWhiteSpace(other) ? "claimed under this code only"
                : "claimed under another code already").Remedy("an activity claimed once");
    }
}
