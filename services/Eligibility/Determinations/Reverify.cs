using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>
/// Evaluates the lasting criteria again on a birthday, a change or a reauthorization. A person who turns 18 with a class of SED keeps the present
/// authorization; the class is recorded again, and at the reauthorization it must be SMI (NC-DEF-004, NC-DEF-005).
/// </summary>
public sealed class Reverify(Requests requests, PolicyService policies, PersonalDataProtector protector, DeterminationSteps steps)
{
    public Task<Result<Proto.DeterminationStep>> Handle(Proto.ReverifyRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.DeterminationStep>>> Decide(Proto.ReverifyRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = DeterminationSteps.Read(fields, request.Name, request.Etag);
        var occasion = fields.Choice("occasion", request.Occasion);
        var requestedDay = fields.OptionalDay("as_of", request.AsOf);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await steps.Load(id, request.Etag, cancellationToken, Proto.DeterminationState.Eligible, Proto.DeterminationState.ReverifyDue))
            .Is(out var read, out var refused))
            return refused;
        var determination = read.Determination;
        var day = requestedDay ?? policies.Today(determination.Program)!.Value;
        if (Problem.Invalid.IfBefore("as_of", day, determination.AsOf, "the day of first service") is { } early)
            return early;

        return Check(read, day, occasion).Is(out var next, out var problem) ? steps.Take(read, next.Step, store) : problem;
    }

    /// <summary>The step that a check on a day leads to, and the lasting criteria that are not met or not known.</summary>
    internal Result<(NextStep Step, List<string> Open)> Check(DeterminationCase read, DateOnly day, Proto.ReverifyOccasion occasion)
    {
        var (determination, individual, _) = read;
        var facts = AdmissionEvidence.Of(individual, Person.Decrypt(protector, individual), policies.TextOn(determination.Program, day), day);
        if (!policies.Decide(determination.Program, AdmissionDecision.Kind, day, WithEnrollmentEnd(facts, individual, day))
            .Is(out var decided, out var problem))
            return problem;
        // The other criteria (assessment within a year, work history, wish to work) apply only to admission.
        var criteria = policies.Engine.Programs[determination.Program].RulesFor(RuleDuty.Lasting).Select(r => (r.Id, Verdict: decided.Decision.VerdictOf(r.Id)))
            .Where(r => !determination.Overrides(r.Id.Value)).ToList();
        var lasting = criteria.Max(r => r.Verdict) ?? (determination.OverrideState == Proto.OverrideState.Confirmed ? Verdict.Met : decided.Decision.Verdict);
        var lapses = occasion == Proto.ReverifyOccasion.Reauthorization && lasting == Verdict.NotMet;
        var to = lapses ? Proto.DeterminationState.Lapsed : lasting == Verdict.Met ? Proto.DeterminationState.Eligible : Proto.DeterminationState.ReverifyDue;
        NextStep step = new(Proto.DeterminationStepKind.Reverification, to, day, decided) { Through = lapses ? day.AddDays(-1) : null };
        return (step, [.. criteria.Where(r => r.Verdict is not null and not Verdict.Met).Select(r => r.Id.Value)]);
    }

    /// <summary>A plan ends with the enrollment that carries it: where no enrollment covers the day, the plan ended with the last one.</summary>
    private static AdmissionFacts WithEnrollmentEnd(AdmissionFacts facts, Individual individual, DateOnly day) =>
        individual.Enrollments.Any(e => e.Covers(day)) || individual.Enrollments.Where(e => e.Through < day).Max(e => e.Through) is not { } ended
            || facts.BenefitPlanTo <= ended
            ? facts
            : facts with { BenefitPlanTo = ended };
}
