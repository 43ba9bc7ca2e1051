using Google.Api;
using Grpc.Core;
using Ips.Fidelity.Files;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ReviewsRpc(
    Lazy<RecordReview> record, Lazy<ReceiveDraft> receive, Lazy<ContestReview> contest, Lazy<DecideContest> decide, Lazy<FinalizeReview> finalize,
    Lazy<CorrectReview> correct, Lazy<WithdrawReview> withdraw, Lazy<RecordPlan> plan, Lazy<FindReviews> find, Lazy<GetReviewFile> file)
        : Proto.Reviews.ReviewsBase
{
    public override async Task<Proto.Review> RecordReview(Proto.RecordReviewRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> ReceiveDraft(Proto.ReceiveDraftRequest request, ServerCallContext context) =>
        (await receive.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> ContestReview(Proto.ContestReviewRequest request, ServerCallContext context) =>
        (await contest.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> DecideContest(Proto.DecideContestRequest request, ServerCallContext context) =>
        (await decide.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> FinalizeReview(Proto.FinalizeReviewRequest request, ServerCallContext context) =>
        (await finalize.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> CorrectReview(Proto.CorrectReviewRequest request, ServerCallContext context) =>
        (await correct.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> WithdrawReview(Proto.WithdrawReviewRequest request, ServerCallContext context) =>
        (await withdraw.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> RecordPlan(Proto.RecordPlanRequest request, ServerCallContext context) =>
        (await plan.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> GetReview(Proto.GetReviewRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<HttpBody> GetReviewFile(Proto.GetReviewFileRequest request, ServerCallContext context) =>
        (await file.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReviewsResponse> ListReviews(Proto.ListReviewsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
