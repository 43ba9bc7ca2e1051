using Google.Protobuf;
using Ips.Contracts;
using Ips.Fidelity.Db;
using Ips.Policies.Fidelity;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>A step of a visit that is being decided.</summary>
/// <param name="Visit">The visit, to be changed.</param>
/// <param name="From">Its state before the step.</param>
/// <param name="Today">Today in the program's time zone.</param>
/// <param name="Store">Whether the step is stored.</param>
/// <param name="Changes">What is written.</param>
internal sealed record VisitStep(Visit Visit, Proto.VisitState From, DateOnly Today, bool Store, Changes Changes);

/// <summary>What all steps of a visit share: they read it, check who takes the step from which state, and write what it changes.</summary>
public sealed class VisitSteps(FidelityDb db, Requests requests, PolicyService policies, Caller caller, TimeProvider clock)
{
    /// <summary>The most evaluators of a visit.</summary>
    private const int MostEvaluators = 10;

    /// <param name="fields">The fields of the request, already read.</param>
    /// <param name="name">Field <c>name</c>.</param>
    /// <param name="etag">Field <c>etag</c>.</param>
    /// <param name="validateOnly">Field <c>validate_only</c>.</param>
    /// <param name="requestId">Field <c>request_id</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="decide">Changes the visit and returns the answer.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    internal Task<Result<TReply>> Run<TReply>(RequestValidator fields, string name, string etag, bool validateOnly, string requestId, IMessage request,
        Func<VisitStep, Result<TReply>> decide, CancellationToken cancellationToken)
        where TReply : class, IMessage<TReply>, new()
    {
        var id = fields.Id<VisitId>("name", name);
        fields.Require(etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<TReply>>(bad);
        return requests.Run<TReply>(validateOnly, requestId, request, async (store, s) =>
        {
            // read
            if (await Read(id, s) is not { } found)
                return new Problem.NotFound("visit", name);

            // decide
            if (!found.Expects(etag))
                return new Problem.Stale("visit", name);
            VisitStep step = new(found, found.State, policies.Today(found.Program)!.Value, store, new(clock.GetUtcNow()));
            return decide(step).Then(answer => new Decided<TReply>(answer, step.Changes));
        }, cancellationToken);
    }

    /// <summary>A visit with its sheets and evidence; null when the caller sees none.</summary>
    internal Task<Visit?> Read(VisitId id, CancellationToken cancellationToken) =>
        db.Visits.AsNoTracking().Include(v => v.Sheets).Include(v => v.Evidence).AsSplitQuery().SingleOrDefaultAsync(v => v.Id == id, cancellationToken);

    /// <summary>The problem of a caller that did not plan the visit; null when it did.</summary>
    internal Problem? NotThePlanner(Visit visit) => caller.Is(Roles.State, Roles.Mco) && caller.Organization == visit.PlannedBy
        ? null
        : new Problem.Forbidden($"only the organization that planned the visit takes this step, {visit.PlannedBy}");

    /// <summary>The problem of a visit that is in none of these states; null when it is.</summary>
    internal static Problem? NotIn(Visit visit, params ReadOnlySpan<Proto.VisitState> states) => states.Contains(visit.State)
        ? null
        : new Problem.Conflict("visit state",
            $"the visit is {WireCode.Lower(visit.State)}; this step needs {string.Join(" or ", states.ToArray().Select(state => WireCode.Lower(state)))}");

    /// <summary>Writes the step. An event follows when the state or the days changed.</summary>
    internal Proto.Visit Moved(VisitStep step, bool publish = false)
    {
        step.Changes.Update(step.Visit);
        if (publish || step.Visit.State != step.From)
            step.Changes.Publish(step.Visit.Moved(step.From));
        return Shown(step.Visit, stored: true);
    }

    /// <summary>The visit as the caller sees it.</summary>
    internal Proto.Visit Shown(Visit visit, bool stored)
    {
        var text = policies.TextOn(visit.Program, visit.LastOnsiteDay);
        return visit.ToProto(caller, EvaluatorRules.AdvisesTraining(text) is { } rule
            ? visit.Sheets.Where(sheet => sheet.Inside && !sheet.Trained)
                .Select(sheet => $"{rule}: {sheet.Subject} comes from the team's own agency; a fidelity review training is strongly advised")
            : [], stored);
    }

    /// <summary>The evaluators of a request; what is wrong with them is added to the fields.</summary>
    internal static List<(string Organization, Proto.Appointment Sent)> Evaluators(RequestValidator fields, IReadOnlyList<Proto.Appointment> sent)
    {
        fields.Require(sent.Count is > 0 and <= MostEvaluators, "evaluators", $"has {sent.Count} evaluators; send 1 to {MostEvaluators}");
        List<(string Organization, Proto.Appointment Sent)> evaluators = [];
        foreach (var (i, one) in sent.Index())
        {
            evaluators.Add((fields.Organization($"evaluators[{i}].organization", one.Organization), one));
            fields.Text($"evaluators[{i}].subject", one.Subject, 200);
            fields.Require(sent.Take(i).All(other => other.Organization != one.Organization || other.Subject != one.Subject), $"evaluators[{i}]",
                "is appointed twice; send each evaluator once");
        }

        return evaluators;
    }

    /// <summary>What is wrong with evaluators of the team's own agency by the program's text on the last day on site; null when nothing is.</summary>
    internal Problem? OwnAgency(string program, string provider, Proto.Evaluator evaluator, DateOnly lastDay,
        IReadOnlyList<(string Organization, Proto.Appointment Sent)> evaluators)
    {
        if (EvaluatorRules.RefusesOwnAgency(policies.TextOn(program, lastDay), evaluator.ToPolicy()) is not { } rule)
            return null;
        RequestValidator fields = new();
        foreach (var (i, (organization, _)) in evaluators.Index())
            fields.Require(organization != provider, $"evaluators[{i}].organization",
                $"is the agency of the team, {provider}, which {program} does not accept ({rule}); appoint an outside evaluator");
        return fields.Problem;
    }

    /// <summary>An open sheet of an evaluator.</summary>
    internal static ScoreSheet Sheet(Visit visit, string organization, Proto.Appointment sent, DateTimeOffset now) => new()
    {
        // In the order of appointment.
        Id = Guid.CreateVersion7(now.AddMilliseconds(visit.Sheets.Count)),
        VisitId = visit.Id,
        Organization = organization,
        Subject = sent.Subject,
        Inside = organization == visit.Provider,
        Trained = sent.Trained,
        Scores = [.. Enumerable.Repeat(0, FidelityScale.Find(visit.Scale)!.Items.Count)],
    };
}
