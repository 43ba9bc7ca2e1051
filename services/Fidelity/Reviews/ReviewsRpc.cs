using Grpc.Core;
using Wire = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>gRPC in, gRPC out, nothing between.</summary>
public sealed class ReviewsRpc(RecordReview record, FindReviews find) : Wire.Reviews.ReviewsBase
{
    public override async Task<Wire.Review> RecordReview(Wire.RecordReviewRequest request, ServerCallContext context) =>
        (await record.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.Review> GetReview(Wire.GetReviewRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Wire.ListReviewsResponse> ListReviews(Wire.ListReviewsRequest request, ServerCallContext context) =>
        (await find.Handle(request, context.CancellationToken)).OrThrow();
}
