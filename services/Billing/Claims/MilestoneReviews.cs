using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Reviews;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>
/// The clock of Network Evaluation: it starts when a milestone is complete, and stops with the answer. It only warns: a milestone whose last day passed stays under
/// review.
/// </summary>
public sealed class MilestoneReviews(BillingDb db, PolicyService policies, TimeProvider clock)
{
    /// <summary>The kind of the deadline.</summary>
    public const string Kind = "network-evaluation-review";

    /// <summary>The deadlines about these milestones.</summary>
    internal async Task<SubjectDeadlines> Deadlines(IEnumerable<MilestoneId> milestones, CancellationToken cancellationToken)
    {
        string[] subjects = [.. milestones.Select(id => id.Name)];
        return new(subjects.Length == 0 ? []
            : await db.Deadlines.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync(cancellationToken), policies, clock);
    }

    /// <summary>No deadline is set yet about a milestone that is new.</summary>
    internal SubjectDeadlines None() => new([], policies, clock);

    /// <summary>Starts, stops or ends the clock as the state of the milestone says.</summary>
    internal void Sync(Milestone milestone, SubjectDeadlines deadlines, Changes changes)
    {
        if (milestone.State != Proto.MilestoneState.UnderReview)
        {
            if (milestone.AnsweredOn is not null)
                deadlines.Meet(milestone.Id.Name, Kind, changes);
            else
                deadlines.Cancel(milestone.Id.Name, Kind, changes);
            return;
        }

        milestone.DocumentsCompleteOn ??= policies.Today(milestone.Program)!.Value;
        if (Decide(milestone) is not { } review || review.Value<DateOnly?>("dueOn") is not { } due || review.Decision.SetBy("dueOn") is not { } rule)
            return;
        milestone.ReviewDueOn = due;
        deadlines.Set(new(milestone.Id.Name, Kind, rule.Value, milestone.Program, milestone.Provider, milestone.IndividualId, due, 2), changes);
    }

    /// <summary>Whether the review is in time today; null where the program reviews nothing.</summary>
    internal DecisionRecord? Decide(Milestone milestone)
    {
        MilestoneReviewFacts facts = new()
        {
            DocumentsCompleteOn = milestone.DocumentsCompleteOn,
            FirstDocumentOn = policies.DayOf(milestone.Program, milestone.RecordedAt),
            Answered = milestone.AnsweredOn is not null,
            AnsweredOn = milestone.AnsweredOn,
            DocumentsSent = milestone.DocumentsCompleteOn is not null,
            SubjectLine = Given(milestone.Evidence?.SubjectLine),
            ProviderName = Given(milestone.Evidence?.ProviderDisplayName),
            Milestone = milestone.Number,
        };
        return MilestoneReviewDecision.Kind.AppliesTo(policies.Engine.Programs[milestone.Program])
            && policies.Decide(milestone.Program, MilestoneReviewDecision.Kind, policies.Today(milestone.Program)!.Value, facts).Is(out var decision, out _)
            ? decision : null;
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;

    public async Task<Result<Proto.MilestoneReview>> Handle(Proto.GetMilestoneReviewRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<MilestoneId>("name", request.Name);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Milestones.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, cancellationToken) is not { } milestone)
            return new Problem.NotFound("milestone", request.Name);
        var text = policies.TextOn(milestone.Program, milestone.EventDate);
        if (!Policies.ClaimLines.ContractLineRules.NeedsLetter(text, milestone.Number) || Decide(milestone) is not { } review)
            return new Problem.Conflict("milestone number", $"milestone {milestone.Number} is not reviewed by Network Evaluation");
        return new Proto.MilestoneReview
        {
            Milestone = id.Name,
            DocumentsCompleteDate = milestone.DocumentsCompleteOn.Day(),
            DueDate = milestone.ReviewDueOn.Day(),
            AnsweredDate = milestone.AnsweredOn.Day(),
            State = review.Value<string>("status") is { } status ? Codes.Parse<MilestoneReviewStatus>(status)!.Value.ToProto() : Proto.MilestoneReviewState.Unspecified,
            Decision = review.ToProto(stored: false),
            SubjectLine = $"{milestone.Provider} - Milestone {milestone.Number}",
        };
    }
}
