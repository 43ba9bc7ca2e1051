using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies.Admission;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides admission from the recorded facts and stores the receipt.</summary>
public sealed partial class Determine(
    EligibilityDb db, IdempotentRequests requests, PolicyService policies, AssessmentAge assessmentAge, Caller caller, PersonalDataProtector protector,
    TimeProvider clock, ILogger<Determine> log)
{
    public Task<Result<Proto.Determination>> Handle(Proto.DetermineRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Decide(request, store, s), cancellationToken);

    private async Task<Result<Proto.Determination>> Decide(Proto.DetermineRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        var asOf = fields.OptionalDay("as_of", request.AsOf) ?? today;
        var knownAt = fields.OptionalInstant("known_at", request.KnownAt, clock.GetUtcNow());
        fields.Require(knownAt is null || !store, "known_at", "is sent without validate_only; what is stored is decided on what is known now");
        if (fields.Problem is { } bad)
            return bad;
        var recorded = await db.Load(id, cancellationToken);
        if ((knownAt is { } at ? recorded?.Known(at) : recorded) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        if (individual.Provider != provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");

        // decide
        var facts = AdmissionEvidence.Of(individual, Person.Decrypt(protector, individual), asOf);
        if (!policies.Decide(request.Program, AdmissionDecision.Kind, asOf, facts).Is(out var decided, out var problem))
            return problem;

        // save and publish
        var now = clock.GetUtcNow();
        Determination determination = new()
        {
            Id = DeterminationId.New(clock),
            IndividualId = individual.Id,
            Provider = provider,
            Program = request.Program,
            AsOf = asOf,
            State = default,
            DecisionId = decided.Id,
            RecordedAt = now,
        };
        determination.Move(Determination.StateOf(decided.Decision.Verdict), through: null, now);
        var disclosure = Redisclosure.To(caller, clock);
        if (!store)
            return determination.ToProto(disclosure.Limit(decided.ToProto(stored: false), decided.Facts, individual), "", stored: false);

        var stored = policies.Store(decided, provider, individual.Id.Name);
        db.Decisions.Add(stored);
        db.Determinations.Add(determination);
        db.Publish(determination.Made(stored, decided.Decision.Values));
        await assessmentAge.SyncDeadlines(determination, decided.Decision.Values, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        Decided(log, determination.Id, stored.Verdict, stored.PackVersion);
        return determination.ToProto(disclosure.Limit(decided.ToProto(stored: true), decided.Facts, individual), db.Etag(determination), stored: true);
    }

    [LoggerMessage(2101, LogLevel.Information, "Determination {Determination} decided {Verdict} with pack {PackVersion}")]
    private static partial void Decided(ILogger log, DeterminationId determination, string verdict, string packVersion);
}
