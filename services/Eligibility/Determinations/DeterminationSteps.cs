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

    /// <summary>Whether the decision is on admission and replaces the previous one.</summary>
    public bool Admits => Kind is Proto.DeterminationStepKind.Redetermination or Proto.DeterminationStepKind.Review;
}

/// <summary>What every later step of a determination shares: it checks the etag, stores the receipt, moves the determination and publishes the move.</summary>
public sealed partial class DeterminationSteps(
    EligibilityDb db, PolicyService policies, AssessmentAge assessmentAge, Caller caller, PersonalDataProtector protector, TimeProvider clock,
    ILogger<DeterminationSteps> log)
{
    /// <summary>Reads the name of the determination and the etag that the caller has seen.</summary>
    internal static DeterminationId Read(RequestValidator fields, string name, string etag)
    {
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        return fields.Id<DeterminationId>("name", name);
    }

    /// <summary>The determination, if the caller may see it, has seen its newest version, and its state allows the step.</summary>
    internal async Task<Result<Determination>> Load(DeterminationId id, string etag, CancellationToken cancellationToken,
        params IReadOnlyList<Proto.DeterminationState> from)
    {
        if (await db.Determinations.Include(d => d.Decision).SingleOrDefaultAsync(d => d.Id == id, cancellationToken) is not { } determination)
            return new Problem.NotFound("determination", id.Name);
        if (!db.Expects(determination, etag))
            return new Problem.Stale("determination", id.Name);
        return from.Contains(determination.State) ? determination
            : new Problem.Conflict("determination state",
                $"it is {WireCode.Lower(determination.State)}; this step begins at {string.Join(", ", from.Select(f => WireCode.Lower(f)))}");
    }

    /// <summary>Saves and publishes. With <paramref name="store"/> false it only returns the result.</summary>
    internal async Task<Result<Proto.DeterminationStep>> Take(Determination determination, NextStep next, string etag, bool store,
        CancellationToken cancellationToken)
    {
        var (now, from) = (clock.GetUtcNow(), determination.State);
        determination.Move(next.To, next.Through, now);
        var before = determination.Decision!;
        Proto.DeterminationStep answer =
            new() { Kind = next.Kind, FromState = from, ToState = next.To, On = next.On.Day(), Decision = next.DecisionRecord?.ToProto(store) };
        answer.Judgements.AddRange(next.Judgements);
        if (!store)
        {
            answer.Determination = determination.ToProto(next.Admits ? answer.Decision! : before.ToProto(), etag, stored: true);
            return await Limited(answer, next, before, cancellationToken);
        }

        var stored = next.DecisionRecord is null ? null : policies.Store(next.DecisionRecord, determination.Provider, determination.IndividualId.Name);
        if (stored is not null)
            db.Decisions.Add(stored);
        if (next.Admits)
            (determination.DecisionId, determination.Decision) = (stored!.Id, stored);
        DeterminationStep step = new()
        {
            Id = Guid.CreateVersion7(now),
            DeterminationId = determination.Id,
            Kind = next.Kind,
            FromState = from,
            ToState = next.To,
            On = next.On,
            DecisionId = stored?.Id,
            Judgements = next.Judgements.Count == 0 ? null : Judgements.Encrypt(protector, next.Judgements),
            RecordedBy = caller.Organization,
            RecordedAt = now,
        };
        db.Add(step);
        PublishStep(determination, next, from, stored);
        if (next.Admits)
            await assessmentAge.SyncDeadlines(determination, next.DecisionRecord!.Decision.Values, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        Stepped(log, determination.Id, next.Kind, next.To);

        (answer.DecisionName, answer.CreateTime) =
            (stored is null ? "" : Receipts.NameOf(stored.Id), Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(now));
        answer.Determination = determination.ToProto(determination.Decision!.ToProto(), db.Etag(determination), stored: true);
        return await Limited(answer, next, before, cancellationToken);
    }

    /// <summary>The response that the caller may receive (42 CFR Part 2): a payer without consent gets no reason that reveals substance use.</summary>
    private async Task<Proto.DeterminationStep> Limited(Proto.DeterminationStep answer, NextStep next, StoredDecision before,
        CancellationToken cancellationToken)
    {
        if (caller.Role is Roles.Provider or Roles.Ops || !IndividualId.TryParse(answer.Determination.Individual, out var id)
            || await db.Load(id, cancellationToken) is not { } individual)
            return answer;
        var disclosure = Redisclosure.To(caller, clock);
        if (next.DecisionRecord is { } decided)
            answer.Decision = disclosure.Limit(answer.Decision, decided.Facts, individual);
        answer.Determination.Decision = next.Admits ? answer.Decision : disclosure.Limit(answer.Determination.Decision, before, individual);
        return answer;
    }

    private void PublishStep(Determination determination, NextStep next, Proto.DeterminationState from, StoredDecision? stored)
    {
        var values = next.DecisionRecord?.Decision.Values;
        db.Publish(new DeterminationMovedV1
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
            db.Publish(determination.Made(stored!, values!));
        if (next.To == Proto.DeterminationState.Discharged)
        {
            db.Publish(new IndividualDischargedV1
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
