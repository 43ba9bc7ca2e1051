using Ips.Contracts;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// Corrects or retracts a recorded fact. The previous version stays, with who ended it, when and why. A payer changes what it recorded, its own enrollments,
/// and whether a diagnosis qualifies. A provider changes everything except the findings of payers.
/// </summary>
public sealed class CorrectFacts(EligibilityDb db, IndividualReader people, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Fact>> Handle(Proto.CorrectFactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var corrected = new FactReading(fields, "fact.", caller, clock).Read(request.Fact);
        return Change(fields, request.Name, request.Etag, request.Reason, request.Note, request.RequestId, request,
            (individual, names, previous, changes) => Correct(individual, names, previous, corrected!, request, changes), cancellationToken);
    }

    public Task<Result<Proto.Fact>> Handle(Proto.RetractFactRequest request, CancellationToken cancellationToken) =>
        Change(new(), request.Name, request.Etag, request.Reason, request.Note, request.RequestId, request, (individual, names, previous, changes) =>
        {
            if (!MayChange(previous, null))
                return Refused;
            Supersede(previous, request.Reason, request.Note, changes);
            individual.UpdatePayers();
            changes.Update(individual);
            changes.PublishAct(individual, previous, retracted: true);
            changes.PublishDeath(individual, previous, retracted: true);
            changes.PublishCoverage(individual, names, previous);
            changes.PublishCorrection(individual, db.KindOf(previous), retracted: true);
            return previous;
        }, cancellationToken);

    private static Problem.Forbidden Refused =>
        new("a payer changes what it recorded and its own enrolments, a provider everything but the findings of payers");

    private Result<Fact> Correct(
        Individual individual, IReadOnlyList<IndividualId> names, Fact previous, Fact corrected, Proto.CorrectFactRequest request, Changes changes)
    {
        if (corrected.GetType() != previous.GetType())
            return new Problem.Invalid("fact", "is of another kind than the recorded one; retract that and record this");
        corrected = corrected with { Id = previous.Id, Version = previous.Version + 1 };
        if (corrected is Diagnosis stated && caller.Role != Roles.Mco)
            corrected = stated with { Qualifying = ((Diagnosis)previous).Qualifying };
        if (!MayChange(previous, corrected))
            return Refused;
        if (individual.Refuses(corrected) is { } refused)
            return refused;
        Supersede(previous, request.Reason, request.Note, changes);
        individual.Record(corrected, changes);
        // A record of ACT that was corrected to another service was never ACT.
        var isAct = corrected is OtherService { Service: OtherService.Act };
        changes.PublishAct(individual, isAct ? corrected : previous, retracted: !isAct);
        changes.PublishDeath(individual, corrected, retracted: false);
        changes.PublishCoverage(individual, names, previous, corrected);
        changes.PublishCorrection(individual, db.KindOf(previous), retracted: false);
        return corrected;
    }

    private bool MayChange(Fact previous, Fact? corrected) => caller.Role switch
    {
        Roles.Mco => previous.RecordedBy == caller.Organization
            || (previous is Enrollment enrollment && enrollment.Payer == caller.Organization)
            || (previous is Diagnosis before && corrected is Diagnosis after && Content(after with { Qualifying = before.Qualifying }) == Content(before)),
        _ => previous is not NecessityFinding,
    };

    private static (string, string?, bool, bool?, DateOnly?, DateOnly?) Content(Diagnosis d) =>
        (d.Class, d.Severity, d.Primary, d.Qualifying, d.DiagnosedOn, d.Through);

    private void Supersede(Fact previous, Proto.CorrectionReason reason, string note, Changes changes)
    {
        previous.Supersede(changes.Now, caller.Organization, WireCode.Upper(reason)!, note.Length == 0 ? null : protector.Protect(note));
        changes.Update(previous);
    }

    private Task<Result<Proto.Fact>> Change(
        RequestValidator fields, string name, string etag, Proto.CorrectionReason reason, string note, string requestId, Google.Protobuf.IMessage request,
        Func<Individual, IReadOnlyList<IndividualId>, Fact, Changes, Result<Fact>> change, CancellationToken cancellationToken)
    {
        var id = fields.Id<FactName>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Reason(reason, note);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Fact>>(bad);
        return requests.Run(requestId, request, async s =>
        {
            if (await people.Find(caller, id.Individual, s) is not { } individual
                || individual.Facts.Where(f => f.Id == id.Fact && f is not (Consent or FormerPersonalData)).MaxBy(f => f.Version) is not { } previous
                || !Redisclosure.To(caller, clock).Shows(individual, previous))
            {
                return new Problem.NotFound("fact", name);
            }

            if (previous.SupersededAt is not null)
                return new Problem.Conflict("fact", "was retracted; record it again");
            if (previous.Etag() != etag)
                return new Problem.Stale("fact", name);
            Changes changes = new(clock.GetUtcNow());
            return change(individual, await db.NamesOf(individual, s), previous, changes)
                .Then(changed => new Decided<Proto.Fact>(changed.ToProto(individual.Id, protector), changes));
        }, cancellationToken);
    }
}
