using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Policies.Milestones;
using Proto = Ips.Contracts.Billing.V1;
using Verdict = Ips.Policies.Verdict;

namespace Ips.Billing.Claims;

/// <summary>The milestone as submitted, on the day <paramref name="Today"/> of its program.</summary>
internal sealed record SubmittedMilestone(
    IndividualId Individual, string Provider, string Program, DateOnly Today, int Number, DateOnly EventDate, IReadOnlyList<ServiceNoteId> Notes,
    string PcpDocument, IReadOnlyList<PlanContent> PcpContents);

/// <summary>What was gathered about a milestone before it is decided.</summary>
/// <param name="Submitted">The request.</param>
/// <param name="Verified">Eligibility's answer for the day.</param>
/// <param name="Cover">The authorization that counts; empty when none does or none is needed.</param>
/// <param name="Overlaps">What else of the person counts on the day.</param>
internal sealed record MilestoneEvidence(SubmittedMilestone Submitted, VerifyResponse Verified, CoversResponse Cover, CheckOverlapsResponse Overlaps);

/// <summary>A contact that is noted.</summary>
/// <param name="Minutes">Minutes that count; 0 when the note is not billable.</param>
internal sealed record NotedContact(DateOnly ServiceDate, int Minutes);

/// <summary>What Billing's own records say; the version of the <see cref="Account"/> guards it.</summary>
/// <param name="Notes">Those of the submitted notes that are the person's.</param>
/// <param name="Billed">Those that another milestone bills.</param>
/// <param name="UnitsUsedByYear">Units of milestone 1 on ready lines, for every calendar year of the notes.</param>
/// <param name="Approved">The person's milestones that can be billed or are claimed, by number and day.</param>
internal sealed record MilestoneRecords(
    IReadOnlyDictionary<ServiceNoteId, NotedContact> Notes, IReadOnlySet<ServiceNoteId> Billed, IReadOnlyDictionary<int, int> UnitsUsedByYear,
    IReadOnlyList<(int Number, DateOnly Day)> Approved);

/// <summary>A milestone with the decision that explains it, both to be stored.</summary>
internal sealed record DecidedMilestone(Milestone Milestone, DecisionRecord Decision);

/// <summary>Decides a milestone from its evidence, without a database.</summary>
internal static class MilestoneRules
{
    public static Result<DecidedMilestone> Decide(MilestoneEvidence evidence, MilestoneRecords records, PolicyService policies, DateTimeOffset now)
    {
        var submitted = evidence.Submitted;
        if (WrongNote(submitted, records) is { } wrong)
            return wrong;
        MilestoneId milestone = new(Guid.CreateVersion7(now));
        BilledNote[] notes = [.. submitted.Notes.Select(id => new BilledNote(milestone, id, records.Notes[id].ServiceDate, records.Notes[id].Minutes))];
        return policies.Decide(submitted.Program, MilestoneDecision.Kind, submitted.Today, Facts(evidence, records, notes))
            .Then(decision => new DecidedMilestone(Milestone(milestone, evidence, notes, decision, now), decision));
    }

    private static Problem? WrongNote(SubmittedMilestone submitted, MilestoneRecords records)
    {
        foreach (var (i, id) in submitted.Notes.Index())
        {
            if (!records.Notes.TryGetValue(id, out var note))
                return new Problem.NotFound("service note", id.Name);
            var why = note.Minutes == 0 ? "is a note that was decided not billable; its receipt says why"
                : note.ServiceDate > submitted.EventDate ? "is a contact after event_date"
                : records.Billed.Contains(id) ? "is billed with another milestone already"
                : null;
            if (why is not null)
                return new Problem.Invalid($"evidence.service_notes[{i}]", why);
        }

        return null;
    }

    private static MilestoneFacts Facts(MilestoneEvidence evidence, MilestoneRecords records, BilledNote[] notes)
    {
        var (submitted, verified, cover, overlaps) = evidence;
        MilestoneFacts facts = new() { Milestone = submitted.Number, EventDate = submitted.EventDate, Funding = verified.Funding.ToPolicy() };
        if (submitted.Number == 1)
        {
            return facts with
            {
                Contacts = [.. notes.Select(n => new MilestoneContact(n.ServiceDate, n.Minutes))],
                UnitsUsedByYear = [.. records.UnitsUsedByYear.OrderBy(y => y.Key).Select(y => new YearUnits(y.Key, y.Value))],
            };
        }

        RequestValidator days = new();
        var covered = cover.Authorization.Length > 0;
        var episode = overlaps.Episode();
        return facts with
        {
            ApprovedMilestones = [.. records.Approved.Where(m => episode.Holds(m.Day)).Select(m => m.Number).Distinct().Order()],
            SarFrom = days.OptionalDay("from", cover.From),
            SarTo = days.OptionalDay("through", cover.Through),
            SarUnits = covered ? cover.UnitsApproved : null,
            SarUnitsUsed = covered ? cover.UnitsApproved - cover.UnitsLeft : null,
            // Contents count only when the plan was sent: without a reference there is no plan.
            PcpContents = submitted.PcpDocument.Length > 0 ? [.. submitted.PcpContents.Select(c => c.ToPolicy()).OfType<Policies.PcpContent>()] : null,
        };
    }

    private static Milestone Milestone(MilestoneId id, MilestoneEvidence evidence, BilledNote[] notes, DecisionRecord decision, DateTimeOffset now)
    {
        var (submitted, verified) = (evidence.Submitted, evidence.Verified);
        var payable = decision.Value<int>("payableUnits");
        return new()
        {
            Id = id,
            IndividualId = submitted.Individual,
            Provider = submitted.Provider,
            Payer = verified.PayerCode(),
            Program = submitted.Program,
            Number = submitted.Number,
            Funding = verified.Funding,
            EventDate = submitted.EventDate,
            State = StateOf(decision.Decision.Verdict, payable),
            Funder = decision.Value<string>("funder") ?? "",
            Code = decision.Value<string>("code") ?? "",
            Modifiers = [.. decision.Value<IEnumerable<string>>("modifiers") ?? []],
            Units = decision.Value<int?>("units") ?? (submitted.Number == 1 ? 0 : 1),
            PayableUnits = payable,
            Amount = decision.Value<decimal?>("amount"),
            Notes = [.. notes],
            PcpDocument = submitted.PcpDocument,
            DecisionId = decision.Id,
            RecordedAt = now,
        };
    }

    /// <summary>Above a cap the verdict is no for the requested units, but the units below the cap can be billed.</summary>
    private static Proto.MilestoneState StateOf(Verdict verdict, int payable) => verdict switch
    {
        Verdict.NeedsFacts => Proto.MilestoneState.Collecting,
        Verdict.NeedsReview => Proto.MilestoneState.UnderReview,
        _ => payable > 0 ? Proto.MilestoneState.Billable : Proto.MilestoneState.Denied,
    };
}
