using Ips.Contracts;
using Ips.Fidelity.Reviews;
using Ips.Fidelity.Visits;
using Ips.Policies.Fidelity;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Files;

/// <summary>A line of facts about a review.</summary>
internal sealed record ReportFact(string Label, string Text);

/// <summary>An item in the report.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Section">Its section.</param>
/// <param name="Score">The score.</param>
/// <param name="Before">The score in the review before; null when there is none with this scale.</param>
/// <param name="Anchor">What the score looks like.</param>
/// <param name="Notes">The reason of the consensus, evidence, and the outcome of a contest.</param>
internal sealed record ReportItem(int Number, string Name, FidelitySection Section, int Score, int? Before, string Anchor, IReadOnlyList<string> Notes)
{
    /// <summary>The change since the review before, with its sign; empty when there is none to compare with.</summary>
    public string Change => Before is { } before ? (Score - before).ToString("+0;-0;0", System.Globalization.CultureInfo.InvariantCulture) : "";
}

/// <summary>A section in the report.</summary>
internal sealed record ReportSection(string Name, int Total, int Highest, int? Before);

/// <summary>A final review in the trend of the team.</summary>
internal sealed record ReportTrend(string Day, int Total, string Tier, bool IsThis);

/// <summary>What the report of a review says, whatever its form.</summary>
internal sealed record ReviewReport(
    string Title, string Team, IReadOnlyList<ReportFact> Facts, IReadOnlyList<ReportSection> Sections, IReadOnlyList<ReportItem> Items,
        IReadOnlyList<ReportFact> Plan,
    IReadOnlyList<string> Findings, IReadOnlyList<ReportTrend> Trend, int HighestTotal, string Source)
{
    /// <param name="review">The review.</param>
    /// <param name="teamName">Name of the team.</param>
    /// <param name="visit">Its visit; null for a review that was recorded without one.</param>
    /// <param name="final">The final reviews of the team that count, oldest first.</param>
    /// <param name="today">Today in the program's time zone.</param>
    public static ReviewReport Of(Review review, string teamName, Visit? visit, IReadOnlyList<Review> final, DateOnly today)
    {
        var scale = FidelityScale.Find(review.Scale) ?? FidelityScale.Ips25;
        var before = final.LastOrDefault(r => r.Id != review.Id && r.Id != review.Corrects && r.Scale == review.Scale
            && r.LastOnsiteDay < review.LastOnsiteDay);
        var isFinal = review.FinalReportReceivedDate is not null;
        return new(
            isFinal ? "Fidelity review: final report" : "Fidelity review: draft report",
            teamName,
            [.. FactsOf(review, scale, before, today)],
            [.. scale.Sections(review.Scores).Select((section, i) =>
                new ReportSection(section.Section.ToString(), section.Total, section.Highest, before is null ? null : scale.Sections(before.Scores)[i].Total))],
            [.. scale.Items.Select(item => new ReportItem(item.Number, item.Name, item.Section, review.Scores[item.Number - 1], before?.Scores[item.Number - 1],
                item.Anchors[review.Scores[item.Number - 1] - scale.LowestScore], [.. Notes(item.Number, review, visit)]))],
            [.. PlanOf(review)],
            [.. (review.Decision?.ToProto().Findings ?? []).Select(finding => $"{finding.RuleId} {Words(finding.Verdict)}: {finding.Reason}")],
            [.. final.Select(r => new ReportTrend(r.LastOnsiteDay.Day(), r.Total, Tier(r), r.Id == review.Id))],
            scale.HighestTotal,
            $"{scale.Id}: {scale.Source}, {scale.Edition}. Anchors in our words"
                + (scale.NotChecked.Count == 0 ? "." : $"; those of items {string.Join(", ", scale.NotChecked)} were not checked against a published copy."));
    }

    private static IEnumerable<ReportFact> FactsOf(Review review, FidelityScale scale, Review? before, DateOnly today)
    {
        yield return new("Total", $"{review.Total} of {scale.HighestTotal}" + (before is null ? "" : $" ({before.Total} on {before.LastOnsiteDay.Day()})"));
        yield return new("State", Words(review.State));
        if (review.Tier.Length > 0)
            yield return new("Tier", Tier(review));
        if (review.NextReviewDue is { } due)
            yield return new("Next review due", due.Day() + (due < today ? " - overdue" : "") + (review.NextReviewRule is { } rule ? $" ({rule})" : ""));
        yield return new("Program", review.Program);
        yield return new("Agency", review.Provider);
        yield return new("Evaluator", review.Evaluator == Proto.Evaluator.Dhhs ? "state department" : Words(review.Evaluator));
        yield return new("Last day on site", review.LastOnsiteDay.Day());
        if (review.DraftIssuedDate is { } issued)
            yield return new("Draft issued", issued.Day());
        if (review.DraftReceivedDate is { } received)
            yield return new("Draft received", received.Day() + (review.ContestDue is { } contest ? $"; contest through {contest.Day()}" : ""));
        if (review.FinalReportIssuedDate is { } sent)
            yield return new("Final report issued", sent.Day());
        if (review.FinalReportReceivedDate is { } final)
            yield return new("Final report received", final.Day());
        if (review.Corrects is { } corrects)
            yield return new("Corrects", corrects.Name);
        if (review.CorrectedBy is { } corrected)
            yield return new("Corrected by", $"{corrected.Name}: {Words(review.CorrectionReason)}");
    }

    private static IEnumerable<ReportFact> PlanOf(Review review)
    {
        if (review.ActionPlanRequired)
            yield return new("Action plan", "required");
        if (review.CorrectivePlanRequired)
            yield return new("Corrective plan", "required" + (review.CorrectivePlanDue is { } due ? $", implemented by {due.Day()}" : ""));
        if (review.TechnicalAssistanceRequired)
            yield return new("Technical assistance", "required");
        yield return new("Plan on record", review.PlanDate is { } written ? $"written {written.Day()}"
            + (review.PlanStartedDate is { } begun ? $", begun {begun.Day()}" : "")
            + (review.PlanApprovedDate is { } approved ? $", approved {approved.Day()}" : "")
            + (review.PlanReviewedDate is { } met ? $", reviewed with the payers {met.Day()}" : "")
            + (review.PlanImplementedDate is { } done ? $", implemented {done.Day()}" : ", not implemented") : "none");
        if (review.AssistanceHours is { } hours)
            yield return new("Hours of technical assistance", $"{hours} in the next 12 months");
    }

    private static IEnumerable<string> Notes(int item, Review review, Visit? visit)
    {
        if (visit is { AgreedReasons.Count: > 0 } && visit.AgreedReasons[item - 1] is { Length: > 0 } reason)
            yield return $"Consensus: {reason}";
        foreach (var evidence in visit?.Evidence.Where(e => e.Item == item).OrderBy(e => e.Id) ?? Enumerable.Empty<ItemEvidence>())
        {
            var where = evidence.Source == Proto.EvidenceSource.Operations ? "" : evidence.Reference;
            yield return $"{Words(evidence.Source)} of {evidence.PracticeDate.Day()}: {string.Join("; ", new[] { where, evidence.Note }.Where(text => text.Length > 0))}";
        }

        if (review.ContestedItems.IndexOf(item) is >= 0 and var at)
        {
            yield return $"Contested; {review.ContestedScores[at]} in the draft"
                + (review.ContestOutcomes.Count > at ? $", {Words((Proto.ContestOutcome)review.ContestOutcomes[at])}" : ", not decided");
        }
    }

    private static string Tier(Review review) => review.Tier.Replace('_', ' ');

    private static string Words<T>(T code) where T : struct, Enum => WireCode.Lower(code)?.Replace('_', ' ') ?? "";
}
