using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Sending;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>
/// Enters what a payer decided on many claims, from a table. Each good line posts as if a person entered it, under the same key: by hand, in a table and in
/// an 835 the same decision is posted once.
/// </summary>
public sealed class ImportRemittances(BillingDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostBytes = 2 * 1024 * 1024;

    public async Task<Result<Proto.ReceivedFile>> Handle(Proto.ImportRemittancesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Content.Length is > 0 and <= MostBytes, "content", $"has {request.Content.Length} bytes; send 1 to {MostBytes}");
        var reason = fields.Text("reason", request.Reason, 500);
        if (fields.Problem is { } bad)
            return bad;
        var content = request.Content.ToByteArray();
        if (!RemittanceTable.Read(content, clock.UtcDay()).Is(out var table, out var problem))
            return problem;
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        // A retry is recognized by the hash of the file.
        Proto.ImportRemittancesRequest key = new(request) { Content = ByteString.CopyFromUtf8(sha256) };
        return await requests.Run(request.RequestId, key, s => ReadAndDecide(table, content, sha256, reason, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.ReceivedFile>>> ReadAndDecide(
        RemittanceTable table, byte[] content, string sha256, string reason, CancellationToken cancellationToken)
    {
        // read
        var provider = caller.Organization;
        Changes changes = new(clock.GetUtcNow());
        if (await db.ReceivedFiles.AsNoTracking().SingleOrDefaultAsync(f => f.Provider == provider && f.Sha256 == sha256, cancellationToken) is { } known)
            return new Decided<Proto.ReceivedFile>(known.ToProto(), changes);
        var (numbers, controls) = (table.Lines.Select(l => l.Claim).ToList(), table.Lines.Select(l => l.LineControl).ToList());
        var claims = await db.Claims.AsNoTracking().Where(c => c.Provider == provider && c.Number != ""
            && (numbers.Contains(c.Number) || controls.Contains(c.LineControl))).ToListAsync(cancellationToken);
        var book = await ClaimBook.Of(db, claims, clock, cancellationToken);
        var traces = table.Lines.Select(l => l.Trace).Distinct(StringComparer.Ordinal).ToList();
        var posted = (await db.Postings.Where(p => p.Provider == provider && traces.Contains(p.Trace))
            .Select(p => new { p.Key, p.ClaimId, p.Trace, OfFile = p.PaymentId != null }).ToListAsync(cancellationToken))
            .ConvertAll(p => new Posted(p.Key, p.ClaimId, p.Trace, p.OfFile));

        // decide
        List<Proto.FileFinding> findings = [.. table.Findings];
        var file = changes.Insert(new ReceivedFile
        {
            Id = ReceivedFileId.New(clock),
            Provider = provider,
            State = Proto.ReceivedFileState.Refused,
            Sha256 = sha256,
            Size = content.Length,
            Transactions = [table.Kind],
            EncryptedFile = protector.Protect(content, []),
            RecordedAt = changes.Now,
        });
        Entry entry = new(protector.Protect(reason), protector.Protect(caller.Subject), file.Id);
        Dictionary<string, int> keys = new(StringComparer.Ordinal);
        foreach (var line in table.Lines)
        {
            if (Post(line, book, posted, keys, entry, changes, file) is { } finding)
                findings.Add(finding);
        }

        file.State = file.Postings + file.RepeatedPostings > 0 ? Proto.ReceivedFileState.Posted : Proto.ReceivedFileState.Refused;
        (file.ClaimsMoved, file.WorkItems, file.Findings) = (book.Moved, book.Opened, [.. findings.OrderBy(LineOf)]);
        return new Decided<Proto.ReceivedFile>(file.ToProto(), changes);
    }

    /// <summary>Posts a line; the finding says why not.</summary>
    private Proto.FileFinding? Post(
        TableLine line, ClaimBook book, List<Posted> posted, Dictionary<string, int> keys, Entry entry, Changes changes, ReceivedFile file)
    {
        List<Claim> meant = [.. book.Claims.Where(c => c.WasBatched && (line.LineControl.Length > 0 ? c.LineControl == line.LineControl : c.Number == line.Claim))];
        if (meant is not [var claim] || (line.Claim.Length > 0 && claim.Number != line.Claim))
            return RemittanceTable.Wrong(line.Line, line.LineControl.Length > 0 ? "line_control" : "claim_number", "is of no claim that was sent",
                "Correct the number; the claim is never guessed.");
        var adjusted = line.Adjustments.Sum(a => a.Amount);
        var key = AmountKeys.KeyOf("manual", line.Trace, line.PayerClaim, claim.Number, line.IsReversal ? "reversal" : "decision",
            FormattableString.Invariant($"{line.Paid:0.00} {adjusted:0.00}"));
        if (keys.TryGetValue(key, out var earlier))
            return RemittanceTable.Wrong(line.Line, "", $"is the same as line {earlier}", "Remove it.");
        keys.Add(key, line.Line);
        if (posted.Exists(p => p.Key == key || (p.Claim == claim.Id && p.Trace == line.Trace && p.OfFile)))
        {
            file.RepeatedPostings++;
            return RemittanceTable.Wrong(line.Line, "", "is posted already under the same payment", "Nothing to do.");
        }

        var charge = line.IsReversal ? -claim.Charge : claim.Charge;
        if (line.Paid + adjusted != charge)
            return RemittanceTable.Wrong(line.Line, "paid", FormattableString.Invariant(
                $"and adjustments are {line.Paid + adjusted:0.00} together, and the claim charges {charge:0.00}; the difference is {charge - line.Paid - adjusted:0.00}"),
                "Correct the line, or take it up with the payer.");
        var posting = changes.Insert(new Posting
        {
            Id = PostingId.New(clock),
            Provider = claim.Provider,
            ClaimId = claim.Id,
            Kind = Proto.PostingKind.Manual,
            MatchedBy = line.LineControl.Length > 0 ? "line_control" : "claim",
            PayerClaim = line.PayerClaim,
            Charge = charge,
            Allowed = line.Paid + line.Adjustments.Where(a => a.Group == "PR").Sum(a => a.Amount),
            Paid = line.Paid,
            Units = claim.Units,
            Adjustments = [.. line.Adjustments.Select(a => new Proto.ClaimAdjustment { Group = a.Group, Reason = a.Reason, Amount = a.Amount.Dollars() })],
            Adjusted = adjusted,
            Remarks = [.. line.Remarks],
            ReceivedFileId = entry.File,
            PaymentId = null,
            Trace = line.Trace,
            PaymentDate = line.Day,
            Key = key,
            EncryptedReason = entry.Reason,
            EncryptedEnteredBy = entry.Who,
            RecordedAt = changes.Now,
        });
        file.Postings++;
        book.Decide(changes, claim, [posting], denied: line.Paid == 0 && !line.IsReversal, line.IsReversal, entry.File);
        return null;
    }

    private static int LineOf(Proto.FileFinding finding) =>
        int.Parse(finding.Place.AsSpan(5, finding.Place.IndexOf(',', StringComparison.Ordinal) is var end && end > 0 ? end - 5 : finding.Place.Length - 5),
            System.Globalization.CultureInfo.InvariantCulture);

    private sealed record Posted(string Key, ClaimId? Claim, string Trace, bool OfFile);

    private sealed record Entry(byte[] Reason, byte[] Who, ReceivedFileId File);
}
