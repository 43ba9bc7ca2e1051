using Ips.Contracts;
using Ips.Reporting.Dashboards;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Deadlines;

/// <summary>The days by which something has to happen.</summary>
public static class DeadlineFacts
{
    /// <summary>
    /// What is still due: not answered by a later event, not replaced within its thread, and no end of an authorization that has no unit left. A caller who
    /// gets numbers only sees those of teams: a person's deadline is a number of one.
    /// </summary>
    public static IQueryable<EventFact> OpenDeadlines(this ReportingDb db, string? program, string? provider, Caller caller)
    {
        var open = db.Current.Where(f => f.DueOn != null
            && (f.Thread == null || !db.Current.Any(n => n.Thread == f.Thread && n.Topic == f.Topic && n.EventId.CompareTo(f.EventId) > 0))
            && (f.Topic != Topics.AuthorizationEnd || !db.Current.Any(u => u.Subject == f.Subject && u.Topic == Topics.UsedUp && u.Counts)));
        if (ShownFigures.NumbersOnly(caller))
            open = open.Where(f => f.IndividualId == null);
        if (program is not null)
            open = open.Where(f => f.Program == program);
        return provider is null ? open : open.Where(f => f.Provider == provider);
    }

    /// <summary>Soonest first, the same way every time.</summary>
    public static IOrderedQueryable<EventFact> Soonest(this IQueryable<EventFact> deadlines) =>
        deadlines.OrderBy(f => f.DueOn).ThenBy(f => f.EventId).ThenBy(f => f.Topic);

    /// <summary>The deadline as the contract shows it, seen from a day.</summary>
    public static Proto.Deadline ToProto(this EventFact fact, DateOnly seenFrom) => new()
    {
        Kind = fact.Topic,
        RuleId = fact.RuleId,
        Subject = fact.Subject,
        Provider = new OrganizationCode(fact.Provider).Name,
        DueOn = fact.DueOn.Day(),
        DaysLeft = fact.DueOn!.Value.DayNumber - seenFrom.DayNumber,
        EventId = fact.EventId.ToString(),
    };
}
