using Grpc.Core;
using Ips.Contracts;
using Ips.Fidelity.Db;
using Ips.Fidelity.Reviews;
using Ips.Policies.Fidelity;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Measures;

/// <summary>Maps the rpc to the use case.</summary>
public sealed class MeasuresRpc(Lazy<MeasureTeam> measure) : Proto.Measures.MeasuresBase
{
    public override async Task<Proto.TeamMeasures> MeasureTeam(Proto.MeasureTeamRequest request, ServerCallContext context) =>
        (await measure.Value.Handle(request, context.CancellationToken)).OrThrow();
}

/// <summary>Measures a team from the facts that the caller may see, and compares it with the latest final review.</summary>
public sealed class MeasureTeam(FidelityDb db, PolicyService policies)
{
    private const int UsualMonths = 6;
    private const int MostMonths = 24;

    public async Task<Result<Proto.TeamMeasures>> Handle(Proto.MeasureTeamRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var team = fields.Id<TeamId>("team", request.Team);
        var today = policies.Today(fields, "program", request.Program);
        var through = fields.OptionalDay("through", request.Through) ?? today;
        fields.Number("months", request.Months, 0, MostMonths);
        var scale = FidelityScale.On(through);
        fields.Number("item", request.Item, 0, scale.Items.Count);
        fields.UpTo("through", through, today);
        if (fields.Problem is { } bad)
            return bad;
        var from = through.AddDays(1).AddMonths(request.Months == 0 ? -UsualMonths : -request.Months);
        var work = await Read(scale, team, request.Program, from, through, cancellationToken);
        var reviews = await db.Reviews.AsNoTracking()
            .Where(r => r.TeamId == team && r.Program == request.Program && r.FinalReportReceivedDate != null && r.FinalReportReceivedDate <= through)
            .ToListAsync(cancellationToken);
        return Shown(request, scale, from, through, work, new TeamHistory(policies, request.Program, reviews).Latest);
    }

    /// <summary>The work of a team in a period.</summary>
    internal async Task<TeamWork> Read(FidelityScale scale, TeamId team, string program, DateOnly from, DateOnly through, CancellationToken cancellationToken)
    {
        // The agency is that of the team's roles; a team without one has no work on file.
        var provider = await db.OperationFacts.Where(f => f.Kind == FactKind.Role && f.TeamId == team).Select(f => f.Provider)
            .FirstOrDefaultAsync(cancellationToken);
        List<OperationFact> facts = provider is null ? [] : await db.OperationFacts.AsNoTracking()
            .Where(f => f.Provider == provider && (f.Day <= through || f.Kind == FactKind.Merge || f.Kind == FactKind.Separation) && (f.Program == null || f.Program == program)
                && (f.Kind != FactKind.Contact || f.Day >= from))
            .ToListAsync(cancellationToken);
        return new(scale, team, program, from, through, facts);
    }

    /// <summary>The period of a review whose last day on site is that day.</summary>
    internal static DateOnly PeriodBefore(DateOnly through) => through.AddDays(1).AddMonths(-UsualMonths);

    private Proto.TeamMeasures Shown(Proto.MeasureTeamRequest request, FidelityScale scale, DateOnly from, DateOnly through, TeamWork work, Review? latest)
    {
        var items = work.Items();
        Proto.TeamMeasures measures = new()
        {
            Team = request.Team,
            Scale = scale.Id,
            From = from.Day(),
            Through = through.Day(),
            Items = { items.Where(item => request.Item == 0 || item.Item.Number == request.Item).Select(item => Shown(item, withEvents: request.Item > 0)) },
        };
        if (latest is null || latest.Scale != scale.Id)
            return measures;
        measures.Review = latest.Id.Name;
        measures.PointsToGood = GoodFidelity.From(policies.TextOn(request.Program, through)) is { } good ? Math.Max(0, good - latest.Total) : 0;
        measures.Raisable.AddRange(items
            .Where(item => item.Anchor > latest.Scores[item.Item.Number - 1])
            .Select(item => new Proto.RaisableItem { Item = item.Item.Number, Score = latest.Scores[item.Item.Number - 1], Anchor = item.Anchor!.Value })
            .OrderByDescending(item => item.Anchor - item.Score).ThenBy(item => item.Item));
        return measures;
    }

    private static Proto.ItemMeasure Shown(Measured item, bool withEvents) => new()
    {
        Item = item.Item.Number,
        DisplayName = item.Item.Name,
        Quantity = item.Quantity,
        Number = item.Text,
        Anchor = item.Anchor ?? 0,
        AnchorChecked = item.Item.Verified == AnchorGrade.All,
        Facts = item.Events.Count,
        FactsSha256 = item.Digest,
        EventIds = { withEvents ? item.Events.Select(id => id.ToString()) : [] },
        Missing = { item.Missing },
    };
}
