using Ips.Contracts;
using Ips.Eligibility.Individuals;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides admission from the recorded facts and stores the receipt.</summary>
public sealed partial class Determine(
    IndividualReader people, DeadlineReader deadlines, TeamIntakes teams, Requests requests, PolicyService policies, Caller caller, PersonalDataProtector protector,
    TimeProvider clock, ILogger<Determine> log)
{
    public Task<Result<Proto.Determination>> Handle(Proto.DetermineRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndDecide(request, store, s), cancellationToken);

    private async Task<Result<Decided<Proto.Determination>>> ReadAndDecide(Proto.DetermineRequest request, bool store, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        var asOf = fields.OptionalDay("as_of", request.AsOf) ?? today;
        var knownAt = fields.OptionalInstant("known_at", request.KnownAt, clock.GetUtcNow());
        fields.Require(knownAt is null || !store, "known_at", "is sent without validate_only; what is stored is decided on what is known now");
        if (fields.Problem is { } bad)
            return bad;

        var (record, present) = (people.Find(caller, id, cancellationToken), deadlines.About(caller, id.Name, cancellationToken));
        if ((knownAt is { } at ? (await record)?.Known(at) : await record) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        return individual.Provider == provider
            ? Decide(individual, individual.Id == id ? await present : await deadlines.About(caller, individual.Id.Name, cancellationToken),
                request.Program, asOf, await teams.EverySuspended(provider, request.Program, asOf, knownAt, cancellationToken), store)
            : new Problem.Invalid("provider", "is not the agency that serves this person");
    }

    private Result<Decided<Proto.Determination>> Decide(Individual individual, SubjectDeadlines present, string program, DateOnly asOf, DateOnly? teamsSuspendedOn, bool store)
    {
        // A death ends the determinations on record when it is recorded: one that is made after it would have no end.
        if (individual.Death is not null)
            return new Problem.Conflict("death", "is on record; retract that fact, determine for the day before it, and record the death again");
        var facts = AdmissionEvidence.Of(individual, Person.Decrypt(protector, individual), policies.TextOn(program, asOf), asOf, teamsSuspendedOn);
        if (!policies.Decide(program, AdmissionDecision.Kind, asOf, facts).Is(out var decided, out var problem))
            return problem;

        Changes changes = new(clock.GetUtcNow());
        Determination determination = new()
        {
            Id = DeterminationId.New(clock),
            IndividualId = individual.Id,
            Provider = individual.Provider,
            Program = program,
            AsOf = asOf,
            State = default,
            DecisionId = decided.Id,
            RecordedAt = changes.Now,
        };
        determination.Move(Determination.StateOf(decided.Decision.Verdict), changes.Now);
        var receipt = Redisclosure.To(caller, clock).Limit(decided.ToProto(store), decided.Facts, individual);
        if (!store)
            return new Decided<Proto.Determination>(determination.ToProto(receipt, "", stored: false), changes);

        var stored = changes.Insert(policies.Store(decided, individual.Provider, individual.Id.Name, AdmissionEvidence.Used(individual)));
        changes.Expect(individual);
        changes.Insert(determination);
        changes.Publish(determination.Made(stored, decided.Decision.Values));
        present.SyncAssessmentAge(determination, decided.Decision.Values, changes);
        return new Decided<Proto.Determination>(determination.ToProto(receipt, determination.Etag(), stored: true), changes,
            () => Decided(log, determination.Id, stored.Verdict, stored.PackVersion));
    }

    [LoggerMessage(2101, LogLevel.Information, "Determination {Determination} decided {Verdict} with pack {PackVersion}")]
    private static partial void Decided(ILogger log, DeterminationId determination, string verdict, string packVersion);
}
