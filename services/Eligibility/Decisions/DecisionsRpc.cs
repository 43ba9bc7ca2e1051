using Grpc.Core;
using Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Decisions;

/// <summary>Maps each gRPC call to its use case.</summary>
public sealed class DecisionsRpc(Lazy<GetDecision> get, Lazy<ReplayDecision> replay, Lazy<ExplainDecision> explain, PolicyChangesAnswers changes, Lazy<ListDependents> dependents) : Proto.Decisions.DecisionsBase
{
    public override async Task<Decision> GetDecision(DecisionRequest request, ServerCallContext context) =>
        (await get.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<DecisionReplay> ReplayDecision(DecisionRequest request, ServerCallContext context) =>
        (await replay.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<DecisionLetter> ExplainDecision(DecisionRequest request, ServerCallContext context) =>
        (await explain.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override async Task<ListDependentsResponse> ListDependents(ListDependentsRequest request, ServerCallContext context) =>
        (await dependents.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task SimulatePolicies(SimulatePoliciesRequest request, IServerStreamWriter<PolicyChanges> responseStream, ServerCallContext context) =>
        changes.Simulate(request, message => responseStream.WriteAsync(message), context.CancellationToken);

    public override Task<PolicyChanges> ReportShadow(ReportShadowRequest request, ServerCallContext context) =>
        changes.Report(request, context.CancellationToken);
}
