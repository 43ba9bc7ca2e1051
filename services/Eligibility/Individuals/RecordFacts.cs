using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Adds facts to a person's record. Nothing is overwritten: each fact keeps when it was recorded, and a correction is another use case.</summary>
public sealed class RecordFacts(EligibilityDb db, Once once, Caller caller, Particulars particulars, TimeProvider clock)
{
    public Task<Result<Wire.Fact>> Handle(Wire.RecordFactRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var fact = Reading(fields, "fact.").Read(ask.Fact);
        return Add(ask.Individual, ask.RequestId, ask, fields, fact, (id, f) => f!.ToWire(id, particulars), stop);
    }

    public Task<Result<Wire.Enrollment>> Handle(Wire.AddEnrollmentRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        return Add(ask.Individual, ask.RequestId, ask, fields, Reading(fields).Read(ask.Enrollment ?? new()), (id, f) => f.ToWire(id), stop);
    }

    public Task<Result<Wire.Diagnosis>> Handle(Wire.AddDiagnosisRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        return Add(ask.Individual, ask.RequestId, ask, fields, Reading(fields).Read(ask.Diagnosis ?? new()), (id, f) => f.ToWire(id), stop);
    }

    public Task<Result<Wire.Assessment>> Handle(Wire.AddAssessmentRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        return Add(ask.Individual, ask.RequestId, ask, fields, Reading(fields).Read(ask.Assessment ?? new()), (id, f) => f.ToWire(id), stop);
    }

    public Task<Result<Wire.Intake>> Handle(Wire.RecordIntakeRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        fields.Require(ask.Intake is not null, "intake", "is missing; send the whole intake, a field left out is recorded as not known");
        return Add(ask.Individual, ask.RequestId, ask, fields, Reading(fields).Read(ask.Intake ?? new()), (id, f) => f.ToWire(id), stop);
    }

    public Task<Result<Wire.MedicalNecessityFinding>> Handle(Wire.RecordMedicalNecessityRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        return Add(ask.Individual, ask.RequestId, ask, fields, Reading(fields).Read(ask.Finding, ask.FoundOn, ""), (id, f) => f.ToWire(id), stop);
    }

    private FactReading Reading(Fields fields, string prefix = "") => new(fields, prefix, caller, clock);

    private Task<Result<TReply>> Add<TFact, TReply>(
        string name, string requestId, Google.Protobuf.IMessage ask, Fields fields, TFact fact, Func<IndividualId, TFact, TReply> reply, CancellationToken stop)
        where TFact : Fact?
        where TReply : class, Google.Protobuf.IMessage<TReply>, new()
    {
        var id = fields.Name<IndividualId>("individual", name, "individuals/{uuid}", IndividualId.TryParse);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<TReply>>(bad);
        return once.Run(requestId, ask, async s =>
        {
            if (await db.LoadForChange(id, s) is not { } individual)
                return new Problem.NotFound("individual", name);
            if (individual.Refuses(fact!) is { } refused)
                return refused;
            individual.Record(fact!);
            db.TellOfAct(individual, fact!, retracted: false, clock);
            await db.SaveChangesAsync(s);
            return (Result<TReply>)reply(individual.Id, fact);
        }, stop);
    }
}

/// <summary>What recording, correcting and retracting share.</summary>
internal static class FactChanges
{
    /// <summary>
    /// Spans of different payers, fundings or plans may lie over each other: people have two coverages. Two spans of the same are one span recorded twice.
    /// </summary>
    public static Problem? Refuses(this Individual individual, Fact fact) =>
        fact is Enrollment span && individual.Enrollments.Any(e => e.Id != span.Id && e.Payer == span.Payer && e.Funding == span.Funding && e.BenefitPlan == span.BenefitPlan
            && !(e.Through < span.From) && !(span.Through < e.From))
            ? new Problem.Invalid("enrollment.from", "begins a span that overlaps one of the same payer, funding and plan; correct that one")
            : null;

    /// <summary>Tells that ACT was recorded, corrected or retracted (NC-LIM-002).</summary>
    public static void TellOfAct(this EligibilityDb db, Individual individual, Fact fact, bool retracted, TimeProvider clock)
    {
        if (fact is not OtherService { Service: OtherService.Act } act)
            return;
        var now = clock.GetUtcNow();
        db.Add(new ActStartedV1(Guid.CreateVersion7(now), now, individual.Id.Value, act.Id, individual.Provider, act.From, act.Through, retracted || act.Absent));
    }

    /// <summary>Tells that something was corrected or retracted: its kind, never what it says.</summary>
    public static void TellOfCorrection(this EligibilityDb db, Individual individual, string kind, bool retracted, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        db.Add(new IndividualCorrectedV1(Guid.CreateVersion7(now), now, individual.Id.Value, individual.Provider, kind, retracted));
    }
}
