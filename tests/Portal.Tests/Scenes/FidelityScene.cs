using System.Collections.Concurrent;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Testing;

namespace Ips.Portal.Tests.Scenes;

/// <summary>A fake Fidelity with the reviews of one team.</summary>
public sealed class FidelityScene(string team)
{
    /// <summary>Reviews by name.</summary>
    public ConcurrentDictionary<string, Review> Reviews { get; } = new();

    /// <summary>Every request that would change something, as it arrived.</summary>
    public ConcurrentQueue<object> Received { get; } = new();

    /// <summary>A review of the team with a score of 4 for each item.</summary>
    public Review Reviewed(ReviewState state)
    {
        Review made = new()
        {
            Name = $"reviews/{Guid.CreateVersion7()}",
            Etag = "1",
            Team = team,
            Provider = "organizations/harbor-works",
            Program = "nc-core",
            Evaluator = Evaluator.Dhhs,
            State = state,
            LastOnsiteDay = EligibilityScene.Day(-20),
            DraftReceivedDate = state == ReviewState.Draft ? "" : EligibilityScene.Day(-5),
            ContestDue = EligibilityScene.Day(9),
            Total = 100,
            Tier = state == ReviewState.Final ? "good" : "",
            NextReviewDue = state == ReviewState.Final ? EligibilityScene.Day(300) : "",
            Decision = EligibilityScene.Decision(EligibilityScene.Found("NC-FID-010", Verdict.Met, "100 is good fidelity")),
            Scores = { Enumerable.Range(1, 25).Select(item => new ItemScore { Item = item, Score = 4 }) },
        };
        if (state == ReviewState.Contested)
            made.Contest = new() { SubmittedOn = EligibilityScene.Day(-1), Accepted = true, Items = { new ContestedItem { Item = 6, DraftScore = 4 } } };
        Reviews[made.Name] = made;
        return made;
    }

    /// <summary>Adds its rpcs to a fake service.</summary>
    public FakeService On(FakeService service) => service.Serve(new ReviewsFake(this, team)).Serve(new StandingsFake()).Serve(new DecisionsFake());

    private sealed class DecisionsFake : Decisions.DecisionsBase
    {
        public override Task SimulatePolicies(
            SimulatePoliciesRequest request, IServerStreamWriter<PolicyChanges> responseStream, ServerCallContext context) =>
            responseStream.WriteAsync(new() { Complete = true, Decisions = 9 });

        public override Task<PolicyChanges> ReportShadow(ReportShadowRequest request, ServerCallContext context) =>
            Task.FromResult(new PolicyChanges { Complete = true, Decisions = 9 });
    }

    private sealed class ReviewsFake(FidelityScene scene, string team) : Reviews.ReviewsBase
    {
        public override Task<ListReviewsResponse> ListReviews(ListReviewsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListReviewsResponse { Reviews = { scene.Reviews.Values.Where(_ => request.Team == team).OrderByDescending(one => one.Name) } });

        public override Task<Review> GetReview(GetReviewRequest request, ServerCallContext context) =>
            Task.FromResult(scene.Reviews.TryGetValue(request.Name, out var found) ? found : throw Refuse.NotFound(request.Name));

        public override Task<Review> RecordReview(RecordReviewRequest request, ServerCallContext context)
        {
            scene.Received.Enqueue(request);
            if (request.LastOnsiteDay.Length == 0)
                throw Refuse.Field("last_onsite_day", "is missing; send a day YYYY-MM-DD");
            var made = scene.Reviewed(ReviewState.Draft);
            made.Scores.Clear();
            made.Scores.Add(request.Scores);
            made.Total = request.Scores.Sum(score => score.Score);
            return Task.FromResult(made);
        }

        public override Task<Review> ReceiveDraft(ReceiveDraftRequest request, ServerCallContext context) =>
            Changed(request, request.Name, request.Etag, review => (review.State, review.DraftReceivedDate) = (ReviewState.DraftReceived, request.DraftReceivedDate));

        public override Task<Review> ContestReview(ContestReviewRequest request, ServerCallContext context) =>
            Changed(request, request.Name, request.Etag, review => (review.State, review.Contest) = (ReviewState.Contested, new()
            {
                SubmittedOn = request.SubmittedOn,
                Accepted = true,
                Items = { request.Items.Select(item => new ContestedItem { Item = item, DraftScore = 4 }) },
            }));

        public override Task<Review> DecideContest(DecideContestRequest request, ServerCallContext context) =>
            Changed(request, request.Name, request.Etag, review => review.State = ReviewState.ContestDecided);

        public override Task<Review> FinalizeReview(FinalizeReviewRequest request, ServerCallContext context) =>
            Changed(request, request.Name, request.Etag, review => (review.State, review.Tier) = (ReviewState.Final, "good"));

        private Task<Review> Changed(object request, string name, string etag, Action<Review> change)
        {
            scene.Received.Enqueue(request);
            var review = scene.Reviews[name].Clone();
            Refuse.Stale(review.Etag, etag);
            change(review);
            review.Etag += "1";
            return Task.FromResult(scene.Reviews[name] = review);
        }
    }

    private sealed class StandingsFake : Standings.StandingsBase
    {
        public override Task<TeamStanding> GetTeamStanding(GetTeamStandingRequest request, ServerCallContext context) => Task.FromResult(new TeamStanding
        {
            Team = request.Team,
            Day = EligibilityScene.Day(0),
            Total = 100,
            Tier = "good",
            Certified = true,
            NextReviewDue = EligibilityScene.Day(-4),
            ReviewOverdue = true,
            MayTakeNewPeople = true,
            Findings = { EligibilityScene.Found("NC-FID-012", Verdict.NotMet, "the next review was due", "a review") },
        });
    }
}
