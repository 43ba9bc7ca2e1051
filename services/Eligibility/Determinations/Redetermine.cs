using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies.Admission;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides admission again while the answer is open: on the same day of first service, from what is recorded now.</summary>
public sealed class Redetermine(EligibilityDb db, Once once, Deciding deciding, Particulars particulars, DeterminationSteps steps)
{
    public Task<Result<Wire.DeterminationStep>> Handle(Wire.RedetermineRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Decide(ask, store, s), stop);

    private async Task<Result<Wire.DeterminationStep>> Decide(Wire.RedetermineRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = DeterminationSteps.Read(fields, ask.Name, ask.Etag);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, ask.Etag, stop, Wire.DeterminationState.EvidencePending, Wire.DeterminationState.UnderReview)).Is(out var determination, out var refused))
            return refused;
        if (await db.Load(determination.IndividualId, stop) is not { } individual)
            return new Problem.NotFound("individual", determination.IndividualId.Name);

        // decide
        var facts = AdmissionEvidence.Of(individual, Person.Open(particulars, individual), determination.AsOf);
        if (!deciding.Decide(determination.Program, AdmissionDecision.Kind, determination.AsOf, facts).Is(out var ruled, out var problem))
            return problem;

        // save and tell
        NextStep next = new(Wire.DeterminationStepKind.Redetermination, Determination.StateOf(ruled.Decision.Verdict), determination.AsOf, ruled);
        return await steps.Take(determination, next, ask.Etag, store, stop);
    }
}
