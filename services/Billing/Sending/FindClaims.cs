using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Reads batches and claims.</summary>
public sealed class FindClaims(BillingDb db, PersonalDataProtector protector, AuditTrail trail)
{
    public async Task<Result<Proto.ClaimBatch>> Handle(Proto.GetClaimBatchRequest request, CancellationToken cancellationToken) =>
        (await Batch(request.Name, cancellationToken)).Then(b => b.ToProto());

    public async Task<Result<Proto.ListClaimBatchesResponse>> Handle(Proto.ListClaimBatchesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.ClaimBatches.AsNoTracking().ToPage(page, b => b.Id, cancellationToken);
        return new Proto.ListClaimBatchesResponse { ClaimBatches = { items.Select(b => b.ToProto()) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ClaimFile>> Handle(Proto.DownloadClaimBatchRequest request, CancellationToken cancellationToken)
    {
        if (!(await Batch(request.Name, cancellationToken)).Is(out var batch, out var problem))
            return problem;
        // The file shows people whom the answer does not name.
        var people = await db.Claims.Where(c => c.ClaimBatchId == batch.Id).Select(c => c.IndividualId).Distinct().ToListAsync(cancellationToken);
        await trail.Read(people, cancellationToken);
        return new Proto.ClaimFile
        {
            FileName = batch.FileName,
            Content = ByteString.CopyFrom(protector.UnprotectBytes(batch.EncryptedFile)),
            Sha256 = batch.Sha256,
        };
    }

    public async Task<Result<Proto.Claim>> Handle(Proto.GetClaimRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.Claims.AsNoTracking().Include(c => c.Moves).SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is { } claim
            ? claim.ToProto(protector) : new Problem.NotFound("claim", request.Name);
    }

    public async Task<Result<Proto.ListClaimsResponse>> Handle(Proto.ListClaimsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var batch = fields.OptionalId<ClaimBatchId>("claim_batch", request.ClaimBatch);
        var line = fields.OptionalId<ClaimLineId>("claim_line", request.ClaimLine);
        var individual = fields.OptionalId<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.Claims.AsNoTracking().AsSingleQuery().Include(c => c.Moves).AsQueryable();
        if (batch is { } ofBatch)
            query = query.Where(c => c.ClaimBatchId == ofBatch);
        if (line is { } ofLine)
            query = query.Where(c => c.ClaimLineId == ofLine);
        if (individual is { } named)
        {
            var person = await db.Survivor(named, cancellationToken);
            query = query.Where(c => c.IndividualId == person);
        }

        if (request.State != Proto.ClaimState.Unspecified)
            query = query.Where(c => c.State == request.State);
        var (items, next) = await query.ToPage(page, c => c.Id, cancellationToken);
        return new Proto.ListClaimsResponse { Claims = { items.Select(c => c.ToProto(protector)) }, NextPageToken = next };
    }

    private async Task<Result<ClaimBatch>> Batch(string name, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimBatchId>("name", name);
        if (fields.Problem is { } bad)
            return bad;
        return await db.ClaimBatches.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancellationToken) is { } batch
            ? batch : new Problem.NotFound("claim batch", name);
    }
}
