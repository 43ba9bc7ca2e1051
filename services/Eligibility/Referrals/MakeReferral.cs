using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Policies.Dvrs;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>The calls of the provider: a referral is recorded at initiation, sent or offered; an offer is sent or declined later (NC-DVRS-001, -002).</summary>
public sealed class MakeReferral(EligibilityDb db, IdempotentRequests requests, PolicyService policies, ServiceStart started, TimeProvider clock)
{
    public Task<Result<Proto.Referral>> Handle(Proto.CreateReferralRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Create(request, store, s), cancellationToken);

    public Task<Result<Proto.Referral>> Handle(Proto.SendReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReferralId>("name", request.Name);
        var sent = fields.Day("referral_date", request.ReferralDate);
        fields.Require(sent <= clock.UtcDay(), "referral_date", "lies in the future; send a day up to today");
        return Step(fields, id, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, referral =>
        {
            referral.ReferralDate = sent;
            return (Proto.ReferralState.Referred, sent);
        }, cancellationToken);
    }

    public Task<Result<Proto.Referral>> Handle(Proto.DeclineReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReferralId>("name", request.Name);
        var offered = fields.Day("offer_documented_date", request.OfferDocumentedDate);
        return Step(fields, id, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, referral =>
        {
            referral.OfferDocumentedDate = offered;
            return (Proto.ReferralState.DeclinedByIndividual, offered);
        }, cancellationToken);
    }

    private async Task<Result<Proto.Referral>> Create(Proto.CreateReferralRequest request, bool store, CancellationToken cancellationToken)
    {
        // load
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        var initiated = fields.Day("service_initiation_date", request.ServiceInitiationDate);
        var sent = fields.OptionalDay("referral_date", request.ReferralDate);
        var offered = fields.OptionalDay("offer_documented_date", request.OfferDocumentedDate);
        fields.Require(sent is not null || offered is not null || request.ReferralDate.Length + request.OfferDocumentedDate.Length > 0,
            "offer_documented_date", "is missing; a referral that is not sent has a documented offer");
        fields.Require(!(sent > today), "referral_date", "lies in the future; send a day up to today");
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", request.Individual);
        id = individual.Id;
        if (individual.Provider != provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (store)
            await db.Lock(id.Name, cancellationToken, purpose: 1);
        if ((await db.Referrals.AsNoTracking().Where(r => r.IndividualId == id).ToListAsync(cancellationToken)).FirstOrDefault(r => r.IsOpen) is { } open)
            return new Problem.Exists("referral", open.Id.Name);

        // decide
        Referral referral = new()
        {
            Id = ReferralId.New(clock),
            IndividualId = id,
            Provider = provider,
            Program = request.Program,
            State = sent is null ? Proto.ReferralState.Offered : Proto.ReferralState.Referred,
            ServiceInitiationDate = initiated,
            ReferralDate = sent,
            OfferDocumentedDate = offered,
            StepsBeforeSent = sent is null ? 1 : 0,
            DecisionId = Guid.Empty,
            RecordedAt = clock.GetUtcNow(),
        };
        if (!Decide(referral).Is(out var decided, out var problem))
            return problem;
        if (!store)
            return referral.ToProto(decided.ToProto(stored: false), "", stored: false);

        // save and publish
        individual.ReferredToDvrs |= sent is not null;
        db.Referrals.Add(referral);
        return await Save(referral, decided, null, sent ?? offered!.Value, cancellationToken);
    }

    private Task<Result<Proto.Referral>> Step(
        RequestValidator fields, ReferralId id, string name, string etag, bool validateOnly, string requestId, Google.Protobuf.IMessage request,
        Func<Referral, (Proto.ReferralState To, DateOnly On)> change, CancellationToken cancellationToken)
    {
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Referral>>(bad);
        return requests.Run(validateOnly, requestId, request, async (store, s) =>
        {
            if (await db.Referrals.SingleOrDefaultAsync(r => r.Id == id, s) is not { } referral)
                return new Problem.NotFound("referral", name);
            if (!referral.Expects(etag))
                return new Problem.Stale("referral", name);
            var from = referral.State;
            var (to, on) = change(referral);
            if (referral.Move(to) is { } refused)
                return refused;
            if (to == Proto.ReferralState.Referred && await db.Load(referral.IndividualId, s) is { } individual)
                individual.ReferredToDvrs = true;
            if (!Decide(referral).Is(out var decided, out var problem))
                return problem;
            return store ? await Save(referral, decided, from, on, s) : (Result<Proto.Referral>)referral.ToProto(
                decided.ToProto(stored: false), etag, stored: true);
        }, cancellationToken);
    }

    private Result<DecisionRecord> Decide(Referral referral) =>
        policies.Decide(referral.Program, DvrsReferralDecision.Kind, policies.Today(referral.Program)!.Value, new()
        {
            ServiceInitiationDate = referral.ServiceInitiationDate,
            ReferralSent = referral.ReferralDate is not null,
            ReferralDate = referral.ReferralDate,
            IndividualDeclined = referral.State == Proto.ReferralState.DeclinedByIndividual ? true : null,
            OfferDocumentedDate = referral.OfferDocumentedDate,
        });

    private async Task<Result<Proto.Referral>> Save(Referral referral, DecisionRecord decided, Proto.ReferralState? from, DateOnly on,
        CancellationToken cancellationToken)
    {
        var stored = policies.Store(decided, referral.Provider, referral.Id.Name);
        referral.DecisionId = stored.Id;
        db.Decisions.Add(stored);
        db.PublishMove(referral, from, on, decided.Decision.Values);
        await started.Referred(referral, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return referral.ToProto(decided.ToProto(stored: true), referral.Etag(), stored: true);
    }
}
