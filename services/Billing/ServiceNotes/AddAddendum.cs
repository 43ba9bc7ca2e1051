using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Adds a text to a note that was signed. The note itself never changes.</summary>
public sealed class AddAddendum(BillingDb db, Requests requests, PersonalDataProtector protector, TimeProvider clock)
{
    private const int Longest = 10_000;
    private const int Most = 100;

    public Task<Result<Proto.ServiceNote>> Handle(Proto.AddAddendumRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ServiceNoteId>("name", request.Name);
        var author = fields.Id<StaffMemberId>("author", request.Author);
        fields.Require(!string.IsNullOrWhiteSpace(request.Text), "text", $"is missing; send 1 to {Longest} characters");
        fields.Require(request.Text.Length <= Longest, "text", $"has more than {Longest} characters");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.ServiceNote>>(bad)
            : requests.Run(request.ValidateOnly, request.RequestId, request, (_, s) => ReadAndDecide(id, author, request, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.ServiceNote>>> ReadAndDecide(
        ServiceNoteId id, StaffMemberId author, Proto.AddAddendumRequest request, CancellationToken cancellationToken)
    {
        // read
        if (await db.ServiceNotes.AsNoTracking().AsSingleQuery().Include(n => n.Decision).Include(n => n.Addenda)
            .SingleOrDefaultAsync(n => n.Id == id, cancellationToken) is not { } note)
            return new Problem.NotFound("service note", request.Name);
        var account = await db.Account(note.IndividualId, note.Provider, cancellationToken);

        // decide
        if (note.VoidedAt is not null)
            return new Problem.Conflict("service note state", "the note is void; nothing is added to it");
        if (string.IsNullOrWhiteSpace(note.OpenElements(protector).SignedBy))
            return new Problem.Conflict("service note state", "the note is not signed; void it and record it again");
        if (note.Addenda.Count >= Most)
            return new Problem.Conflict("service note state", $"the note has {Most} additions; no more are taken");
        Changes changes = new(clock.GetUtcNow());
        NoteAddendum addendum = new()
        {
            NoteId = note.Id,
            Number = note.Addenda.Count + 1,
            EncryptedText = protector.Protect(request.Text),
            Author = author,
            RecordedAt = changes.Now,
        };
        changes.Insert(addendum);
        // A void at the same time raises it too, and the audit log names its person.
        account.Count(changes);
        note.Addenda.Add(addendum);
        return new Decided<Proto.ServiceNote>(note.ToProto(protector), changes);
    }
}
