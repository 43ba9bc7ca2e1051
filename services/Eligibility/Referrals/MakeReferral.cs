using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies.Dvrs;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>The calls of the provider: a referral is recorded at initiation, sent or offered; an offer is sent or declined later (NC-DVRS-001, -002).</summary>
public sealed class MakeReferral(
    EligibilityDb db, IndividualReader people, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies, TimeProvider clock)
{
    public Task<Result<Proto.Referral>> Handle(Proto.CreateReferralRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => Create(request, store, s), cancellationToken);

    public Task<Result<Proto.Referral>> Handle(Proto.SendReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ReferralId>("name", request.Name);
        var sent = fields.Day("referral_date", request.ReferralDate);
        return Step(fields, id, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, referral =>
        {
            if (Problem.Invalid.IfBefore("referral_date", sent, referral.OfferDocumentedDate, "the day of the offer") is { } early)
                return early;
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

    private async Task<Result<Decided<Proto.Referral>>> Create(Proto.CreateReferralRequest request, bool store, CancellationToken cancellationToken)
    {
        // read
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var provider = fields.Organization("provider", request.Provider);
        var today = policies.Today(fields, "program", request.Program);
        policies.RequireStep(fields, "program", request.Program, DvrsReferralDecision.Kind, Policies.RuleDuty.InsteadOfReferral);
        var initiated = fields.Day("service_initiation_date", request.ServiceInitiationDate);
        var sent = fields.OptionalDay("referral_date", request.ReferralDate);
        var offered = fields.OptionalDay("offer_documented_date", request.OfferDocumentedDate);
        fields.Require(sent is not null || offered is not null || request.ReferralDate.Length + request.OfferDocumentedDate.Length > 0,
            "offer_documented_date", "is missing; a referral that is not sent has a documented offer");
        fields.UpTo("referral_date", sent, today);
        if (fields.Problem is { } bad)
            return bad;
        if (await Read(id, cancellationToken) is not { } read)
            return new Problem.NotFound("individual", request.Individual);

        // decide
        if (read.Individual.Provider != provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (read.Open is { } open)
            return new Problem.Exists("referral", open.Name);
        Changes changes = new(clock.GetUtcNow());
        Referral referral = new()
        {
            Id = ReferralId.New(clock),
            IndividualId = read.Individual.Id,
            Provider = provider,
            Program = request.Program,
            Recipient = policies.Engine.Programs[request.Program].Jurisdiction.VrAgency,
            State = sent is null ? Proto.ReferralState.Offered : Proto.ReferralState.Referred,
            ServiceInitiationDate = initiated,
            ReferralDate = sent,
            OfferDocumentedDate = offered,
            StepsBeforeSent = sent is null ? 1 : 0,
            DecisionId = Guid.Empty,
            RecordedAt = changes.Now,
        };
        if (WithoutConsent(referral, read.Individual) is { } unlawful)
            return unlawful;
        if (!Decide(referral).Is(out var decided, out var problem))
            return problem;
        if (!store)
            return new Decided<Proto.Referral>(referral.ToProto(decided.ToProto(stored: false), "", stored: false), changes);

        // write
        changes.Insert(referral);
        return Written(referral, decided, null, sent ?? offered!.Value, read, changes);
    }

    private Task<Result<Proto.Referral>> Step(
        RequestValidator fields, ReferralId id, string name, string etag, bool validateOnly, string requestId, Google.Protobuf.IMessage request,
        Func<Referral, Result<(Proto.ReferralState To, DateOnly On)>> change, CancellationToken cancellationToken)
    {
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Referral>>(bad);
        return requests.Run(validateOnly, requestId, request, async (store, s) =>
            await db.Referrals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, s) is { } referral
                && await Read(referral.IndividualId, s, id) is { } read
                ? Step(referral, read, name, etag, change, store)
                : new Problem.NotFound("referral", name), cancellationToken);
    }

    private Result<Decided<Proto.Referral>> Step(
        Referral referral, PersonRead read, string name, string etag, Func<Referral, Result<(Proto.ReferralState To, DateOnly On)>> change, bool store)
    {
        if (!referral.Expects(etag))
            return new Problem.Stale("referral", name);
        var from = referral.State;
        if (!change(referral).Is(out var step, out var problem))
            return problem;
        if ((referral.Move(step.To) ?? WithoutConsent(referral, read.Individual)) is { } refused)
            return refused;
        if (!Decide(referral).Is(out var decided, out problem))
            return problem;
        Changes changes = new(clock.GetUtcNow());
        return store
            ? Written(referral, decided, from, step.On, read, changes)
            : new Decided<Proto.Referral>(referral.ToProto(decided.ToProto(stored: false), etag, stored: true), changes);
    }

    // Who is referred by an agency that treats a substance use disorder is disclosed as its patient by the referral itself.
    private Problem.Conflict? WithoutConsent(Referral referral, Individual individual) => referral.State == Proto.ReferralState.Referred
        && Redisclosure.To(referral.Recipient, clock.UtcDay()).WithholdsTexts(individual)
            ? new("42 CFR 2.31", $"the referral discloses a record of substance use; record the person's consent for {referral.Recipient}, "
                + "purpose vocational rehabilitation, scope substance use, and send it then")
            : null;

    private Result<DecisionRecord> Decide(Referral referral) =>
        policies.Decide(referral.Program, DvrsReferralDecision.Kind, policies.Today(referral.Program)!.Value, new()
        {
            ServiceInitiationDate = referral.ServiceInitiationDate,
            ReferralSent = referral.ReferralDate is not null,
            ReferralDate = referral.ReferralDate,
            IndividualDeclined = referral.State == Proto.ReferralState.DeclinedByIndividual ? true : null,
            OfferDocumentedDate = referral.OfferDocumentedDate,
        });

    private Decided<Proto.Referral> Written(
        Referral referral, DecisionRecord decided, Proto.ReferralState? from, DateOnly on, PersonRead read, Changes changes)
    {
        var stored = changes.Insert(policies.Store(decided, referral.Provider, referral.Id.Name, [new(referral.Id.Value, referral.Version)]));
        referral.DecisionId = stored.Id;
        changes.Update(referral);
        // The person's version is raised, so that of a referral and a request for an authorization made at the same time the second one sees the first.
        if (referral.State == Proto.ReferralState.Referred && !read.Individual.ReferredTo.Contains(referral.Recipient))
            read.Individual.ReferredTo.Add(referral.Recipient);
        changes.Update(read.Individual);
        changes.PublishMove(referral, from, on, decided.Decision.Values);
        read.Deadlines.Referred(referral, read.Requested, policies, changes);
        return new(referral.ToProto(decided.ToProto(stored: true), referral.Etag(), stored: true), changes);
    }

    /// <summary>What a referral needs to read.</summary>
    /// <param name="Individual">The person.</param>
    /// <param name="Deadlines">The deadlines about the person and the referral.</param>
    /// <param name="Open">The person's referral that has not reached an end state.</param>
    /// <param name="Requested">Whether a complete first request for an authorization was made.</param>
    private sealed record PersonRead(Individual Individual, SubjectDeadlines Deadlines, ReferralId? Open, bool Requested);

    private async Task<PersonRead?> Read(IndividualId id, CancellationToken cancellationToken, ReferralId? referral = null)
    {
        string[] subjects = referral is { } made ? [id.Name, made.Name] : [id.Name];
        var (person, due) = (people.Find(caller, id, cancellationToken), deadlines.About(caller, subjects, cancellationToken));
        var onFile = await db.Individuals.IgnoreAutoIncludes().Where(i => i.Id == id).Select(i => new
        {
            Open = db.Referrals
                .Where(r => r.IndividualId == id && r.State != Proto.ReferralState.Ineligible && r.State != Proto.ReferralState.Closed
                    && r.State != Proto.ReferralState.DeclinedByIndividual)
                .Select(r => (ReferralId?)r.Id).FirstOrDefault(),
            Requested = db.Authorizations.Any(a => a.IndividualId == id && a.Renews == null
                && (a.Kind == Proto.AuthorizationKind.Ips || a.Kind == Proto.AuthorizationKind.M2)
                && a.State != Proto.AuthorizationState.NotAccepted && a.State != Proto.AuthorizationState.PendedInfo
                && a.State != Proto.AuthorizationState.Withdrawn),
        }).SingleOrDefaultAsync(cancellationToken);
        return await person is not { } individual ? null
            : individual.Id == id ? new(individual, await due, onFile?.Open, onFile?.Requested ?? false)
            : await Read(individual.Id, cancellationToken, referral);
    }
}
