using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Policies.ClaimLines;
using Ips.Policies.LouisianaEncounters;
using Ips.Policies.Milestones;
using Ips.Policies.MissouriBilling;
using PlaceOfService = Ips.Policies.ServiceNotes.PlaceOfService;
using Proto = Ips.Contracts.Billing.V1;
using Verdict = Ips.Policies.Verdict;

namespace Ips.Billing.Claims;

/// <summary>A note on a line without a milestone.</summary>
/// <param name="Minutes">Minutes that count; 0 when it was voided.</param>
/// <param name="Place">Where the contact took place; null when the note does not show it.</param>
/// <param name="GroupSize">People served together; null when the note does not show it.</param>
internal sealed record WorkNote(ServiceNoteId Id, DateOnly Day, int Minutes, PlaceOfService? Place, int? GroupSize);

/// <summary>The notes that a line without a milestone claims.</summary>
/// <param name="Charge">Dollars that the agency charges.</param>
internal sealed record NotedWork(
    IndividualId Individual, string Provider, string Program, IReadOnlyList<WorkNote> Notes, Proto.NoteLineEvidence Evidence, decimal Charge)
{
    /// <summary>How the program bills notes; null where it has no rule for it.</summary>
    public static NoteBilling? BilledAs(Policies.Pack program) => ClaimLineDecision.Kind.AppliesTo(program) ? NoteBilling.Units
        : LaEncounterDecision.Kind.AppliesTo(program) ? NoteBilling.Encounters
        : MoBillableDecision.Kind.AppliesTo(program) ? NoteBilling.Activities
        : null;

    /// <summary>The kind of authorization that the notes need; null for none.</summary>
    public static AuthorizationKind? KindFor(NoteBilling? billing) => billing switch
    {
        NoteBilling.Units => AuthorizationKind.Ips,
        NoteBilling.Encounters => AuthorizationKind.LaPriorAuth,
        _ => null,
    };
}

/// <summary>How a program bills service notes.</summary>
internal enum NoteBilling
{
    /// <summary>By units of time of a day.</summary>
    Units,

    /// <summary>By the encounter, or by the month.</summary>
    Encounters,

    /// <summary>By the activity, to the payer that pays it.</summary>
    Activities,
}

/// <summary>Decides a claim line of service notes from its evidence, without a database.</summary>
internal static class NoteLineRules
{
    public static Result<DecidedLine> Decide(
        ClaimLineEvidence evidence, NotedWork work, ClaimLineRecords records, PolicyService policies, DateTimeOffset now)
    {
        var day = evidence.Requested.ServiceDate;
        var today = policies.Today(work.Program)!.Value;
        var pack = policies.Engine.Programs[work.Program];
        var asOf = today > day ? today : day;
        return NotedWork.BilledAs(pack) switch
        {
            NoteBilling.Units => Units(evidence, work, policies, asOf, now),
            NoteBilling.Encounters => Encounter(evidence, work, records, policies, asOf, now),
            // The text of Missouri is picked by the day of the decision: that of the service counts.
            NoteBilling.Activities => Activity(evidence, work, policies, day, now),
            _ => new Problem.NotInForce("claim line", $"{work.Program} has no rule by which service notes are billed"),
        };
    }

    private static Result<DecidedLine> Units(ClaimLineEvidence evidence, NotedWork work, PolicyService policies, DateOnly asOf, DateTimeOffset now)
    {
        var (requested, _, verified, order, _, cover, overlaps, _) = evidence;
        var day = requested.ServiceDate;
        var text = policies.TextOn(work.Program, day);
        if (StateLineRules.StateCodeOf(text) is not { } code)
            return new Problem.NotInForce("claim line", $"{work.Program} has no code for service notes on {day.Day()}");
        var minutes = work.Notes.Sum(n => n.Minutes);
        var units = requested.Units > 0 ? requested.Units : QuarterHours.OfStateCode(text, minutes);
        RequestValidator days = new();
        var coverage = evidence.Coverage(policies);
        LineTerms terms = new(requested.Code.Length > 0 ? requested.Code : code, requested.Modifiers, units, work.Charge);
        ClaimLineFacts facts = new()
        {
            ServiceDate = day,
            Funding = coverage.Funding.ToPolicy(),
            Coverages = coverage.Facts,
            CoverageChosen = coverage.ChosenFact,
            Milestone = work.Evidence.ReachedMilestone > 0 ? work.Evidence.ReachedMilestone : null,
            Code = terms.Code,
            Modifiers = terms.Modifiers,
            Units = units,
            Charge = work.Charge,
            DurationMinutes = minutes,
            PlaceOfService = work.Notes.Select(n => n.Place).FirstOrDefault(p => p is not null),
            EligibilityVerified = verified.Eligible,
            ServiceOrderFrom = days.OptionalDay("from", order.From),
            ServiceOrderTo = days.OptionalDay("through", order.Through),
            AuthorizationFrom = days.OptionalDay("from", cover.From),
            AuthorizationTo = days.OptionalDay("through", cover.Through),
            // Eligibility says only whether the day itself is taken, and not by which agency or for how long.
            ActSpans = overlaps.Act ? [new DaySpan(day, day)] : [],
            OtherProviderSpans = overlaps.OtherProvider ? [new DaySpan(day, day)] : [],
            Contacts = work.Notes.Count,
            // Only a full note that the person who gave the service signed has minutes that count.
            FullNotes = work.Notes.Count(n => n.Minutes > 0),
            CopayCollected = work.Evidence.CopayCollected is { } copay ? copay.ToDollars() : null,
            SameActivityPaidAs = work.Evidence.HasSameActivityPaidAs ? work.Evidence.SameActivityPaidAs : null,
        };
        return policies.Decide(work.Program, ClaimLineDecision.Kind, asOf, facts)
            .Then(decision => ClaimLineRules.Line(evidence, terms, decision, decision.Value<int>("payableUnits"), policies, now));
    }

    private static Result<DecidedLine> Encounter(
        ClaimLineEvidence evidence, NotedWork work, ClaimLineRecords records, PolicyService policies, DateOnly asOf, DateTimeOffset now)
    {
        var (requested, _, _, _, _, cover, _, _) = evidence;
        var (day, sent) = (requested.ServiceDate, work.Evidence);
        var text = policies.TextOn(work.Program, day);
        var code = LaEncounterDecision.CodeOf(text);
        var coverage = evidence.Coverage(policies);
        var billed = records.PaidOn.Count(d => (d.Year, d.Month) == (day.Year, day.Month));
        LineTerms terms = new(requested.Code.Length > 0 ? requested.Code : code ?? "",
            requested.Modifiers.Count > 0 ? requested.Modifiers : LaEncounterDecision.ModifiersOf(text, billed + 1), 1, work.Charge);
        RequestValidator days = new();
        LaEncounterFacts facts = new()
        {
            EncounterDate = day,
            Code = terms.Code.Length > 0 ? terms.Code : null,
            Modifiers = terms.Modifiers,
            EncounterNumberInMonth = billed + 1,
            EncountersBilledSameDay = records.PaidOn.Count(d => d == day),
            // A single encounter with a group makes the line one of a group.
            DeliveryMode = work.Notes.Any(n => n.GroupSize > 1) ? DeliveryMode.Group
                : work.Notes.All(n => n.GroupSize is not null) ? DeliveryMode.Individual : null,
            DocumentedServicesInMonth = work.Notes.Count(n => n.Minutes > 0),
            BundlesAlreadyBilled = billed,
            AuthorizationFrom = days.OptionalDay("from", cover.From),
            AuthorizationTo = days.OptionalDay("through", cover.Through),
            AgencyNpiOnClaim = sent.HasAgencyNpiOnClaim ? sent.AgencyNpiOnClaim : null,
            RenderingNpiOnClaim = sent.HasRenderingNpiOnClaim ? sent.RenderingNpiOnClaim : null,
            Coverages = coverage.Facts,
            CoverageChosen = coverage.ChosenFact,
            RenderingNpiApplies = sent.HasRenderingNpiApplies ? sent.RenderingNpiApplies : null,
            DuplicateOrFreeService = sent.HasDuplicateOrFreeService ? sent.DuplicateOrFreeService : null,
            CostType = sent.ChargeFor.ToPolicy(),
            LrsServed = sent.HasLrsServed ? sent.LrsServed : null,
        };
        return policies.Decide(work.Program, LaEncounterDecision.Kind, asOf, facts).Then(decision => ClaimLineRules.Line(
            evidence, terms, decision, work.Notes.Any(n => n.Minutes > 0) ? decision.Value<int>("payableUnits") : 0, policies, now));
    }

    private static Result<DecidedLine> Activity(ClaimLineEvidence evidence, NotedWork work, PolicyService policies, DateOnly asOf, DateTimeOffset now)
    {
        var (requested, sent) = (evidence.Requested, work.Evidence);
        if (sent.BillTo.ToPolicy() is not { } billTo)
            return new Problem.Invalid("evidence.bill_to", "is missing; send the payer that the line is billed to");
        MoBillableFacts facts = new()
        {
            Activity = sent.Activity.ToPolicy(),
            BillTo = billTo,
            MedicalNecessityInPlan = sent.HasMedicalNecessityInPlan ? sent.MedicalNecessityInPlan : null,
            StaffCommunitySupportQualified = sent.HasStaffCommunitySupportQualified ? sent.StaffCommunitySupportQualified : null,
            StaffQmhp = sent.HasStaffQmhp ? sent.StaffQmhp : null,
            InTreatmentPlan = sent.HasInTreatmentPlan ? sent.InTreatmentPlan : null,
            StaffTrainedDb101 = sent.HasStaffTrainedDb101 ? sent.StaffTrainedDb101 : null,
            SymptomInterferes = sent.HasSymptomInterferes ? sent.SymptomInterferes : null,
            NoteLinksToPlan = sent.HasNoteLinksToPlan ? sent.NoteLinksToPlan : null,
            AlreadyBilledTo = sent.AlreadyBilledTo.ToPolicy(),
            Ccbhc = sent.HasCcbhc ? sent.Ccbhc : null,
        };
        LineTerms terms = new(requested.Code, requested.Modifiers, 1, work.Charge);
        return policies.Decide(work.Program, MoBillableDecision.Kind, asOf, facts).Then(decision => ClaimLineRules.Line(
            evidence, terms, decision, decision.Decision.Verdict == Verdict.Met && work.Notes.Any(n => n.Minutes > 0) ? 1 : 0, policies, now));
    }
}
