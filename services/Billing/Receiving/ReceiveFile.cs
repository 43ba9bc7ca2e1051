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
    private const int MostOfAll = 64 * 1024 * 1024;

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
        return await requests.Run(requestId, key, s => ReadAndDecide(file, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.ReceivedFile>>> ReadAndDecide(IncomingFile file, CancellationToken cancellationToken)
    {
        // read
        var provider = caller.Organization;
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

        // decide
        Effects effects = new(changes, received, book, batches, posted, manual, findings, protector, clock);
        foreach (var document in file.Documents)
            effects.Add(document);
        effects.Complete();
        return new Decided<Proto.ReceivedFile>(received.ToProto(), changes);
    }

    /// <summary>A remittance that pays somebody else: the payee is no provider that this one has ever said it is.</summary>
    private async Task<List<Proto.FileFinding>> Foreign(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        var remittances = file.Documents.OfType<Remittance>().ToList();
        if (remittances.Count == 0)
            return [];
        var profiles = (await db.BillingProfiles.AsNoTracking().Where(p => p.Provider == provider).ToListAsync(cancellationToken))
            .ConvertAll(p => p.Content(protector));
        return [.. remittances.Where(r => !profiles.Exists(p => r.Payee is { Id: { } id } payee && id == (payee.IdQualifier == "XX" ? p.Npi : p.TaxNumber)))
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
        var remittances = file.Documents.OfType<Remittance>().ToList();
        var keys = remittances.SelectMany(IncomingFile.Keys).SelectMany(c => c.Lines.Select(l => l.Key)).ToList();
        var payments = remittances.ConvertAll(PaymentKey);
        return [.. await db.Postings.Where(p => p.Provider == provider && keys.Contains(p.Key)).Select(p => p.Key).ToListAsync(cancellationToken),
            .. await db.Payments.Where(p => p.Provider == provider && payments.Contains(p.Key)).Select(p => p.Key).ToListAsync(cancellationToken)];
    }

    /// <summary>
    /// A payment of which some amounts are posted and others not: it cannot be the same payment, and posting the rest would not add up to it.
    /// </summary>
    private static IEnumerable<Proto.FileFinding> Mixed(IncomingFile file, HashSet<string> posted) =>
        from remittance in file.Documents.OfType<Remittance>()
        let keys = IncomingFile.Keys(remittance).SelectMany(c => c.Lines.Select(l => l.Key)).ToList()
        let known = keys.Count(posted.Contains)
        where known > 0 && known < keys.Count
        select new Proto.FileFinding
        {
            Place = $"payment {remittance.Payment.Trace}",
            Reason = $"{known} of its {keys.Count} amounts are posted already under the same payment number",
            Fix = "Ask the payer which of both files holds; nothing of this one was posted.",
        };

    private static string PaymentKey(Remittance remittance) => IncomingFile.KeyOf(
        [remittance.Payment.PayerNumber, remittance.Payment.Trace, remittance.Payment.Amount.ToString(CultureInfo.InvariantCulture),
            .. IncomingFile.Keys(remittance).SelectMany(c => c.Lines.Select(l => l.Key)),
            .. remittance.ProviderAdjustments.Select(p => $"{p.Reason} {p.Reference} {p.Amount.ToString(CultureInfo.InvariantCulture)}")]);

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
        var claims = await db.Claims.AsNoTracking().Where(c => c.Provider == provider && c.Number != ""
            && (numbers.Contains(c.Number) || lines.Contains(c.LineControl) || payerClaims.Contains(c.PayerClaim) || days.Contains(c.ServiceDate)
                || db.ClaimBatches.Any(b => b.Id == c.ClaimBatchId && controls.Contains(b.ControlNumber)))).ToListAsync(cancellationToken);
        return await ClaimBook.Of(db, claims, clock, cancellationToken);
    }

    /// <summary>Payments that a person entered by hand, by number and payer's claim.</summary>
    private async Task<HashSet<(string Trace, string PayerClaim)>> Manual(IncomingFile file, string provider, CancellationToken cancellationToken)
    {
        var traces = file.Documents.OfType<Remittance>().Select(r => r.Payment.Trace).ToList();
        return [.. (await db.Postings.Where(p => p.Provider == provider && p.Kind == Proto.PostingKind.Manual && traces.Contains(p.Trace))
            .Select(p => new { p.Trace, p.PayerClaim }).ToListAsync(cancellationToken)).Select(p => (p.Trace, p.PayerClaim))];
    }

    /// <summary>What one file does, collected.</summary>
    private sealed class Effects(
        Changes changes, ReceivedFile file, ClaimBook book, List<(ClaimBatch Batch, List<ClaimId> Claims)> batches, HashSet<string> posted,
        HashSet<(string Trace, string PayerClaim)> manual, List<Proto.FileFinding> findings, PersonalDataProtector protector, TimeProvider clock)
    {
        private readonly List<Proto.PaymentAdvice> payments = [];
        private readonly Dictionary<ClaimId, string> members = [];
        private readonly ILookup<string, Claim> byNumber = Sent(book).ToLookup(c => c.Number, StringComparer.OrdinalIgnoreCase);
        private readonly ILookup<string, Claim> byControl = Sent(book).ToLookup(c => c.LineControl, StringComparer.OrdinalIgnoreCase);
        private readonly ILookup<string, Claim> byPayerClaim = Sent(book).Where(c => c.PayerClaim.Length > 0).ToLookup(c => c.PayerClaim,
            StringComparer.OrdinalIgnoreCase);
        private readonly ILookup<DateOnly, Claim> byDay = Sent(book).ToLookup(c => c.ServiceDate);
        private bool isOurs;

        public void Add(X12Document document)
        {
            switch (document)
            {
                case InterchangeAcknowledgement ta1:
                    Add(ta1);
                    break;
                case Acknowledgement ack:
                    Add(ack);
                    break;
                case ClaimStatusReport { IsAcknowledgement: true } report:
                    Add(report);
                    break;
                case Remittance remittance:
                    Add(remittance);
                    break;
                default:
                    findings.Add(new()
                    {
                        Place = $"set {document.Envelope.Set?.Control}",
                        Reason = $"a transaction {IncomingFile.NameOf(document)} is not taken in here",
                        Fix = "Send TA1, 999, 277CA and 835.",
                    });
                    break;
            }
        }

        public void Complete()
        {
            file.State = isOurs ? Proto.ReceivedFileState.Posted : Proto.ReceivedFileState.NotOurs;
            (file.ClaimsMoved, file.WorkItems, file.Payments, file.Findings) = (book.Moved, book.Opened, payments, findings);
        }

        private void Add(InterchangeAcknowledgement ta1)
        {
            if (Sent(ta1.Control, ta1.Envelope) is not { } sent)
            {
                Unknown($"a TA1 for interchange {ta1.Control}, which was not sent to this payer", [$"TA1 {ta1.Result} {ta1.Note}"]);
                return;
            }

            Answer(sent, ta1.IsAccepted, _ => [$"TA1 {ta1.Result} {ta1.Note}"]);
        }

        private void Add(Acknowledgement ack)
        {
            if (ack.Kind != "HC" || Sent(ack.Control, ack.Envelope) is not { } sent)
            {
                Unknown($"a 999 for group {ack.Control}, which was not sent to this payer", [$"999 {ack.Kind} {ack.Result}"]);
                return;
            }

            var set = ack.Sets.FirstOrDefault(s => s.Control == ClaimFileWriter.SetControl);
            var accepted = set?.IsAccepted ?? ack.Result is "A" or "E";
            Answer(sent, accepted, claim => [.. (set?.Segments ?? []).Where(s => s.Claims.Contains(claim.Number,
                StringComparer.Ordinal)).Select(s => $"999 {s.Text}")
                .DefaultIfEmpty(accepted ? $"999 {ack.Result}" : "999 the set was refused with another claim in it")]);
        }

        private void Answer((ClaimBatch Batch, List<ClaimId> Claims) sent, bool accepted, Func<Claim, IReadOnlyList<string>> codes)
        {
            isOurs = true;
            var (batch, claims) = sent;
            var state = accepted ? Proto.ClaimBatchState.Received : Proto.ClaimBatchState.Rejected;
            // A TA1 that comes after a 999 that refused the file does not undo it.
            if (batch.State != state && batch.State != Proto.ClaimBatchState.Rejected)
            {
                batch.State = state;
                changes.Update(batch);
            }

            foreach (var claim in claims.Select(id => book[id]))
            {
                if (accepted)
                    book.Take(changes, claim, Proto.ClaimState.Received, codes(claim), file.Id);
                else
                    book.Reject(changes, claim, codes(claim), file.Id);
            }
        }

        private void Add(ClaimStatusReport report)
        {
            // A file that is refused as a whole names no claims.
            if (report.Claims.Count == 0 && report.Batch is ['B', .. var control] && Sent(control, report.Envelope) is { } sent)
            {
                var statuses = report.BatchStatuses.Concat(report.ProviderStatuses).ToList();
                if (statuses.Exists(s => s.IsRejection))
                    Answer(sent, accepted: false, _ => [.. statuses.Select(s => s.ToString())]);
                isOurs = true;
                return;
            }

            foreach (var status in report.Claims)
                Add(report, status);
        }

        private void Add(ClaimStatusReport report, ClaimStatus status)
        {
            var statuses = status.Statuses.Concat(status.Lines.SelectMany(l => l.Statuses));
            List<string> codes = [.. statuses.Select(s => s.ToString()).Distinct(StringComparer.Ordinal)];
            if (byNumber[status.Claim].FirstOrDefault() is not { } claim)
            {
                Unknown($"a 277CA about a claim number that was not sent{(report.Batch is { } batch ? $", in batch {batch}" : "")}", codes);
                return;
            }

            isOurs = true;
            switch (status.Acceptance)
            {
                case ClaimAcceptance.Accepted:
                    if (status.PayerClaim is { Length: > 0 and <= 50 } number && claim.PayerClaim != number && !claim.IsDecided)
                    {
                        claim.PayerClaim = number;
                        changes.Update(claim);
                    }

                    book.Take(changes, claim, Proto.ClaimState.Accepted, codes, file.Id);
                    break;
                case ClaimAcceptance.Rejected:
                    book.Reject(changes, claim, codes, file.Id);
                    break;
                default:
                    book.Open(changes, Proto.WorkItemKind.UnmatchedAcknowledgement, claim,
                        "the 277CA says neither that it is accepted nor that it is rejected", codes,
                        "Ask the payer for the state of the claim.", file.Id);
                    break;
            }
        }

        private void Add(Remittance remittance)
        {
            isOurs = true;
            var keys = IncomingFile.Keys(remittance);
            var known = keys.Sum(c => c.Lines.Count(l => posted.Contains(l.Key)));
            var paymentKey = PaymentKey(remittance);
            if (known > 0 || posted.Contains(paymentKey))
            {
                file.RepeatedPostings += known;
                findings.Add(new()
                {
                    Place = $"payment {remittance.Payment.Trace}",
                    Reason = "it is posted already: the same payment came in another file",
                    Fix = "Nothing to do.",
                });
                return;
            }

            posted.UnionWith(keys.SelectMany(c => c.Lines.Select(l => l.Key)).Append(paymentKey));
            payments.Add(IncomingFile.Advice(remittance));
            var payment = changes.Insert(new Payment
            {
                Id = Guid.CreateVersion7(changes.Now),
                Provider = file.Provider,
                ReceivedFileId = file.Id,
                Trace = remittance.Payment.Trace,
                PayerNumber = remittance.Payment.PayerNumber,
                Amount = remittance.Payment.Amount,
                ProviderAmounts = remittance.ProviderAdjustments.Sum(p => p.Amount),
                Key = paymentKey,
                RecordedAt = changes.Now,
            });
            foreach (var (claim, lines) in keys)
                Add(remittance, payment, claim, lines);
        }

        private void Add(Remittance remittance, Payment payment, RemittanceClaim decided, IReadOnlyList<(RemittanceLine? Line, string Key)> lines)
        {
            List<(Claim Claim, Posting Posting)> matched = [];
            var ofClaim = decided.Adjustments;
            foreach (var (i, (line, key)) in lines.Index())
            {
                var (by, claim, candidates, why) = Match(decided, line);
                if (claim is not null && manual.Contains((payment.Trace, decided.PayerClaim)))
                {
                    (candidates, why) = ([claim], "a payment of this number was entered by hand for the claim");
                    claim = null;
                }

                // What the payer took off the claim as a whole stands with its first line.
                List<Adjustment> all = [.. line?.Adjustments ?? [], .. i == 0 ? ofClaim : []];
                var (charge, paid) = line is null ? (decided.Charge, decided.Paid) : (line.Charge, line.Paid);
                var posting = changes.Insert(new Posting
                {
                    Id = PostingId.New(clock),
                    Provider = file.Provider,
                    ClaimId = claim?.Id,
                    Kind = decided.Decision == ClaimDecision.Reversal ? Proto.PostingKind.Reversal : Proto.PostingKind.Decision,
                    MatchedBy = claim is null ? "" : by,
                    PayerClaim = decided.PayerClaim,
                    Charge = charge,
                    Allowed = line?.Amounts.FirstOrDefault(a => a.Qualifier == "B6")?.Amount ?? paid + all.Where(a => a.Group == "PR").Sum(a => a.Amount),
                    Paid = paid,
                    Units = (int)(line?.Units ?? 0),
                    Adjustments = [.. all.Select(a => new Proto.ClaimAdjustment { Group = a.Group, Reason = a.Reason, Amount = a.Amount.Dollars() })],
                    Adjusted = all.Sum(a => a.Amount),
                    Remarks = [.. (line?.Remarks ?? []).Concat(i == 0 ? decided.Remarks : []).Distinct(StringComparer.Ordinal)],
                    ReceivedFileId = file.Id,
                    PaymentId = payment.Id,
                    Trace = payment.Trace,
                    PaymentDate = remittance.Payment.Day,
                    Key = key,
                    RecordedAt = changes.Now,
                });
                file.Postings++;
                if (claim is not null)
                    matched.Add((claim, posting));
                else
                    book.Open(changes, Proto.WorkItemKind.UnmatchedMoney, null, $"money of payment {payment.Trace} without a claim: {why}", posting.Codes(),
                        "Name the claim that it belongs to, or ask the payer.", file.Id, file.Provider, posting, candidates);
            }

            foreach (var of in matched.GroupBy(m => m.Claim, m => m.Posting))
                book.Decide(changes, of.Key, [.. of], denied: decided.Decision == ClaimDecision.Denied, decided.Decision == ClaimDecision.Reversal, file.Id);
        }

        /// <summary>The claim of ours, by our numbers first, then the payer's, then all of its contents; never by the code alone.</summary>
        private (string By, Claim? Claim, IEnumerable<Claim> Candidates, string Why) Match(RemittanceClaim decided, RemittanceLine? line)
        {
            List<Claim> meant = [.. byNumber[decided.Claim].Concat(byPayerClaim[decided.PayerClaim]).Distinct()];
            if (line is null)
            {
                return meant.Find(c => c.Number == decided.Claim) is { } ours && ours.Charge == Math.Abs(decided.Charge)
                    ? ("claim", ours, [], "") : ("", null, meant, "it has no service line, and no claim of ours has its number and charge");
            }

            var day = (line.Service ?? decided.Statement)?.From;
            var sent = meant.Concat(line.LineControl is { } control ? byControl[control] : []).Concat(day is { } on ? byDay[on] : []).Distinct()
                .Select(c => (Claim: c, Line: new SentLine(c.Number, c.LineControl, c.PayerClaim.Length == 0 ? null : c.PayerClaim, new("HC", c.Code,
                    c.Modifiers),
                    new(c.ServiceDate, c.ServiceDate), c.Charge, MemberOf(c)))).ToList();
            var match = ClaimMatcher.Match(decided, line, sent.ConvertAll(s => s.Line));
            var claim = sent.Find(s => ReferenceEquals(s.Line, match.Line)).Claim;
            return (match.By switch
            {
                MatchBy.LineControl => "line_control",
                MatchBy.Claim => "claim",
                MatchBy.PayerClaim => "payer_claim",
                MatchBy.Contents => "contents",
                _ => "",
            }, claim, sent.Where(s => match.Candidates.Any(c => ReferenceEquals(c, s.Line))).Select(s => s.Claim), match.Why ?? "");
        }

        private static IEnumerable<Claim> Sent(ClaimBook book) => book.Claims.Where(c => c.WasBatched);

        private string MemberOf(Claim claim)
        {
            if (!members.TryGetValue(claim.Id, out var member))
                members[claim.Id] = member = claim.EncryptedMember is { } encrypted ? protector.Unprotect(encrypted) : "";
            return member;
        }

        /// <summary>
        /// The batch with the control number, if the answer comes from its receiver and is for its sender: another agency counts its own from 1.
        /// </summary>
        private (ClaimBatch Batch, List<ClaimId> Claims)? Sent(string control, Envelope envelope) =>
            int.TryParse(control, CultureInfo.InvariantCulture, out var number)
                ? batches.Where(b => b.Batch.ControlNumber == number && envelope.Interchange is { } isa
                    && isa.Receiver == b.Batch.SubmitterId && isa.Sender == b.Batch.ReceiverId).Select(b => ((ClaimBatch, List<ClaimId>)?)b).FirstOrDefault()
                : null;

        private void Unknown(string what, IReadOnlyList<string> codes)
        {
            findings.Add(new() { Place = "file", Reason = what, Fix = "Check that the file is for this provider, and ask the payer." });
            book.Open(changes, Proto.WorkItemKind.UnmatchedAcknowledgement, null, what, codes,
                "Check that the file is for this provider, and ask the payer.", file.Id,
                file.Provider);
        }
    }
}
