using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts.Common.V1;
using Ips.Reporting.Db;
using Ips.Reporting.Deadlines;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>The dashboard of a program: funnel, milestones, deadlines, each with its events.</summary>
public sealed class GetDashboard(ReportingDb db, ProgramDays days, ShownFigures figures, Caller caller)
{
    private const int FirstDeadlines = 20;

    public async Task<Result<Proto.Dashboard>> Handle(Proto.GetDashboardRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var span = Span.Read(
            fields, days, caller, request.Program.Length > 0 ? request.Program
                : await LatestProgram(cancellationToken), request.From, request.Through, request.Provider);
        if (fields.Problem is { } bad)
            return bad;
        if (Span.Refused(caller, span.Provider) is { } refused)
            return refused;

        // One snapshot, so that the numbers of a page agree.
        await using var snapshot = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        Proto.Dashboard dashboard = new() { Program = span.Program, From = span.From.Day(), Through = span.Through.Day() };
        dashboard.Programs.AddRange(days.Programs);
        foreach (var figure in Figures.Funnel)
            dashboard.Funnel.Add(await figures.Show(figure, span, cancellationToken));
        await AddMilestones(dashboard, span, cancellationToken);
        var open = await db.OpenDeadlines(span.Program, span.Provider, caller).Soonest().Take(FirstDeadlines).ToListAsync(cancellationToken);
        var atStake = await db.AtStake(open, cancellationToken);
        dashboard.Deadlines.AddRange(open.Select(f => f.ToProto(span.SeenFrom, atStake)));
        dashboard.FreshAsOf = await Fresh(span, cancellationToken);
        return dashboard;
    }

    private async Task<string> LatestProgram(CancellationToken cancellationToken)
    {
        var latest = await db.Facts.Where(f => f.Program != null).OrderByDescending(f => f.EventId).Select(f => f.Program)
            .FirstOrDefaultAsync(cancellationToken);
        return latest is not null && days.Knows(latest) ? latest : days.Programs[0];
    }

    private async Task AddMilestones(Proto.Dashboard dashboard, Span span, CancellationToken cancellationToken)
    {
        var reached = await db.Counted(Topics.MilestoneReached, span, days).Where(f => f.MilestoneNumber != null).Select(f => f.MilestoneNumber!.Value)
            .Distinct().ToListAsync(cancellationToken);
        var claimed = await db.Counted(Topics.ClaimLine, span, days).Where(f => f.MilestoneNumber != null).GroupBy(f => f.MilestoneNumber!.Value)
            .Select(g => new { Number = g.Key, Units = g.Sum(f => (long?)f.Units) ?? 0, Amount = g.Sum(f => f.Amount) ?? 0 })
            .ToDictionaryAsync(g => g.Number, cancellationToken);
        var paid = caller.Is(Roles.Provider)
            ? await db.Counted(Topics.ClaimPaid, span, days).Where(f => f.MilestoneNumber != null).GroupBy(f => f.MilestoneNumber!.Value)
                .Select(g => new { Number = g.Key, Amount = g.Sum(f => f.Amount) ?? 0 }).ToDictionaryAsync(g => g.Number, g => g.Amount, cancellationToken)
            : null;
        foreach (var number in reached.Union(claimed.Keys).Order())
        {
            var lines = claimed.GetValueOrDefault(number);
            Proto.MilestoneFigure milestone = new()
            {
                Number = number,
                Reached = await figures.Show(Figures.Reached(number), span, cancellationToken),
                ClaimsSuppressed = await figures.Withholds(Topics.ClaimLine, number, span, cancellationToken),
                ClaimLines = Figures.Lines(number).Name,
            };
            dashboard.Milestones.Add(milestone);
            if (milestone.ClaimsSuppressed)
                continue;
            milestone.ClaimedUnits = lines?.Units ?? 0;
            milestone.ClaimedAmount = Dollars(lines?.Amount ?? 0);
            if (paid is not null)
                (milestone.PaidAmount, milestone.ClaimsPaid) = (Dollars(paid.GetValueOrDefault(number)), Figures.Paid(number).Name);
        }
    }

    private static Money Dollars(decimal amount) => new() { Amount = amount.ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" };

    private async Task<Timestamp?> Fresh(Span span, CancellationToken cancellationToken)
    {
        DateTimeOffset? latest = null;
        foreach (var topic in Figures.All.Values.Select(f => f.Topic).Distinct(StringComparer.Ordinal))
        {
            var last = await db.Counted(topic, span, days).MaxAsync(f => (DateTimeOffset?)f.ReceivedAt, cancellationToken);
            latest = latest is null || last > latest ? last ?? latest : latest;
        }

        return latest?.ToTimestamp();
    }
}
