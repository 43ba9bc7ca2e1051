using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Jobs;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Voids a note, and decides again the milestones and claim lines that rest on it.</summary>
public sealed class VoidServiceNote(BillingDb db, Requests requests, ReconsiderClaimLines lines, JobSupport support, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.ServiceNote>> Handle(Proto.VoidServiceNoteRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ServiceNoteId>("name", request.Name);
        fields.Choice("reason", request.Reason);
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.ServiceNote>>(bad)
            : requests.Run(request.ValidateOnly, request.RequestId, request, async s =>
                await db.ServiceNotes.Where(n => n.Id == id).Select(n => (IndividualId?)n.IndividualId).SingleOrDefaultAsync(s) is { } individual
                    ? await lines.Gather([individual], s, id)
                    : new Problem.NotFound("service note", request.Name),
                (evidence, _, s) => ReadAndDecide(id, request, evidence, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.ServiceNote>>> ReadAndDecide(
        ServiceNoteId id, Proto.VoidServiceNoteRequest request, ReconsiderClaimLines.Evidence evidence, CancellationToken cancellationToken)
    {
        // read
        var note = await db.ServiceNotes.AsNoTracking().AsSingleQuery().Include(n => n.Decision).Include(n => n.Addenda)
            .SingleAsync(n => n.Id == id, cancellationToken);

        // decide
        if (note.VoidedAt is not null)
            return new Problem.Conflict("service note state", "the note is void already");
        Changes changes = new(clock.GetUtcNow());
        (note.VoidedAt, note.VoidReason) = (changes.Now, request.Reason);
        changes.Update(note);
        changes.Publish(note.ToVoidedEvent());
        if (!(await lines.DecideAgain(changes, note.IndividualId, evidence, new() { Voided = id, Provider = note.Provider }, cancellationToken))
            .Is(out _, out var problem))
            return problem;
        await support.Sync(note.IndividualId, note.Provider, note.Program, new(Voided: id), changes, cancellationToken);
        return new Decided<Proto.ServiceNote>(note.ToProto(protector), changes);
    }
}
