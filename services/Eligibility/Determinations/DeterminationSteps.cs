using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>A step that a use case decided.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="To">The state of the determination after it.</param>
/// <param name="On">The day of the step.</param>
/// <param name="DecisionRecord">The decision, where one was taken.</param>
internal sealed record NextStep(Proto.DeterminationStepKind Kind, Proto.DeterminationState To, DateOnly On, DecisionRecord? DecisionRecord)
{
    /// <summary>Last eligible day, of a step that ends the determination.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>The judgements of the payer's reviewer.</summary>
    public IReadOnlyList<Proto.Judgement> Judgements { get; init; } = [];

    /// <summary>Why a discharge was taken back; empty for every other step.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether the decision is on admission and replaces the previous one.</summary>
    public bool Admits => Kind is Proto.DeterminationStepKind.Redetermination or Proto.DeterminationStepKind.Review
        or Proto.DeterminationStepKind.Reconsideration or Proto.DeterminationStepKind.Override;
}

/// <summary>What a step of a determination needs to read.</summary>
/// <param name="Determination">The determination with its present decision.</param>
/// <param name="Individual">The person with all facts.</param>
/// <param name="Deadlines">The deadlines of the person and of the determination.</param>
internal sealed record DeterminationCase(Determination Determination, Individual Individual, SubjectDeadlines Deadlines);

/// <summary>What every later step of a determination shares: it checks the etag, stores the receipt, moves the determination and publishes the move.</summary>
public sealed partial class DeterminationSteps(
    EligibilityDb db, IndividualReader people, DeadlineReader deadlines, PolicyService policies, Caller caller, PersonalDataProtector protector,
    TimeProvider clock, ILogger<DeterminationSteps> log)
{
    /// <summary>Reads the name of the determination and the etag that the caller has seen.</summary>
    internal static DeterminationId Read(RequestValidator fields, string name, string etag)
    {
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        return fields.Id<DeterminationId>("name", name);
    }

    /// <summary>The determination with its person, if the caller may see it, has seen its newest version, and its state allows the step.</summary>
    internal async Task<Result<DeterminationCase>> Load(DeterminationId id, string etag, CancellationToken cancellationToken,
        params IReadOnlyList<Proto.DeterminationState> from)
    {
        if (await db.Determinations.AsNoTracking().Include(d => d.Decision).SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } determination)
            return new Problem.NotFound("determination", id.Name);
        if (!determination.Expects(etag))
            return new Problem.Stale("determination", id.Name);
        if (!from.Contains(determination.State))
        {
            return new Problem.Conflict("determination state",
                $"it is {WireCode.Lower(determination.State)}; this step begins at {string.Join(", ", from.Select(f => WireCode.Lower(f)))}");
        }

        var (person, present) = (people.Find(caller, determination.IndividualId, cancellationToken),
            deadlines.About(caller, [determination.IndividualId.Name, id.Name], cancellationToken));
        return await person is { } individual
            ? new DeterminationCase(determination, individual, await present)
            : new Problem.NotFound("individual", determination.IndividualId.Name);
    }

    /// <summary>The determinations of a person in these states with their steps, for work that no caller asked for.</summary>
    internal async Task<IReadOnlyList<DeterminationCase>> Load(
        IndividualId person, CancellationToken cancellationToken, params IReadOnlyList<Proto.DeterminationState> from)
    {
        var determinations = await db.Determinations.AsNoTracking().Include(d => d.Decision).Include(d => d.Steps)
            .Where(d => d.IndividualId == person && from.Contains(d.State)).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        if (determinations.Count == 0 || await people.Find(caller, person, cancellationToken) is not { } individual)
            return [];
        var present = await deadlines.About(caller, [person.Name, .. determinations.Select(d => d.Id.Name)], cancellationToken);
        return determinations.ConvertAll(d => new DeterminationCase(d, individual, present));
    }

    /// <summary>Takes the step: the answer, and what it writes. With <paramref name="store"/> false it is only shown.</summary>
    internal Decided<Proto.DeterminationStep> Take(DeterminationCase read, NextStep next, bool store) => Take(read, next, store, new(clock.GetUtcNow()));

    // A step that decides admission again reads the facts; every other one rests on the determination as it was.
    private static IEnumerable<RestedOn> Used(DecisionRecord decided, DeterminationCase read) =>
    [
        new(read.Determination.Id.Value, read.Determination.Version),
        .. decided.Decision.Name == read.Determination.Decision!.Question ? AdmissionEvidence.Used(read.Individual) : [],
    ];

    /// <inheritdoc cref="Take(DeterminationCase, NextStep, bool)"/>
    /// <param name="read">What was read.</param>
    /// <param name="next">The step.</param>
    /// <param name="store">Whether the changes will be written.</param>
    /// <param name="changes">What the use case writes besides the step.</param>
    internal Decided<Proto.DeterminationStep> Take(DeterminationCase read, NextStep next, bool store, Changes changes)
    {
        var (determination, individual, present) = read;
        var (before, from) = (determination.Decision!, determination.State);
        var stored = next.DecisionRecord is null ? null
            : changes.Insert(policies.Store(next.DecisionRecord, determination.Provider, determination.IndividualId.Name, Used(next.DecisionRecord, read)));
        determination.Move(next, changes.Now);
        // What is decided again rests on the rules alone; the steps show the override.
        if (next.Kind == Proto.DeterminationStepKind.Redetermination)
            determination.OverrideState = default;
        if (store && next.Admits)
            (determination.DecisionId, determination.Decision) = (stored!.Id, stored);

        var disclosure = Redisclosure.To(caller, clock);
        Proto.DeterminationStep answer = new() { Kind = next.Kind, FromState = from, ToState = next.To, On = next.On.Day() };
        if (next.DecisionRecord is { } decided)
            answer.Decision = disclosure.Limit(decided.ToProto(store), decided.Facts, individual);
        answer.Judgements.AddRange(next.Judgements);
        answer.Reason = next.Reason;
        var etag = determination.Etag();
        if (store)
        {
            changes.Expect(individual);
            etag = changes.Update(determination).Etag();
            changes.Insert(Step(determination, next, from, stored, changes.Now));
            PublishStep(determination, next, from, stored, changes);
            if (next.Admits)
                present.SyncAssessmentAge(determination, next.DecisionRecord!.Decision.Values, changes);
            present.SyncAttention(
                determination.Id.Name, next.To == Proto.DeterminationState.Attention ? next.DecisionRecord!.FirstUnmet() : null, determination.Program,
                determination.Provider, individual.Id, changes);
            (answer.DecisionName, answer.CreateTime) =
                (stored is null ? "" : Receipts.NameOf(stored.Id), Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(changes.Now));
        }

        // The response that the caller may receive (42 CFR Part 2): a payer without consent gets no reason that reveals substance use.
        answer.Determination = determination.ToProto(
            next.Admits ? answer.Decision : disclosure.Limit(before.ToProto(), before, individual), etag, stored: true).WithOverride(determination, protector);
        return new(answer, changes, () => Stepped(log, determination.Id, next.Kind, next.To));
    }

    private DeterminationStep Step(Determination determination, NextStep next, Proto.DeterminationState from, StoredDecision? stored, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            DeterminationId = determination.Id,
            Kind = next.Kind,
            FromState = from,
            ToState = next.To,
            On = next.On,
            DecisionId = stored?.Id,
            Texts = StepTexts.Encrypt(protector, next.Judgements, next.Reason),
            RecordedBy = caller.Organization,
            RecordedAt = now,
        };

    private static void PublishStep(
        Determination determination, NextStep next, Proto.DeterminationState from, StoredDecision? stored, Changes changes)
    {
        var values = next.DecisionRecord?.Decision.Values;
        changes.Publish(new DeterminationMovedV1
        {
            DeterminationId = determination.Id,
            IndividualId = determination.IndividualId,
            Provider = determination.Provider,
            Program = determination.Program,
            Kind = WireCode.Lower(next.Kind)!,
            FromState = WireCode.Lower(from)!,
            ToState = WireCode.Lower(next.To)!,
            On = next.On,
            Through = determination.EligibleThrough,
            Verdict = stored?.Verdict,
            DecisionId = stored is null ? null : new DecisionId(stored.Id),
            PackVersion = stored?.PackVersion,
        });
        if (next.Admits)
            changes.Publish(determination.Made(stored!, values!));
        if (next.Kind == Proto.DeterminationStepKind.Discharge && next.To == Proto.DeterminationState.Discharged)
        {
            changes.Publish(new IndividualDischargedV1
            {
                DeterminationId = determination.Id,
                IndividualId = determination.IndividualId,
                Provider = determination.Provider,
                Program = determination.Program,
                Through = determination.EligibleThrough!.Value,
                Outcome = (string)values!["mappedReason"],
                DecisionId = new(stored!.Id),
                PackVersion = stored.PackVersion,
            });
        }
    }

    [LoggerMessage(2111, LogLevel.Information, "Determination {Determination} took the step {Kind} and is {State}")]
    private static partial void Stepped(ILogger log, DeterminationId determination, Proto.DeterminationStepKind kind, Proto.DeterminationState state);
}
