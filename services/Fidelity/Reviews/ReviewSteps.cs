using Google.Protobuf;
using Ips.Contracts;
using Ips.Fidelity.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>A step of a review that is being decided.</summary>
/// <param name="Review">The review, to be changed.</param>
/// <param name="From">Its state before the step.</param>
/// <param name="Team">The team's reviews before the step.</param>
/// <param name="Today">Today in the program's time zone.</param>
/// <param name="Store">Whether the step is stored.</param>
/// <param name="Changes">What is written.</param>
internal sealed record ReviewStep(Review Review, Proto.ReviewState From, TeamHistory Team, DateOnly Today, bool Store, Changes Changes);

/// <summary>
/// What all steps of a review share: they read it with its team's reviews, check who takes the step from which state, and write what it changes.
/// </summary>
public sealed class ReviewSteps(FidelityDb db, Requests requests, PolicyService policies, Caller caller, TimeProvider clock)
{
    /// <param name="fields">The fields of the request, already read.</param>
    /// <param name="name">Field <c>name</c>.</param>
    /// <param name="etag">Field <c>etag</c>.</param>
    /// <param name="validateOnly">Field <c>validate_only</c>.</param>
    /// <param name="requestId">Field <c>request_id</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="decide">Changes the review and returns the answer.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    internal Task<Result<Proto.Review>> Run(RequestValidator fields, string name, string etag, bool validateOnly, string requestId, IMessage request,
        Func<ReviewStep, Result<Proto.Review>> decide, CancellationToken cancellationToken)
    {
        var id = fields.Id<ReviewId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Review>>(bad);
        return requests.Run<Proto.Review>(validateOnly, requestId, request, async (store, s) =>
        {
            // read
            var found = await db.Reviews.AsNoTracking().Include(r => r.Decision).Include(r => r.ContestDecision).SingleOrDefaultAsync(r => r.Id == id, s);
            if (found is null)
                return new Problem.NotFound("review", name);
            var team = await db.Reviews.AsNoTracking().Where(r => r.TeamId == found.TeamId && r.Program == found.Program).ToListAsync(s);

            // decide
            if (!found.Expects(etag))
                return new Problem.Stale("review", name);
            ReviewStep step = new(found, found.State, new(policies, found.Program, team), policies.Today(found.Program)!.Value, store, new(clock.GetUtcNow()));
            return decide(step).Then(answer => new Decided<Proto.Review>(answer, step.Changes));
        }, cancellationToken);
    }

    /// <summary>The problem of a caller that did not record the review; null when it did.</summary>
    internal Problem? NotTheRecorder(Review review)
    {
        var recorder = review.RecordedBy.Length > 0 ? review.RecordedBy : policies.Engine.Programs[review.Program].Jurisdiction.StateAgency;
        return caller.Is(Roles.State, Roles.Mco) && caller.Organization == recorder
            ? null
            : new Problem.Forbidden($"only the organization that recorded the review takes this step, {recorder}");
    }

    /// <summary>The problem of a review that is in none of these states; null when it is.</summary>
    internal static Problem? NotIn(Review review, params ReadOnlySpan<Proto.ReviewState> states) => states.Contains(review.State)
        ? null
        : new Problem.Conflict("review state",
            $"the review is {WireCode.Lower(review.State)}; this step needs {string.Join(" or ", states.ToArray().Select(state => WireCode.Lower(state)))}");

    /// <summary>Writes a step that decides nothing new about the result.</summary>
    internal Result<Proto.Review> Moved(ReviewStep step, DateOnly on, Proto.Contest? contest = null)
    {
        step.Changes.Update(step.Review);
        var after = step.Team.With(step.Review);
        if (after.DecideLater(step.Review, step.Today, step.Changes) is { } problem)
            return problem;
        step.Changes.Publish(step.Review.Moved(step.From, on, after, step.Today));
        return step.Review.ToProto(step.Review.Decision!.ToProto(), stored: true, contest);
    }

    /// <summary>Decides what follows from the review as the step left it, and writes both.</summary>
    internal Result<Proto.Review> Decided(ReviewStep step, DateOnly on)
    {
        var review = step.Review;
        if (!step.Team.Decide(review, step.Today).Is(out var decision, out var problem))
            return problem;
        review.Take(decision);
        var stored = step.Changes.Insert(policies.Store(decision, review.Provider, review.Id.Name, step.Team.Used(review)));
        step.Changes.Update(review);
        var after = step.Team.With(review);
        if (after.DecideLater(review, step.Today, step.Changes) is { } wrong)
            return wrong;
        step.Changes.Publish(review.Moved(step.From, on, after, step.Today));
        if (step.From != Proto.ReviewState.Final)
            step.Changes.Publish(review.ToEvent(stored, after, step.Today));
        return review.ToProto(decision.ToProto(stored: step.Store), stored: true);
    }
}
