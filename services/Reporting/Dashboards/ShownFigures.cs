using Ips.Policies.Reports;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Dashboards;

/// <summary>
/// Figures as the caller may see them. A provider and a payer see the people themselves. Everyone else gets numbers only, of whole calendar quarters, and no
/// small ones (<see cref="SmallCells"/>): the parts of a number are those of its providers.
/// </summary>
public sealed class ShownFigures(ReportingDb db, ProgramDays days, Caller caller)
{
    private const int FirstEvents = 20;

    private readonly Dictionary<(string Topic, int? Milestone), WithheldCells> withheld = [];

    /// <summary>Whether the caller gets numbers only, and no events.</summary>
    public static bool NumbersOnly(Caller caller) => !caller.Is(Roles.Provider, Roles.Mco);

    /// <summary>The figure as the wire shows it: its number and the first events it was counted from.</summary>
    public async Task<Proto.Figure> Show(FigureDefinition figure, Span span, CancellationToken cancellationToken)
    {
        Proto.Figure wire = new()
        {
            Name = figure.Name,
            DisplayName = figure.Title,
            Definition = figure.Definition,
            Suppressed = await Withholds(figure.Topic, figure.Milestone, span, cancellationToken),
        };
        if (wire.Suppressed)
            return wire;
        var facts = db.Of(figure, span, days);
        wire.Count = await facts.LongCountAsync(cancellationToken);
        if (wire.Count > 0 && !NumbersOnly(caller))
        {
            wire.EventIds.AddRange(
                (await facts.OrderBy(f => f.EventId).Take(FirstEvents).Select(f => f.EventId).ToListAsync(cancellationToken)).Select(id => id.ToString()));
        }

        return wire;
    }

    /// <summary>
    /// Whether the numbers of a topic (and milestone) in the span are withheld. Figures of one topic count the same people, so they are withheld together.
    /// </summary>
    public async Task<bool> Withholds(string topic, int? milestone, Span span, CancellationToken cancellationToken)
    {
        if (!NumbersOnly(caller))
            return false;
        if (!withheld.TryGetValue((topic, milestone), out var cells))
            withheld[(topic, milestone)] = cells = await Cells(topic, milestone, span with { Provider = null }, cancellationToken);
        return span.Provider is { } provider ? cells.Parts.Contains(provider) : cells.Sum;
    }

    private async Task<WithheldCells> Cells(string topic, int? milestone, Span span, CancellationToken cancellationToken)
    {
        var counted = db.Counted(topic, span, days);
        if (milestone is { } number)
            counted = counted.Where(f => f.MilestoneNumber == number);
        var people = await counted.Select(f => f.IndividualId).Distinct().LongCountAsync(cancellationToken);
        var parts = await counted.Select(f => new { f.Provider, f.IndividualId }).Distinct().GroupBy(f => f.Provider)
            .Select(g => new { Provider = g.Key, People = g.LongCount() }).ToDictionaryAsync(g => g.Provider, g => g.People, cancellationToken);
        return SmallCells.Shipped.Withhold(people, parts);
    }
}
