using Grpc.Core;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class ReviewsRpc(Lazy<RecordReview> record, Lazy<FindReviews> find) : Proto.Reviews.ReviewsBase
{
    public override async Task<Proto.Review> RecordReview(Proto.RecordReviewRequest request, ServerCallContext context) =>
        (await record.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Review> GetReview(Proto.GetReviewRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListReviewsResponse> ListReviews(Proto.ListReviewsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
