using Grpc.Core;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class IntakeReferralsRpc(
    Lazy<ReceiveIntakeReferral> receive, Lazy<FindIntakeReferrals> find, Lazy<FindIntakeDuplicates> duplicates, Lazy<MoveIntakeReferral> move,
    Lazy<DeclineIntakeReferral> decline, Lazy<ConvertIntakeReferral> convert) : Proto.IntakeReferrals.IntakeReferralsBase
{
    public override async Task<Proto.IntakeReferral> ReceiveIntakeReferral(Proto.ReceiveIntakeReferralRequest request, ServerCallContext context) =>
        (await receive.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.SentIntakeReferral> SendIntakeReferral(Proto.SendIntakeReferralRequest request, ServerCallContext context) =>
        (await receive.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.SentIntakeReferral> GetSentIntakeReferral(Proto.GetSentIntakeReferralRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListSentIntakeReferralsResponse> ListSentIntakeReferrals(
        Proto.ListSentIntakeReferralsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IntakeReferral> GetIntakeReferral(Proto.GetIntakeReferralRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListIntakeReferralsResponse> ListIntakeReferrals(Proto.ListIntakeReferralsRequest request, ServerCallContext context) =>
        (await find.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.ListIntakeDuplicatesResponse> ListIntakeDuplicates(Proto.ListIntakeDuplicatesRequest request, ServerCallContext context) =>
        (await duplicates.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IntakeReferral> AssignIntakeReferral(Proto.AssignIntakeReferralRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IntakeReferral> RecordFirstContact(Proto.RecordFirstContactRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IntakeReferral> AcceptIntakeReferral(Proto.AcceptIntakeReferralRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IntakeReferral> DeclineIntakeReferral(Proto.DeclineIntakeReferralRequest request, ServerCallContext context) =>
        (await decline.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.SentIntakeReferral> WithdrawIntakeReferral(Proto.WithdrawIntakeReferralRequest request, ServerCallContext context) =>
        (await move.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<Proto.IntakeReferral> ConvertIntakeReferral(Proto.ConvertIntakeReferralRequest request, ServerCallContext context) =>
        (await convert.Value.Handle(request, context.CancellationToken)).OrThrow();
}
