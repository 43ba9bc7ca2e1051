using Google.Protobuf;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>
/// The fair hearing of the state, the level after the appeal (42 CFR 438.408(f)). The state decides it elsewhere; here its days count, and a reversed decision
/// comes back to the payer with 72 hours to carry it out.
/// </summary>
public sealed class FairHearing(
    EligibilityDb db, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Appeal>> Handle(Proto.RequestFairHearingRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var on = fields.Day("requested_on", request.RequestedOn);
        return Step(fields, request.Name, request.Etag, request.RequestId, request, (appeal, changes) => RequestIt(appeal, on, changes.Now), cancellationToken);
    }

    public Task<Result<Proto.Appeal>> Handle(Proto.RecordHearingOutcomeRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        fields.Choice("outcome", request.Outcome);
        var on = fields.Day("decided_on", request.DecidedOn);
        return Step(fields, request.Name, request.Etag, request.RequestId, request, (appeal, changes) => End(appeal, request.Outcome, on, changes.Now),
            cancellationToken);
    }

    private static Problem? RequestIt(Appeal appeal, DateOnly on, DateTimeOffset now)
    {
        if (appeal.Kind != Proto.AppealKind.Appeal || appeal is not { DueOn: { } due, DueAt: { } end })
            return new Problem.Conflict(AppealClock.HearingRule, "a fair hearing follows an appeal to a payer of Medicaid managed care");
        // A payer that did not decide in its time: the appeal counts as exhausted (42 CFR 438.408(f)(1)(i)).
        var exhausted = appeal.IsOpen && end <= now;
        if (!exhausted && appeal.State is not (Proto.AppealState.Upheld or Proto.AppealState.PartlyOverturned))
            return new Problem.Conflict("appeal state", $"the appeal is {WireCode.Lower(appeal.State)}; a hearing follows one that left something of the decision");
        if (Problem.Invalid.IfBefore("requested_on", on, exhausted ? due : appeal.DecidedOn, exhausted ? "the end of the payer's time" : "the decision of the appeal")
            is { } early)
            return early;
        var last = AppealClock.HearingBy(appeal.DecidedOn ?? due);
        if (on > last)
            return new Problem.Conflict(AppealClock.HearingRule, $"the last day to request a fair hearing was {last.Day()}");
        (appeal.State, appeal.HearingRequestedOn) = (Proto.AppealState.HearingRequested, on);
        return null;
    }

    private static Problem? End(Appeal appeal, Proto.HearingOutcome outcome, DateOnly on, DateTimeOffset now)
    {
        if (appeal.State != Proto.AppealState.HearingRequested)
            return new Problem.Conflict("appeal state", $"the appeal is {WireCode.Lower(appeal.State)}; the outcome of a hearing that was requested is recorded");
        if (Problem.Invalid.IfBefore("decided_on", on, appeal.HearingRequestedOn, "the request for the hearing") is { } early)
            return early;
        appeal.State = outcome switch
        {
            Proto.HearingOutcome.Upheld => Proto.AppealState.HearingUpheld,
            Proto.HearingOutcome.Reversed => Proto.AppealState.HearingReversed,
            _ => Proto.AppealState.HearingWithdrawn,
        };
        appeal.HearingDecidedOn = on;
        appeal.ReversalDueAt = outcome == Proto.HearingOutcome.Reversed ? AppealClock.ReversalDue(now) : null;
        return null;
    }

    private Task<Result<Proto.Appeal>> Step(
        RequestValidator fields, string name, string etag, string requestId, IMessage request, Func<Appeal, Changes, Problem?> act,
        CancellationToken cancellationToken)
    {
        var id = fields.Id<AppealId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Appeal>>(bad);
        return requests.Run(requestId, request, async s => await db.Appeals.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, s) is { } appeal
            ? Take(appeal, etag, await deadlines.About(caller, id.Name, s), act)
            : new Problem.NotFound("appeal", name), cancellationToken);
    }

    private Result<Decided<Proto.Appeal>> Take(Appeal appeal, string etag, SubjectDeadlines due, Func<Appeal, Changes, Problem?> act)
    {
        // decide
        if (!appeal.Expects(etag))
            return new Problem.Stale("appeal", appeal.Id.Name);
        var before = appeal.State;
        Changes changes = new(clock.GetUtcNow());
        if (act(appeal, changes) is { } refused)
            return refused;

        // write
        changes.Update(appeal);
        due.SyncDeadlines(appeal, changes);
        changes.PublishMove(appeal, before, policies.Today(appeal.Program)!.Value);
        return new Decided<Proto.Appeal>(appeal.ToProto(protector, appeal.Etag(), stored: true), changes);
    }
}
