namespace Ips.Policies.Milestones;

/// <summary>Milestone 1: engagement, paid by the quarter of an hour.</summary>
public static class EngagementRules
{
    /// <summary>Counts the units of the contacts by date and evaluates the yearly cap.</summary>
    public static MilestoneUnits Evaluate(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var minutesKnown = facts.Contacts?.All(c => c.Minutes is not null) ?? false;
        List<(DateOnly Date, int Units)>? byDate = null;
        if (minutesKnown)
        {
            byDate = [.. facts.Contacts!.GroupBy(c => c.Date)
                .Select(d => (d.Key, QuarterHours.OfEngagement(evaluation, d.Sum(c => c.Minutes!.Value))))];
        }

        var inside = Caps.Engagement(evaluation, byDate, facts.UnitsUsedByYear,
            facts.Contacts is null ? Fact.Of(facts.Contacts) : new("contacts[].minutes", minutesKnown));
        var units = byDate?.Sum(d => d.Units);
        evaluation.Answer("units", units);
        return new(units, inside);
    }
}
