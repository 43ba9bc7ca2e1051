using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Policies.ClaimLines;
using Ips.Policies.Milestones;
using Funding = Ips.Policies.Milestones.Funding;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>The line as requested.</summary>
/// <param name="Units">0: the units that the evidence shows.</param>
/// <param name="Code">Empty: the code of the grid.</param>
/// <param name="Modifiers">Empty: the modifiers of the grid.</param>
internal sealed record RequestedLine(
    ClaimLineId Id, MilestoneId Milestone, StaffMemberId Staff, DateOnly ServiceDate, int Units, string Code, IReadOnlyList<string> Modifiers);

/// <summary>What was gathered about a line before it is decided.</summary>
/// <param name="Requested">The request.</param>
/// <param name="Milestone">The milestone claimed.</param>
/// <param name="Verified">Eligibility's answer for the day.</param>
/// <param name="Order">The service order that counts on the day.</param>
/// <param name="Staff">Staffing's answer about the rendering staff member on the day.</param>
/// <param name="Cover">The authorization that counts; empty when none does or none is needed.</param>
/// <param name="Overlaps">What else of the person counts on the day.</param>
/// <param name="Units">The authorization's answer to the request for units; null when none were requested.</param>
internal sealed record ClaimLineEvidence(
    RequestedLine Requested, Milestone Milestone, VerifyResponse Verified, CheckServiceOrderResponse Order, Qualification Staff, CoversResponse Cover,
    CheckOverlapsResponse Overlaps, UnitMovement? Units);

/// <summary>What Billing's own claim lines say; the version of the <see cref="Account"/> guards it.</summary>
/// <param name="PaidOn">The days of the milestone's ready lines.</param>
/// <param name="UnitsUsed">Units of milestone 1 on ready lines of the year.</param>
internal sealed record ClaimLineRecords(IReadOnlyCollection<DateOnly> PaidOn, int UnitsUsed);

/// <summary>A line with the decision that explains it, both to be stored.</summary>
internal sealed record DecidedLine(ClaimLine Line, DecisionRecord Decision);

/// <summary>Decides a claim line from its evidence, without a database.</summary>
internal static class ClaimLineRules
{
    public static Result<DecidedLine> Decide(ClaimLineEvidence evidence, ClaimLineRecords records, PolicyService policies, DateTimeOffset now)
    {
        var (program, day) = (evidence.Milestone.Program, evidence.Requested.ServiceDate);
        var today = policies.Today(program)!.Value;
        var facts = Facts(evidence, records, policies);
        return policies.Decide(program, ClaimLineDecision.Kind, today > day ? today : day, facts)
            .Then(decision => new DecidedLine(Line(evidence, facts, decision, policies, now), decision));
    }

    private static ClaimLineFacts Facts(ClaimLineEvidence evidence, ClaimLineRecords records, PolicyService policies)
    {
        var (requested, milestone, verified, order, _, cover, overlaps, held) = evidence;
        var (number, day) = (milestone.Number, requested.ServiceDate);
        var text = policies.Engine.Programs[milestone.Program].On(day);
        var funding = verified.Funding.ToPolicy();
        var minutes = milestone.Notes.Where(n => n.ServiceDate == day).Sum(n => n.Minutes);
        var units = requested.Units > 0 ? requested.Units
            : number == 1 ? UnitsThatCanBePaid(text, QuarterHours.OfEngagement(text, minutes), records.UnitsUsed) : 1;
        int? left = cover.Authorization.Length == 0 ? null : cover.UnitsLeft;
        RequestValidator days = new();
        return new()
        {
            ServiceDate = day,
            Funding = funding,
            Milestone = number,
            Code = requested.Code.Length > 0 ? requested.Code : MilestoneGrid.Code(text, number),
            Modifiers = requested.Modifiers.Count > 0 ? requested.Modifiers
                : funding is { } payer ? MilestoneGrid.Modifiers(text, number, payer)
                : milestone.Modifiers,
            Units = units,
            Charge = MilestoneGrid.Price(text, number, units),
            DurationMinutes = number == 1 ? minutes : null,
            EligibilityVerified = verified.Eligible,
            ServiceOrderFrom = days.OptionalDay("from", order.From),
            ServiceOrderTo = days.OptionalDay("through", order.Through),
            AuthorizationFrom = days.OptionalDay("from", cover.From),
            AuthorizationTo = days.OptionalDay("through", cover.Through),
            // Units that are held for this line are no longer among those that are left.
            AuthorizationUnitsLeft = left < units && held is { Refusal: null } ? units : left,
            AlreadyPaidThisEpisode = OncePerEpisode.Limits(text, number) ? records.PaidOn.Any(overlaps.Episode().Holds) : null,
            UnitsUsedByYear = number == 1 ? [new YearUnits(day.Year, records.UnitsUsed)] : null,
            // Eligibility says only whether the day itself is taken, and not by which agency or for how long.
            ActSpans = overlaps.Act ? [new DaySpan(day, day)] : [],
            OtherProviderSpans = overlaps.OtherProvider ? [new DaySpan(day, day)] : [],
        };
    }

    // With nothing left all of them are claimed, so that the refusal says what is over the cap.
    private static int UnitsThatCanBePaid(Policies.PackDay text, int units, int used) =>
        text.TryValue(Caps.UnitsOfYear, out var cap) && cap - used is > 0 and var left ? Math.Min(units, left) : units;

    private static ClaimLine Line(ClaimLineEvidence evidence, ClaimLineFacts facts, DecisionRecord decision, PolicyService policies, DateTimeOffset now)
    {
        var (requested, milestone) = (evidence.Requested, evidence.Milestone);
        var payable = decision.Value<int>("payableUnits");
        var state = StateOf(evidence, decision, payable);
        return new()
        {
            Id = requested.Id,
            MilestoneId = milestone.Id,
            IndividualId = milestone.IndividualId,
            Provider = milestone.Provider,
            Payer = evidence.Verified.PayerCode(),
            Program = milestone.Program,
            MilestoneNumber = milestone.Number,
            RenderingStaff = requested.Staff,
            ServiceDate = requested.ServiceDate,
            EpisodeFrom = evidence.Overlaps.Episode().From,
            State = state,
            Code = facts.Code!,
            Modifiers = [.. facts.Modifiers!],
            Units = facts.Units!.Value,
            Charge = facts.Charge!.Value,
            PayableUnits = state == Proto.ClaimLineState.Ready ? payable : 0,
            Amount = state switch
            {
                Proto.ClaimLineState.Ready => decision.Value<decimal?>("amount"),
                Proto.ClaimLineState.Refused => 0m,
                _ => null,
            },
            Authorization = state == Proto.ClaimLineState.Ready ? evidence.Cover.Authorization : "",
            DecisionId = decision.Id,
            Refusals = state == Proto.ClaimLineState.Ready ? []
                : [.. Refusals(evidence, decision, policies).OrderBy(f => f.Verdict == Verdict.NotMet ? 0 : 1)],
            StaffDecision = evidence.Staff.Decision,
            RecordedAt = now,
        };
    }

    /// <summary>Missing facts or a pending manual decision hold a line; above a cap the units below the cap are sent.</summary>
    private static Proto.ClaimLineState StateOf(ClaimLineEvidence evidence, DecisionRecord decision, int payable)
    {
        if (!evidence.Staff.Qualified || evidence.Units?.Refusal is not null || evidence.Milestone.State == Proto.MilestoneState.Denied)
            return Proto.ClaimLineState.Refused;
        if (decision.Decision.Verdict is Policies.Verdict.NeedsFacts or Policies.Verdict.NeedsReview)
            return Proto.ClaimLineState.Held;
        return payable == 0 ? Proto.ClaimLineState.Refused
            : evidence.Milestone.IsReached ? Proto.ClaimLineState.Ready
            : Proto.ClaimLineState.Held;
    }

    /// <summary>
    /// What keeps the line from being paid: its own decision and the staff member; then the authorization and the milestone, where they add a rule.
    /// </summary>
    private static IEnumerable<Finding> Refusals(ClaimLineEvidence evidence, DecisionRecord decision, PolicyService policies)
    {
        var (milestone, staff) = (evidence.Milestone, evidence.Staff);
        IEnumerable<Finding> ofStaff = staff.Qualified ? []
            : staff.Decision?.Findings.Where(f => f.Verdict != Verdict.Met) ?? [NoRole(milestone.Program, evidence.Requested.ServiceDate, policies)];
        List<Finding> own = [.. Unmet(decision.ToProto(stored: false)), .. ofStaff];
        IEnumerable<Finding> ofUnits = evidence.Units?.Refusal is { } refusal ? [refusal] : [];
        var ofMilestone = milestone.IsReached ? [] : Unmet(milestone.Decision!.ToProto());
        return own.Concat(ofUnits.Concat(ofMilestone).ExceptBy(own.Select(f => f.RuleId), f => f.RuleId));
    }

    private static IEnumerable<Finding> Unmet(Decision decision) => decision.Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met);

    private static Finding NoRole(string program, DateOnly day, PolicyService policies) => policies.Refusal(
        program, Policies.RuleDuty.ServiceByTeamMember, $"the staff member held no role in a team of the program on {day.Day()}",
        $"a role in a team of the program, held on {day.Day()}");
}
