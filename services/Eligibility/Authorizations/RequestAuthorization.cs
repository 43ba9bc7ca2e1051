using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.Policies;
using Ips.Policies.Authorizations;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Sends a request to the payer; only a timely, complete one without conflict goes to the payer's review.</summary>
public sealed partial class RequestAuthorization(EligibilityDb db, Once once, Deciding deciding, TimeProvider clock, ILogger<RequestAuthorization> log)
{
    public Task<Result<Wire.Authorization>> Handle(Wire.RequestAuthorizationRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Request(ask, store, s), stop);

    private async Task<Result<Wire.Authorization>> Request(Wire.RequestAuthorizationRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var read = Read(fields, ask);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(read.Individual, stop) is not { } individual)
            return new Problem.NotFound("individual", ask.Individual);
        if (individual.Provider != read.Provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (individual.Enrollments.Where(e => e.Covers(read.From)).MaxBy(e => e.From) is not { } coverage)
            return new Problem.Invalid("requested_from", "is covered by no enrolment; record the payer first");

        // decide
        var facts = await Facts(ask, read, stop);
        if (!deciding.Decide(ask.Program, AuthorizationRequestDecision.Kind, read.Today, facts).Is(out var ruled, out var problem))
            return problem;

        // save and tell
        var now = clock.GetUtcNow();
        Authorization authorization = new()
        {
            Id = AuthorizationId.New(clock),
            IndividualId = read.Individual,
            Provider = read.Provider,
            Payer = coverage.Payer,
            Program = ask.Program,
            Kind = ask.Kind,
            State = StateOf(ruled.Decision.Verdict),
            ReceivedOn = read.Today,
            RequestedFrom = read.From,
            RequestedThrough = read.Through,
            RequestedUnits = ask.RequestedUnits,
            DecisionId = ruled.Id,
            RecordedAt = now,
        };
        if (!store)
            return authorization.ToWire(ruled.ToWire(stored: false), "", "", stored: false);

        var kept = deciding.Store(ruled, read.Provider, authorization.Id.Name);
        db.Decisions.Add(kept);
        db.Authorizations.Add(authorization);
        db.Add(new AuthorizationRequestedV1(
            Guid.CreateVersion7(now), now, authorization.Id.Value, read.Individual.Value, read.Provider, coverage.Payer, ask.Program, WireCode.Lower(ask.Kind)!,
            WireCode.Lower(authorization.State)!, kept.Verdict, read.Today, read.From, read.Through, ask.RequestedUnits,
            ruled.Decision.Values.GetValueOrDefault("dueOn") as DateOnly?, kept.Id, kept.PackVersion));
        await db.SaveChangesAsync(stop);
        Requested(log, authorization.Id, kept.Verdict, kept.PackVersion);
        return authorization.ToWire(kept.ToWire(), "", db.Etag(authorization), stored: true);
    }

    private sealed record Asked(IndividualId Individual, string Provider, DateOnly Today, DateOnly? Initiation, DateOnly From, DateOnly Through);

    private Asked Read(Fields fields, Wire.RequestAuthorizationRequest ask)
    {
        Asked read = new(
            fields.Name<IndividualId>("individual", ask.Individual, "individuals/{uuid}", IndividualId.TryParse),
            fields.Organization("provider", ask.Provider),
            deciding.Today(fields, "program", ask.Program),
            fields.OptionalDay("service_initiation_date", ask.ServiceInitiationDate),
            fields.Day("requested_from", ask.RequestedFrom), fields.Day("requested_through", ask.RequestedThrough));
        fields.Choice("kind", ask.Kind);
        fields.Number("requested_units", ask.RequestedUnits, 1, 10_000);
        fields.Choices("documents", ask.Documents);
        fields.Choices("pcp_contents", ask.PcpContents);
        fields.Choices("transition_plan_contents", ask.TransitionPlanContents);
        fields.Require(read.Through >= read.From, "requested_through", "lies before requested_from");
        fields.Require(read.Initiation is not null || ask.Kind == Wire.AuthorizationKind.M6 || ask.ServiceInitiationDate.Length > 0, "service_initiation_date", "is missing; only a request for m6 goes without it");
        return read;
    }

    private async Task<AuthorizationRequestFacts> Facts(Wire.RequestAuthorizationRequest ask, Asked read, CancellationToken stop)
    {
        // Conflicts are looked for across all tenants: another agency's authorization must be seen to be respected, never shown.
        var existing = await db.ApprovalsOf(read.Individual, stop);
        return new()
        {
            RequestKind = Codes.Parse<RequestKind>(WireCode.Lower(ask.Kind)!.Replace('_', '-'))!.Value,
            ServiceInitiationDate = read.Initiation,
            RequestReceivedDate = read.Today,
            Documents = [.. ask.Documents.Select(d => Codes.Parse<RequestDocument>(WireCode.Lower(d)!)!.Value)],
            PcpContents = [.. ask.PcpContents.Select(c => Codes.Parse<PcpContent>(WireCode.Lower(c)!)).OfType<PcpContent>()],
            TransitionPlanContents = [.. ask.TransitionPlanContents.Select(c => Codes.Parse<TransitionPlanContent>(WireCode.Lower(c)!)!.Value)],
            RequestedUnits = ask.RequestedUnits,
            RequestedFrom = read.From,
            RequestedTo = read.Through,
            RequestingProvider = read.Provider,
            ExistingAuthorizations = [.. existing.Select(e => new ExistingAuthorization(AuthorizedService.Ips, e.Provider, e.From, e.Through))],
        };
    }

    private static Wire.AuthorizationState StateOf(Verdict verdict) => verdict switch
    {
        Verdict.Met or Verdict.NeedsReview => Wire.AuthorizationState.UnderReview,
        Verdict.NeedsFacts => Wire.AuthorizationState.PendedInfo,
        _ => Wire.AuthorizationState.NotAccepted,
    };

    [LoggerMessage(2103, LogLevel.Information, "Authorization {Authorization} requested: {Verdict} with pack {PackVersion}")]
    private static partial void Requested(ILogger log, AuthorizationId authorization, string verdict, string packVersion);
}
