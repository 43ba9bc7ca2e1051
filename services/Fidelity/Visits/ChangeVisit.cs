using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>Moves the days of a visit, or appoints other evaluators: one who has scored items stays.</summary>
public sealed class ChangeVisit(VisitSteps steps)
{
    public Task<Result<Proto.Visit>> Handle(Proto.ChangeVisitRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var (first, last) = (fields.Day("first_onsite_day", request.FirstOnsiteDay), fields.Day("last_onsite_day", request.LastOnsiteDay));
        var evaluators = VisitSteps.Evaluators(fields, request.Evaluators);
        return steps.Run(fields, request.Name, request.Etag, request.ValidateOnly, request.RequestId, request,
            step => Decide(step, first, last, evaluators), cancellationToken);
    }

    private Result<Proto.Visit> Decide(VisitStep step, DateOnly first, DateOnly last, List<(string Organization, Proto.Appointment Sent)> evaluators)
    {
        var visit = step.Visit;
        if (steps.NotThePlanner(visit) is { } forbidden)
            return forbidden;
        if (VisitSteps.NotIn(visit, Proto.VisitState.Scheduled, Proto.VisitState.Scoring) is { } refused)
            return refused;
        if (steps.OwnAgency(visit.Program, visit.Provider, visit.Evaluator, last, evaluators) is { } own)
            return own;
        var gone = visit.Sheets.Where(sheet => !evaluators.Exists(e => Is(sheet, e))).ToList();
        RequestValidator fields = new();
        foreach (var sheet in gone.Where(sheet => sheet.HasScores || visit.Evidence.Exists(e => e.SheetId == sheet.Id)))
            fields.Wrong("evaluators", $"leaves out {sheet.Subject} of {sheet.Organization}, who has scored items; such an evaluator stays appointed");
        if (visit.Evidence.Count > 0 && visit.Evidence.Max(e => e.PracticeDate) is var practice)
            fields.Require(practice <= last, "last_onsite_day", $"is before {practice.Day()}, a day of practice of evidence on file");
        var scale = FidelityScale.On(last);
        fields.Require(scale.Id == visit.Scale || !visit.Sheets.Exists(sheet => sheet.HasScores), "last_onsite_day",
            $"lies under another scale, {scale.Id}, and items are scored with {visit.Scale}");
        if (fields.Problem is { } bad)
            return bad;
        var moved = (visit.FirstOnsiteDay, visit.LastOnsiteDay) != (first, last) || gone.Count > 0;
        (visit.FirstOnsiteDay, visit.LastOnsiteDay, visit.Scale) = (first, last, scale.Id);
        foreach (var sheet in gone)
        {
            visit.Sheets.Remove(sheet);
            step.Changes.Remove(sheet);
        }

        foreach (var evaluator in evaluators)
        {
            if (visit.Sheets.Find(sheet => Is(sheet, evaluator)) is not { } stays)
            {
                moved = true;
                visit.Sheets.Add(step.Changes.Insert(VisitSteps.Sheet(visit, evaluator.Organization, evaluator.Sent, step.Changes.Now)));
            }
            else if (stays.Trained != evaluator.Sent.Trained)
            {
                stays.Trained = evaluator.Sent.Trained;
                step.Changes.Update(stays);
            }
        }

        visit.EvaluatorOrganizations = [.. evaluators.Select(e => e.Organization).Distinct()];
        return steps.Moved(step, publish: moved);
    }

    private static bool Is(ScoreSheet sheet, (string Organization, Proto.Appointment Sent) evaluator) =>
        sheet.Organization == evaluator.Organization && sheet.Subject == evaluator.Sent.Subject;
}
