using Google.Protobuf;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>Documents that come later. The request is judged again as of today; complete, it goes to review and the payer's clock goes on where it stood.</summary>
public sealed class AddDocuments(EligibilityDb db, Once once, Deciding deciding, RequestJudge judge, AuthorizationClocks clocks, ServiceStart started, TimeProvider clock)
{
    public Task<Result<Wire.Authorization>> Handle(Wire.AddDocumentsRequest ask, CancellationToken stop) =>
        once.Run(ask.ValidateOnly, ask.RequestId, ask, (store, s) => Add(ask, store, s), stop);

    private async Task<Result<Wire.Authorization>> Add(Wire.AddDocumentsRequest ask, bool store, CancellationToken stop)
    {
        // load
        Fields fields = new();
        var id = fields.Name<AuthorizationId>("name", ask.Name, "authorizations/{uuid}", AuthorizationId.TryParse);
        fields.Require(ask.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Choices("documents", ask.Documents);
        fields.Choices("pcp_contents", ask.PcpContents);
        fields.Choices("transition_plan_contents", ask.TransitionPlanContents);
        fields.Choices("renewal_documents", ask.RenewalDocuments);
        fields.Choices("continued_service", ask.ContinuedService);
        if (fields.Problem is { } bad)
            return bad;
        if (await db.Authorizations.SingleOrDefaultAsync(a => a.Id == id, stop) is not { } authorization || await db.Load(authorization.IndividualId, stop) is not { } individual)
            return new Problem.NotFound("authorization", ask.Name);
        if (!db.Expects(authorization, ask.Etag))
            return new Problem.Stale("authorization", ask.Name);
        if (authorization.State != Wire.AuthorizationState.PendedInfo)
            return new Problem.Conflict("NC-AUTH-003", $"the request is {WireCode.Lower(authorization.State)}; documents are added to one that waits for them");

        // decide
        authorization.Asked = With(authorization, ask);
        // An incomplete first request is received when it is complete (NC-AUTH-005); one that the payer pends was, and a renewal is in time by its request (NC-AUTH-006).
        if (authorization.Renews is null && authorization.PayerRuleId.Length == 0)
            authorization.ReceivedOn = deciding.Today(authorization.Program)!.Value;
        if (!(await judge.Judge(authorization, individual, stop)).Is(out var ruled, out var problem))
            return problem;
        clocks.Turn(authorization);
        if (!store)
            return authorization.ToWire(deciding, clock.GetUtcNow(), ruled.ToWire(stored: false), "", ask.Etag, stored: true);

        // save and tell
        var now = clock.GetUtcNow();
        var kept = deciding.Store(ruled, authorization.Provider, authorization.Id.Name);
        db.Decisions.Add(kept);
        (authorization.PayerRuleId, authorization.PayerReason) = ("", null);
        await clocks.Follow(authorization, stop);
        if (authorization.State == Wire.AuthorizationState.UnderReview && authorization.Renews is null)
            await started.Complete(authorization, stop);
        db.Tell(authorization, Wire.AuthorizationState.PendedInfo, deciding.Today(authorization.Program)!.Value, null, now);
        await db.SaveChangesAsync(stop);
        return authorization.ToWire(deciding, now, kept.ToWire(), "", db.Etag(authorization), stored: true);
    }

    private static byte[] With(Authorization authorization, Wire.AddDocumentsRequest ask)
    {
        if (authorization.Renews is not null)
        {
            var renewal = Wire.RenewAuthorizationRequest.Parser.ParseFrom(authorization.Asked);
            renewal.Documents.Add(ask.RenewalDocuments.Except(renewal.Documents));
            renewal.ContinuedService.Add(ask.ContinuedService.Except(renewal.ContinuedService));
            return renewal.ToByteArray();
        }

        var request = Wire.RequestAuthorizationRequest.Parser.ParseFrom(authorization.Asked);
        request.Documents.Add(ask.Documents.Except(request.Documents));
        request.PcpContents.Add(ask.PcpContents.Except(request.PcpContents));
        request.TransitionPlanContents.Add(ask.TransitionPlanContents.Except(request.TransitionPlanContents));
        return request.ToByteArray();
    }
}
