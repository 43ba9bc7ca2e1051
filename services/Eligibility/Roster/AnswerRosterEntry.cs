using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Roster;

/// <summary>The agency accepts an entry, by registering the person or matching one that it has on file, or declines it.</summary>
public sealed class AnswerRosterEntry(
    EligibilityDb db, IndividualReader people, RegisterIndividual registration, Requests requests, Caller caller, PersonalDataProtector protector,
    TimeProvider clock)
{
    public Task<Result<Proto.RosterEntry>> Handle(Proto.AcceptRosterEntryRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var onFile = fields.OptionalId<IndividualId>("individual", request.Individual);
        return Answer(fields, request.Name, request.Etag, request.RequestId, request, async (entry, changes, s) =>
        {
            if (!(await Accept(entry, onFile, changes, s)).Is(out var individual, out var problem))
                return problem;
            entry.Answer(Proto.RosterEntryState.Accepted, individual.Id);
            return entry;
        }, cancellationToken);
    }

    public Task<Result<Proto.RosterEntry>> Handle(Proto.DeclineRosterEntryRequest request, CancellationToken cancellationToken) =>
        Answer(new(), request.Name, request.Etag, request.RequestId, request, (entry, _, _) =>
        {
            entry.Answer(Proto.RosterEntryState.Declined, null);
            return Task.FromResult<Result<RosterEntry>>(entry);
        }, cancellationToken);

    private async Task<Result<Individual>> Accept(RosterEntry entry, IndividualId? onFile, Changes changes, CancellationToken cancellationToken)
    {
        if (onFile is not { } id)
            return await registration.Register(entry.Provider, Person.Decrypt(protector, entry.PersonalData!), entry.Payer, changes, cancellationToken);
        if (await people.Find(caller, id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", id.Name);
        if (!individual.RegisteringPayers.Contains(entry.Payer))
            individual.RegisteringPayers.Add(entry.Payer);
        individual.UpdatePayers();
        changes.Update(individual);
        return individual;
    }

    private Task<Result<Proto.RosterEntry>> Answer(
        RequestValidator fields, string name, string etag, string requestId, Google.Protobuf.IMessage request,
        Func<RosterEntry, Changes, CancellationToken, Task<Result<RosterEntry>>> answer, CancellationToken cancellationToken)
    {
        var id = fields.Id<RosterEntryId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.RosterEntry>>(bad);
        return requests.Run(requestId, request, async s =>
        {
            if (await db.RosterEntries.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, s) is not { } entry)
                return new Problem.NotFound("roster entry", name);
            if (!entry.Expects(etag))
                return new Problem.Stale("roster entry", name);
            if (entry.State != Proto.RosterEntryState.Sent)
                return new Problem.Conflict("roster entry", $"is {WireCode.Lower(entry.State)} already");
            Changes changes = new(clock.GetUtcNow());
            return (await answer(entry, changes, s)).Then(answered =>
                new Decided<Proto.RosterEntry>(changes.Update(answered).ToProto(protector, caller), changes));
        }, cancellationToken);
    }
}
