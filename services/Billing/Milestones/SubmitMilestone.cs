using Ips.Billing.Db;
using Ips.Billing.UnitLedger;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Milestones;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Milestones;

/// <summary>Decides a milestone on its evidence: reached, in order, within its caps, and what is paid.</summary>
public sealed class SubmitMilestone(BillingDb db, Once once, Caller caller, Coverage coverage, EngagementUnits engagement, Deciding deciding, TimeProvider clock)
{
    public Task<Result<Wire.Milestone>> Handle(Wire.SubmitMilestoneRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Submit(ask, store, s), stop);

    private sealed record Asked(IndividualId Individual, string Provider, DateOnly Today, DateOnly EventDate, IReadOnlyList<ServiceNoteId> Notes);

    private async Task<Result<Wire.Milestone>> Submit(Wire.SubmitMilestoneRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var read = Read(fields, ask);
        if (fields.Problem is { } bad)
            return bad;
        if (read.Provider != caller.Organization)
            return new Problem.Forbidden("a provider submits milestones of its own organization");
        if (!(await coverage.Eligible(read.Individual, ask.Program, read.EventDate, stop)).Is(out var verified, out var unseen))
            return unseen;
        if (store)
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({read.Individual.Name}, 0))", stop);
        if (!(await Notes(read, stop)).Is(out var notes, out var missing))
            return missing;
        if (!(await Facts(ask, read, verified, notes, stop)).Is(out var facts, out var failed))
            return failed;

        // decide
        if (!deciding.Decide(ask.Program, MilestoneDecision.Kind, read.Today, facts).Is(out var ruled, out var problem))
            return problem;
        var milestone = Draft(ask, read, verified, notes, ruled);
        if (!store)
            return milestone.ToWire(ruled.ToWire(stored: false), stored: false);

        // save and tell
        var now = milestone.RecordedAt;
        var kept = deciding.Store(ruled, read.Provider, milestone.Id.Name);
        db.Decisions.Add(kept);
        db.Milestones.Add(milestone);
        db.Add(new MilestoneDecidedV1(
            Guid.CreateVersion7(now), now, milestone.Id.Value, read.Individual.Value, read.Provider, ask.Program, ask.Number, read.EventDate, WireCode.Lower(milestone.State)!,
            kept.Verdict, milestone.Funder.Length == 0 ? null : milestone.Funder, milestone.Units, milestone.PayableUnits, milestone.Amount, "USD", kept.Id, kept.PackVersion));
        await db.SaveChangesAsync(stop);
        return milestone.ToWire(kept.ToWire(), stored: true);
    }

    private Asked Read(Fields fields, Wire.SubmitMilestoneRequest ask)
    {
        var evidence = ask.Evidence ?? new();
        Asked read = new(
            fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse),
            fields.Organization("provider", ask.Provider),
            deciding.Today(fields, "program", ask.Program),
            fields.Day("event_date", ask.EventDate),
            [.. evidence.ServiceNotes.Select((n, i) => fields.Name<ServiceNoteId>($"evidence.service_notes[{i}]", n, "serviceNotes/{uuid}", ServiceNoteId.TryParse))]);
        fields.Require(read.EventDate <= read.Today, "event_date", "lies in the future; send a day up to today");
        fields.Require(ask.Number is 1 or 2, "number", "is not 1 or 2; this version of the contract carries the evidence of milestones 1 and 2");
        fields.Require(ask.Number != 1 || read.Notes.Count > 0, "evidence.service_notes", "is empty; milestone 1 bills service notes");
        fields.Require(read.Notes.Distinct().Count() == read.Notes.Count, "evidence.service_notes", "names a note twice");
        fields.Require(read.Notes.Count <= 200, "evidence.service_notes", "names more than 200 notes");
        fields.Choices("evidence.pcp_contents", evidence.PcpContents);
        fields.Require(evidence.PcpDocument.Length <= 100, "evidence.pcp_document", "is longer than 100 characters");
        return read;
    }

    private async Task<Result<IReadOnlyList<BilledNote>>> Notes(Asked read, CancellationToken stop)
    {
        List<BilledNote> notes = [];
        foreach (var (i, id) in read.Notes.Index())
        {
            if (await db.ServiceNotes.AsNoTracking().SingleOrDefaultAsync(n => n.Id == id && n.IndividualId == read.Individual, stop) is not { } note)
                return new Problem.NotFound("service note", id.Name);
            if (note.BillableMinutes == 0)
                return new Problem.Invalid($"evidence.service_notes[{i}]", "is a note that was decided not billable; its receipt says why");
            if (note.ServiceDate > read.EventDate)
                return new Problem.Invalid($"evidence.service_notes[{i}]", "is a contact after event_date");
            if (await db.Milestones.AnyAsync(m => m.Notes.Any(n => n.NoteId == id) && m.State != Wire.MilestoneState.Denied, stop))
                return new Problem.Invalid($"evidence.service_notes[{i}]", "is billed with another milestone already");
            notes.Add(new(id, note.ServiceDate, note.BillableMinutes));
        }

        return notes;
    }

    private async Task<Result<MilestoneFacts>> Facts(
        Wire.SubmitMilestoneRequest ask, Asked read, VerifyResponse verified, IReadOnlyList<BilledNote> notes, CancellationToken stop)
    {
        var facts = new MilestoneFacts
        {
            Milestone = ask.Number,
            EventDate = read.EventDate,
            Funding = WireCode.Lower(verified.Funding) is { } funding ? Codes.Parse<Funding>(funding) : null,
        };
        if (ask.Number == 1)
        {
            var years = notes.Select(n => n.ServiceDate.Year).Distinct().Order();
            List<YearUnits> used = [];
            foreach (var year in years)
                used.Add(new(year, await engagement.Used(read.Individual, read.Provider, ask.Program, year, stop)));
            return facts with { Contacts = [.. notes.Select(n => new MilestoneContact(n.ServiceDate, n.Minutes))], UnitsUsedByYear = used };
        }

        if (!(await coverage.Authorized(read.Individual, read.Provider, ask.Program, AuthorizationKind.M2, read.EventDate, stop)).Is(out var sar, out var problem))
            return problem;
        var approved = await db.Milestones.Where(m => m.IndividualId == read.Individual && m.Program == ask.Program
            && (m.State == Wire.MilestoneState.Billable || m.State == Wire.MilestoneState.Claimed)).Select(m => m.Number).Distinct().Order().ToListAsync(stop);
        Fields wire = new();
        return facts with
        {
            ApprovedMilestones = approved,
            SarFrom = wire.OptionalDay("from", sar.From),
            SarTo = wire.OptionalDay("through", sar.Through),
            SarUnits = sar.Authorization.Length == 0 ? null : sar.UnitsApproved,
            SarUnitsUsed = sar.Authorization.Length == 0 ? null : sar.UnitsApproved - sar.UnitsLeft,
            // Contents count only of a plan that was sent: without its reference nothing is known of a plan.
            PcpContents = ask.Evidence?.PcpDocument is { Length: > 0 }
                ? [.. ask.Evidence.PcpContents.Select(c => Codes.Parse<PcpContent>(WireCode.Lower(c)!)).OfType<PcpContent>()]
                : null,
        };
    }

    private Milestone Draft(Wire.SubmitMilestoneRequest ask, Asked read, VerifyResponse verified, IReadOnlyList<BilledNote> notes, Ruled ruled)
    {
        var values = ruled.Decision.Values;
        var payable = values.GetValueOrDefault("payableUnits") as int? ?? 0;
        return new()
        {
            Id = MilestoneId.New(clock),
            IndividualId = read.Individual,
            Provider = read.Provider,
            Payer = OrganizationCode.TryParse(verified.Payer, out var payer) ? payer.Value : "",
            Program = ask.Program,
            Number = ask.Number,
            Funding = verified.Funding,
            EventDate = read.EventDate,
            State = StateOf(ruled.Decision.Verdict, payable),
            Funder = values.GetValueOrDefault("funder") as string ?? "",
            Code = values.GetValueOrDefault("code") as string ?? "",
            Modifiers = [.. values.GetValueOrDefault("modifiers") as IEnumerable<string> ?? []],
            Units = values.GetValueOrDefault("units") as int? ?? (ask.Number == 1 ? 0 : 1),
            PayableUnits = payable,
            Amount = values.GetValueOrDefault("amount") as decimal?,
            Notes = [.. notes],
            PcpDocument = ask.Evidence?.PcpDocument ?? "",
            DecisionId = ruled.Id,
            RecordedAt = clock.GetUtcNow(),
        };
    }

    /// <summary>Above a cap the verdict is no for what was asked, while the rest stays payable: then it can be billed.</summary>
    private static Wire.MilestoneState StateOf(Verdict verdict, int payable) => verdict switch
    {
        Verdict.NeedsFacts => Wire.MilestoneState.Collecting,
        Verdict.NeedsReview => Wire.MilestoneState.UnderReview,
        _ => payable > 0 ? Wire.MilestoneState.Billable : Wire.MilestoneState.Denied,
    };
}
