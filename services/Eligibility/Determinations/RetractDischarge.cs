using Ips.Contracts;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Takes back a discharge that was made by mistake: the determination is again what it was before. What the discharge ended follows by event.
/// </summary>
public sealed class RetractDischarge(EligibilityDb db, Requests requests, PolicyService policies, DeterminationSteps steps)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.RetractDischargeRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Decide(Proto.RetractDischargeRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        fields.Text("reason", request.Reason, 1000);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.Discharged)).Is(out var read, out var refused))
            return refused;
        var determination = read.Determination;
        var taken = await db.Determinations.AsNoTracking().Where(d => d.Id == id).SelectMany(d => d.Steps).ToListAsync(cancellationToken);
        var decidedAgain = await db.Determinations.AsNoTracking()
            .AnyAsync(d => d.IndividualId == determination.IndividualId && d.Program == determination.Program && d.Id != id
            && d.AsOf > determination.AsOf && d.DecidedAt != null, cancellationToken);

        // decide
        if (DeterminationStep.EndedByDeath(taken) is not null)
            return new Problem.Conflict("discharge", "the person died; retract that fact if it is wrong");
        if (decidedAgain)
            return new Problem.Conflict("discharge", "admission to the program was decided again from a later day; that determination counts");

        var ended = taken.Where(s => s.Kind == Proto.DeterminationStepKind.Discharge && s.ToState == Proto.DeterminationState.Discharged).MaxBy(s => s.RecordedAt)!;

        // write; one that had lapsed keeps the end of the lapse
        return steps.Take(read, new(Proto.DeterminationStepKind.DischargeRetraction, ended.FromState, policies.Today(determination.Program)!.Value, null)
        {
            Through = ended.FromState == Proto.DeterminationState.Lapsed ? determination.EligibleThrough : null,
            Reason = request.Reason,
        }, store);
    }
}
