using Grpc.Core;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>Maps the rpcs to the use cases.</summary>
public sealed class MilestonesRpc(
    Lazy<SubmitMilestone> submit, Lazy<RecordReview> review, Lazy<GetMilestoneChecklist> checklist, Lazy<FindMilestones> find,
    Lazy<MilestoneReviews> reviews, Lazy<PreviewCaseload> preview) : Proto.Milestones.MilestonesBase
{
    public override async Task<Proto.Milestone> SubmitMilestone(Proto.SubmitMilestoneRequest request, ServerCallContext context) =>
        (await submit.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Milestone> RecordReview(Proto.RecordReviewRequest request, ServerCallContext context) =>
        (await review.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MilestoneChecklist> GetMilestoneChecklist(Proto.GetMilestoneChecklistRequest request, ServerCallContext context) =>
        (await checklist.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.MilestoneReview> GetMilestoneReview(Proto.GetMilestoneReviewRequest request, ServerCallContext context) =>
        (await reviews.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.CaseloadPreview> PreviewCaseload(Proto.PreviewCaseloadRequest request, ServerCallContext context) =>
        (await preview.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.Milestone> GetMilestone(Proto.GetMilestoneRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListMilestonesResponse> ListMilestones(Proto.ListMilestonesRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();
}
