using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Makes one record of two of the same provider. Everything that names the merged record moves to the survivor; the merged one stays as a signpost, so that its
/// name goes on resolving. Its particulars go into the survivor's history.
/// </summary>
public sealed class MergeIndividuals(EligibilityDb db, Once once, Caller caller, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.Individual>> Handle(Wire.MergeIndividualsRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var survivor = fields.Name<IndividualId>("survivor", ask.Survivor, "individuals/{uuid}", IndividualId.TryParse);
        var merged = fields.Name<IndividualId>("merged", ask.Merged, "individuals/{uuid}", IndividualId.TryParse);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the survivor's etag last read");
        fields.Require(ask.MergedEtag.Length > 0, "merged_etag", "is missing; send the merged record's etag last read");
        fields.Require(survivor != merged || merged == default, "merged", "is the survivor itself");
        fields.Note(ask.Note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.Individual>>(bad);
        return once.Run(ask.RequestId, ask, s => Merge(survivor, merged, ask, s), stop);
    }

    private async Task<Result<Wire.Individual>> Merge(IndividualId survivorId, IndividualId mergedId, Wire.MergeIndividualsRequest ask, CancellationToken stop)
    {
        // load
        foreach (var id in new[] { survivorId, mergedId }.OrderBy(i => i.Value))
            await db.LockRecord(id, stop);
        if (await db.Load(survivorId, stop) is not { } survivor)
            return new Problem.NotFound("individual", ask.Survivor);
        if (await db.Load(mergedId, stop) is not { } merged)
            return new Problem.NotFound("individual", ask.Merged);
        if (survivor.Id != survivorId || merged.Id != mergedId)
            return new Problem.Conflict("merge", $"{(survivor.Id != survivorId ? "survivor" : "merged")} was merged into another record; read it again");
        if (survivor.Provider != merged.Provider)
            return new Problem.Invalid("merged", "is of another provider; records of one provider are merged");
        if (!db.Expects(survivor, ask.Etag))
            return new Problem.Stale("individual", ask.Survivor);
        if (!db.Expects(merged, ask.MergedEtag))
            return new Problem.Stale("individual", ask.Merged);
        await db.HoldReferences(mergedId, stop);
        var referrals = await db.Referrals.AsNoTracking().Where(r => r.IndividualId == survivorId || r.IndividualId == mergedId).ToListAsync(stop);
        if (referrals.Count(r => r.IsOpen) > 1)
            return new Problem.Conflict("NC-DVRS-001", "both records have an open referral; close one first");

        // save and tell
        var now = clock.GetUtcNow();
        FormerParticulars former = new(Guid.CreateVersion7(now), merged.Sealed, merged.ParticularsSince) { JoinedAt = now };
        former.Supersede(now, caller.Organization, WireCode.Upper(Wire.CorrectionReason.Duplicate)!, ask.Note.Length == 0 ? null : particulars.Seal(ask.Note));
        merged.MergedInto = survivorId;
        survivor.ReferredToDvrs |= merged.ReferredToDvrs;
        survivor.RegisteringPayers.AddRange(merged.RegisteringPayers.Except(survivor.RegisteringPayers).ToList());
        survivor.Payers.AddRange(merged.Payers.Except(survivor.Payers).ToList());
        survivor.Facts.Add(former);
        db.Add(new IndividualsMergedV1(Guid.CreateVersion7(now), now, survivorId.Value, mergedId.Value, survivor.Provider));
        await db.SaveChangesAsync(stop);
        await db.MoveReferences(mergedId, survivorId, now, stop);

        db.ChangeTracker.Clear();
        var one = (await db.Load(survivorId, stop))!;
        return one.ToWire(particulars, db.Etag(one), Redisclosure.To(caller, clock), await db.MergedInto(survivorId, stop));
    }
}
