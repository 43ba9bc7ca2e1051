using Ips.Contracts;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>The filter of a dashboard: a program, first and last day (both included), and optionally one provider.</summary>
public sealed record Span(string Program, DateOnly From, DateOnly Through, string? Provider)
{
    /// <summary>Days before the last day when the request names no first day.</summary>
    public const int UsualDays = 90;

    /// <summary>Reads the fields; wrong ones are recorded in <paramref name="fields"/>.</summary>
    public static Span Read(RequestValidator fields, ProgramDays days, string program, string from, string through, string provider)
    {
        if (!days.Knows(program))
            fields.Wrong("program", (program.Length == 0 ? "is missing; send one of " : "is not a program; send one of ") + string.Join(", ", days.Programs));
        var last = fields.OptionalDay("through", through) ?? days.Today(program);
        var first = fields.OptionalDay("from", from) ?? last.AddDays(-UsualDays);
        fields.Require(first <= last, "from", "lies after through; send a day up to through");
        return new(program, first, last, fields.OptionalId<OrganizationCode>("provider", provider)?.Value);
    }

    /// <summary>A provider that requests another provider's numbers gets an error instead of zeros.</summary>
    public static Problem? Refused(Caller caller, string? provider) => provider is not null && caller.Role == Roles.Provider && provider != caller.Organization
        ? new Problem.Forbidden("a provider sees the numbers of its own organization")
        : null;
}

/// <summary>The events behind a figure.</summary>
public static class FigureFacts
{
    private const int FirstEvents = 20;

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

    /// <summary>The figure as the wire shows it: its number and the first events it was counted from.</summary>
    public static async Task<Proto.Figure> Show(this ReportingDb db, FigureDefinition figure, Span span, ProgramDays days, CancellationToken cancellationToken)
    {
        var facts = db.Of(figure, span, days);
        Proto.Figure wire = new()
        {
            Name = figure.Name,
            DisplayName = figure.Title,
            Definition = figure.Definition,
            Count = await facts.LongCountAsync(cancellationToken)
        };
        if (wire.Count > 0)
            wire.EventIds.AddRange(
                (await facts.OrderBy(f => f.EventId).Take(FirstEvents).Select(f => f.EventId).ToListAsync(cancellationToken)).Select(id => id.ToString()));
        return wire;
    }
}
