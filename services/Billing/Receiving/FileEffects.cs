using System.Globalization;
using Ips.Billing.Claims;
using Ips.Billing.Sending;
using Ips.Contracts;
using Ips.X12;
using ClaimBatch = Ips.Billing.Sending.ClaimBatch;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>What one file of a payer does: it moves claims, posts amounts, and opens work for a person. Collected without a database.</summary>
internal sealed class FileEffects(
    Changes changes, IncomingFile incoming, ReceivedFile file, ClaimBook book, List<(ClaimBatch Batch, List<ClaimId> Claims)> batches, HashSet<string> posted,
    HashSet<(string Trace, string PayerClaim)> manual, List<ClaimLine> ready, List<Proto.FileFinding> findings, PersonalDataProtector protector, TimeProvider clock)
{
    private readonly List<Proto.PaymentAdvice> payments = [];
    private readonly Dictionary<ClaimId, string> members = [];
    private readonly ILookup<string, Claim> byNumber = Sent(book).ToLookup(c => c.Number, StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<string, Claim> byControl = Sent(book).ToLookup(c => c.LineControl, StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<string, Claim> byPayerClaim = Sent(book).Where(c => c.PayerClaim.Length > 0).ToLookup(c => c.PayerClaim,
        StringComparer.OrdinalIgnoreCase);
    private readonly ILookup<DateOnly, Claim> byDay = Sent(book).ToLookup(c => c.ServiceDate);
    private bool isOurs;

    /// <summary>Collects what each of its transactions does.</summary>
    public void Run()
    {
        foreach (var document in incoming.Documents)
            Add(document);
        file.State = isOurs ? Proto.ReceivedFileState.Posted : Proto.ReceivedFileState.NotOurs;
        (file.ClaimsMoved, file.WorkItems, file.Payments, file.Findings) = (book.Moved, book.Opened, payments, findings);
    }

    private void Add(X12Document document)
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
            case ClaimStatusReport answer:
                foreach (var status in answer.Claims)
                    Answered(status);
                break;
            case EligibilityAnswer answer:
                foreach (var person in answer.People)
                    Add(person);
                break;
            case Remittance remittance:
                Add(remittance);
                break;
            default:
                findings.Add(new()
                {
                    Place = $"set {document.Envelope.Set?.Control}",
                    Reason = $"a transaction {IncomingFile.NameOf(document)} is not taken in here",
                    Fix = "Send TA1, 999, 277CA, 835, 271 and 277.",
                });
                break;
        }
    }

    private void Add(InterchangeAcknowledgement ta1)
    {
        if (Sent(ta1.Control, ta1.Envelope) is not { } sent)
        {
            Unknown($"a TA1 for interchange {ta1.Control}, which was not sent to this payer", [$"TA1 {ta1.Result} {ta1.Note}"]);
            return;
        }

        Answer(sent, _ => ta1.IsAccepted, _ => [$"TA1 {ta1.Result} {ta1.Note}"]);
    }

    private void Add(Acknowledgement ack)
    {
        if (ack.Kind != "HC" || Sent(ack.Control, ack.Envelope) is not { } sent)
        {
            Unknown($"a 999 for group {ack.Control}, which was not sent to this payer", [$"999 {ack.Kind} {ack.Result}"]);
            return;
        }

        bool IsAccepted(SetAcknowledgement? set) => set?.IsAccepted ?? ack.Result is "A" or "E";
        SetAcknowledgement? SetOf(Claim claim) => ack.Sets.FirstOrDefault(s => ClaimFileWriter.SetNumber(s.Control) == claim.SetNumber);
        Answer(sent, claim => IsAccepted(SetOf(claim)), claim => [.. (SetOf(claim)?.Segments ?? [])
            .Where(s => s.Claims.Contains(claim.Number, StringComparer.Ordinal)).Select(s => $"999 {s.Text}")
            .DefaultIfEmpty(IsAccepted(SetOf(claim)) ? $"999 {ack.Result}" : "999 the set was refused with another claim in it")]);
    }

    private void Answer((ClaimBatch Batch, List<ClaimId> Claims) sent, Func<Claim, bool?> accepts, Func<Claim, IReadOnlyList<string>> codes)
    {
        isOurs = true;
        var batch = sent.Batch;
        List<(Claim Claim, bool IsAccepted)> answers = [.. from id in sent.Claims
                                                           let claim = book[id]
                                                           let accepted = accepts(claim)
                                                           where accepted is not null
                                                           select (claim, accepted.Value)];
        var state = answers.Exists(a => a.IsAccepted) || answers.Count < sent.Claims.Count ? Proto.ClaimBatchState.Received : Proto.ClaimBatchState.Rejected;
        // A TA1 that comes after a 999 that refused the file does not undo it.
        if (batch.State != state && batch.State != Proto.ClaimBatchState.Rejected)
        {
            batch.State = state;
            changes.Update(batch);
        }

        foreach (var (claim, isAccepted) in answers)
        {
            if (isAccepted)
                book.Take(changes, claim, Proto.ClaimState.Received, codes(claim), file.Id);
            else
                book.Reject(changes, claim, codes(claim), file.Id);
        }
    }

    private void Add(ClaimStatusReport report)
    {
        // A file or set that is refused as a whole names no claims.
        if (report.Claims.Count == 0 && IncomingFile.BatchOf(report.Batch) is var (control, set) && Sent(control, report.Envelope) is { } sent)
        {
            var statuses = report.BatchStatuses.Concat(report.ProviderStatuses).ToList();
            if (statuses.Exists(s => s.IsRejection))
                Answer(sent, claim => claim.SetNumber == set ? false : null, _ => [.. statuses.Select(s => s.ToString())]);
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

    /// <summary>A 277 answers a question about a claim. It decides nothing: what the payer paid or denied comes with the 835.</summary>
    private void Answered(ClaimStatus status)
    {
        List<string> codes = [.. status.Statuses.Select(s => s.ToString()).Distinct(StringComparer.Ordinal)];
        if (InquiryTrace.IdOf('S', status.Claim) is not { } id || book.Claims.FirstOrDefault(c => c.Id.Value == id) is not { } claim)
        {
            Unknown("a 277 about a claim that this provider did not inquire about", codes);
            return;
        }

        isOurs = true;
        if (claim.IsDecided || claim.IsDead)
            return;
        if (status.PayerClaim is { Length: > 0 and <= 50 } number && claim.PayerClaim != number)
        {
            claim.PayerClaim = number;
            changes.Update(claim);
        }

        if (status.Statuses.Any(s => s.Category.StartsWith('F')))
            book.Open(changes, Proto.WorkItemKind.UnmatchedAcknowledgement, claim, "the payer says that it decided on the claim, and no 835 came", codes,
                "Ask the payer for the remittance; enter it by hand if it came on paper.", file.Id);
        else if (status.Statuses.Any(s => s.Category is ['D' or 'E' or 'R', ..]))
            book.Open(changes, Proto.WorkItemKind.UnmatchedAcknowledgement, claim, "the payer does not know the claim, or needs something", codes,
                "Read what the codes name; send the claim again as an original only when the payer never took it in.", file.Id);
    }

    /// <summary>A 271 answers a question about a person: lines of days that the payer does not cover are looked at again.</summary>
    private void Add(PersonCoverage person)
    {
        if (person.Traces.Select(t => InquiryTrace.IdOf('E', t.Number)).FirstOrDefault(id => id is not null) is not { } id)
        {
            Unknown("a 271 about a person whom this provider did not inquire about", [.. person.Refusals.Select(r => $"AAA {r.Reason}")]);
            return;
        }

        isOurs = true;
        foreach (var line in ready.Where(l => l.IndividualId.Value == id))
        {
            if (person.Refusals.Count == 0 && person.On(line.ServiceDate) != Coverage.NotCovered)
                continue;
            book.Open(changes, Proto.WorkItemKind.NotCovered, null,
                person.Refusals.Count > 0 ? $"the payer does not find the person of {line.Id.Name}" : $"the payer does not cover the person on the day of {line.Id.Name}",
                [.. person.Refusals.Select(r => $"AAA {r.Reason}")], "Correct the enrolment in Eligibility, which decides the line again, before it is sent.", file.Id,
                file.Provider, amount: line.Amount ?? line.Charge);
        }
    }

    private void Add(Remittance remittance)
    {
        isOurs = true;
        var keys = incoming.Remittances.First(r => ReferenceEquals(r.Remittance, remittance));
        var known = keys.All.Count(posted.Contains);
        if (known > 0 || posted.Contains(keys.Payment))
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

        posted.UnionWith(keys.All.Append(keys.Payment));
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
            Key = keys.Payment,
            RecordedAt = changes.Now,
        });
        foreach (var (claim, lines) in keys.Claims)
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

        // What our numbers find needs no look at all claims of the day.
        var named = meant.Concat(line.LineControl is { } control ? byControl[control] : []).Distinct().ToList();
        var found = Match(decided, line, named);
        return found.Claim is not null || (line.Service ?? decided.Statement)?.From is not { } day ? found
            : Match(decided, line, [.. named.Concat(byDay[day]).Distinct()]);
    }

    private (string By, Claim? Claim, IEnumerable<Claim> Candidates, string Why) Match(RemittanceClaim decided, RemittanceLine line, List<Claim> claims)
    {
        var sent = claims
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
