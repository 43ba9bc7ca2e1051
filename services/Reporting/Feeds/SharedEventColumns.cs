namespace Ips.Reporting.Feeds;

/// <summary>The columns of <c>shared_events</c> that come with an event, for the statement that stores many at once; its place is given there.</summary>
public static class SharedEventColumns
{
    /// <summary>Every such column: its name, and its values as one array.</summary>
    public static IReadOnlyList<(string Name, Func<SharedEvent[], Array> Values)> All { get; } =
    [
        Column("id", e => e.Id),
        Column("type", e => e.Type),
        Column("subject", e => e.Subject),
        Column("sequence", e => e.Sequence),
        Column("occurred_at", e => e.OccurredAt),
        Column("received_at", e => e.ReceivedAt),
        Column("provider", e => e.Provider),
        Column("payer", e => e.Payer),
        Column("program", e => e.Program),
        Column("individual_id", e => e.IndividualId?.Value),
        Column("seen_on", e => e.SeenOn),
        Column("provider_only", e => e.ProviderOnly),
        Column("body", e => e.Body),
    ];

    private static (string, Func<SharedEvent[], Array>) Column<T>(string name, Func<SharedEvent, T> value) =>
        (name, events => Array.ConvertAll(events, e => value(e)));
}
