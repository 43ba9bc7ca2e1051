using Ips.Contracts;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Corrects or retracts a recorded fact. The previous version stays, with who ended it, when and why. A payer changes what it recorded, its own enrollments,
/// and whether a diagnosis qualifies. A provider changes everything except the findings of payers.
/// </summary>
public sealed class CorrectFacts(EligibilityDb db, IdempotentRequests once, Caller caller, PersonalDataProtector particulars, TimeProvider clock)
{
    public Task<Result<Proto.Fact>> Handle(Proto.CorrectFactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var right = new FactReading(fields, "fact.", caller, clock).Read(request.Fact);
        return Change(fields, request.Name, request.Etag, request.Reason, request.Note, request.RequestId, request,
            (individual, wrong) => Correct(individual, wrong, right!, request), cancellationToken);
    }

    public Task<Result<Proto.Fact>> Handle(Proto.RetractFactRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.Reason, request.Note, request.RequestId, request, (individual, wrong) =>
        {
            if (!MayChange(wrong, null))
                return Refused;
            Supersede(wrong, request.Reason, request.Note);
            individual.FollowEnrollments();
            db.TellOfAct(individual, wrong, retracted: true);
            db.TellOfCorrection(individual, db.KindOf(wrong), retracted: true);
            return wrong;
        }, cancellationToken);

    private static Problem.Forbidden Refused =>
        new("a payer changes what it recorded and its own enrolments, a provider everything but the findings of payers");

    private Result<Fact> Correct(Individual individual, Fact wrong, Fact right, Proto.CorrectFactRequest request)
    {
        if (right.GetType() != wrong.GetType())
            return new Problem.Invalid("fact", "is of another kind than the recorded one; retract that and record this");
        right = right with { Id = wrong.Id, Version = wrong.Version + 1 };
        if (right is Diagnosis stated && caller.Role != Roles.Mco)
            right = stated with { Qualifying = ((Diagnosis)wrong).Qualifying };
        if (!MayChange(wrong, right))
            return Refused;
        if (individual.Refuses(right) is { } refused)
            return refused;
        Supersede(wrong, request.Reason, request.Note);
        individual.Record(right);
        // A record of ACT that was corrected to another service was never ACT.
        var isAct = right is OtherService { Service: OtherService.Act };
        db.TellOfAct(individual, isAct ? right : wrong, retracted: !isAct);
        db.TellOfCorrection(individual, db.KindOf(wrong), retracted: false);
        return right;
    }

    private bool MayChange(Fact wrong, Fact? right) => caller.Role switch
    {
        Roles.Mco => wrong.RecordedBy == caller.Organization
            || (wrong is Enrollment enrollment && enrollment.Payer == caller.Organization)
            || (wrong is Diagnosis before && right is Diagnosis after && Content(after with { Qualifying = before.Qualifying }) == Content(before)),
        _ => wrong is not NecessityFinding,
    };

    private static (string, string?, bool, bool?, DateOnly?, DateOnly?) Content(Diagnosis d) =>
        (d.Class, d.Severity, d.Primary, d.Qualifying, d.DiagnosedOn, d.Through);

    private void Supersede(Fact wrong, Proto.CorrectionReason reason, string note) =>
        wrong.Supersede(clock.GetUtcNow(), caller.Organization, WireCode.Upper(reason)!, note.Length == 0 ? null : particulars.Protect(note));

    private Task<Result<Proto.Fact>> Change(
        RequestValidator fields, string name, string etag, Proto.CorrectionReason reason, string note, string requestId, Google.Protobuf.IMessage request,
        Func<Individual, Fact, Result<Fact>> change, CancellationToken cancellationToken)
    {
        var id = fields.Id<FactName>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Reason(reason, note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Fact>>(bad);
        return once.Run(requestId, request, async s =>
        {
            if (await db.LoadForChange(id.Individual, s) is not { } individual
                || individual.Facts.Where(f => f.Id == id.Fact && f is not (Consent or FormerParticulars)).MaxBy(f => f.Version) is not { } wrong
                || !Redisclosure.To(caller, clock).Shows(individual, wrong))
            {
                return new Problem.NotFound("fact", name);
            }

            if (wrong.SupersededAt is not null)
                return new Problem.Conflict("fact", "was retracted; record it anew");
            if (wrong.Etag() != etag)
                return new Problem.Stale("fact", name);
            if (!change(individual, wrong).Is(out var changed, out var problem))
                return problem;
            await db.SaveChangesAsync(s);
            return (Result<Proto.Fact>)changed.ToProto(individual.Id, particulars);
        }, cancellationToken);
    }
}
