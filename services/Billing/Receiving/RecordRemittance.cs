using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>What a person adds: a decision that came on paper, and the claim of money that was not matched.</summary>
public sealed class RecordRemittance(BillingDb db, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    private static readonly string[] Groups = ["CO", "PR", "OA", "PI"];

    public async Task<Result<Proto.Posting>> Handle(Proto.RecordRemittanceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimId>("claim", request.Claim);
        var paid = fields.SignedDollars("paid", request.Paid);
        var adjusted = 0m;
        fields.Require(request.Adjustments.Count <= 30, "adjustments", "are more than 30");
        foreach (var (i, adjustment) in request.Adjustments.Index())
        {
            fields.Require(Groups.Contains(adjustment.Group), $"adjustments[{i}].group", $"is not one of {string.Join(", ", Groups)}");
            fields.Require(CodeSets.Contains("adjustment_reason", adjustment.Reason), $"adjustments[{i}].reason", "is no claim adjustment reason code");
            adjusted += fields.SignedDollars($"adjustments[{i}].amount", adjustment.Amount);
        }

        foreach (var (i, remark) in request.Remarks.Index())
            fields.Require(CodeSets.Contains("remark_code", remark), $"remarks[{i}]", "is no remark code");
        fields.Require(request.PayerClaim.Length is > 0 and <= 50 && request.PayerClaim.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), "payer_claim",
            "is not 1 to 50 letters, digits or hyphens");
        var trace = fields.Text("trace", request.Trace, 50);
        var day = fields.Day("payment_date", request.PaymentDate);
        var reason = fields.Text("reason", request.Reason, 500);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, async s =>
        {
            // read
            if (await db.Claims.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, s) is not { } claim)
                return new Problem.NotFound("claim", request.Claim);
            var key = AmountKeys.KeyOf("manual", trace, request.PayerClaim, claim.Number, request.Reversal ? "reversal" : "decision",
                FormattableString.Invariant($"{paid:0.00} {adjusted:0.00}"));
            var isKnown = await db.Postings.AnyAsync(
                p => p.Provider == claim.Provider && (p.Key == key || (p.ClaimId == id && p.Trace == trace && p.PaymentId != null)), s);
            var book = await ClaimBook.Of(db, [claim], clock, s);

            // decide
            if (!claim.WasBatched)
                return new Problem.Conflict("claim state", "the claim was never in a file; no payer decided on it");
            if (isKnown)
                return new Problem.Exists("posting", "of this payment and claim");
            var charge = request.Reversal ? -claim.Charge : claim.Charge;
            if (paid + adjusted != charge)
                return new Problem.Invalid("paid", FormattableString.Invariant(
                    $"and adjustments are {paid + adjusted:0.00} together, and the claim charges {charge:0.00}; the difference is {charge - paid - adjusted:0.00}"));
            Changes changes = new(clock.GetUtcNow());
            var posting = changes.Insert(new Posting
            {
                Id = PostingId.New(clock),
                Provider = claim.Provider,
                ClaimId = claim.Id,
                Kind = Proto.PostingKind.Manual,
                MatchedBy = "person",
                PayerClaim = request.PayerClaim,
                Charge = charge,
                Allowed = paid + request.Adjustments.Where(a => a.Group == "PR").Sum(a => a.Amount.ToSigned()),
                Paid = paid,
                Units = claim.Units,
                Adjustments = [.. request.Adjustments.Select(a => new Proto.ClaimAdjustment(a) { Amount = a.Amount.ToSigned().Dollars() })],
                Adjusted = adjusted,
                Remarks = [.. request.Remarks],
                ReceivedFileId = null,
                PaymentId = null,
                Trace = trace,
                PaymentDate = day,
                Key = key,
                EncryptedReason = protector.Protect(reason),
                EncryptedEnteredBy = protector.Protect(caller.Subject),
                RecordedAt = changes.Now,
            });
            book.Decide(changes, claim, [posting], denied: paid == 0 && !request.Reversal, request.Reversal, null);
            return (Result<Decided<Proto.Posting>>)new Decided<Proto.Posting>(posting.ToProto(protector), changes);
        }, cancellationToken);
    }

    public async Task<Result<Proto.WorkItem>> Handle(Proto.ResolveWorkItemRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<WorkItemId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var chosen = fields.OptionalId<ClaimId>("claim", request.Claim);
        var reason = fields.Text("reason", request.Reason, 500);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, async s =>
        {
            // read
            if (await db.WorkItems.AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, s) is not { } item)
                return new Problem.NotFound("work item", request.Name);
            var posting = item.PostingId is { } waiting ? await db.Postings.AsNoTracking().SingleAsync(p => p.Id == waiting, s) : null;
            var claim = chosen is { } named ? await db.Claims.AsNoTracking().SingleOrDefaultAsync(c => c.Id == named, s) : null;
            if (chosen is not null && claim is null)
                return new Problem.NotFound("claim", request.Claim);
            var book = claim is null ? null : await ClaimBook.Of(db, [claim], clock, s);

            // decide
            if (!item.Expects(request.Etag))
                return new Problem.Stale("work item", request.Name);
            if (item.ResolvedAt is not null)
                return new Problem.Conflict("work item state", "it is settled already");
            if (posting is null != claim is null)
                return new Problem.Invalid("claim", posting is null ? "is given, and the item is not about money without a claim"
                    : "is missing; money does not disappear: name the claim that it belongs to");
            Changes changes = new(clock.GetUtcNow());
            if (posting is not null)
            {
                if (!claim!.WasBatched)
                    return new Problem.Conflict("claim state", "the claim was never in a file; no payer decided on it");
                if (Math.Abs(posting.Charge) != claim.Charge)
                    return new Problem.Invalid("claim",
                        FormattableString.Invariant($"charges {claim.Charge:0.00}, and the money is for a charge of {Math.Abs(posting.Charge):0.00}"));
                (posting.ClaimId, posting.MatchedBy) = (claim.Id, "person");
                changes.Update(posting);
                var reversal = posting.Kind == Proto.PostingKind.Reversal;
                book!.Decide(changes, claim, [posting], denied: posting.Paid == 0 && !reversal, reversal, posting.ReceivedFileId);
                item.ClaimId = claim.Id;
            }

            item.Resolve(changes, protector.Protect(reason));
            return (Result<Decided<Proto.WorkItem>>)new Decided<Proto.WorkItem>(item.ToProto(), changes);
        }, cancellationToken);
    }
}
