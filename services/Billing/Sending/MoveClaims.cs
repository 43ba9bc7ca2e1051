using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>What a person does with batches and claims: hands a file over, replaces or voids a claim, gives one up.</summary>
public sealed class MoveClaims(BillingDb db, Requests requests, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.ClaimBatch>> Handle(Proto.MarkClaimBatchSentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimBatchId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, s => MarkSent(id, request, s), cancellationToken);
    }

    public async Task<Result<Proto.Claim>> Handle(Proto.CorrectClaimRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Require(request.Frequency is Proto.ClaimFrequency.Replacement or Proto.ClaimFrequency.Void, "frequency",
            "is not CLAIM_FREQUENCY_REPLACEMENT or CLAIM_FREQUENCY_VOID");
        var other = fields.OptionalId<ClaimLineId>("claim_line", request.ClaimLine);
        fields.Require(other is null || request.Frequency != Proto.ClaimFrequency.Void, "claim_line", "is given with a void, which takes back what was sent");
        fields.Text("reason", request.Reason, 500);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, s => Correct(id, other, request, s), cancellationToken);
    }

    public async Task<Result<Proto.Claim>> Handle(Proto.WriteOffClaimRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Text("reason", request.Reason, 500);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, s => WriteOff(id, request, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.ClaimBatch>>> MarkSent(
        ClaimBatchId id, Proto.MarkClaimBatchSentRequest request, CancellationToken cancellationToken)
    {
        // read
        if (await db.ClaimBatches.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancellationToken) is not { } batch)
            return new Problem.NotFound("claim batch", request.Name);
        var claims = await db.Claims.AsNoTracking().Where(c => c.ClaimBatchId == id && c.State == Proto.ClaimState.Batched).ToListAsync(cancellationToken);
        var transfer = await db.FileTransfers.AsNoTracking().SingleOrDefaultAsync(f => f.ClaimBatchId == id && f.EndedAt == null, cancellationToken);

        // decide
        if (!batch.Expects(request.Etag))
            return new Problem.Stale("claim batch", request.Name);
        if (batch.SentAt is not null)
            return new Problem.Conflict("claim batch state", "the file was handed over already; sent twice, its claims would be duplicates");
        if (transfer?.State == Proto.FileTransferState.Written)
            return new Problem.Conflict("claim batch state", "its file is on its way to the mailbox of the payer; ListFileTransfers shows it");
        Changes changes = new(clock.GetUtcNow());
        // Who handed it over in another way does not want it delivered again.
        transfer?.End(changes, Proto.FileTransferState.Cancelled);
        batch.HandOver(changes, claims);
        return new Decided<Proto.ClaimBatch>(batch.ToProto(), changes);
    }

    private async Task<Result<Decided<Proto.Claim>>> Correct(
        ClaimId id, ClaimLineId? other, Proto.CorrectClaimRequest request, CancellationToken cancellationToken)
    {
        // read
        if (await db.Claims.AsNoTracking().Include(c => c.Moves).SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } claim)
            return new Problem.NotFound("claim", request.Name);
        var lineId = other ?? claim.ClaimLineId;
        if (await db.ClaimLines.AsNoTracking().SingleOrDefaultAsync(l => l.Id == lineId, cancellationToken) is not { } line)
            return new Problem.NotFound("claim line", request.ClaimLine);
        var isClaimed = await db.Claims.AnyAsync(c => c.ClaimLineId == lineId && c.Live && c.Id != id, cancellationToken);
        var items = await db.WorkItems.AsNoTracking().Where(w => w.ClaimId == id && w.ResolvedAt == null && w.PostingId == null).ToListAsync(cancellationToken);

        // decide
        if (!claim.Expects(request.Etag))
            return new Problem.Stale("claim", request.Name);
        if (claim.State == Proto.ClaimState.Ready && request.Frequency == Proto.ClaimFrequency.Void)
            return await TakeBack(claim, request.Reason, cancellationToken);
        if (!claim.IsDecided || claim.PayerClaim.Length == 0 || claim.Frequency == Proto.ClaimFrequency.Void)
            return new Problem.Conflict("claim state",
                $"the claim is {WireCode.Lower(claim.State)}; only one that the payer decided on, and gave a number, is replaced or voided. "
                + "A rejected one is corrected and sent as an original; one that never left is in no file of the payer");
        if (!claim.Live)
            return new Problem.Conflict("claim state", "another claim stands for its line already");
        if (request.Frequency == Proto.ClaimFrequency.Replacement)
        {
            if (line.State != Proto.ClaimLineState.Ready || line.IndividualId != claim.IndividualId || line.ServiceDate != claim.ServiceDate
                || line.Program != claim.Program || line.Payer != claim.Payer)
                return new Problem.Conflict("claim line state",
                    "a replacement sends a line that is ready, of the same person, day, program and payer; create it first, or void the claim");
            if (isClaimed)
                return new Problem.Conflict("claim line state", "the line is in a claim of its own");
        }

        Changes changes = new(clock.GetUtcNow());
        var isVoid = request.Frequency == Proto.ClaimFrequency.Void;
        var reason = protector.Protect(request.Reason.Trim());
        claim.Live = false;
        changes.Update(claim);
        changes.Update(line);
        Claim correction = changes.Insert(new Claim
        {
            Id = ClaimId.New(clock),
            ClaimLineId = lineId,
            IndividualId = claim.IndividualId,
            Provider = claim.Provider,
            Payer = claim.Payer,
            Program = claim.Program,
            MilestoneNumber = claim.MilestoneNumber,
            ServiceDate = claim.ServiceDate,
            State = Proto.ClaimState.Ready,
            Frequency = request.Frequency,
            Corrects = claim.Id,
            PayerClaim = claim.PayerClaim,
            Code = isVoid ? claim.Code : line.Code,
            Modifiers = [.. isVoid ? claim.Modifiers : line.Modifiers],
            Units = isVoid ? claim.Units : line.Units,
            Charge = isVoid ? claim.Charge : line.Charge,
            Expected = isVoid ? 0 : line.Amount ?? line.Charge,
            Live = true,
            RecordedAt = changes.Now,
        });
        correction.Move(changes, Proto.ClaimState.Ready, encryptedReason: reason, isNew: true);
        foreach (var item in items)
            item.Resolve(changes, reason);
        return new Decided<Proto.Claim>(correction.ToProto(protector), changes);
    }

    /// <summary>A correction that is in no file yet: what it was to correct stands again, and nothing is sent.</summary>
    private async Task<Result<Decided<Proto.Claim>>> TakeBack(Claim claim, string reason, CancellationToken cancellationToken)
    {
        var original = await db.Claims.AsNoTracking().SingleAsync(c => c.Id == claim.Corrects, cancellationToken);
        var isClaimed = await db.Claims.AnyAsync(c => c.ClaimLineId == original.ClaimLineId && c.Live && c.Id != claim.Id, cancellationToken);
        Changes changes = new(clock.GetUtcNow());
        claim.Live = false;
        claim.Move(changes, Proto.ClaimState.Voided, encryptedReason: protector.Protect(reason.Trim()));
        if (!original.IsDead && !isClaimed)
        {
            original.Live = true;
            changes.Update(original);
        }

        return new Decided<Proto.Claim>(claim.ToProto(protector), changes);
    }

    private async Task<Result<Decided<Proto.Claim>>> WriteOff(ClaimId id, Proto.WriteOffClaimRequest request, CancellationToken cancellationToken)
    {
        // read
        if (await db.Claims.AsNoTracking().Include(c => c.Moves).SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } claim)
            return new Problem.NotFound("claim", request.Name);
        var isClaimed = await db.Claims.AnyAsync(c => c.ClaimLineId == claim.ClaimLineId && c.Live && c.Id != id, cancellationToken);
        var items = await db.WorkItems.AsNoTracking().Where(w => w.ClaimId == id && w.ResolvedAt == null && w.PostingId == null).ToListAsync(cancellationToken);

        // decide
        if (!claim.Expects(request.Etag))
            return new Problem.Stale("claim", request.Name);
        if (claim.State == Proto.ClaimState.Rejected && claim.Corrects is not null)
            return new Problem.Conflict("claim state", "what it was to correct stands; give that claim up");
        if (claim.State is not (Proto.ClaimState.Rejected or Proto.ClaimState.Denied or Proto.ClaimState.PartlyPaid or Proto.ClaimState.Reversed))
            return new Problem.Conflict("claim state",
                $"the claim is {WireCode.Lower(claim.State)}; only one that is rejected, denied, partly paid or reversed is given up");
        if (isClaimed)
            return new Problem.Conflict("claim state", "another claim stands for its line; give that one up");
        Changes changes = new(clock.GetUtcNow());
        claim.WrittenOff = claim.Frequency == Proto.ClaimFrequency.Void ? 0 : claim.Charge - claim.Paid - claim.Adjusted;
        // Its line is not sent again.
        claim.Live = true;
        var reason = protector.Protect(request.Reason.Trim());
        claim.Move(changes, Proto.ClaimState.WrittenOff, encryptedReason: reason);
        foreach (var item in items)
            item.Resolve(changes, reason);
        return new Decided<Proto.Claim>(claim.ToProto(protector), changes);
    }
}
