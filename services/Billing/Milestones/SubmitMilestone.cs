using Ips.Billing.Db;
using Ips.Billing.UnitLedger;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Milestones;

/// <summary>Decides a milestone on its evidence: reached, in order, within its caps, and what is paid.</summary>
public sealed class SubmitMilestone(
    BillingDb db, IdempotentRequests once, Caller caller, Coverage coverage, EngagementUnits engagement, PolicyService deciding, TimeProvider clock)
{
    public Task<Result<Proto.Milestone>> Handle(Proto.SubmitMilestoneRequest request, CancellationToken cancellationToken) =>
        once.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Submit(request, store, s), cancellationToken);

    private sealed record Submission(IndividualId Individual, string Provider, DateOnly Today, DateOnly EventDate, IReadOnlyList<ServiceNoteId> Notes);

    private async Task<Result<Proto.Milestone>> Submit(Proto.SubmitMilestoneRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var read = Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (read.Provider != caller.Organization)
            return new Problem.Forbidden("a provider submits milestones of its own organization");
        if (!(await coverage.Eligible(read.Individual, request.Program, read.EventDate, cancellationToken)).Is(out var verified, out var unseen))
            return unseen;
        if (store)
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({read.Individual.Name}, 0))", cancellationToken);
        if (!(await Notes(read, cancellationToken)).Is(out var notes, out var missing))
            return missing;
        if (!(await Facts(request, read, verified, notes, cancellationToken)).Is(out var facts, out var failed))
            return failed;

        // decide
        if (!deciding.Decide(request.Program, MilestoneDecision.Kind, read.Today, facts).Is(out var ruled, out var problem))
            return problem;
        var milestone = Draft(request, read, verified, notes, ruled);
        if (!store)
            return milestone.ToProto(ruled.ToProto(stored: false), stored: false);

        // save and publish
        var stored = deciding.Store(ruled, read.Provider, milestone.Id.Name);
        db.Decisions.Add(stored);
        db.Milestones.Add(milestone);
        db.Publish(new MilestoneDecidedV1
        {
            MilestoneId = milestone.Id,
            IndividualId = read.Individual,
            Provider = read.Provider,
            Program = request.Program,
            Number = request.Number,
            EventDate = read.EventDate,
            State = WireCode.Lower(milestone.State)!,
            Verdict = stored.Verdict,
            Funder = milestone.Funder.Length == 0 ? null : milestone.Funder,
            Units = milestone.Units,
            PayableUnits = milestone.PayableUnits,
            Amount = milestone.Amount,
            Currency = "USD",
            DecisionId = new(stored.Id),
            PackVersion = stored.PackVersion,
        });
        await db.SaveChangesAsync(cancellationToken);
        return milestone.ToProto(ruled.ToProto(stored: true), stored: true);
    }

    private Submission Read(RequestValidator fields, Proto.SubmitMilestoneRequest request)
    {
        var evidence = request.Evidence ?? new();
        Submission read = new(
            fields.Id<IndividualId>("individual", request.Individual),
            fields.Organization("provider", request.Provider),
            deciding.Today(fields, "program", request.Program),
            fields.Day("event_date", request.EventDate),
            [.. evidence.ServiceNotes.Select((n, i) => fields.Id<ServiceNoteId>($"evidence.service_notes[{i}]", n))]);
        fields.Require(read.EventDate <= read.Today, "event_date", "lies in the future; send a day up to today");
        fields.Require(request.Number is 1 or 2, "number", "is not 1 or 2; this version of the contract carries the evidence of milestones 1 and 2");
        fields.Require(request.Number != 1 || read.Notes.Count > 0, "evidence.service_notes", "is empty; milestone 1 bills service notes");
        fields.Require(read.Notes.Distinct().Count() == read.Notes.Count, "evidence.service_notes", "names a note twice");
        fields.Require(read.Notes.Count <= 200, "evidence.service_notes", "names more than 200 notes");
        fields.Choices("evidence.pcp_contents", evidence.PcpContents);
        fields.Require(evidence.PcpDocument.Length <= 100, "evidence.pcp_document", "is longer than 100 characters");
        return read;
    }

    private async Task<Result<IReadOnlyList<BilledNote>>> Notes(Submission read, CancellationToken cancellationToken)
    {
        List<BilledNote> notes = [];
        foreach (var (i, id) in read.Notes.Index())
        {
            if (await db.ServiceNotes.AsNoTracking()
                .SingleOrDefaultAsync(n => n.Id == id && n.IndividualId == read.Individual, cancellationToken) is not { } note)
                return new Problem.NotFound("service note", id.Name);
            if (note.BillableMinutes == 0)
                return new Problem.Invalid($"evidence.service_notes[{i}]", "is a note that was decided not billable; its receipt says why");
            if (note.ServiceDate > read.EventDate)
                return new Problem.Invalid($"evidence.service_notes[{i}]", "is a contact after event_date");
            if (await db.Milestones.AnyAsync(m => m.Notes.Any(n => n.NoteId == id) && m.State != Proto.MilestoneState.Denied, cancellationToken))
                return new Problem.Invalid($"evidence.service_notes[{i}]", "is billed with another milestone already");
            notes.Add(new(id, note.ServiceDate, note.BillableMinutes));
        }

        return notes;
    }

    private async Task<Result<MilestoneFacts>> Facts(
        Proto.SubmitMilestoneRequest request, Submission read, VerifyResponse verified, IReadOnlyList<BilledNote> notes, CancellationToken cancellationToken)
    {
        var facts = new MilestoneFacts
        {
            Milestone = request.Number,
            EventDate = read.EventDate,
            Funding = WireCode.Lower(verified.Funding) is { } funding ? Codes.Parse<Funding>(funding) : null,
        };
        if (request.Number == 1)
        {
            var years = notes.Select(n => n.ServiceDate.Year).Distinct().Order();
            List<YearUnits> used = [];
            foreach (var year in years)
                used.Add(new(year, await engagement.Used(read.Individual, read.Provider, request.Program, year, cancellationToken)));
            return facts with { Contacts = [.. notes.Select(n => new MilestoneContact(n.ServiceDate, n.Minutes))], UnitsUsedByYear = used };
        }

        if (!(await coverage.Authorized(read.Individual, read.Provider, request.Program, AuthorizationKind.M2, read.EventDate, cancellationToken))
            .Is(out var sar, out var problem))
            return problem;
        var approved = await db.Milestones.Where(m => m.IndividualId == read.Individual && m.Program == request.Program
            && (m.State == Proto.MilestoneState.Billable || m.State == Proto.MilestoneState.Claimed)).Select(m => m.Number).Distinct().Order().ToListAsync(
            cancellationToken);
        RequestValidator wire = new();
        return facts with
        {
            ApprovedMilestones = approved,
            SarFrom = wire.OptionalDay("from", sar.From),
            SarTo = wire.OptionalDay("through", sar.Through),
            SarUnits = sar.Authorization.Length == 0 ? null : sar.UnitsApproved,
            SarUnitsUsed = sar.Authorization.Length == 0 ? null : sar.UnitsApproved - sar.UnitsLeft,
            // Contents count only when the plan was sent: without a reference there is no plan.
            PcpContents = request.Evidence?.PcpDocument is { Length: > 0 }
                ? [.. request.Evidence.PcpContents.Select(c => Codes.Parse<PcpContent>(WireCode.Lower(c)!)).OfType<PcpContent>()]
                : null,
        };
    }

    private Milestone Draft(
        Proto.SubmitMilestoneRequest request, Submission read, VerifyResponse verified, IReadOnlyList<BilledNote> notes, DecisionRecord ruled)
    {
        var values = ruled.Decision.Values;
        var payable = values.GetValueOrDefault("payableUnits") as int? ?? 0;
        return new()
        {
            Id = MilestoneId.New(clock),
            IndividualId = read.Individual,
            Provider = read.Provider,
            Payer = OrganizationCode.TryParse(verified.Payer, out var payer) ? payer.Value : "",
            Program = request.Program,
            Number = request.Number,
            Funding = verified.Funding,
            EventDate = read.EventDate,
            State = StateOf(ruled.Decision.Verdict, payable),
            Funder = values.GetValueOrDefault("funder") as string ?? "",
            Code = values.GetValueOrDefault("code") as string ?? "",
            Modifiers = [.. values.GetValueOrDefault("modifiers") as IEnumerable<string> ?? []],
            Units = values.GetValueOrDefault("units") as int? ?? (request.Number == 1 ? 0 : 1),
            PayableUnits = payable,
            Amount = values.GetValueOrDefault("amount") as decimal?,
            Notes = [.. notes],
            PcpDocument = request.Evidence?.PcpDocument ?? "",
            DecisionId = ruled.Id,
            RecordedAt = clock.GetUtcNow(),
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
