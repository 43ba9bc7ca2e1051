using Ips.Policies.Milestones;

namespace Ips.Policies.TclInvoices;

/// <summary>The incentive for people of the Transitions to Community Living program.</summary>
public static class TclInvoiceRules
{
    private static readonly RuleId Incentive = RuleId.Of("NCC-TCL-001");
    private static readonly RuleId OneLetter = RuleId.Of("NCC-TCL-003");
    private static readonly RuleId OneInvoice = RuleId.Of("NCC-TCL-004");
    private static readonly RuleId Template = RuleId.Of("NCC-TCL-005");
    private static readonly RuleId Deadline = RuleId.Of("NCC-TCL-006");
    private static readonly RuleId Held = RuleId.Of("NCC-TCL-007");
    private static readonly RuleId Address = RuleId.Of("NCC-TCL-008");

    private static readonly Parameter<decimal> Amount = Parameter<decimal>.Of(Incentive, "amount");
    private static readonly Parameter<int> DueDay = Parameter<int>.Of(Deadline, "due_day");
    private static readonly Parameter<int> SupportDays = Parameter<int>.Of(Held, "support_days");
    private static readonly Parameter<string> Channel = Parameter<string>.Of(Address, "channel");

    /// <summary>All rules of the invoice.</summary>
    public static void Evaluate(TclInvoiceFacts facts, RuleEvaluation evaluation)
    {
        Payment(facts, evaluation);
        evaluation.Require(OneLetter, facts.LetterMilestones is { } letter ? letter.Distinct().Count() == 1 : null,
                $"the letter names {facts.LetterMilestones?.Distinct().Count()} milestones", Fact.Of(facts.LetterMilestones))
            .Remedy("a letter for one milestone");
        evaluation.Require(OneInvoice, Ternary.All(OneMilestone(facts), SameNames(facts)),
                $"the invoice names {facts.InvoiceMilestones?.Distinct().Count()} milestones and {facts.InvoiceNames?.Count} people, the letter lists {facts.LetterNames?.Count}",
                Fact.Of(facts.InvoiceMilestones), Fact.Of(facts.LetterMilestones),
                Fact.Of(facts.InvoiceNames), Fact.Of(facts.LetterNames))
            .Remedy("one invoice for the letter's milestone with exactly its names");
        evaluation.Require(Template, Ternary.All(facts.OnAllianceTemplate, facts.LetterAttached),
                $"on the template: {(facts.OnAllianceTemplate == true ? "yes" : "no")}; letter attached: {(facts.LetterAttached == true ? "yes" : "no")}",
                Fact.Of(facts.OnAllianceTemplate), Fact.Of(facts.LetterAttached))
            .Remedy("the Alliance Invoice Template with the letter attached");
        Timely(facts, evaluation);
        evaluation.Require(Address, facts.Channel is { } channel ? Codes.Of(channel) == evaluation.Value(Channel) : null,
            $"sent by {(facts.Channel is { } c ? Codes.Of(c) : "no channel")}",
                Fact.Of(facts.Channel))
            .Remedy($"channel {evaluation.Value(Channel)}");
    }

    private static void Payment(TclInvoiceFacts facts, RuleEvaluation evaluation)
    {
        decimal? due = facts.InvoiceNames is { } names ? evaluation.Value(Amount) * names.Distinct(StringComparer.Ordinal).Count() : null;
        bool? unpaid = facts is { InvoiceNames: { } invoice, PreviouslyPaidNames: { } paid }
            ? !invoice.Any(n => paid.Contains(n, StringComparer.Ordinal)) : null;
        evaluation.Require(Incentive, Ternary.All(unpaid, due is { } right && facts.AmountClaimed is { } claimed ? claimed == right : null),
                $"{facts.AmountClaimed} dollars claimed, {due} due; paid before: {(unpaid == false ? "yes" : "no")}",
                Fact.Of(facts.InvoiceNames), Fact.Of(facts.PreviouslyPaidNames), Fact.Of(facts.AmountClaimed))
            .Remedy($"{evaluation.Value(Amount)} dollars for each person not paid before");
        evaluation.Answer("amount", due);
    }

    private static void Timely(TclInvoiceFacts facts, RuleEvaluation evaluation)
    {
        DateOnly? dueOn = facts.LetterReceivedDate is { } received ? DueAfter(received, evaluation.Value(DueDay)) : null;
        bool? inTime = dueOn is { } last && facts.SubmittedDate is { } sent ? sent <= last : null;
        evaluation.Require(Deadline, inTime, $"invoice of {facts.SubmittedDate}, due on {dueOn}", Fact.Of(facts.LetterReceivedDate),
                Fact.Of(facts.SubmittedDate))
            .Remedy($"submittedDate on or before {dueOn}");

        LastDay? supportDue = facts.SupportingDocsRequestedDate is { } requested
            ? evaluation.Calendar.LastDayAfter(requested, evaluation.Value(SupportDays)) : null;
        var support = supportDue is { } until ? Supported(facts, until, evaluation) : Verdict.Met;
        var invoiced = inTime switch { true => Verdict.Met, false => Verdict.NotMet, null => Verdict.NeedsFacts };
        evaluation.Require(Held, Ternary.Worst(invoiced, support),
            $"invoice in time: {(inTime == true ? "yes" : "no")}; supporting documents due on {supportDue}, sent on {facts.SupportingDocsSentDate}",
                Fact.Of(facts.LetterReceivedDate), Fact.Of(facts.SubmittedDate),
                new("supportingDocsSent", supportDue is null || facts.SupportingDocsSent is not null),
                new("supportingDocsRequestedDate", true),
                new Fact("supportingDocsSentDate", facts.SupportingDocsSent != true || supportDue is null || facts.SupportingDocsSentDate is not null)
                    .NotNeeded)
            .Remedy("an invoice in time, and the requested documents in time");
        evaluation.Answer("dueOn", dueOn, Deadline);
        evaluation.Answer("supportDueOn", supportDue?.Day, Held);
        DateOnly? begins = inTime == false ? facts.SubmittedDate : support == Verdict.NotMet ? supportDue?.Day?.AddDays(1) : null;
        if (begins is { } day)
            evaluation.Answer("heldUntil", FiscalYear.EndOf(evaluation, day), Held);
    }

    /// <summary>Documents of a later day have not been sent yet; their last day may still be to come.</summary>
    private static Verdict Supported(TclInvoiceFacts facts, LastDay dueOn, RuleEvaluation evaluation) =>
        (evaluation.Happened(facts.SupportingDocsSentDate) == false ? false : facts.SupportingDocsSent) switch
        {
            true => facts.SupportingDocsSentDate is { } sent ? dueOn.InTime(sent) : Verdict.NeedsFacts,
            false => dueOn.InTime(evaluation.AsOf),
            null => Verdict.NeedsFacts,
        };

    private static bool? OneMilestone(TclInvoiceFacts facts)
    {
        if (facts.InvoiceMilestones?.Distinct().Count() is { } count && count != 1)
            return false;
        return facts is { InvoiceMilestones: { } invoice, LetterMilestones: { } letter } ? letter.Distinct().SequenceEqual(invoice.Distinct()) : null;
    }

    private static bool? SameNames(TclInvoiceFacts facts) => facts is { InvoiceNames: { } invoice, LetterNames: { } letter }
        ? invoice.Order(StringComparer.Ordinal).SequenceEqual(letter.Order(StringComparer.Ordinal), StringComparer.Ordinal)
        : null;

    private static DateOnly DueAfter(DateOnly received, int day)
    {
        var next = new DateOnly(received.Year, received.Month, 1).AddMonths(1);
        return new(next.Year, next.Month, day);
    }
}
