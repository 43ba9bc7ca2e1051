using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Referrals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Takes back a merge. The merged record gets back everything that was recorded for it, and is a person of its own again. What was recorded for the survivor
/// since stays with the survivor. Merges that rest on each other are undone from the last to the first.
/// </summary>
/// <remarks>It runs in a transaction of its own, as <see cref="MergeIndividuals"/> does.</remarks>
public sealed class UndoMerge(EligibilityDb db, IdempotentRequests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.UndoMergeResponse>> Handle(Proto.UndoMergeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var reason = fields.Text("reason", request.Reason, 1000);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.UndoMergeResponse>>(bad);
        return requests.Run(request.RequestId, request, s => Undo(id, reason, request, s), cancellationToken);
    }

    private async Task<Result<Proto.UndoMergeResponse>> Undo(IndividualId id, string reason, Proto.UndoMergeRequest request, CancellationToken cancellationToken)
    {
        // load
        if (await db.Load(id, cancellationToken) is not { } read)
            return new Problem.NotFound("individual", request.Name);
        if (await db.Merges.AsNoTracking().SingleOrDefaultAsync(m => m.MergedId == id && m.UndoneAt == null, cancellationToken) is not { } found)
        {
            return new Problem.Conflict("merge", read.Id == id ? "the record is not merged into another one; there is nothing to undo"
                : "the record was merged before merges were remembered; correct what belongs to the other person");
        }

        // The locks come before the rows are read again.
        db.ChangeTracker.Clear();
        foreach (var name in new[] { found.SurvivorId, id }.OrderBy(i => i.Value))
            await db.Lock(name.Name, cancellationToken);
        if (await db.Merges.SingleOrDefaultAsync(m => m.Id == found.Id && m.UndoneAt == null, cancellationToken) is not { } merge)
            return new Problem.Stale("individual", request.Name);
        if (await db.Merges.AnyAsync(m => m.MergedId == merge.SurvivorId && m.UndoneAt == null, cancellationToken))
        {
            return new Problem.Conflict("merge",
                $"{merge.SurvivorId.Name}, into which the record was merged, was merged into another one later; undo the merge of {merge.SurvivorId.Name} first");
        }

        var survivor = await db.Individuals.SingleAsync(i => i.Id == merge.SurvivorId, cancellationToken);
        var separated = await db.Individuals.SingleAsync(i => i.Id == id, cancellationToken);
        if (!survivor.Expects(request.Etag))
            return new Problem.Stale("individual", request.Name);
        await db.HoldReferences(survivor.Id, cancellationToken);
        var both = survivor.Facts.ToList();

        // save and publish
        var now = clock.GetUtcNow();
        (merge.UndoneAt, merge.UndoReason) = (now, protector.Protect(reason));
        separated.MergedInto = null;
        foreach (var (one, other) in new[] { (survivor, separated), (separated, survivor) })
        {
            one.UpdatedAt = now;
            one.PersonalDataVersion++;
            if (!one.SeparatedFrom.Contains(other.Id.Name))
                one.SeparatedFrom.Add(other.Id.Name);
        }

        survivor.ReferredTo.RemoveAll(merge.ReferredTo.Contains);
        survivor.RegisteringPayers.RemoveAll(merge.RegisteringPayers.Contains);
        db.Publish(new IndividualsSeparatedV1 { IndividualId = survivor.Id, SeparatedId = id, Provider = survivor.Provider });
        await db.SaveChangesAsync(cancellationToken);
        await db.MoveBack(separated, survivor.Id, now, cancellationToken);

        db.ChangeTracker.Clear();
        Proto.UndoMergeResponse reply = new();
        foreach (var person in new[] { survivor.Id, id })
        {
            var one = (await db.Load(person, cancellationToken))!;
            await GrantSight(one, cancellationToken);
            // The survivor's spans that came from the other record are retracted, also under its former names.
            var names = await db.NamesOf(one, cancellationToken);
            foreach (var happened in one.Coverage(names, both))
                db.Publish(happened);
            await db.SaveChangesAsync(cancellationToken);
            var contacts = await db.ContactsOf([one.Id], clock.UtcDay(), cancellationToken);
            var shown = one.ToProto(protector, one.Etag(), Redisclosure.To(caller, clock), names.Skip(1), contacts[one.Id]);
            _ = person == id ? reply.Individual = shown : reply.Survivor = shown;
        }

        reply.RecordedWhileMerged.AddRange((await db.RecordedSince(survivor.Id, merge.MergedAt, cancellationToken)).Select(row => new Proto.RecordedWhileMerged
        {
            Kind = row.Kind,
            Name = row.Name,
            CreateTime = row.RecordedAt.ToTimestamp(),
        }));
        return reply;
    }

    /// <summary>
    /// Gives a person the payers and vocational rehabilitation agencies that its own records name: some may have been recorded while it was merged. The feed
    /// shows whose an open referral is now.
    /// </summary>
    private async Task GrantSight(Individual one, CancellationToken cancellationToken)
    {
        var sent = await db.Referrals.Where(r => r.IndividualId == one.Id && r.ReferralDate != null).ToListAsync(cancellationToken);
        one.ReferredTo.AddRange(sent.Select(r => r.Recipient).Except(one.ReferredTo, StringComparer.Ordinal).ToList());
        var accepted = await db.RosterEntries.Where(e => e.IndividualId == one.Id).Select(e => e.Payer).Distinct().ToListAsync(cancellationToken);
        one.RegisteringPayers.AddRange(accepted.Except(one.RegisteringPayers, StringComparer.Ordinal).ToList());
        one.UpdatePayers();
        foreach (var referral in sent.Where(r => r.IsOpen))
            db.Publish(referral.Moved(referral.State, clock.UtcDay()));
    }
}
