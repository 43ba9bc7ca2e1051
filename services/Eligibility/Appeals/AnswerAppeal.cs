using Google.Protobuf;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Eligibility.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Appeals;

/// <summary>The payer acknowledges an appeal; the provider takes back one that is not decided. A service that continued for it ends with that day.</summary>
public sealed class AnswerAppeal(
    EligibilityDb db, AuthorizationReader authorizations, DeadlineReader deadlines, Requests requests, Caller caller, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.Appeal>> Handle(Proto.AcknowledgeAppealRequest request, CancellationToken cancellationToken) =>
        Step(request.Name, request.Etag, request.RequestId, request, (appeal, _, today, _, _) =>
        {
            if (appeal.State != Proto.AppealState.Filed)
                return new Problem.Conflict("appeal state", $"the appeal is {WireCode.Lower(appeal.State)}; one that is filed is acknowledged");
            (appeal.State, appeal.AcknowledgedOn) = (Proto.AppealState.Acknowledged, today);
            return null;
        }, cancellationToken);

    public Task<Result<Proto.Appeal>> Handle(Proto.WithdrawAppealRequest request, CancellationToken cancellationToken) =>
        Step(request.Name, request.Etag, request.RequestId, request, (appeal, authorization, today, due, changes) =>
        {
            if (!appeal.IsOpen)
                return new Problem.Conflict("appeal state", $"the appeal is {WireCode.Lower(appeal.State)}; one that is open is withdrawn");
            appeal.State = Proto.AppealState.Withdrawn;
            authorization.LastAppealId = null;
            ContinuedServices.End(appeal, authorization, today, due, changes);
            // The last day to file counts again.
            due.SyncDeadlines(authorization, changes);
            return null;
        }, cancellationToken);

    private delegate Problem? Act(Appeal appeal, Authorization authorization, DateOnly today, SubjectDeadlines due, Changes changes);

    private Task<Result<Proto.Appeal>> Step(
        string name, string etag, string requestId, IMessage request, Act act, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<AppealId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Appeal>>(bad);
        return requests.Run(requestId, request, async s =>
        {
            if (await db.Appeals.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, s) is not { } appeal
                || await authorizations.Find(caller, appeal.AuthorizationId, s) is not { } authorization)
                return new Problem.NotFound("appeal", name);
            var due = await deadlines.About(caller, [id.Name, authorization.Id.Name], s);
            return Take(appeal, authorization, etag, due, act);
        }, cancellationToken);
    }

    private Result<Decided<Proto.Appeal>> Take(Appeal appeal, Authorization authorization, string etag, SubjectDeadlines due, Act act)
    {
        if (!appeal.Expects(etag))
            return new Problem.Stale("appeal", appeal.Id.Name);
        var (before, last, today) = (appeal.State, authorization.LastAppealId, policies.Today(appeal.Program)!.Value);
        Changes changes = new(clock.GetUtcNow());
        if (act(appeal, authorization, today, due, changes) is { } refused)
            return refused;
        changes.Update(appeal);
        if (authorization.LastAppealId != last)
            changes.UpdateTerms(authorization);
        else
            changes.Expect(authorization);
        due.SyncDeadlines(appeal, changes);
        changes.PublishMove(appeal, before, today);
        return new Decided<Proto.Appeal>(appeal.ToProto(protector, appeal.Etag(), stored: true), changes);
    }
}
