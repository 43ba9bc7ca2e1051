using Google.Protobuf;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies.ServiceNotes;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Records a note, complete or not, and decides whether the contact is billable and how many units the day has.</summary>
public sealed class RecordServiceNote(
    BillingDb db, IdempotentRequests once, Caller caller, Coverage coverage, PolicyService deciding, PersonalDataProtector particulars, TimeProvider clock)
{
    public Task<Result<Proto.ServiceNote>> Handle(Proto.RecordServiceNoteRequest request, CancellationToken cancellationToken) =>
        once.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Record(request, store, s), cancellationToken);

    private async Task<Result<Proto.ServiceNote>> Record(Proto.RecordServiceNoteRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = deciding.Today(fields, "program", request.Program);
        var staff = fields.Id<StaffMemberId>("rendering_staff", request.RenderingStaff);
        var day = fields.Day("service_date", request.ServiceDate);
        fields.Require(day <= today, "service_date", "lies in the future; a contact is recorded when it took place");
        var elements = request.Elements ?? new();
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
        if (!(await coverage.Eligible(individual, request.Program, day, cancellationToken)).Is(out var verified, out var unseen))
            return unseen;
        if (store)
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({individual.Name + day.Day()}, 0))", cancellationToken);
        var other = await db.ServiceNotes.Where(n => n.IndividualId == individual && n.Program == request.Program && n.ServiceDate == day)
            .SumAsync(n => n.BillableMinutes, cancellationToken);

        // decide
        var facts = NoteEvidence.Of(elements, staff, day, other, signed, planned);
        if (!deciding.Decide(request.Program, ServiceNoteDecision.Kind, today, facts).Is(out var ruled, out var problem))
            return problem;

        // save and publish
        var now = clock.GetUtcNow();
        var billable = ruled.Decision.Verdict == Policies.Verdict.Met;
        ServiceNote note = new()
        {
            Id = ServiceNoteId.New(clock),
            IndividualId = individual,
            Provider = provider,
            Payer = OrganizationCode.TryParse(verified.Payer, out var payer) ? payer.Value : "",
            Program = request.Program,
            RenderingStaff = staff,
            ServiceDate = day,
            Sealed = particulars.Protect(JsonFormatter.Default.Format(elements)),
            BillableMinutes = billable ? elements.DurationMinutes : 0,
            DayUnits = billable ? ruled.Decision.Values.GetValueOrDefault("units") as int? ?? 0 : 0,
            DecisionId = ruled.Id,
            RecordedAt = now,
        };
        if (!store)
            return note.ToProto(elements, ruled.ToProto(stored: false), stored: false);

        var stored = deciding.Store(ruled, provider, note.Id.Name);
        db.Decisions.Add(stored);
        db.ServiceNotes.Add(note);
        db.Publish(new ServiceNoteRecordedV1
        {
            ServiceNoteId = note.Id,
            IndividualId = individual,
            StaffMemberId = staff,
            Provider = provider,
            Program = request.Program,
            ServiceDate = day,
            Verdict = stored.Verdict,
            BillableMinutes = note.BillableMinutes,
            DayUnits = note.DayUnits,
            DecisionId = new(stored.Id),
            PackVersion = stored.PackVersion,
        });
        await db.SaveChangesAsync(cancellationToken);
        return note.ToProto(elements, ruled.ToProto(stored: true), stored: true);
    }
}
