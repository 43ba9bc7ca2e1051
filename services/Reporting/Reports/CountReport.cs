using System.Globalization;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Reports;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;

namespace Ips.Reporting.Reports;

/// <summary>
/// Counts the numbers of a report from the facts that had arrived at an instant: on a topic of a subject the latest of them counts. Read in one transaction, so
/// that the numbers agree.
/// </summary>
public sealed class CountReport(ReportingDb db, ProgramDays days)
{
    /// <summary>The numbers, and what does not agree.</summary>
    /// <exception cref="InvalidOperationException">The sum of the members is not the total: the numbers may not be sent.</exception>
    public async Task<(IReadOnlyList<ReportNumber> Numbers, IReadOnlyList<string> Findings)> Run(
        Report report, string program, string provider, Period period, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var metrics = ReportMetric.Of(report, period.Last);
        var facts = await Facts([.. metrics.Where(m => m.Until is null), .. metrics.Where(m => m.Among is not null)
            .Select(m => m with { Topic = m.Among!, Until = null })], program, provider, period, asOf).ToListAsync(cancellationToken);
        Dictionary<string, List<EventFact>> open = [];
        foreach (var until in metrics.Where(m => m.Until is not null))
            open[until.Code] = await Open(until, program, provider, period, asOf).ToListAsync(cancellationToken);
        List<ReportNumber> numbers = [];
        foreach (var metric in metrics)
        {
            var value = Value(metric, metric.Until is null ? [.. facts.Where(f => f.Topic == metric.Topic)] : open[metric.Code], facts);
            await Check(metric, value, program, provider, period, asOf, cancellationToken);
            numbers.Add(new(metric.Code, metric.From, value));
        }

        return (numbers, [.. Disagreements(facts)]);
    }

    private IQueryable<EventFact> Facts(
        IEnumerable<ReportMetric> metrics, string program, string provider, Period period, DateTimeOffset asOf)
    {
        string[] topics = [.. metrics.Select(metric => metric.Topic).Append(Topics.MilestoneReached).Append(Topics.ClaimLine).Distinct()];
        var (first, last) = (period.First, period.Last);
        var (begin, end) = (days.Begin(program, first), days.Begin(program, last.AddDays(1)));
        var arrived = db.Facts.AsNoTracking().Where(f => f.ReceivedAt <= asOf);
        return arrived.Where(f => topics.Contains(f.Topic) && f.Provider == provider && (f.Program == program || f.Program == null) && f.Counts
            && !arrived.Any(later => later.Subject == f.Subject && later.Topic == f.Topic && later.Sequence > f.Sequence)
            && (f.Day == null ? f.OccurredAt >= begin && f.OccurredAt < end : f.Day >= first && f.Day <= last));
    }

    // What began by the last day of the period, and had not ended before it.
    private IQueryable<EventFact> Open(ReportMetric metric, string program, string provider, Period period, DateTimeOffset asOf)
    {
        var last = period.Last;
        var current = db.Facts.AsNoTracking().Where(f => f.ReceivedAt <= asOf && f.Provider == provider && f.Program == program)
            .Where(f => !db.Facts.Any(later => later.ReceivedAt <= asOf && later.Subject == f.Subject && later.Topic == f.Topic && later.Sequence > f.Sequence));
        return current.Where(f => f.Topic == metric.Topic && f.Counts && f.Day <= last
            && !current.Any(end => end.Subject == f.Subject && end.Topic == metric.Until && end.Counts && end.Day < last));
    }

    private static decimal? Value(ReportMetric metric, IReadOnlyList<EventFact> counted, IReadOnlyList<EventFact> facts)
    {
        switch (metric.Unit)
        {
            case MetricUnit.People:
                return People(counted).Count;
            case MetricUnit.Events:
                return counted.Count;
            case MetricUnit.Units:
                return counted.Sum(f => f.Units ?? 0);
            case MetricUnit.Usd:
                return counted.Sum(f => f.Amount ?? 0);
            default:
                var among = People(facts.Where(f => f.Topic == metric.Among));
                return among.Count == 0 ? null : Math.Round(100m * People(counted).Count(among.Contains) / among.Count, 2, MidpointRounding.AwayFromZero);
        }
    }

    private static HashSet<IndividualId> People(IEnumerable<EventFact> facts) => [.. facts.Select(f => f.IndividualId).OfType<IndividualId>()];

    // The database adds up the total; the members were counted here, one by one.
    private async Task Check(
        ReportMetric metric, decimal? members, string program, string provider, Period period, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var facts = metric.Until is null
            ? Facts([metric], program, provider, period, asOf).Where(f => f.Topic == metric.Topic)
            : Open(metric, program, provider, period, asOf);
        decimal? total = metric.Unit switch
        {
            MetricUnit.People => await facts.Where(f => f.IndividualId != null).Select(f => f.IndividualId).Distinct().CountAsync(cancellationToken),
            MetricUnit.Events => await facts.CountAsync(cancellationToken),
            MetricUnit.Units => await facts.SumAsync(f => f.Units ?? 0, cancellationToken),
            MetricUnit.Usd => await facts.SumAsync(f => f.Amount ?? 0, cancellationToken),
            _ => members,
        };
        if (total != members)
            throw new InvalidOperationException($"{metric.Code} of {period}: the total is {total}, the sum of the members {members}.");
    }

    // Claims and milestones are reported by different events: what was claimed has to have been reached.
    private static IEnumerable<string> Disagreements(IReadOnlyList<EventFact> facts)
    {
        var reached = facts.Where(f => f.Topic == Topics.MilestoneReached).Select(f => (f.IndividualId, f.MilestoneNumber)).ToHashSet();
        return facts.Where(f => f.Topic == Topics.ClaimLine && f.MilestoneNumber != null && !reached.Contains((f.IndividualId, f.MilestoneNumber))).GroupBy(f => f.MilestoneNumber)
            .OrderBy(lines => lines.Key).Select(lines => string.Create(CultureInfo.InvariantCulture,
                $"{lines.Count()} claim lines of milestone {lines.Key} are of people without such a milestone reached in the period."));
    }
}
