using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Records, corrects and retracts how a person is reached. Nothing is overwritten: the history shows who changed what, when and why.</summary>
public sealed class RecordContacts(
    EligibilityDb db, IndividualReader people, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Contact>> Handle(Proto.RecordContactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var content = ContactReading.Read(fields, "content", request.Content);
        var (from, through) = (fields.Day("from", request.From), fields.OptionalDay("through", request.Through));
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Contact>>(bad);
        return requests.Run(request.RequestId, request, async s =>
        {
            if (await people.Find(caller, id, s) is not { } individual)
                return new Problem.NotFound("individual", request.Individual);
            Changes changes = new(clock.GetUtcNow());
            var contact = changes.Insert(Contact.Of(individual, content, from, through, caller.Organization, protector, changes.Now));
            changes.Update(individual);
            return (Result<Decided<Proto.Contact>>)new Decided<Proto.Contact>(contact.ToProto(protector), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.Contact>> Handle(Proto.CorrectContactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var content = ContactReading.Read(fields, "content", request.Content);
        var (from, through) = (fields.Day("from", request.From), fields.OptionalDay("through", request.Through));
        return Change(fields, request.Name, request.Etag, request.Reason, request.Note, request.RequestId, request, (individual, previous, changes) =>
        {
            var corrected = Contact.Of(individual, content, from, through, caller.Organization, protector, changes.Now) with
            {
                Id = previous.Id,
                Version = previous.Version + 1,
            };
            return corrected.Kind == previous.Kind
                ? changes.Insert(corrected)
                : new Problem.Invalid("content", "is of another kind than the recorded one; retract that and record this");
        }, cancellationToken);
    }

    public Task<Result<Proto.Contact>> Handle(Proto.RetractContactRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.Reason, request.Note, request.RequestId, request, (_, previous, _) => previous, cancellationToken);

    private Task<Result<Proto.Contact>> Change(
        RequestValidator fields, string name, string etag, Proto.CorrectionReason reason, string note, string requestId, Google.Protobuf.IMessage request,
        Func<Individual, Contact, Changes, Result<Contact>> change, CancellationToken cancellationToken)
    {
        var id = fields.Id<ContactName>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Reason(reason, note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Contact>>(bad);
        return requests.Run(requestId, request, async s =>
        {
            if (await people.Find(caller, id.Individual, s) is not { } individual
                || await db.Contacts.AsNoTracking().Where(c => c.IndividualId == individual.Id && c.Id == id.Contact).OrderByDescending(c => c.Version)
                    .FirstOrDefaultAsync(s) is not { } previous)
                return new Problem.NotFound("contact", name);
            if (previous.SupersededAt is not null)
                return new Problem.Conflict("contact", "was retracted; record it again");
            if (previous.Etag() != etag)
                return new Problem.Stale("contact", name);
            Changes changes = new(clock.GetUtcNow());
            previous.Supersede(changes.Now, caller.Organization, WireCode.Upper(reason)!, note.Length == 0 ? null : protector.Protect(note));
            changes.Update(previous);
            changes.Update(individual);
            return change(individual, previous, changes).Then(changed => new Decided<Proto.Contact>(changed.ToProto(protector), changes));
        }, cancellationToken);
    }
}
