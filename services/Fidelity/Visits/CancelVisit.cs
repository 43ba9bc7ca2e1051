using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>Calls a visit off before its draft is issued.</summary>
public sealed class CancelVisit(VisitSteps steps)
{
    public Task<Result<Proto.Visit>> Handle(Proto.CancelVisitRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var reason = fields.Choice("reason", request.Reason);
        return steps.Run<Proto.Visit>(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request, step =>
        {
            if (steps.NotThePlanner(step.Visit) is { } forbidden)
                return forbidden;
            if (VisitSteps.NotIn(step.Visit, Proto.VisitState.Scheduled, Proto.VisitState.Scoring, Proto.VisitState.Scored,
                Proto.VisitState.Agreed) is { } refused)
                return refused;
            step.Visit.CancelReason = reason;
            return steps.Moved(step);
        }, cancellationToken);
    }
}
