using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts.Common.V1;
using Ips.Reporting.Db;
using Ips.Reporting.Deadlines;
using Ips.Reporting.Facts;
using Ips.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Wire = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>The dashboard of a program: funnel, milestones, deadlines, each with its events.</summary>
public sealed class GetDashboard(ReportingDb db, ProgramDays days, Caller caller)
{
    private const int FirstDeadlines = 20;

    public async Task<Result<Wire.Dashboard>> Handle(Wire.GetDashboardRequest ask, CancellationToken stop)
    {
        Fields fields = new();
        var span = Span.Read(fields, days, ask.Program.Length > 0 ? ask.Program : await LatestProgram(stop), ask.From, ask.Through, ask.Provider);
        if (fields.Problem is { } bad)
            return bad;
        if (Span.Refused(caller, span.Provider) is { } refused)
            return refused;

        // One snapshot: the numbers of a page agree with each other.
        await using var snapshot = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
        Wire.Dashboard dashboard = new() { Program = span.Program, From = span.From.Day(), Through = span.Through.Day() };
        dashboard.Programs.AddRange(days.Programs);
        foreach (var figure in Figures.Funnel)
            dashboard.Funnel.Add(await db.Show(figure, span, days, stop));
        await AddMilestones(dashboard, span, stop);
        var open = await db.OpenDeadlines(span.Program, span.Provider).Where(f => f.DueOn >= span.Through).Soonest().Take(FirstDeadlines).ToListAsync(stop);
        dashboard.Deadlines.AddRange(open.Select(f => f.ToWire(span.Through)));
        dashboard.FreshAsOf = await Fresh(span, stop);
        return dashboard;
    }

    private async Task<string> LatestProgram(CancellationToken stop)
    {
        var latest = await db.Facts.Where(f => f.Program != null).OrderByDescending(f => f.EventId).Select(f => f.Program).FirstOrDefaultAsync(stop);
        return latest is not null && days.Knows(latest) ? latest : days.Programs[0];
    }

    private async Task AddMilestones(Wire.Dashboard dashboard, Span span, CancellationToken stop)
    {
        var reached = await db.Counted(Topics.MilestoneReached, span, days).Where(f => f.MilestoneNumber != null).Select(f => f.MilestoneNumber!.Value).Distinct().ToListAsync(stop);
        var claimed = await db.Counted(Topics.ClaimLine, span, days).Where(f => f.MilestoneNumber != null).GroupBy(f => f.MilestoneNumber!.Value)
            .Select(g => new { Number = g.Key, Units = g.Sum(f => (long?)f.Units) ?? 0, Amount = g.Sum(f => f.Amount) ?? 0 }).ToDictionaryAsync(g => g.Number, stop);
        foreach (var number in reached.Union(claimed.Keys).Order())
        {
            var lines = claimed.GetValueOrDefault(number);
            dashboard.Milestones.Add(new Wire.MilestoneFigure
            {
                Number = number,
                Reached = await db.Show(Figures.Reached(number), span, days, stop),
                ClaimedUnits = lines?.Units ?? 0,
                ClaimedAmount = new Money { Amount = (lines?.Amount ?? 0).ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" },
                ClaimLines = Figures.Lines(number).Name,
            });
        }
    }

    private async Task<Timestamp?> Fresh(Span span, CancellationToken stop)
    {
        DateTimeOffset? latest = null;
        foreach (var topic in Figures.All.Values.Select(f => f.Topic).Distinct(StringComparer.Ordinal))
        {
            var last = await db.Counted(topic, span, days).MaxAsync(f => (DateTimeOffset?)f.ReceivedAt, stop);
            latest = latest is null || last > latest ? last ?? latest : latest;
        }

        return latest?.ToTimestamp();
    }
}
