using Ips.Contracts;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;

namespace Ips.Reporting.Dashboards;

/// <summary>The filter of a dashboard.</summary>
/// <param name="Program">The program.</param>
/// <param name="From">First day counted.</param>
/// <param name="Through">Last day counted, included.</param>
/// <param name="Provider">Only this provider; null means all.</param>
/// <param name="SeenFrom">The last day of the request, from which deadlines lie ahead.</param>
public sealed record Span(string Program, DateOnly From, DateOnly Through, string? Provider, DateOnly SeenFrom)
{
    /// <summary>Days before the last day when the request names no first day.</summary>
    public const int UsualDays = 90;

    /// <summary>
    /// Reads the fields; wrong ones are recorded in <paramref name="fields"/>. A caller who gets numbers only gets those of the whole quarter: two spans that
    /// differ by a day would give the number of that day.
    /// </summary>
    public static Span Read(RequestValidator fields, ProgramDays days, Caller caller, string program, string from, string through, string provider)
    {
        if (!days.Knows(program))
            fields.Wrong("program", (program.Length == 0 ? "is missing; send one of " : "is not a program; send one of ") + string.Join(", ", days.Programs));
        var last = fields.OptionalDay("through", through) ?? days.Today(program);
        var quarter = new DateOnly(last.Year, (last.Month - 1) / 3 * 3 + 1, 1);
        var wholeQuarter = ShownFigures.NumbersOnly(caller);
        var first = fields.OptionalDay("from", from) ?? (wholeQuarter ? quarter : last.AddDays(-UsualDays));
        fields.Require(first <= last, "from", "lies after through; send a day up to through");
        fields.Require(!wholeQuarter || first >= quarter, "from",
            $"lies before the calendar quarter of through, of which your numbers are; send {quarter.Day()} or leave it empty");
        var only = fields.OptionalId<OrganizationCode>("provider", provider)?.Value;
        return wholeQuarter ? new(program, quarter, quarter.AddMonths(3).AddDays(-1), only, last) : new(program, first, last, only, last);
    }

    /// <summary>A provider that requests another provider's numbers gets an error instead of zeros.</summary>
    public static Problem? Refused(Caller caller, string? provider) => provider is not null && caller.Role == Roles.Provider && provider != caller.Organization
        ? new Problem.Forbidden("a provider sees the numbers of its own organization")
        : null;
}

/// <summary>The events behind a figure.</summary>
public static class FigureFacts
{
    /// <summary>What counts of a topic in the span.</summary>
    public static IQueryable<EventFact> Of(this ReportingDb db, FigureDefinition figure, Span span, ProgramDays days)
    {
        var counted = db.Counted(figure.Topic, span, days);
        if (figure.Milestone is { } number)
            counted = counted.Where(f => f.MilestoneNumber == number);
        return figure.OncePerPerson
            ? counted.Where(f => !counted.Any(earlier => earlier.IndividualId == f.IndividualId && earlier.EventId.CompareTo(f.EventId) < 0))
            : counted;
    }

    /// <summary>What counts of a topic in the span, all milestones.</summary>
    public static IQueryable<EventFact> Counted(this ReportingDb db, string topic, Span span, ProgramDays days)
    {
        var (from, through, program) = (span.From, span.Through, span.Program);
        var (begin, end) = (days.Begin(program, from), days.Begin(program, through.AddDays(1)));
        var counted = db.Current.Where(f => f.Topic == topic && f.Counts && (f.Program == program || f.Program == null)
            && (f.Day == null ? f.OccurredAt >= begin && f.OccurredAt < end : f.Day >= from && f.Day <= through));
        return span.Provider is { } provider ? counted.Where(f => f.Provider == provider) : counted;
    }
}
