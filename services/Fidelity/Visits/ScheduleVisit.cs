using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Ips.Fidelity.Reviews;
using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Visits;

/// <summary>Plans a visit: its days, its scale and its evaluators.</summary>
public sealed class ScheduleVisit(Requests requests, Teams.TeamsClient teams, ReviewRights rights, VisitSteps steps, PolicyService policies, Caller caller,
    TimeProvider clock)
{
    private sealed record Planned(TeamId Team, string Program, Proto.Evaluator Evaluator, FidelityScale Scale, DateOnly First, DateOnly Last,
        List<(string Organization, Proto.Appointment Sent)> Evaluators);

    public Task<Result<Proto.Visit>> Handle(Proto.ScheduleVisitRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s),
            (gathered, store, _) => Task.FromResult<Result<Decided<Proto.Visit>>>(Decide(gathered.Planned, gathered.Provider, store)), cancellationToken);

    private async Task<Result<(Planned Planned, string Provider)>> Gather(Proto.ScheduleVisitRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var planned, out var problem))
            return problem;
        var name = planned.Team.Name;
        if (!(await teams.GetTeamAsync(new() { Name = name }, cancellationToken: cancellationToken).Answer("staffing", "team", name))
            .Is(out var team, out problem))
            return problem;
        if (team.Program != planned.Program)
            return new Problem.Invalid("program", "is not the program that the team works under");
        if (!OrganizationCode.TryParse(team.Provider, out var provider))
            return new Problem.NotFound("team", name);
        if (await rights.Refused(planned.Program, planned.Evaluator, provider.Value, cancellationToken) is { } refused)
            return refused;
        return steps.OwnAgency(planned.Program, provider.Value, planned.Evaluator, planned.Last, planned.Evaluators) is { } own ? own
            : (planned, provider.Value);
    }

    private Decided<Proto.Visit> Decide(Planned planned, string provider, bool store)
    {
        Changes changes = new(clock.GetUtcNow());
        Visit visit = new()
        {
            Id = VisitId.New(clock),
            TeamId = planned.Team,
            Provider = provider,
            Program = planned.Program,
            Evaluator = planned.Evaluator,
            Scale = planned.Scale.Id,
            FirstOnsiteDay = planned.First,
            LastOnsiteDay = planned.Last,
            EvaluatorOrganizations = [.. planned.Evaluators.Select(e => e.Organization).Distinct()],
            PlannedBy = caller.Organization,
            PlannedAt = changes.Now,
        };
        foreach (var (organization, sent) in planned.Evaluators)
            visit.Sheets.Add(changes.Insert(VisitSteps.Sheet(visit, organization, sent, changes.Now)));
        changes.Insert(visit);
        changes.Publish(visit.Moved(null));
        return new(steps.Shown(visit, store), changes);
    }

    private Result<Planned> Read(Proto.ScheduleVisitRequest request)
    {
        RequestValidator fields = new();
        policies.Today(fields, "program", request.Program);
        var last = fields.Day("last_onsite_day", request.LastOnsiteDay);
        var scale = FidelityScale.On(last);
        Planned planned = new(
            fields.Id<TeamId>("team", request.Team),
            request.Program,
            fields.Choice("evaluator", request.Evaluator),
            scale,
            fields.Day("first_onsite_day", request.FirstOnsiteDay),
            last,
            VisitSteps.Evaluators(fields, request.Evaluators));
        fields.Require(request.Scale.Length == 0 || request.Scale == scale.Id, "scale", $"is not the scale in force on the last day on site; send {scale.Id}");
        return fields.Problem is { } bad ? bad : planned;
    }
}
