using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Takes back a question that is not answered yet. Nothing is decided, so there is no receipt.</summary>
public sealed class WithdrawDetermination(Once once, Deciding deciding, DeterminationSteps steps)
{
    public Task<Result<Wire.DeterminationStep>> Handle(Wire.WithdrawDeterminationRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Withdraw(ask, store, s), stop);

    private async Task<Result<Wire.DeterminationStep>> Withdraw(Wire.WithdrawDeterminationRequest ask, bool store, CancellationToken stop)
    {
        Fields fields = new();
        var id = DeterminationSteps.Read(fields, ask.Name, ask.Etag);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, ask.Etag, stop, Wire.DeterminationState.EvidencePending, Wire.DeterminationState.UnderReview)).Is(out var determination, out var refused))
            return refused;
        NextStep next = new(Wire.DeterminationStepKind.Withdrawal, Wire.DeterminationState.Withdrawn, deciding.Today(determination.Program)!.Value, null);
        return await steps.Take(determination, next, ask.Etag, store, stop);
    }
}
