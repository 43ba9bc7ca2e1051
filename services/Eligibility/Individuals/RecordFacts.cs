using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>Adds facts to a person's record. Nothing is overwritten: each fact stores when it was recorded, and a correction is another use case.</summary>
public sealed class RecordFacts(
    EligibilityDb db, IndividualReader people, Requests requests, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Fact>> Handle(Proto.RecordFactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var fact = Reading(fields, "fact.").Read(request.Fact);
        return Add(request.Individual, request.RequestId, request, fields, fact, (id, f) => f!.ToProto(id, protector), cancellationToken);
    }

    public Task<Result<Proto.Enrollment>> Handle(Proto.AddEnrollmentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        return Add(request.Individual, request.RequestId, request, fields, Reading(fields).Read(request.Enrollment ?? new()), (id, f) => f.ToProto(id),
            cancellationToken);
    }

    public Task<Result<Proto.Diagnosis>> Handle(Proto.AddDiagnosisRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        return Add(request.Individual, request.RequestId, request, fields, Reading(fields).Read(request.Diagnosis ?? new()), (id, f) => f.ToProto(id),
            cancellationToken);
    }

    public Task<Result<Proto.Assessment>> Handle(Proto.AddAssessmentRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        return Add(request.Individual, request.RequestId, request, fields, Reading(fields).Read(request.Assessment ?? new()), (id, f) => f.ToProto(id),
            cancellationToken);
    }

    public Task<Result<Proto.Intake>> Handle(Proto.RecordIntakeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Require(request.Intake is not null, "intake", "is missing; send the whole intake, a field left out is recorded as not known");
        return Add(request.Individual, request.RequestId, request, fields, Reading(fields).Read(request.Intake ?? new()), (id, f) => f.ToProto(id),
            cancellationToken);
    }

    public Task<Result<Proto.MedicalNecessityFinding>> Handle(Proto.RecordMedicalNecessityRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        return Add(request.Individual, request.RequestId, request, fields, Reading(fields).Read(request.Finding, request.FoundOn, ""),
            (id, f) => f.ToProto(id), cancellationToken);
    }

    private FactReading Reading(RequestValidator fields, string prefix = "") => new(fields, prefix, caller, clock);

    private Task<Result<TReply>> Add<TFact, TReply>(
        string name, string requestId, Google.Protobuf.IMessage request, RequestValidator fields, TFact fact, Func<IndividualId, TFact, TReply> reply,
        CancellationToken cancellationToken)
        where TFact : Fact?
        where TReply : class, Google.Protobuf.IMessage<TReply>, new()
    {
        var id = fields.Id<IndividualId>("individual", name);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<TReply>>(bad);
        return requests.Run(requestId, request, async s => await people.Find(caller, id, s) is { } individual
            ? Add(individual, await db.NamesOf(individual, s), fact, reply)
            : new Problem.NotFound("individual", name), cancellationToken);
    }

    private Result<Decided<TReply>> Add<TFact, TReply>(
        Individual individual, IReadOnlyList<IndividualId> names, TFact fact, Func<IndividualId, TFact, TReply> reply)
        where TFact : Fact?
    {
        if (individual.Refuses(fact!) is { } refused)
            return refused;
        Changes changes = new(clock.GetUtcNow());
        individual.Record(fact!, changes);
        changes.PublishAct(individual, fact!, retracted: false);
        changes.PublishDeath(individual, fact!, retracted: false);
        changes.PublishCoverage(individual, names, fact!);
        return new Decided<TReply>(reply(individual.Id, fact), changes);
    }
}

/// <summary>What recording, correcting and retracting share.</summary>
internal static class FactChanges
{
    /// <summary>
    /// Spans of different payers, fundings or plans may overlap: people have two coverages. Overlapping spans of the same payer, funding and plan are one span
    /// recorded twice. A person dies once.
    /// </summary>
    public static Problem? Refuses(this Individual individual, Fact fact) => fact switch
    {
        Enrollment span when individual.Enrollments.Any(e => e.Id != span.Id && e.Payer == span.Payer && e.Funding == span.Funding && e.BenefitPlan == span.BenefitPlan
            && !(e.Through < span.From) && !(span.Through < e.From)) =>
            new Problem.Invalid("enrollment.from", "begins a span that overlaps one of the same payer, funding and plan; correct that one"),
        Death death when individual.Death is { } recorded && recorded.Id != death.Id =>
            new Problem.Invalid("death", "is on record already; correct or retract that one"),
        _ => null,
    };

    /// <summary>Publishes that ACT was recorded, corrected or retracted (NC-LIM-002).</summary>
    public static void PublishAct(this Changes changes, Individual individual, Fact fact, bool retracted)
    {
        if (fact is not OtherService { Service: OtherService.Act } act)
            return;
        changes.Publish(new ActStartedV1
        {
            IndividualId = individual.Id,
            FactId = act.Id,
            Provider = individual.Provider,
            From = act.From,
            Through = act.Through,
            Retracted = retracted || act.Absent,
        });
    }

    /// <summary>Publishes that a death was recorded, corrected or retracted.</summary>
    public static void PublishDeath(this Changes changes, Individual individual, Fact fact, bool retracted)
    {
        if (fact is Death death)
        {
            changes.Publish(new IndividualDiedV1
            {
                IndividualId = individual.Id,
                FactId = death.Id,
                Provider = individual.Provider,
                On = death.DiedOn,
                Retracted = retracted,
            });
        }
    }

    /// <summary>
    /// Publishes the spans of coverage that these facts are or were versions of, under every name of the person: rows of other services may have any of them.
    /// </summary>
    public static void PublishCoverage(this Changes changes, Individual individual, IReadOnlyList<IndividualId> names, params IEnumerable<Fact> moved)
    {
        foreach (var happened in individual.Coverage(names, moved))
            changes.Publish(happened);
    }

    /// <inheritdoc cref="PublishCoverage"/>
    public static IEnumerable<CoverageMovedV1> Coverage(this Individual individual, IReadOnlyList<IndividualId> names, IEnumerable<Fact> moved) =>
        from span in moved.OfType<Enrollment>().Select(e => (e.Payer, e.From)).Distinct()
        let current = individual.Enrollments.Where(e => (e.Payer, e.From) == span).ToList()
        from name in names
        select new CoverageMovedV1
        {
            IndividualId = name,
            Provider = individual.Provider,
            Payer = span.Payer,
            From = span.From,
            Through = current.Exists(e => e.Through is null) ? null : current.Max(e => e.Through),
            Retracted = current.Count == 0,
        };

    /// <summary>The person's own name and those of the records that were merged into it.</summary>
    public static async Task<IReadOnlyList<IndividualId>> NamesOf(this EligibilityDb db, Individual individual, CancellationToken cancellationToken) =>
        individual.Facts.Exists(f => f.JoinedAt is not null) ? [individual.Id, .. await db.MergedInto(individual.Id, cancellationToken)] : [individual.Id];

    /// <summary>Publishes that a fact was corrected or retracted: its kind, never its content.</summary>
    public static void PublishCorrection(this Changes changes, Individual individual, string kind, bool retracted)
    {
        changes.Publish(new IndividualCorrectedV1
        {
            IndividualId = individual.Id,
            Provider = individual.Provider,
            Kind = kind,
            Retracted = retracted,
        });
    }
}
