namespace Ips.Reporting.Facts;

/// <summary>The columns of <c>event_facts</c> and the values that facts have in them, for the statement that stores many facts at once.</summary>
public static class EventFactColumns
{
    /// <summary>Every column: its name, and its values as one array.</summary>
    public static IReadOnlyList<(string Name, Func<EventFact[], Array> Values)> All { get; } =
    [
        Column("event_id", fact => fact.EventId),
        Column("topic", fact => fact.Topic),
        Column("type", fact => fact.Type),
        Column("subject", fact => fact.Subject),
        Column("sequence", fact => fact.Sequence),
        Column("occurred_at", fact => fact.OccurredAt),
        Column("received_at", fact => fact.ReceivedAt),
        Column("provider", fact => fact.Provider),
        Column("payer", fact => fact.Payer),
        Column("program", fact => fact.Program),
        Column("individual_id", fact => fact.IndividualId?.Value),
        Column("counts", fact => fact.Counts),
        Column("day", fact => fact.Day),
        Column("seen_on", fact => fact.SeenOn),
        Column("provider_only", fact => fact.ProviderOnly),
        Column("milestone_number", fact => fact.MilestoneNumber),
        Column("units", fact => fact.Units),
        Column("amount", fact => fact.Amount),
        Column("due_on", fact => fact.DueOn),
        Column("rule_id", fact => fact.RuleId),
        Column("thread", fact => fact.Thread),
        Column("about", fact => fact.About),
    ];

    private static (string, Func<EventFact[], Array>) Column<T>(string name, Func<EventFact, T> value) =>
        (name, facts => Array.ConvertAll(facts, fact => value(fact)));
}
