using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies.Admission;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>Decides admission from the recorded facts and keeps the receipt.</summary>
public sealed partial class Determine(
    EligibilityDb db, Once once, Deciding deciding, AssessmentAge assessmentAge, Caller caller, Particulars particulars, TimeProvider clock, ILogger<Determine> log)
{
    public Task<Result<Wire.Determination>> Handle(Wire.DetermineRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Decide(ask, store, s), stop);

    private async Task<Result<Wire.Determination>> Decide(Wire.DetermineRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var provider = fields.Organization("provider", ask.Provider);
        var today = deciding.Today(fields, "program", ask.Program);
        var asOf = fields.OptionalDay("as_of", ask.AsOf) ?? today;
        var knownAt = fields.OptionalInstant("known_at", ask.KnownAt, clock.GetUtcNow());
        fields.Require(knownAt is null || !store, "known_at", "is sent without validate_only; what is stored is decided on what is known now");
        if (fields.Problem is { } bad)
            return bad;
        var recorded = await db.Load(id, stop);
        if ((knownAt is { } at ? recorded?.Known(at) : recorded) is not { } individual)
            return new Problem.NotFound("individual", ask.Individual);
        if (individual.Provider != provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");

        // decide
        var facts = AdmissionEvidence.Of(individual, Person.Open(particulars, individual), asOf);
        if (!deciding.Decide(ask.Program, AdmissionDecision.Kind, asOf, facts).Is(out var ruled, out var problem))
            return problem;

        // save and tell
        var now = clock.GetUtcNow();
        Determination determination = new()
        {
            Id = DeterminationId.New(clock),
            IndividualId = individual.Id,
            Provider = provider,
            Program = ask.Program,
            AsOf = asOf,
            State = default,
            DecisionId = ruled.Id,
            RecordedAt = now,
        };
        determination.Move(Determination.StateOf(ruled.Decision.Verdict), through: null, now);
        var disclosure = Redisclosure.To(caller, clock);
        if (!store)
            return determination.ToWire(disclosure.Limit(ruled.ToWire(stored: false), ruled.Facts, individual), "", stored: false);

        var kept = deciding.Store(ruled, provider, individual.Id.Name);
        db.Decisions.Add(kept);
        db.Determinations.Add(determination);
        db.Add(determination.Made(kept, ruled.Decision.Values, now));
        await assessmentAge.Follow(determination, ruled.Decision.Values, stop);
        await db.SaveChangesAsync(stop);
        Decided(log, determination.Id, kept.Verdict, kept.PackVersion);
        return determination.ToWire(disclosure.Limit(kept.ToWire(), ruled.Facts, individual), db.Etag(determination), stored: true);
    }

    [LoggerMessage(2101, LogLevel.Information, "Determination {Determination} decided {Verdict} with pack {PackVersion}")]
    private static partial void Decided(ILogger log, DeterminationId determination, string verdict, string packVersion);
}
