using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Withdraws an open determination. Nothing is decided, so there is no receipt.</summary>
public sealed class WithdrawDetermination(Requests requests, PolicyService policies, DeterminationSteps steps)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.WithdrawDeterminationRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Withdraw(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Withdraw(Proto.WithdrawDeterminationRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.EvidencePending, Proto.DeterminationState.UnderReview))
            .Is(out var read, out var refused))
            return refused;
        var determination = read.Determination;
        NextStep next = new(Proto.DeterminationStepKind.Withdrawal, Proto.DeterminationState.Withdrawn, policies.Today(determination.Program)!.Value, null);
        return steps.Take(read, next, store);
    }
}
