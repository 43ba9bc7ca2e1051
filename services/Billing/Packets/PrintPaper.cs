using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Packets;

/// <summary>Prints claims and remittances from the files as they went and came: what is on the paper is what the file has.</summary>
public sealed class PrintPaper(BillingDb db, PersonalDataProtector protector, AuditTrail trail)
{
    public async Task<Result<Proto.ClaimFile>> Handle(Proto.PrintClaimRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Claims.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } claim)
            return new Problem.NotFound("claim", request.Name);
        if (claim.ClaimBatchId is not { } batchId)
            return new Problem.Conflict("claim state", "the claim is in no file yet; CreateClaimBatch writes one");
        var batch = await db.ClaimBatches.AsNoTracking().SingleAsync(b => b.Id == batchId, cancellationToken);
        var sent = X12Documents.Read(protector.UnprotectBytes(batch.EncryptedFile)).OfType<ProfessionalClaims>().SelectMany(f => f.Claims).First(c => c.Claim == claim.Number);
        await trail.Read([claim.IndividualId], cancellationToken);
        var pdf = ClaimForm.Print(sent, DateOnly.FromDateTime(batch.RecordedAt.UtcDateTime));
        return new Proto.ClaimFile
        {
            FileName = $"cms-1500-{claim.Number}.pdf",
            Content = ByteString.CopyFrom(pdf),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(pdf)),
        };
    }

    public async Task<Result<Proto.PrintedRemittance>> Handle(Proto.PrintRemittanceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReceivedFileId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.ReceivedFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, cancellationToken) is not { } received)
            return new Problem.NotFound("received file", request.Name);
        if (!received.Transactions.Contains("835"))
            return new Problem.Conflict("received file", "holds no 835");
        List<Remittance> remittances = [.. X12Documents.Read(protector.UnprotectBytes(received.EncryptedFile)).OfType<Remittance>()];
        // The file shows people whom the answer does not name.
        var people = await db.Postings.Where(p => p.ReceivedFileId == id && p.ClaimId != null)
            .Join(db.Claims, p => p.ClaimId, c => c.Id, (_, c) => c.IndividualId).Distinct().ToListAsync(cancellationToken);
        await trail.Read(people, cancellationToken);
        return new Proto.PrintedRemittance
        {
            FileName = $"remittance-{string.Concat(remittances[0].Payment.Trace.Where(char.IsAsciiLetterOrDigit))}.pdf",
            Content = ByteString.CopyFrom(RemittanceAdvice.Print(remittances)),
        };
    }
}
