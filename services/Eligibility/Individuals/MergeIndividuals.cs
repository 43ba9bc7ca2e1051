using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Referrals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Merges two records of the same provider. Everything that refers to the merged record moves to the survivor. The merged record stays, so that its name still
/// resolves. Its personal data is added to the survivor's history. It saves in a transaction of its own, because it moves the rows of every table that refers to
/// people, which no use case could read first.
/// </summary>
/// <remarks>Rare, and it moves the rows of every table that refers to people: it runs in a transaction of its own instead of naming each row.</remarks>
public sealed class MergeIndividuals(EligibilityDb db, IdempotentRequests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Individual>> Handle(Proto.MergeIndividualsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var survivor = fields.Id<IndividualId>("survivor", request.Survivor);
        var merged = fields.Id<IndividualId>("merged", request.Merged);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the survivor's etag last read");
        fields.Require(request.MergedEtag.Length > 0, "merged_etag", "is missing; send the merged record's etag last read");
        fields.Require(survivor != merged || merged == default, "merged", "is the survivor itself");
        fields.Note(request.Note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Individual>>(bad);
        return requests.Run(request.RequestId, request, s => Merge(survivor, merged, request, s), cancellationToken);
    }

    /// <summary>Why the two records are not merged; null when nothing stands against it.</summary>
    internal static async Task<Problem?> Refusal(
        EligibilityDb db, IndividualId survivorId, IndividualId mergedId, Individual survivor, Individual merged, CancellationToken cancellationToken)
    {
        if (survivor.Id != survivorId || merged.Id != mergedId)
            return new Problem.Conflict("merge", $"{(survivor.Id != survivorId ? "survivor" : "merged")} was merged into another record; read it again");
        if (survivor.Provider != merged.Provider)
            return new Problem.Invalid("merged", "is of another provider; records of one provider are merged");
        var referrals = await db.Referrals.AsNoTracking().Where(r => r.IndividualId == survivorId || r.IndividualId == mergedId).ToListAsync(cancellationToken);
        return referrals.Count(r => r.IsOpen) > 1 ? new Problem.Conflict("merge", "both records have an open referral; close one first") : null;
    }

    private async Task<Result<Proto.Individual>> Merge(IndividualId survivorId, IndividualId mergedId, Proto.MergeIndividualsRequest request,
        CancellationToken cancellationToken)
    {
        // load
        foreach (var id in new[] { survivorId, mergedId }.OrderBy(i => i.Value))
            await db.Lock(id.Name, cancellationToken);
        if (await db.Load(survivorId, cancellationToken) is not { } survivor)
            return new Problem.NotFound("individual", request.Survivor);
        if (await db.Load(mergedId, cancellationToken) is not { } merged)
            return new Problem.NotFound("individual", request.Merged);
        if (survivor.Id == survivorId && merged.Id == mergedId)
        {
            if (!survivor.Expects(request.Etag))
                return new Problem.Stale("individual", request.Survivor);
            if (!merged.Expects(request.MergedEtag))
                return new Problem.Stale("individual", request.Merged);
            await db.HoldReferences(mergedId, cancellationToken);
        }

        if (await Refusal(db, survivorId, mergedId, survivor, merged, cancellationToken) is { } refusal)
            return refusal;

        // save and publish
        var now = clock.GetUtcNow();
        FormerPersonalData former = new(Guid.CreateVersion7(now), merged.PersonalData, merged.PersonalDataSince) { JoinedAt = now };
        former.Supersede(now, caller.Organization, WireCode.Upper(Proto.CorrectionReason.Duplicate)!,
            request.Note.Length == 0 ? null : protector.Protect(request.Note));
        Merge merge = new()
        {
            Id = Guid.CreateVersion7(now),
            SurvivorId = survivorId,
            MergedId = mergedId,
            Provider = survivor.Provider,
            MergedAt = now,
            ReferredTo = [.. merged.ReferredTo.Except(survivor.ReferredTo)],
            RegisteringPayers = [.. merged.RegisteringPayers.Except(survivor.RegisteringPayers)],
        };
        merged.MergedInto = survivorId;
        (survivor.UpdatedAt, merged.UpdatedAt) = (now, now);
        survivor.PersonalDataVersion++;
        survivor.ReferredTo.AddRange(merge.ReferredTo);
        survivor.RegisteringPayers.AddRange(merge.RegisteringPayers);
        survivor.Payers.AddRange(merged.Payers.Except(survivor.Payers).ToList());
        survivor.SeparatedFrom.Remove(mergedId.Name);
        survivor.Facts.Add(former);
        db.Merges.Add(merge);
        // The history of a separated record shows that it was merged.
        db.Add(new MovedRow("facts", former.Id.ToString(), mergedId, survivor.Provider));
        db.Publish(new IndividualsMergedV1 { IndividualId = survivorId, MergedId = mergedId, Provider = survivor.Provider });
        await db.SaveChangesAsync(cancellationToken);
        await db.MoveReferences(merged, survivorId, now, cancellationToken);

        db.ChangeTracker.Clear();
        var one = (await db.Load(survivorId, cancellationToken))!;
        var names = await db.NamesOf(one, cancellationToken);
        foreach (var happened in one.Coverage(names, one.Facts))
            db.Publish(happened);
        await db.SaveChangesAsync(cancellationToken);
        var contacts = await db.ContactsOf([one.Id], clock.UtcDay(), cancellationToken);
        return one.ToProto(protector, one.Etag(), Redisclosure.To(caller, clock), names.Skip(1), contacts[one.Id]);
    }
}
