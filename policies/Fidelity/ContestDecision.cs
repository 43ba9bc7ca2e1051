using System.Globalization;

namespace Ips.Policies.Fidelity;

/// <summary>Is this contest of a draft report acceptable?</summary>
public static class ContestDecision
{
    private static readonly RuleId FewItems = RuleId.Of("NC-FID-013");
    private static readonly RuleId AnyItems = RuleId.Of("NC-FID-014");
    private static readonly RuleId CurrentData = RuleId.Of("NC-FID-015");
    private static readonly RuleId InTime = RuleId.Of("NC-FID-016");

    private static readonly Parameter<int> FewFrom = Parameter<int>.Of(FewItems, "min_draft");
    private static readonly Parameter<int> MaxItems = Parameter<int>.Of(FewItems, "max_items");
    private static readonly Parameter<int> AnyThrough = Parameter<int>.Of(AnyItems, "max_draft");
    private static readonly Parameter<int> BusinessDays = Parameter<int>.Of(InTime, "days_from_draft");

    /// <summary>The kind of decision.</summary>
    public static DecisionKind<ContestFacts> Kind { get; } = new(
        "fidelity-contest", "Is this contest of a draft report acceptable?", Programs.NorthCarolina, ContestFacts.Read, Evaluate);

    private static void Evaluate(ContestFacts facts, Ruling ruling)
    {
        if (!ruling.Has(InTime))
            return;
        Count(facts, ruling);
        Evidence(facts, ruling);
        var days = ruling.Value(BusinessDays);
        DateOnly? due = facts.DraftReceivedDate is { } received ? ruling.Calendar.Add(received, days) : null;
        ruling.Judge(InTime, due is { } last && facts.SubmittedDate is { } sent ? sent <= last : null,
                $"draft received on {facts.DraftReceivedDate}, {days} business days end on {due}, submitted on {facts.SubmittedDate}",
                Fact.Of("draftReceivedDate", facts.DraftReceivedDate), Fact.Of("submittedDate", facts.SubmittedDate))
            .ToMeet($"submittedDate on or before {due}");
        ruling.Answer("dueOn", due);
    }

    private static void Count(ContestFacts facts, Ruling ruling)
    {
        var (few, most) = (ruling.Value(FewFrom), ruling.Value(MaxItems));
        var items = facts.ContestedItems?.Distinct().Count();
        if (!(facts.DraftScore < few))
        {
            ruling.Judge(FewItems, facts.DraftScore is null || items is null ? null : items <= most, $"draft score {facts.DraftScore}, {items} items contested, at most {most} from {few} on",
                    Fact.Of("draftScore", facts.DraftScore), Fact.Of("contestedItems", facts.ContestedItems))
                .ToMeet($"at most {most} contestedItems");
        }

        if (!(facts.DraftScore > ruling.Value(AnyThrough)))
        {
            ruling.Judge(AnyItems, facts.DraftScore is null ? null : true, $"draft score {facts.DraftScore}: any number of items may be contested, {items} are",
                Fact.Of("draftScore", facts.DraftScore));
        }
    }

    /// <summary>Data about practice after the last on-site day is left out; every contested item needs some that stays.</summary>
    private static void Evidence(ContestFacts facts, Ruling ruling)
    {
        var (evidence, last) = (facts.Evidence, facts.LastOnsiteDay);
        int? excluded = last is null ? null : evidence?.Count(e => e.PracticeDate > last);
        bool? shown = facts.ContestedItems is not { } items ? null
            : evidence is null ? items.Count == 0 ? true : null
            : Known.All([.. items.Select(item => Shown(item, evidence, last))]);
        var bare = facts.ContestedItems?.Distinct().Where(item => evidence is not null && Shown(item, evidence, last) == false).Select(i => i.ToString(CultureInfo.InvariantCulture)) ?? [];
        ruling.Judge(CurrentData, shown, $"last on-site day {last}, {excluded} pieces of evidence are later and left out; items without evidence: {bare}",
                Fact.Of("contestedItems", facts.ContestedItems), Fact.Of("evidence", evidence), Fact.Of("lastOnsiteDay", last))
            .ToMeet($"evidence of practice on or before {last} for every contested item");
        ruling.Answer("evidenceExcluded", excluded);
    }

    private static bool? Shown(int item, IReadOnlyList<ContestEvidence> evidence, DateOnly? last)
    {
        var any = false;
        foreach (var entry in evidence)
        {
            if (entry.Item != item)
                continue;
            if (entry.PracticeDate <= last)
                return true;
            any = true;
        }

        return any && last is null ? null : false;
    }
}
