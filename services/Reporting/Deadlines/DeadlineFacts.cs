using System.Globalization;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Deadlines;

/// <summary>The one book of deadlines: of each deadline of every service the latest event counts.</summary>
public static class DeadlineFacts
{
    /// <summary>
    /// What is still due. A caller who gets numbers only sees deadlines of teams and staff: a person's deadline is a number of one.
    /// </summary>
    public static IQueryable<EventFact> OpenDeadlines(this ReportingDb db, string? program, string? provider, Caller caller)
    {
        var open = db.Current.Where(f => f.DueOn != null && f.About != null
            && (f.Thread == null || !db.Current.Any(n => n.Thread == f.Thread && n.Topic == f.Topic && n.EventId.CompareTo(f.EventId) > 0)));
        if (ShownFigures.NumbersOnly(caller))
            open = open.Where(f => f.IndividualId == null);
        if (program is not null)
            open = open.Where(f => f.Program == program);
        return provider is null ? open : open.Where(f => f.Provider == provider);
    }

    /// <summary>Soonest first, the same way every time: what is overdue comes first.</summary>
    public static IOrderedQueryable<EventFact> Soonest(this IQueryable<EventFact> deadlines) =>
        deadlines.OrderBy(f => f.DueOn).ThenBy(f => f.EventId).ThenBy(f => f.Topic);

    /// <summary>
    /// The money at stake: the latest amount of the milestone or charge of the claim line that each deadline is about. Other deadlines are about no amount that
    /// is known here.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, decimal>> AtStake(
        this ReportingDb db, IReadOnlyCollection<EventFact> deadlines, CancellationToken cancellationToken)
    {
        List<string?> about = [.. deadlines.Select(f => f.About).Distinct()];
        var facts = await db.Current.Where(f => about.Contains(f.Subject) && f.Amount != null).Select(f => new { f.Subject, f.Sequence, f.Amount })
            .ToListAsync(cancellationToken);
        return facts.GroupBy(f => f.Subject, StringComparer.Ordinal)
            .ToDictionary(f => f.Key, f => f.MaxBy(one => one.Sequence)!.Amount!.Value, StringComparer.Ordinal);
    }

    /// <summary>The deadline as the contract shows it, seen from a day.</summary>
    public static Proto.Deadline ToProto(this EventFact fact, DateOnly seenFrom, IReadOnlyDictionary<string, decimal> atStake) => new()
    {
        Kind = fact.Topic,
        RuleId = fact.RuleId ?? "",
        Subject = fact.About,
        Provider = new OrganizationCode(fact.Provider).Name,
        DueOn = fact.DueOn.Day(),
        DaysLeft = fact.DueOn!.Value.DayNumber - seenFrom.DayNumber,
        EventId = fact.EventId.ToString(),
        Program = fact.Program ?? "",
        Team = TeamId.TryParse(fact.About, out var team) ? team.Name : "",
        Overdue = fact.DueOn < seenFrom,
        AtStake = atStake.TryGetValue(fact.About!, out var amount)
            ? new Money { Amount = amount.ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" }
            : null,
    };
}
