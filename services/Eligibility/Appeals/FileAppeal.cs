using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Ips.Policies.Authorizations;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>
/// Files a reconsideration or an appeal against a denial, a modification or the end of an authorization by its payer, up to its last day. The platform sets the
/// day of filing. When the person requests it in time, a service that had been authorized continues (42 CFR 438.420): the authorization covers its days again
/// until the appeal is decided.
/// </summary>
public sealed class FileAppeal(
    EligibilityDb db, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.Appeal>> Handle(Proto.FileAppealRequest request, CancellationToken cancellationToken)
    {
        // A constraint of the database stands for a rule of the authorization's program: a service that continues has its days again.
        var program = "";
        return await requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndFile(request, store, found => program = found, s),
            cancellationToken, constraint => Exclusivity.Refused(constraint, program));
    }

    /// <summary>What filing needs to read.</summary>
    /// <param name="Authorization">The authorization.</param>
    /// <param name="Earlier">The appeals about it.</param>
    /// <param name="Renewals">The approved authorizations that renew it.</param>
    /// <param name="Occupied">The days of the person that are taken.</param>
    /// <param name="Deadlines">The deadlines about the authorization.</param>
    private sealed record Case(
        Authorization Authorization, IReadOnlyList<Appeal> Earlier, IReadOnlyList<Authorization> Renewals, IReadOnlyList<ExistingAuthorization> Occupied,
        SubjectDeadlines Deadlines);

    private async Task<Result<Decided<Proto.Appeal>>> ReadAndFile(
        Proto.FileAppealRequest request, bool store, Action<string> reads, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AuthorizationId>("authorization", request.Authorization);
        fields.Choice("kind", request.Kind);
        fields.Choice("filer", request.Filer);
        var requested = fields.Day("requested_on", request.RequestedOn);
        fields.Text("reason", request.Reason, 2000);
        var isAppeal = request.Kind == Proto.AppealKind.Appeal;
        fields.Require(isAppeal || !request.Expedited, "expedited", "is sent for a reconsideration; only an appeal is expedited");
        fields.Require(isAppeal || !request.ContinueService, "continue_service", "is sent for a reconsideration; a service continues during an appeal");
        if (fields.Problem is { } bad)
            return bad;
        // First the authorization, whose version another appeal raises: what is read after it is at least as new.
        if (await authorizations.Find(caller, id, cancellationToken) is not { } authorization)
            return new Problem.NotFound("authorization", request.Authorization);
        var due = deadlines.About(caller, id.Name, cancellationToken);
        var earlier = await db.Appeals.AsNoTracking().Where(a => a.AuthorizationId == id).ToListAsync(cancellationToken);
        IReadOnlyList<Authorization> renewals = !request.ContinueService ? []
            : await db.Authorizations.AsNoTracking().IgnoreAutoIncludes().Where(a => a.Renews == id && a.ApprovedFrom != null).ToListAsync(cancellationToken);
        IReadOnlyList<ExistingAuthorization> occupied = request.ContinueService ? await OnFile.DaysOf(db, id, cancellationToken) : [];
        reads(authorization.Program);
        return FileIt(request, new(authorization, earlier, renewals, occupied, await due), requested, store);
    }

    private Result<Decided<Proto.Appeal>> FileIt(Proto.FileAppealRequest request, Case read, DateOnly requested, bool store)
    {
        // decide
        var authorization = read.Authorization;
        var today = policies.Today(authorization.Program)!.Value;
        if (Refused(request, read, requested, today) is { } refused)
            return refused;
        Changes changes = new(clock.GetUtcNow());
        Appeal appeal = new()
        {
            Id = AppealId.New(clock),
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Payer = authorization.Payer,
            Program = authorization.Program,
            Kind = request.Kind,
            Filer = request.Filer,
            Expedited = request.Expedited,
            State = Proto.AppealState.Filed,
            Reason = protector.Protect(request.Reason),
            Against = authorization.State,
            AgainstDecidedOn = authorization.DecidedOn!.Value,
            AgainstRuleId = authorization.PayerRuleId,
            AgainstReasonCode = authorization.PayerReasonCode,
            RequestedOn = requested,
            FiledOn = today,
            FileBy = authorization.AppealBy,
            Continuation = request.ContinueService ? Continuation(request, read, today) : null,
            RecordedAt = changes.Now,
        };
        if (authorization.ManagedCare && request.Kind == Proto.AppealKind.Appeal)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(policies.Engine.Programs[authorization.Program].Header.TimeZone);
            (appeal.DueOn, appeal.DueAt) = AppealClock.Start(changes.Now, request.Expedited, zone);
        }

        if (!store)
            return new Decided<Proto.Appeal>(appeal.ToProto(protector, "", stored: false), changes);

        // write
        changes.Insert(appeal);
        // Its version is raised, so that of two appeals filed at the same time the second one sees the first.
        authorization.LastAppealId = appeal.Id;
        changes.UpdateTerms(authorization);
        read.Deadlines.Meet(authorization.Id.Name, AuthorizationClocks.Appeal, changes);
        if (appeal.Continues)
            Continue(appeal, read, today, changes);
        read.Deadlines.SyncDeadlines(appeal, changes);
        changes.PublishMove(appeal, null, today);
        return new Decided<Proto.Appeal>(appeal.ToProto(protector, appeal.Etag(), stored: true), changes);
    }

    private static Problem? Refused(Proto.FileAppealRequest request, Case read, DateOnly requested, DateOnly today)
    {
        var authorization = read.Authorization;
        if (read.Earlier.FirstOrDefault(a => a.IsOpen) is { } open)
            return new Problem.Exists("appeal", open.Id.Name);
        if (!authorization.IsAdverse)
            return new Problem.Conflict("authorization state", $"the authorization is {WireCode.Lower(authorization.State)}; "
                + "a denial, a modification or an end by its payer can be appealed");
        if (Problem.Invalid.IfBefore("requested_on", requested, authorization.DecidedOn, "the day of the payer's decision") is { } early)
            return early;
        var decided = read.Earlier.Where(a => a.AgainstDecidedOn == authorization.DecidedOn
            && (a.DecidedOn is not null || a.HearingRequestedOn is not null)).ToList();
        if (decided.Exists(a => a.Kind == Proto.AppealKind.Appeal))
            return new Problem.Conflict(AppealClock.OneLevelRule, "the decision was appealed, and the appeal was decided; the next level is the state's fair hearing");
        if (request.Kind == Proto.AppealKind.Reconsideration && decided.Count > 0)
            return new Problem.Conflict("appeal", "the decision was reconsidered before; file an appeal");
        return authorization.AppealBy < today
            ? new Problem.Conflict(AppealClock.FilingRule, $"the last day to file was {authorization.AppealBy.Day()}, today is {today.Day()}") : null;
    }

    // The conditions of 42 CFR 438.420(b), each with what was found.
    private Proto.ServiceContinuation Continuation(Proto.FileAppealRequest request, Case read, DateOnly today)
    {
        var authorization = read.Authorization;
        if (!authorization.ManagedCare)
            return new() { Found = "the service is not paid by Medicaid managed care, and no text of the program lets it continue" };
        var found = request.Filer != Proto.AppealFiler.Individual ? "filed for the provider; only the person can request that the service continues"
            : authorization.State != Proto.AuthorizationState.Terminated || authorization.CancelledFrom is not null
                ? "the appeal is not against the end of a service that had been authorized"
            : authorization.ApprovedThrough < today ? $"the period that was authorized ended on {authorization.ApprovedThrough.Day()}"
            : AppealClock.ContinueBy(authorization.DecidedOn!.Value, authorization.EndedThrough!.Value.AddDays(1)) is var last && last < today
                ? $"the last day to request it was {last.Day()}"
            : Exclusivity.Missed(authorization, read.Occupied, policies) is Problem.Conflict taken ? taken.Why : "";
        return found.Length > 0 ? new() { RuleId = AppealClock.ContinuationRule, Found = found }
            : new()
            {
                Granted = true,
                RuleId = AppealClock.ContinuationRule,
                Found = $"requested by the person on {today.Day()}, in time; the authorized period runs through {authorization.ApprovedThrough.Day()}",
                Through = authorization.ApprovedThrough.Day(),
            };
    }

    // The end is set aside and stored with the appeal.
    private static void Continue(Appeal appeal, Case read, DateOnly today, Changes changes)
    {
        var authorization = read.Authorization;
        (appeal.EndedBefore, appeal.EndReasonBefore) = (authorization.EndedThrough, authorization.EndReason);
        (authorization.EndedThrough, authorization.EndReason, authorization.EndedByPayer) = (null, default, false);
        authorization.State = authorization.Undisturbed(read.Renewals);
        read.Deadlines.SyncDeadlines(authorization, changes);
        changes.PublishMove(authorization, Proto.AuthorizationState.Terminated, today, AppealClock.ContinuationRule);
    }
}
