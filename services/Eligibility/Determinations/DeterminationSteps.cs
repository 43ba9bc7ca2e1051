using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>A step as a use case decided it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="To">Where the determination stands after it.</param>
/// <param name="On">The day of the step.</param>
/// <param name="Ruled">The decision, where one was taken.</param>
internal sealed record NextStep(Wire.DeterminationStepKind Kind, Wire.DeterminationState To, DateOnly On, Ruled? Ruled)
{
    /// <summary>Last eligible day, of a step that ends the determination.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>What the payer's reviewer judged.</summary>
    public IReadOnlyList<Wire.Judgement> Judgements { get; init; } = [];

    /// <summary>Whether the decision is on admission and takes the place of the one before.</summary>
    public bool Admits => Kind is Wire.DeterminationStepKind.Redetermination or Wire.DeterminationStepKind.Review;
}

/// <summary>What every later step of a determination shares: it is read with its etag, the receipt is kept, the determination moves, the move is told.</summary>
public sealed partial class DeterminationSteps(
    EligibilityDb db, Deciding deciding, AssessmentAge assessmentAge, Caller caller, Particulars particulars, TimeProvider clock, ILogger<DeterminationSteps> log)
{
    /// <summary>Reads which determination is meant, and that the caller has seen it.</summary>
    internal static DeterminationId Read(Fields fields, string name, string etag)
    {
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        return fields.Name<DeterminationId>("name", name, "determinations/{uuid}", DeterminationId.TryParse);
    }

    /// <summary>The determination, if the caller may see it, has seen its newest version, and it stands where the step begins.</summary>
    internal async Task<Result<Determination>> Load(DeterminationId id, string etag, CancellationToken stop, params IReadOnlyList<Wire.DeterminationState> from)
    {
        if (await db.Determinations.Include(d => d.Decision).SingleOrDefaultAsync(d => d.Id == id, stop) is not { } determination)
            return new Problem.NotFound("determination", id.Name);
        if (!db.Expects(determination, etag))
            return new Problem.Stale("determination", id.Name);
        return from.Contains(determination.State) ? determination
            : new Problem.Conflict("determination state", $"it is {WireCode.Lower(determination.State)}; this step begins at {string.Join(", ", from.Select(f => WireCode.Lower(f)))}");
    }

    /// <summary>Saves and tells; or, with <paramref name="store"/> false, only answers.</summary>
    internal async Task<Result<Wire.DeterminationStep>> Take(Determination determination, NextStep next, string etag, bool store, CancellationToken stop)
    {
        var (now, from) = (clock.GetUtcNow(), determination.State);
        determination.Move(next.To, next.Through, now);
        var before = determination.Decision!;
        Wire.DeterminationStep answer = new() { Kind = next.Kind, FromState = from, ToState = next.To, On = next.On.Day(), Decision = next.Ruled?.ToWire(store) };
        answer.Judgements.AddRange(next.Judgements);
        if (!store)
        {
            answer.Determination = determination.ToWire(next.Admits ? answer.Decision! : before.ToWire(), etag, stored: true);
            return await Limited(answer, next, before, stop);
        }

        var kept = next.Ruled is null ? null : deciding.Store(next.Ruled, determination.Provider, determination.IndividualId.Name);
        if (kept is not null)
            db.Decisions.Add(kept);
        if (next.Admits)
            (determination.DecisionId, determination.Decision) = (kept!.Id, kept);
        DeterminationStep step = new()
        {
            Id = Guid.CreateVersion7(now),
            DeterminationId = determination.Id,
            Kind = next.Kind,
            FromState = from,
            ToState = next.To,
            On = next.On,
            DecisionId = kept?.Id,
            Judgements = next.Judgements.Count == 0 ? null : Judgements.Seal(particulars, next.Judgements),
            RecordedBy = caller.Organization,
            RecordedAt = now,
        };
        db.Add(step);
        Tell(determination, next, from, kept, now);
        if (next.Admits)
            await assessmentAge.Follow(determination, next.Ruled!.Decision.Values, stop);
        await db.SaveChangesAsync(stop);
        Stepped(log, determination.Id, next.Kind, next.To);

        (answer.DecisionName, answer.CreateTime) = (kept is null ? "" : Receipts.NameOf(kept.Id), Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now));
        answer.Determination = determination.ToWire(determination.Decision!.ToWire(), db.Etag(determination), stored: true);
        return await Limited(answer, next, before, stop);
    }

    /// <summary>The answer as the caller may have it (42 CFR Part 2): a payer without consent gets no reason that tells of substance use.</summary>
    private async Task<Wire.DeterminationStep> Limited(Wire.DeterminationStep answer, NextStep next, StoredDecision before, CancellationToken stop)
    {
        if (caller.Role is Roles.Provider or Roles.Ops || !IndividualId.TryParse(answer.Determination.Individual, out var id) || await db.Load(id, stop) is not { } individual)
            return answer;
        var disclosure = Redisclosure.To(caller, clock);
        if (next.Ruled is { } ruled)
            answer.Decision = disclosure.Limit(answer.Decision, ruled.Facts, individual);
        answer.Determination.Decision = next.Admits ? answer.Decision : disclosure.Limit(answer.Determination.Decision, before, individual, particulars);
        return answer;
    }

    private void Tell(Determination determination, NextStep next, Wire.DeterminationState from, StoredDecision? kept, DateTimeOffset now)
    {
        var values = next.Ruled?.Decision.Values;
        db.Add(new DeterminationMovedV1(
            Guid.CreateVersion7(now), now, determination.Id.Value, determination.IndividualId.Value, determination.Provider, determination.Program,
            WireCode.Lower(next.Kind)!, WireCode.Lower(from)!, WireCode.Lower(next.To)!, next.On, determination.EligibleThrough, kept?.Verdict, kept?.Id, kept?.PackVersion));
        if (next.Admits)
            db.Add(determination.Made(kept!, values!, now));
        if (next.To == Wire.DeterminationState.Discharged)
        {
            db.Add(new IndividualDischargedV1(
                Guid.CreateVersion7(now), now, determination.Id.Value, determination.IndividualId.Value, determination.Provider, determination.Program,
                determination.EligibleThrough!.Value, (string)values!["mappedReason"], kept!.Id, kept.PackVersion));
        }
    }

    [LoggerMessage(2111, LogLevel.Information, "Determination {Determination} took the step {Kind} and is {State}")]
    private static partial void Stepped(ILogger log, DeterminationId determination, Wire.DeterminationStepKind kind, Wire.DeterminationState state);
}

/// <summary>How a decision on admission is told.</summary>
internal static class DeterminationEvents
{
    public static DeterminationMadeV1 Made(this Determination determination, StoredDecision kept, IReadOnlyDictionary<string, object> values, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), now, determination.Id.Value, determination.IndividualId.Value, determination.Provider, determination.Program, determination.AsOf,
        WireCode.Lower(determination.State)!, kept.Verdict, values.GetValueOrDefault("assessmentValidThrough") as DateOnly?, kept.Id, kept.PackVersion);
}
