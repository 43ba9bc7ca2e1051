using Grpc.Core;
using Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Decisions;

/// <summary>Maps the rpcs to the use case.</summary>
public sealed class DecisionsRpc(Lazy<ReadDecision> read, DecisionAnswers answers, PolicyChangesAnswers changes, Lazy<ListDependents> dependents) : Proto.Decisions.DecisionsBase
{
    public override async Task<Decision> GetDecision(DecisionRequest request, ServerCallContext context) =>
        answers.Get(await read.Value.Handle(request, context.CancellationToken));

    public override async Task<DecisionReplay> ReplayDecision(DecisionRequest request, ServerCallContext context) =>
        answers.Replay(await read.Value.Handle(request, context.CancellationToken));

    public override async Task<DecisionLetter> ExplainDecision(DecisionRequest request, ServerCallContext context) =>
        answers.Explain(await read.Value.Handle(request, context.CancellationToken));

    public override async Task<ListDependentsResponse> ListDependents(ListDependentsRequest request, ServerCallContext context) =>
        (await dependents.Value.Handle(request, context.CancellationToken)).OrThrow();

    public override Task SimulatePolicies(SimulatePoliciesRequest request, IServerStreamWriter<PolicyChanges> responseStream, ServerCallContext context) =>
        changes.Simulate(request, message => responseStream.WriteAsync(message), context.CancellationToken);

    public override Task<PolicyChanges> ReportShadow(ReportShadowRequest request, ServerCallContext context) =>
        changes.Report(request, context.CancellationToken);
}
