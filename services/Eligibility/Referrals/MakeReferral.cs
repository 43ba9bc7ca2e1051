using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Policies.Dvrs;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>The provider's side: a referral is recorded at initiation, sent or offered; an offer is sent or declined later (NC-DVRS-001, -002).</summary>
public sealed class MakeReferral(EligibilityDb db, Once once, Deciding deciding, ServiceStart started, TimeProvider clock)
{
    public Task<Result<Wire.Referral>> Handle(Wire.CreateReferralRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Create(ask, store, s), stop);

    public Task<Result<Wire.Referral>> Handle(Wire.SendReferralRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<ReferralId>("name", ask.Name, "referrals/{uuid}", ReferralId.TryParse);
        var sent = fields.Day("referral_date", ask.ReferralDate);
        fields.Require(sent <= clock.UtcDay(), "referral_date", "lies in the future; send a day up to today");
        return Step(fields, id, ask.Name, ask.Etag, ask.ValidateOnly, ask.RequestId, ask, referral =>
        {
            referral.ReferralDate = sent;
            return (Wire.ReferralState.Referred, sent);
        }, stop);
    }

    public Task<Result<Wire.Referral>> Handle(Wire.DeclineReferralRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var id = fields.Name<ReferralId>("name", ask.Name, "referrals/{uuid}", ReferralId.TryParse);
        var offered = fields.Day("offer_documented_date", ask.OfferDocumentedDate);
        return Step(fields, id, ask.Name, ask.Etag, ask.ValidateOnly, ask.RequestId, ask, referral =>
        {
            referral.OfferDocumentedDate = offered;
            return (Wire.ReferralState.DeclinedByIndividual, offered);
        }, stop);
    }

    private async Task<Result<Wire.Referral>> Create(Wire.CreateReferralRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse);
        var provider = fields.Organization("provider", ask.Provider);
        var today = deciding.Today(fields, "program", ask.Program);
        var initiated = fields.Day("service_initiation_date", ask.ServiceInitiationDate);
        var sent = fields.OptionalDay("referral_date", ask.ReferralDate);
        var offered = fields.OptionalDay("offer_documented_date", ask.OfferDocumentedDate);
        fields.Require(sent is not null || offered is not null || ask.ReferralDate.Length + ask.OfferDocumentedDate.Length > 0,
            "offer_documented_date", "is missing; a referral that is not sent has a documented offer");
        fields.Require(!(sent > today), "referral_date", "lies in the future; send a day up to today");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, stop) is not { } individual)
            return new Problem.NotFound("individual", ask.Individual);
        id = individual.Id;
        if (individual.Provider != provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (store)
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({id.Name}, 1))", stop);
        if ((await db.Referrals.AsNoTracking().Where(r => r.IndividualId == id).ToListAsync(stop)).FirstOrDefault(r => r.IsOpen) is { } open)
            return new Problem.Exists("referral", open.Id.Name);

        // decide
        Referral referral = new()
        {
            Id = ReferralId.New(clock),
            IndividualId = id,
            Provider = provider,
            Program = ask.Program,
            State = sent is null ? Wire.ReferralState.Offered : Wire.ReferralState.Referred,
            ServiceInitiationDate = initiated,
            ReferralDate = sent,
            OfferDocumentedDate = offered,
            StepsBeforeSent = sent is null ? 1 : 0,
            DecisionId = Guid.Empty,
            RecordedAt = clock.GetUtcNow(),
        };
        if (!Decide(referral).Is(out var ruled, out var problem))
            return problem;
        if (!store)
            return referral.ToWire(ruled.ToWire(stored: false), "", stored: false);

        // save and tell
        individual.ReferredToDvrs |= sent is not null;
        db.Referrals.Add(referral);
        return await Save(referral, ruled, null, sent ?? offered!.Value, stop);
    }

    private Task<Result<Wire.Referral>> Step(
        Fields fields, ReferralId id, string name, string etag, bool validateOnly, string requestId, Google.Protobuf.IMessage ask,
        Func<Referral, (Wire.ReferralState To, DateOnly On)> change, CancellationToken stop)
    {
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Wire.Referral>>(bad);
        return once.Run(validateOnly, requestId, ask, async (store, s) =>
        {
            if (await db.Referrals.SingleOrDefaultAsync(r => r.Id == id, s) is not { } referral)
                return new Problem.NotFound("referral", name);
            if (!db.Expects(referral, etag))
                return new Problem.Stale("referral", name);
            var from = referral.State;
            var (to, on) = change(referral);
            if (referral.Move(to) is { } refused)
                return refused;
            if (to == Wire.ReferralState.Referred && await db.Load(referral.IndividualId, s) is { } individual)
                individual.ReferredToDvrs = true;
            if (!Decide(referral).Is(out var ruled, out var problem))
                return problem;
            return store ? await Save(referral, ruled, from, on, s) : (Result<Wire.Referral>)referral.ToWire(ruled.ToWire(stored: false), etag, stored: true);
        }, stop);
    }

    private Result<Ruled> Decide(Referral referral) => deciding.Decide(referral.Program, DvrsReferralDecision.Kind, deciding.Today(referral.Program)!.Value, new()
    {
        ServiceInitiationDate = referral.ServiceInitiationDate,
        ReferralSent = referral.ReferralDate is not null,
        ReferralDate = referral.ReferralDate,
        IndividualDeclined = referral.State == Wire.ReferralState.DeclinedByIndividual ? true : null,
        OfferDocumentedDate = referral.OfferDocumentedDate,
    });

    private async Task<Result<Wire.Referral>> Save(Referral referral, Ruled ruled, Wire.ReferralState? from, DateOnly on, CancellationToken stop)
    {
        var kept = deciding.Store(ruled, referral.Provider, referral.Id.Name);
        referral.DecisionId = kept.Id;
        db.Decisions.Add(kept);
        db.Tell(referral, from, on, clock, ruled.Decision.Values);
        await started.Referred(referral, stop);
        await db.SaveChangesAsync(stop);
        return referral.ToWire(kept.ToWire(), db.Etag(referral), stored: true);
    }
}

/// <summary>How a step of a referral is told.</summary>
internal static class ReferralSteps
{
    public static void Tell(this EligibilityDb db, Referral referral, Wire.ReferralState? from, DateOnly on, TimeProvider clock, IReadOnlyDictionary<string, object>? values = null)
    {
        var now = clock.GetUtcNow();
        db.Add(new ReferralMovedV1(
            Guid.CreateVersion7(now), now, referral.Id.Value, referral.IndividualId.Value, referral.Provider, referral.Program,
            from is { } before ? WireCode.Lower(before) : null, WireCode.Lower(referral.State)!, on, referral.ServiceInitiationDate,
            values?.GetValueOrDefault("dueOn") as DateOnly?, values?.GetValueOrDefault("hardLateAfter") as DateOnly?));
    }
}
