using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Ips.Policies.Tool;
using Xunit;

namespace Ips.Policies.Tests;

/// <summary>What has not happened yet has not happened, in every decision.</summary>
public sealed class ActTests
{
    private static readonly List<DecisionCase> Met = [.. Questions.All.Where(q => Decide(q, q.AsOf) == Verdict.Met)];

    // Acts without which the answer is rightly yes.
    private static readonly Exemption[] Exemptions =
    [
        new("admission", "referralOutDate", "read only when the person declines other services", f => !Is(f, "declinesBhServices")),
        new("claim-line", "approvalLetterReceivedOn", "read only on a milestone line", f => f["milestone"] is null),
        new("claim-line", "approvalLetterUploadedOn", "read only on a milestone line", f => f["milestone"] is null),
        new("continued-service", "jobStartDate", "one of five conditions is enough, and another holds"),
        new("dvrs-referral", "offerDocumentedDate", "read only when the person declined", f => !Is(f, "individualDeclined")),
        new("fidelity-result", "capImplementedDate", "no plan is required", f => Text(f, "teamStatus") == "existing" || (int?)f["lowItems"] == 0),
        new("fidelity-result", "capStartedDate", "no plan is required", f => Text(f, "teamStatus") == "existing" || (int?)f["lowItems"] == 0),
        new("fidelity-result", "planReviewDate", "the meeting is reported and does not set the tier"),
        new("intake-status", "capImplementedDate", "read only for a new member of an existing team under 100",
            f => Text(f, "purpose") == "existing_member" || Text(f, "teamStatus") != "existing" || Scores(f).LastOrDefault() >= 100),
        new("intake-status", "reviews[].date", "an existing member is served while no suspension is known; before the latest review an earlier one counts",
            f => Text(f, "purpose") == "existing_member" || Scores(f).Count() > 1),
        new("milestone-review", "answeredOn", "the review is open until its last day"),
        new("milestone", "completedOn", "read only for a short program", f => f["proofDate"] is not null),
        new("milestone", "vrNonFundingDocumentDate", "read only where VR does not fund", f => Text(f, "vrStatus") is "funding" or "paid"),
        new("pre-employment-clearance", "adverseActionsCheckMonths[]", "a month is due once it has ended"),
        new("pre-employment-clearance", "leieCheckMonths[]", "a month is due once it has ended"),
        new("pre-employment-clearance", "tbTestDate", "required of a specialist only", f => Text(f, "role") != "ESP"),
        new("reauthorization", "steadyWorkSince", "steady work sets no end and is no condition"),
        new("provider-readiness", "records[].from", "an agency that has not applied to be a VR provider needs no accreditation"),
        new("report-due", "submittedDate", "the report is open until its last day"),
        new("scheduled-act", "lastDoneOn", "nothing is due of a specialist who is not new any more", f => Text(f, "act") == "field_mentoring"),
        new("report-due", "assessedOn[]", "an assessment is open until its window ends"),
        new("support-contact", "contacts[].date", "a contact is open until its last day"),
        new("tcl-invoice", "supportingDocsSentDate", "the documents may be sent until their last day"),
        new("training", "annualTraining[].date", "the hours are open until the year ends, or the year is not tested"),
        new("training", "completions[].completedOn", "a course is open until its last day"),
        new("training", "waivers[].certificateDate", "a course that is not waived is open until its last day, or done"),
    ];

    [Fact]
    public void Every_day_in_the_facts_is_an_act_or_may_be_later()
    {
        var days = DecisionKinds.All.SelectMany(kind => DaysOf(FactsOf(kind))).Distinct().ToList();
        Assert.True(days.Count > 80, $"{days.Count} days found");
        Assert.Empty(days.Where(day => day.IsDefined(typeof(ActAttribute)) == day.IsDefined(typeof(AnyDayAttribute)))
            .Select(day => $"{day.DeclaringType!.Name}.{day.Name}: write [Act] or [AnyDay]"));
    }

    [Fact]
    public void A_yes_is_no_yes_on_the_day_before_its_latest_act()
    {
        var failures = Met.Where(q => Kind(q).LatestAct(q.Facts) is { } latest && Decide(q, latest.AddDays(-1)) == Verdict.Met
                && !LatestActs(q, latest).All(act => IsExempt(q.Decision, act, Questions.FactsOf(q))))
            .Select(q => $"{q.Decision} {q.Id}").ToList();
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void A_yes_is_no_yes_when_one_of_its_acts_is_still_to_come()
    {
        HashSet<Exemption> needed = [];
        List<string> failures = [];
        foreach (var question in Met)
        {
            foreach (var act in ActsOf(FactsOf(Kind(question))))
            {
                var facts = Questions.FactsOf(question);
                if (!Postpone(facts, act, question.AsOf.AddDays(1)) || Questions.Decide(question, facts).Verdict != Verdict.Met)
                    continue;
                if (Find(question.Decision, act, facts) is { } exemption)
                    needed.Add(exemption);
                else
                    failures.Add($"{question.Decision} {act} {question.Id}");
            }
        }

        failures.AddRange(Exemptions.Where(e => !needed.Contains(e) && !e.Act.EndsWith("Months[]", StringComparison.Ordinal)).Select(e => $"{e}: not needed"));
        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    private static bool IsExempt(string decision, string act, JsonObject facts) => Find(decision, act, facts) is not null;

    private static Exemption? Find(string decision, string act, JsonObject facts) =>
        Array.Find(Exemptions, e => e.Decision == decision && e.Act == act && e.When?.Invoke(facts) != false);

    private static bool Is(JsonObject facts, string name) => (bool?)facts[name] == true;

    private static string? Text(JsonObject facts, string name) => (string?)facts[name];

    private static IEnumerable<int> Scores(JsonObject facts) => facts["reviews"]?.AsArray().Select(r => (int?)r!["score"] ?? 0) ?? [];

    private static IEnumerable<string> LatestActs(DecisionCase question, DateOnly latest)
    {
        var text = latest.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var facts = Questions.FactsOf(question);
        return ActsOf(FactsOf(Kind(question))).Where(act => DaysIn(facts, act).Any(day => day == text || (day.Length == 7 && day + "-01" == text)));
    }

    private static IEnumerable<string> DaysIn(JsonObject facts, string act) => act.Split("[]") is [var list, var rest]
        ? facts[list]?.AsArray().Select(item => (string?)(rest.Length == 0 ? item : item![rest[1..]]) ?? "") ?? []
        : Text(facts, act) is { } day ? [day] : [];

    private static DecisionKind Kind(DecisionCase question) => DecisionKinds.Find(question.Decision)!;

    private static Type FactsOf(DecisionKind kind) => kind.GetType().GenericTypeArguments[0];

    private static Verdict? Decide(DecisionCase question, DateOnly asOf)
    {
        try
        {
            return PolicyEngine.Shipped.Decide(question.Program, question.Decision, asOf, question.Facts).Verdict;
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    private static IEnumerable<PropertyInfo> DaysOf(Type facts) => facts.GetProperties().Where(p => p.CanWrite).SelectMany(p => IsDay(p.PropertyType) ? [p]
        : ItemOf(p.PropertyType) is not { } item ? [] : IsDay(item) ? [p] : item.IsClass && item != typeof(string) ? DaysOf(item) : []);

    /// <summary>The acts as <c>fact</c>, <c>list[]</c> or <c>list[].member</c>.</summary>
    private static IEnumerable<string> ActsOf(Type facts)
    {
        foreach (var property in facts.GetProperties().Where(p => p.CanWrite))
        {
            if (property.IsDefined(typeof(ActAttribute)))
                yield return Name(property) + (ItemOf(property.PropertyType) is null ? "" : "[]");
            foreach (var member in ItemOf(property.PropertyType)?.GetProperties().Where(p => p.IsDefined(typeof(ActAttribute))) ?? [])
                yield return $"{Name(property)}[].{Name(member)}";
        }
    }

    private static string Name(PropertyInfo property) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static bool IsDay(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var day && (day == typeof(DateOnly) || day == typeof(DayOrBlank));

    private static Type? ItemOf(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GenericTypeArguments[0] : null;

    private static bool Postpone(JsonObject facts, string act, DateOnly day)
    {
        var (name, member) = act.Split("[]") is [var list, var rest] ? (list, rest.TrimStart('.')) : (act, null);
        if (facts[name] is not { } value)
            return false;
        var text = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (member is null)
            facts[name] = text;
        else if (value is not JsonArray { Count: > 0 } items)
            return false;
        else if (member.Length == 0)
            facts[name] = new JsonArray([.. items.Select(i => (JsonNode)(i!.GetValue<string>().Length == 7 ? text[..7] : text))]);
        else
            foreach (var item in items)
                item![member] = text;
        return true;
    }

    /// <summary>An act of a decision that may be later than the as-of day without changing a yes.</summary>
    private sealed record Exemption(string Decision, string Act, string Reason, Func<JsonObject, bool>? When = null)
    {
        public override string ToString() => $"{Decision} {Act}, {Reason}";
    }
}
