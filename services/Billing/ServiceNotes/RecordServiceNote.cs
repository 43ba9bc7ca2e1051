using Google.Protobuf;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies.ServiceNotes;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Records a note, complete or not, and says whether the contact is billable and how many units the day has.</summary>
public sealed class RecordServiceNote(BillingDb db, Once once, Caller caller, Coverage coverage, Deciding deciding, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.ServiceNote>> Handle(Wire.RecordServiceNoteRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Record(ask, store, s), stop);

    private async Task<Result<Wire.ServiceNote>> Record(Wire.RecordServiceNoteRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var individual = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var provider = fields.Organization("provider", ask.Provider);
        var today = deciding.Today(fields, "program", ask.Program);
        var staff = fields.Name<StaffMemberId>("rendering_staff", ask.RenderingStaff, "staff/{uuid}", StaffMemberId.TryParse);
        var day = fields.Day("service_date", ask.ServiceDate);
        fields.Require(day <= today, "service_date", "lies in the future; a contact is recorded when it took place");
        var elements = ask.Elements ?? new();
        var signed = fields.OptionalDay("elements.signature_date", elements.SignatureDate);
        var planned = fields.OptionalDay("elements.intervention_on_plan_from", elements.InterventionOnPlanFrom);
        fields.Number("elements.duration_minutes", elements.DurationMinutes, 0, 24 * 60);
        fields.Number("elements.travel_minutes", elements.TravelMinutes, 0, 24 * 60);
        fields.Number("elements.group_size", elements.GroupSize, 0, 1000);
        fields.Require(elements.CalculateSize() <= 100_000, "elements", "are larger than 100,000 bytes; attach long documents elsewhere");
        if (fields.Problem is { } bad)
            return bad;
        if (provider != caller.Organization)
            return new Problem.Forbidden("a provider records notes of its own organization");
        if (!(await coverage.Eligible(individual, ask.Program, day, stop)).Is(out var verified, out var unseen))
            return unseen;
        if (store)
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({individual.Name + day.Day()}, 0))", stop);
        var other = await db.ServiceNotes.Where(n => n.IndividualId == individual && n.Program == ask.Program && n.ServiceDate == day).SumAsync(n => n.BillableMinutes, stop);

        // decide
        var facts = NoteEvidence.Of(elements, staff, day, other, signed, planned);
        if (!deciding.Decide(ask.Program, ServiceNoteDecision.Kind, today, facts).Is(out var ruled, out var problem))
            return problem;

        // save and tell
        var now = clock.GetUtcNow();
        var billable = ruled.Decision.Verdict == Policies.Verdict.Met;
        ServiceNote note = new()
        {
            Id = ServiceNoteId.New(clock),
            IndividualId = individual,
            Provider = provider,
            Payer = OrganizationCode.TryParse(verified.Payer, out var payer) ? payer.Value : "",
            Program = ask.Program,
            RenderingStaff = staff,
            ServiceDate = day,
            Sealed = particulars.Seal(JsonFormatter.Default.Format(elements)),
            BillableMinutes = billable ? elements.DurationMinutes : 0,
            DayUnits = billable ? ruled.Decision.Values.GetValueOrDefault("units") as int? ?? 0 : 0,
            DecisionId = ruled.Id,
            RecordedAt = now,
        };
        if (!store)
            return note.ToWire(elements, ruled.ToWire(stored: false), stored: false);

        var kept = deciding.Store(ruled, provider, note.Id.Name);
        db.Decisions.Add(kept);
        db.ServiceNotes.Add(note);
        db.Add(new ServiceNoteRecordedV1(
            Guid.CreateVersion7(now), now, note.Id.Value, individual.Value, staff.Value, provider, ask.Program, day, kept.Verdict, note.BillableMinutes, note.DayUnits,
            kept.Id, kept.PackVersion));
        await db.SaveChangesAsync(stop);
        return note.ToWire(elements, kept.ToWire(), stored: true);
    }
}
