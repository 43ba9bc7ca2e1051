using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides admission again while the determination is open or needs attention: for the same day of first service, from the facts recorded now.</summary>
public sealed class Redetermine(Requests requests, PolicyService policies, PersonalDataProtector protector, DeterminationSteps steps, TeamIntakes teams)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.RedetermineRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Decide(Proto.RedetermineRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.EvidencePending, Proto.DeterminationState.UnderReview,
            Proto.DeterminationState.Attention)).Is(out var read, out var refused))
            return refused;
        var (determination, individual, _) = read;

        // decide
        var facts = AdmissionEvidence.Of(individual, Person.Decrypt(protector, individual), policies.TextOn(determination.Program, determination.AsOf), determination.AsOf,
            await teams.EverySuspended(determination.Provider, determination.Program, determination.AsOf, knownAt: null, cancellationToken));
        if (!policies.Decide(determination.Program, AdmissionDecision.Kind, determination.AsOf, facts).Is(out var decided, out var problem))
            return problem;

        // write
        NextStep next = new(Proto.DeterminationStepKind.Redetermination, Determination.StateOf(decided.Decision.Verdict), determination.AsOf, decided);
        return steps.Take(read, next, store);
    }
}
