namespace Ips.Policies.Milestones;

/// <summary>Milestone 6: follow-along supports, paid by the trigger payment inside an authorization.</summary>
public static class FollowAlongRules
{
    private static readonly RuleId MonthContacts = RuleId.Of("NCC-MS-06c");

    private static readonly Parameter<int> FewestContacts = Parameter<int>.Of(MonthContacts, "contacts");
    private static readonly Parameter<int> FewestWithRole = Parameter<int>.Of(MonthContacts, "contacts_with_role");
    private static readonly Parameter<IReadOnlyList<string>> Roles = Parameter<IReadOnlyList<string>>.Of(MonthContacts, "roles");
    private static readonly Parameter<IReadOnlyList<string>> DirectModes = Parameter<IReadOnlyList<string>>.Of(MonthContacts, "direct_modes");
    private static readonly Parameter<string> Mode = Parameter<string>.Of(MonthContacts, "m6_mode");

    /// <summary>NCC-MS-06b to -06d.</summary>
    public static MilestoneUnits Evaluate(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var requested = facts.TriggersRequested;
        var inMonth = Caps.Triggers(evaluation, requested, facts.TriggersPaidThisMonth, "triggersRequested");
        var earned = Contacts(facts, evaluation);
        var (covered, left) = Caps.Authorized(evaluation, facts.EventDate, AuthorizationOf(facts), requested, "triggersRequested");
        var inside = inMonth is { } a && left is { } b ? Math.Min(a, b) : (int?)null;
        return earned is { } most && inside is { } within
            ? new(requested, Math.Min(within, most), Open: covered == true) { LeaveTheRest = [.. Caps.LeaveTheRest, MonthContacts] }
            : new(requested, inside, Open: covered == true);
    }

    internal static Authorization AuthorizationOf(MilestoneFacts facts) => new(facts.SarFrom, facts.SarTo, facts.SarUnits - facts.SarUnitsUsed,
        [Fact.Of(facts.SarFrom), Fact.Of(facts.SarTo), Fact.Of(facts.SarUnits), Fact.Of(facts.SarUnitsUsed)]);

    /// <summary>NCC-MS-06c. As a gate of the month it opens or closes all; counted per contact it limits what is earned.</summary>
    /// <returns>Trigger payments earned by contact, or null where the month is a gate.</returns>
    private static int? Contacts(MilestoneFacts facts, RuleEvaluation evaluation)
    {
        var counted = facts.Contacts?.Where(c => facts.Month is { } m && c.Date.Year == m.Year && c.Date.Month == m.Month).ToList();
        var direct = counted?.Count(c => IsDirect(c, evaluation) == true);
        var withRole = counted?.Count(c => IsDirect(c, evaluation) == true && c.WithRole is { } role && evaluation.Value(Roles)
            .Contains(Codes.Of(role), StringComparer.Ordinal));
        var known = facts.Month is not null && counted is not null;
        var (fewest, fewestWithRole) = (evaluation.Value(FewestContacts), evaluation.Value(FewestWithRole));
        switch (evaluation.Value(Mode))
        {
            case "month_gate":
                var unclear = counted?.Count(c => IsDirect(c, evaluation) is null || (IsDirect(c, evaluation) == true && c.WithRole is null)) > 0;
                Evaluate(facts, evaluation, !known ? null : direct >= fewest && withRole >= fewestWithRole ? true : unclear ? null : false, direct, withRole);
                return null;
            case "per_contact":
                // The last payment of the month waits for the contact with the named role.
                var earned = !known ? (int?)null : withRole >= fewestWithRole ? direct : Math.Min(direct!.Value, fewest - fewestWithRole);
                Evaluate(facts, evaluation, earned is null || facts.TriggersRequested is not { } requested ? null
                    : facts.TriggersPaidThisMonth + requested <= earned, direct, withRole);
                return earned - facts.TriggersPaidThisMonth is { } rest ? Math.Max(0, rest) : null;
            case var other:
                throw new InvalidOperationException($"{Mode} is '{other}' in the pack; write month_gate or per_contact.");
        }
    }

    private static void Evaluate(MilestoneFacts facts, RuleEvaluation evaluation, bool? met, int? direct, int? withRole) =>
        evaluation.Require(MonthContacts, met,
            $"{direct} direct contacts in the month, {withRole} of them with {evaluation.Value(Roles)}; at least {evaluation.Value(FewestContacts)} and {evaluation.Value(FewestWithRole)} needed",
                Fact.Of(facts.Contacts), Fact.Of(facts.Month), Fact.Of(facts.TriggersRequested),
                new("contacts[].mode", facts.Contacts?.All(c => c.Mode is not null) != false),
                    new("contacts[].withRole", facts.Contacts?.All(c => c.WithRole is not null) != false))
            .Remedy($"{evaluation.Value(FewestContacts)} direct contacts in the month, {evaluation.Value(FewestWithRole)} of them with {evaluation.Value(Roles)}");

    private static bool? IsDirect(MilestoneContact contact, RuleEvaluation evaluation) =>
        contact.Mode is { } mode ? evaluation.Value(DirectModes).Contains(Codes.Of(mode), StringComparer.Ordinal) : null;
}
