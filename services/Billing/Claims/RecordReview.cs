using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Policies.ClaimLines;
using Ips.Policies.Milestones;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Records what Network Evaluation answered about a milestone, and the upload of its letter. Without an upload nothing is billed.</summary>
public sealed class RecordReview(
    BillingDb db, Requests requests, MilestoneReviews reviews, DocumentReader documents, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Milestone>> Handle(Proto.RecordReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<MilestoneId>("name", request.Name);
        fields.Choice("outcome", request.Outcome);
        var received = fields.Day("received_date", request.ReceivedDate);
        var uploaded = fields.OptionalDay("uploaded_date", request.UploadedDate);
        fields.Require(!(uploaded < received), "uploaded_date", "lies before received_date");
        fields.Require(uploaded is null || request.Outcome == Proto.ReviewOutcome.Approved, "uploaded_date",
            "is given for an answer without an approval letter");
        return fields.Problem is { } bad
            ? Task.FromResult<Result<Proto.Milestone>>(bad)
            : requests.Run(request.ValidateOnly, request.RequestId, request,
                (store, s) => ReadAndDecide(id, request, received, uploaded, store, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.Milestone>>> ReadAndDecide(
        MilestoneId id, Proto.RecordReviewRequest request, DateOnly received, DateOnly? uploaded, bool store, CancellationToken cancellationToken)
    {
        // read
        if (await db.Milestones.AsNoTracking().Include(m => m.Decision).Include(m => m.Reconsidered).SingleOrDefaultAsync(m => m.Id == id, cancellationToken)
            is not { } milestone)
            return new Problem.NotFound("milestone", request.Name);
        var account = await db.Account(milestone.IndividualId, milestone.Provider, cancellationToken);
        var letter = uploaded is null ? null
            : (await documents.Of(milestone.IndividualId, cancellationToken)).FirstOrDefault(d => d.Kind == DocumentKind.ApprovalLetter && d.Subject == id.Name);
        var deadlines = await reviews.Deadlines([id], cancellationToken);

        // decide
        var text = policies.TextOn(milestone.Program, milestone.EventDate);
        if (!ContractLineRules.NeedsLetter(text, milestone.Number))
            return new Problem.Conflict("milestone number", $"milestone {milestone.Number} needs no approval letter");
        if (milestone.State is not (Proto.MilestoneState.UnderReview or Proto.MilestoneState.Approved))
            return new Problem.Conflict("milestone state",
                $"the milestone is {WireCode.Lower(milestone.State)}; an answer belongs to one that is under review or approved");
        RequestValidator fields = new();
        var today = policies.Today(milestone.Program)!.Value;
        fields.Require(received >= milestone.EventDate, "received_date", "lies before the day of the milestone event");
        fields.UpTo("received_date", received, today);
        fields.UpTo("uploaded_date", uploaded, today);
        fields.Require(uploaded is null || letter is not null, "uploaded_date",
            "is given, and no letter of this milestone is stored that can be read; upload it first (DOCUMENT_KIND_APPROVAL_LETTER)");
        if (fields.Problem is { } bad)
            return bad;
        Changes changes = new(clock.GetUtcNow());
        milestone.LetterReceivedOn = request.Outcome == Proto.ReviewOutcome.Approved ? received : null;
        milestone.LetterUploadedOn = uploaded;
        milestone.AnsweredOn = received;
        milestone.State = request.Outcome switch
        {
            Proto.ReviewOutcome.Returned => Proto.MilestoneState.Returned,
            Proto.ReviewOutcome.Denied => Proto.MilestoneState.Denied,
            _ => uploaded is null ? Proto.MilestoneState.Approved : Proto.MilestoneState.Billable,
        };
        if (milestone is { State: Proto.MilestoneState.Billable, PayableUnits: 0 })
            (milestone.PayableUnits, milestone.Amount) = (1, MilestoneGrid.Price(text, milestone.Number, 1));
        reviews.Sync(milestone, deadlines, changes);
        changes.Update(milestone);
        account.Count(changes);
        changes.Publish(milestone.ToEvent(milestone.Reconsidered ?? milestone.Decision!));
        return new Decided<Proto.Milestone>(store ? milestone.ToProto() : milestone.ToProto(milestone.Decision!.ToProto(), stored: true), changes);
    }
}
