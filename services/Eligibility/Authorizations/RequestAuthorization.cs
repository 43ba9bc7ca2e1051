using Google.Protobuf;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Sends a request to the payer, for the first time or to renew; only a complete one without conflict goes to the payer's review.</summary>
public sealed partial class RequestAuthorization(
    EligibilityDb db, Once once, Deciding deciding, RequestJudge judge, AuthorizationClocks clocks, ServiceStart started, TimeProvider clock, ILogger<RequestAuthorization> log)
{
    public Task<Result<Wire.Authorization>> Handle(Wire.RequestAuthorizationRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Request(ask, store, s), stop);

    public Task<Result<Wire.Authorization>> Handle(Wire.RenewAuthorizationRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Renew(ask, store, s), stop);

    private async Task<Result<Wire.Authorization>> Request(Wire.RequestAuthorizationRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var read = Read(fields, ask);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Load(read.Individual, stop) is not { } individual)
            return new Problem.NotFound("individual", ask.Individual);
        read = read with { Individual = individual.Id };
        if (individual.Provider != read.Provider)
            return new Problem.Invalid("provider", "is not the agency that serves this person");
        if (individual.Enrollments.Where(e => e.Covers(read.From)).MaxBy(e => e.From) is not { } coverage)
            return new Problem.Invalid("requested_from", "is covered by no enrolment; record the payer first");

        // decide
        Authorization authorization = new()
        {
            Id = AuthorizationId.New(clock),
            IndividualId = read.Individual,
            Provider = read.Provider,
            Payer = coverage.Payer,
            Program = ask.Program,
            Kind = ask.Kind,
            State = default,
            Asked = Kept(ask).ToByteArray(),
            Exclusive = deciding.Engine.Programs[ask.Program].Find(Policies.RuleId.Of("NC-LIM-001")) is not null,
            Expedited = ask.Expedited,
            ManagedCare = coverage.Funding == "medicaid",
            ReceivedOn = read.Today,
            RequestedFrom = read.From,
            RequestedThrough = read.Through,
            RequestedUnits = ask.RequestedUnits,
            DecisionId = Guid.Empty,
            RecordedAt = clock.GetUtcNow(),
        };
        if (!(await judge.Judge(authorization, individual, stop)).Is(out var ruled, out var problem))
            return problem;
        clocks.Turn(authorization);
        if (!store)
            return authorization.ToWire(deciding, clock.GetUtcNow(), ruled.ToWire(stored: false), "", "", stored: false);

        // save and tell
        if (read.Initiation is { } initiated)
            await started.Requested(authorization, initiated, stop);
        return await Save(authorization, ruled, stop);
    }

    private async Task<Result<Wire.Authorization>> Renew(Wire.RenewAuthorizationRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<AuthorizationId>("name", ask.Name, "authorizations/{uuid}", AuthorizationId.TryParse);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var through = fields.Day("requested_through", ask.RequestedThrough);
        fields.Number("requested_units", ask.RequestedUnits, 1, 10_000);
        fields.Choices("documents", ask.Documents);
        fields.Choices("continued_service", ask.ContinuedService);
        fields.OptionalDay("steady_work_since", ask.SteadyWorkSince);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, stop) is not { } present || await db.Load(present.IndividualId, stop) is not { } individual)
            return new Problem.NotFound("authorization", ask.Name);
        if (!db.Expects(present, ask.Etag))
            return new Problem.Stale("authorization", ask.Name);
        if (present.Kind != Wire.AuthorizationKind.Ips)
            return new Problem.Invalid("name", "is of a kind that is asked for anew, not renewed; send a new request");
        if (present.State is not (Wire.AuthorizationState.Approved or Wire.AuthorizationState.Modified))
            return new Problem.Conflict("NC-AUTH-006", $"the authorization is {WireCode.Lower(present.State)}; one that is approved or modified is renewed");
        if (await db.Authorizations.AnyAsync(a => a.Renews == id && (a.State == Wire.AuthorizationState.UnderReview || a.State == Wire.AuthorizationState.PendedInfo), stop))
            return new Problem.Exists("authorization", "that renews this one and is not decided yet");

        // decide
        Authorization renewal = new()
        {
            Id = AuthorizationId.New(clock),
            IndividualId = present.IndividualId,
            Provider = present.Provider,
            Payer = individual.Enrollments.Where(e => e.Covers(present.ApprovedThrough!.Value.AddDays(1))).MaxBy(e => e.From)?.Payer ?? present.Payer,
            Program = present.Program,
            Kind = present.Kind,
            State = default,
            Asked = Kept(ask).ToByteArray(),
            Renews = id,
            Exclusive = present.Exclusive,
            Expedited = ask.Expedited,
            ManagedCare = present.ManagedCare,
            ReceivedOn = deciding.Today(present.Program)!.Value,
            RequestDueOn = present.ApprovedThrough,
            RequestedFrom = present.ApprovedThrough!.Value.AddDays(1),
            RequestedThrough = through,
            RequestedUnits = ask.RequestedUnits,
            DecisionId = Guid.Empty,
            RecordedAt = clock.GetUtcNow(),
        };
        if (!(await judge.Judge(renewal, individual, stop)).Is(out var ruled, out var problem))
            return problem;
        if (renewal.RequestedThrough < renewal.RequestedFrom)
            return new Problem.Invalid("requested_through", $"lies before {renewal.RequestedFrom.Day()}, the first day of the new span");
        clocks.Turn(renewal);
        if (!store)
            return renewal.ToWire(deciding, clock.GetUtcNow(), ruled.ToWire(stored: false), "", "", stored: false);

        // save and tell
        if (renewal.State != Wire.AuthorizationState.NotAccepted)
            await clocks.RenewalCame(present, stop);
        return await Save(renewal, ruled, stop);
    }

    private async Task<Result<Wire.Authorization>> Save(Authorization authorization, Ruled ruled, CancellationToken stop)
    {
        var kept = deciding.Store(ruled, authorization.Provider, authorization.Id.Name);
        db.Decisions.Add(kept);
        db.Authorizations.Add(authorization);
        await clocks.Follow(authorization, stop);
        db.Add(new AuthorizationRequestedV1(
            Guid.CreateVersion7(authorization.RecordedAt), authorization.RecordedAt, authorization.Id.Value, authorization.IndividualId.Value, authorization.Provider,
            authorization.Payer, authorization.Program, WireCode.Lower(authorization.Kind)!, WireCode.Lower(authorization.State)!, kept.Verdict, authorization.ReceivedOn,
            authorization.RequestedFrom, authorization.RequestedThrough, authorization.RequestedUnits, authorization.RequestDueOn, kept.Id, kept.PackVersion,
            authorization.Renews?.Value));
        await db.SaveChangesAsync(stop);
        Requested(log, authorization.Id, kept.Verdict, kept.PackVersion);
        return authorization.ToWire(deciding, clock.GetUtcNow(), kept.ToWire(), "", db.Etag(authorization), stored: true);
    }

    // What is kept of a request is what it asks for, not how it was sent.
    private static Wire.RequestAuthorizationRequest Kept(Wire.RequestAuthorizationRequest ask) => new(ask) { RequestId = "", ValidateOnly = false };

    private static Wire.RenewAuthorizationRequest Kept(Wire.RenewAuthorizationRequest ask) => new(ask) { RequestId = "", ValidateOnly = false, Etag = "" };

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

    [LoggerMessage(2103, LogLevel.Information, "Authorization {Authorization} requested: {Verdict} with pack {PackVersion}")]
    private static partial void Requested(ILogger log, AuthorizationId authorization, string verdict, string packVersion);
}
