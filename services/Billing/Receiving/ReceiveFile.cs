using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Sending;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using ClaimBatch = Ips.Billing.Sending.ClaimBatch;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>
/// Takes in a file of a payer. The file, the claims that it moves, the amounts that it posts and what a person has to look at are stored in one transaction.
/// The file's hash and each amount's key are unique in the database: the same file, or the same payment in another file, posts nothing again.
/// </summary>
public sealed class ReceiveFile(BillingDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostOfOneCall = 2 * 1024 * 1024;
    /// <summary>The largest file that is taken in, in bytes.</summary>
    internal const int MostOfAll = 64 * 1024 * 1024;


    public async Task<Result<Proto.ReceivedFile>> Handle(Proto.ReceiveFileRequest request, CancellationToken cancellationToken)
    {
        if (request.Content.Length is 0 or > MostOfOneCall)
            return new Problem.Invalid("content", $"has {request.Content.Length} bytes; send 1 to {MostOfOneCall}, and a larger file with UploadFile");
        return await Take(request.RequestId, request.Content.ToByteArray(), cancellationToken);
    }

    public async Task<Result<Proto.ReceivedFile>> Handle(IAsyncStreamReader<Proto.UploadFileRequest> pieces, CancellationToken cancellationToken)
    {
        var requestId = "";
        using MemoryStream content = new();
        for (var first = true; await pieces.MoveNext(cancellationToken); first = false)
        {
            var piece = pieces.Current;
            if (first)
                requestId = piece.RequestId;
            else if (piece.RequestId.Length > 0)
                return new Problem.Invalid("request_id", "stands in a later message; only the first message has it");
            piece.Content.WriteTo(content);
            if (content.Length > MostOfAll)
                return new Problem.Invalid("content", $"is larger than {MostOfAll} bytes; ask the payer for smaller files");
        }

        if (content.Length == 0)
            return new Problem.Invalid("content", "is missing");
        return await Take(requestId, content.ToArray(), cancellationToken);
    }

    private async Task<Result<Proto.ReceivedFile>> Take(string requestId, byte[] content, CancellationToken cancellationToken)
    {
        var file = IncomingFile.Read(content);
        // A retry is recognized by the hash of the file.
        Proto.ReceiveFileRequest key = new() { RequestId = requestId, Content = ByteString.CopyFromUtf8(file.Sha256) };
        return await requests.Run(requestId, key, s => Decide(file, caller.Organization, s), cancellationToken);
    }

    /// <summary>What becomes of a file that came for a provider. A file that is known already changes nothing.</summary>
    internal async Task<Result<Decided<Proto.ReceivedFile>>> Decide(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        // read
        Changes changes = new(clock.GetUtcNow());
        if (await db.ReceivedFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Provider == provider && f.Sha256 == file.Sha256, cancellationToken) is { } known)
            return new Decided<Proto.ReceivedFile>(known.ToProto(), changes);
        ReceivedFile received = changes.Insert(new ReceivedFile
        {
            Id = ReceivedFileId.New(clock),
            Provider = provider,
            State = Proto.ReceivedFileState.Refused,
            Sha256 = file.Sha256,
            Size = file.Content.Length,
            Transactions = file.Transactions,
            Findings = file.Errors,
            EncryptedFile = protector.Protect(file.Content, []),
            RecordedAt = changes.Now,
        });
        if (file.Errors.Count > 0)
            return new Decided<Proto.ReceivedFile>(received.ToProto(), changes);
        List<Proto.FileFinding> findings = [.. await Foreign(file, provider, cancellationToken)];
        var posted = await Posted(file, provider, cancellationToken);
        findings.AddRange(Mixed(file, posted));
        if (findings.Count > 0)
        {
            received.Findings = findings;
            return new Decided<Proto.ReceivedFile>(received.ToProto(), changes);
        }

        var (batches, book) = (await Batches(file, provider, cancellationToken), await Book(file, provider, cancellationToken));
        var manual = await Manual(file, provider, cancellationToken);
        var people = file.Inquired().People;
        var ready = people.Count == 0 ? [] : await db.ClaimLines.AsNoTracking().Where(l => l.Provider == provider && people.Contains(l.IndividualId)
            && l.State == Proto.ClaimLineState.Ready && !db.Claims.Any(c => c.ClaimLineId == l.Id && c.Live)).OrderBy(l => l.Id).ToListAsync(cancellationToken);

        // decide
        FileEffects effects = new(changes, file, received, book, batches, posted, manual, ready, findings, protector, clock);
        effects.Run();
        return new Decided<Proto.ReceivedFile>(received.ToProto(), changes);
    }

    /// <summary>A remittance that pays somebody else: the payee is no provider that this one has ever said it is.</summary>
    private async Task<List<Proto.FileFinding>> Foreign(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        if (file.Remittances.Count == 0)
            return [];
        var profiles = (await db.BillingProfiles.AsNoTracking().Where(p => p.Provider == provider).ToListAsync(cancellationToken))
            .ConvertAll(p => p.Content(protector));
        return [.. file.Remittances.Select(r => r.Remittance).Where(r => !profiles.Exists(p => r.Payee is { Id: { } id } payee && id == (payee.IdQualifier == "XX" ? p.Npi : p.TaxNumber)))
            .Select(r => new Proto.FileFinding
            {
                Place = $"payment {r.Payment.Trace}",
                Reason = "it pays another provider than this one: the number of the payee is in none of its billing profiles",
                Fix = "Give the file to the provider that it pays, or record the number in a billing profile.",
            })];
    }

    /// <summary>The keys of its amounts that are posted already.</summary>
    private async Task<HashSet<string>> Posted(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        var keys = file.Remittances.SelectMany(r => r.All).ToList();
        var payments = file.Remittances.Select(r => r.Payment).ToList();
        return [.. await db.Postings.Where(p => p.Provider == provider && keys.Contains(p.Key)).Select(p => p.Key).ToListAsync(cancellationToken),
            .. await db.Payments.Where(p => p.Provider == provider && payments.Contains(p.Key)).Select(p => p.Key).ToListAsync(cancellationToken)];
    }

    /// <summary>
    /// A payment of which some amounts are posted and others not: it cannot be the same payment, and posting the rest would not add up to it.
    /// </summary>
    private static IEnumerable<Proto.FileFinding> Mixed(IncomingFile file, HashSet<string> posted) =>
        from keys in file.Remittances
        let known = keys.All.Count(posted.Contains)
        where known > 0 && known < keys.All.Count
        select new Proto.FileFinding
        {
            Place = $"payment {keys.Remittance.Payment.Trace}",
            Reason = $"{known} of its {keys.All.Count} amounts are posted already under the same payment number",
            Fix = "Ask the payer which of both files holds; nothing of this one was posted.",
        };

    private async Task<List<(ClaimBatch Batch, List<ClaimId> Claims)>> Batches(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        var controls = file.Controls();
        var batches = await db.ClaimBatches.AsNoTracking().Where(b => b.Provider == provider
            && controls.Contains(b.ControlNumber)).ToListAsync(cancellationToken);
        var ids = batches.ConvertAll(b => b.Id);
        var claims = (await db.Claims.Where(c => c.ClaimBatchId != null && ids.Contains(c.ClaimBatchId.Value)).Select(c => new
        {
            c.Id,
            Batch = c.ClaimBatchId!.Value
        })
            .ToListAsync(cancellationToken)).ToLookup(c => c.Batch, c => c.Id);
        return batches.ConvertAll(b => (b, claims[b.Id].ToList()));
    }

    private async Task<ClaimBook> Book(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        var (numbers, lines, payerClaims, days) = file.Names();
        var controls = file.Controls();
        var inquired = file.Inquired().Claims;
        var claims = await db.Claims.AsNoTracking().Where(c => c.Provider == provider && c.Number != ""
            && (inquired.Contains(c.Id) || numbers.Contains(c.Number) || lines.Contains(c.LineControl) || payerClaims.Contains(c.PayerClaim) || days.Contains(c.ServiceDate)
                || db.ClaimBatches.Any(b => b.Id == c.ClaimBatchId && controls.Contains(b.ControlNumber)))).ToListAsync(cancellationToken);
        return await ClaimBook.Of(db, claims, clock, cancellationToken);
    }

    /// <summary>Payments that a person entered by hand, by number and payer's claim.</summary>
    private async Task<HashSet<(string Trace, string PayerClaim)>> Manual(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        var traces = file.Remittances.Select(r => r.Remittance.Payment.Trace).ToList();
        return [.. (await db.Postings.Where(p => p.Provider == provider && p.Kind == Proto.PostingKind.Manual && traces.Contains(p.Trace))
            .Select(p => new { p.Trace, p.PayerClaim }).ToListAsync(cancellationToken)).Select(p => (p.Trace, p.PayerClaim))];
    }
}
