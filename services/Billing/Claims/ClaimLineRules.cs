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
/// <param name="Chosen">The coverage that a person chose; null where no one did.</param>
internal sealed record RequestedLine(
    ClaimLineId Id, MilestoneId? Milestone, StaffMemberId Staff, DateOnly ServiceDate, int Units, string Code, IReadOnlyList<string> Modifiers,
    PayerCoverage? Chosen = null);

/// <summary>What was gathered about a line before it is decided.</summary>
/// <param name="Requested">The request.</param>
/// <param name="Milestone">The milestone claimed; null when the line claims service notes.</param>
/// <param name="Verified">Eligibility's answer for the day.</param>
/// <param name="Order">The service order that counts on the day.</param>
/// <param name="Staff">Staffing's answer about the rendering staff member on the day.</param>
/// <param name="Cover">The authorization that counts; empty when none does or none is needed.</param>
/// <param name="Overlaps">What else of the person counts on the day.</param>
/// <param name="Units">The authorization's answer to the request for units; null when none were requested.</param>
internal sealed record ClaimLineEvidence(
    RequestedLine Requested, Milestone? Milestone, VerifyResponse Verified, CheckServiceOrderResponse Order, Qualification Staff, CoversResponse Cover,
    CheckOverlapsResponse Overlaps, UnitMovement? Units)
{
    /// <summary>The service notes claimed; null when the line claims a milestone.</summary>
    public NotedWork? Work { get; init; }

    /// <summary>Whether a line of service notes takes units of an authorization.</summary>
    public bool NotesTakeUnits { get; init; }

    /// <summary>Whether the line takes units of an authorization.</summary>
    public bool TakesUnits => Milestone is { } milestone ? EligibilityClient.KindFor(milestone.Number) is not null : NotesTakeUnits;

    /// <summary>The person.</summary>
    public IndividualId Individual => Milestone?.IndividualId ?? Work!.Individual;

    /// <summary>Its own records, and those of other services that their answers name.</summary>
    public IEnumerable<RestedOn> Used => (Milestone is { } milestone ? [new(milestone.Id.Value, milestone.Version)] : Work!.Notes.Select(n => new RestedOn(n.Id.Value)))
        .Concat(RestedOn.Named(Verified.Determination, Order.ServiceOrder, Cover.Authorization, Requested.Staff.Name));

    /// <summary>What covers the person on the day.</summary>
    public DayCoverage Coverage(PolicyService policies) =>
        DayCoverage.Of(Verified, policies.TextOn(Program, Requested.ServiceDate), Requested.Chosen);

    /// <summary>Code of the provider.</summary>
    public string Provider => Milestone?.Provider ?? Work!.Provider;

    /// <summary>The program.</summary>
    public string Program => Milestone?.Program ?? Work!.Program;
}

/// <summary>What stands on a line.</summary>
internal sealed record LineTerms(string Code, IReadOnlyList<string> Modifiers, int Units, decimal Charge);

/// <summary>What Billing's own claim lines say; the version of the <see cref="Account"/> guards it.</summary>
/// <param name="PaidOn">
/// The days of the ready lines of the milestone's number, one entry for each unit; of a line of service notes one for each ready line of notes.
/// </param>
/// <param name="UnitsUsed">Units of milestone 1 on ready lines of the year.</param>
internal sealed record ClaimLineRecords(IReadOnlyCollection<DateOnly> PaidOn, int UnitsUsed)
{
    /// <summary>Milestones 3 to 5: the referrals to the vocational rehabilitation agency in the program.</summary>
    public IReadOnlyList<VrCase> Cases { get; init; } = [];
}

/// <summary>A line with the decision that explains it, both to be stored.</summary>
/// <param name="IsQuestion">Whether a person has to say which of several coverages pays.</param>
internal sealed record DecidedLine(ClaimLine Line, DecisionRecord Decision, bool IsQuestion)
{
    /// <summary>What it rested on.</summary>
    public required IReadOnlyList<RestedOn> Used { get; init; }
}

/// <summary>Decides a claim line from its evidence, without a database.</summary>
internal static class ClaimLineRules
{
    public static Result<DecidedLine> Decide(ClaimLineEvidence evidence, ClaimLineRecords records, PolicyService policies, DateTimeOffset now)
    {
        if (evidence.Work is { } work)
            return NoteLineRules.Decide(evidence, work, records, policies, now);
        var (program, day) = (evidence.Program, evidence.Requested.ServiceDate);
        var today = policies.Today(program)!.Value;
        var facts = Facts(evidence, evidence.Milestone!, records, policies);
        LineTerms terms = new(facts.Code!, facts.Modifiers!, facts.Units!.Value, facts.Charge!.Value);
        return policies.Decide(program, ClaimLineDecision.Kind, today > day ? today : day, facts)
            .Then(decision => Line(evidence, terms, decision, decision.Value<int>("payableUnits"), policies, now));
    }

    private static ClaimLineFacts Facts(ClaimLineEvidence evidence, Milestone milestone, ClaimLineRecords records, PolicyService policies)
    {
        var (requested, _, verified, order, _, cover, overlaps, held) = evidence;
        var (number, day) = (milestone.Number, requested.ServiceDate);
        var text = policies.TextOn(milestone.Program, day);
        var coverage = evidence.Coverage(policies);
        var funding = coverage.Funding.ToPolicy();
        var notes = milestone.Notes.Where(n => n.ServiceDate == day).ToList();
        var minutes = notes.Sum(n => n.Minutes);
        var units = requested.Units > 0 ? requested.Units
            : number == 1 ? UnitsThatCanBePaid(text, QuarterHours.OfEngagement(text, minutes), records.UnitsUsed)
            : number == 6 ? Math.Max(1, milestone.PayableUnits) : 1;
        int? left = cover.Authorization.Length == 0 ? null : cover.UnitsLeft;
        var vr = number is 3 or 4 or 5 ? VrStanding.Of(records.Cases, milestone.Evidence) : default;
        RequestValidator days = new();
        return new()
        {
            ServiceDate = day,
            Funding = funding,
            Coverages = coverage.Facts,
            CoverageChosen = coverage.ChosenFact,
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
            ApprovalLetterReceivedOn = milestone.LetterReceivedOn,
            ApprovalLetterUploadedOn = milestone.LetterUploadedOn,
            VrStatus = vr.Status,
            VrNonFundingDocumentDate = vr.Document,
            AlreadyPaidThisEpisode = OncePerEpisode.Limits(text, number) ? records.PaidOn.Any(overlaps.Episode().Holds) : null,
            UnitsUsedByYear = number == 1 ? [new YearUnits(day.Year, records.UnitsUsed)] : null,
            TriggersPaidThisMonth = number == 6 ? records.PaidOn.Count(d => (d.Year, d.Month) == (day.Year, day.Month)) : null,
            PaymentsByYear = number == 7 ? [.. records.PaidOn.GroupBy(d => d.Year).OrderBy(y => y.Key).Select(y => new YearPayments(y.Key, y.Count()))] : null,
            PriorPayments = number == 8 ? records.PaidOn.Count : null,
            // A line of a milestone leaves in a file of claims only, which goes to the payer's claims system.
            Channel = number > 0 ? ClaimChannel.Acs : null,
            // Eligibility says only whether the day itself is taken, and not by which agency or for how long.
            ActSpans = overlaps.Act ? [new DaySpan(day, day)] : [],
            OtherProviderSpans = overlaps.OtherProvider ? [new DaySpan(day, day)] : [],
            // Milestone 1 bills only notes that count; the other milestones are events and bill no contact.
            Contacts = number == 1 ? notes.Count : null,
            FullNotes = number == 1 ? notes.Count : null,
        };
    }

    // With nothing left all of them are claimed, so that the refusal says what is over the cap.
    private static int UnitsThatCanBePaid(Policies.PackDay text, int units, int used) =>
        text.TryValue(Caps.UnitsOfYear, out var cap) && cap - used is > 0 and var left ? Math.Min(units, left) : units;

    /// <summary>The line with its decision.</summary>
    internal static DecidedLine Line(
        ClaimLineEvidence evidence, LineTerms terms, DecisionRecord decision, int payable, PolicyService policies, DateTimeOffset now)
    {
        var (requested, milestone, work) = (evidence.Requested, evidence.Milestone, evidence.Work);
        var unqualified = Unqualified(evidence, policies).ToList();
        var ineligible = Ineligible(evidence, policies).ToList();
        var coverage = evidence.Coverage(policies);
        var state = StateOf(evidence, decision, payable, refused: ineligible.Count > 0 || IsUnqualified(evidence, policies));
        ClaimLine line = new()
        {
            Id = requested.Id,
            MilestoneId = milestone?.Id,
            IndividualId = evidence.Individual,
            Provider = evidence.Provider,
            Payer = coverage.Payer,
            Funding = coverage.Funding,
            CoverageChosen = coverage.Chosen,
            Program = evidence.Program,
            MilestoneNumber = milestone?.Number ?? 0,
            RenderingStaff = requested.Staff,
            ServiceDate = requested.ServiceDate,
            EpisodeFrom = evidence.Overlaps.Episode().From,
            State = state,
            Code = terms.Code,
            Modifiers = [.. terms.Modifiers],
            Units = terms.Units,
            Charge = terms.Charge,
            PayableUnits = state == Proto.ClaimLineState.Ready ? payable : 0,
            Amount = state switch
            {
                Proto.ClaimLineState.Ready => decision.Value<decimal?>("amount"),
                Proto.ClaimLineState.Refused => 0m,
                _ => null,
            },
            DecidedPayer = decision.Value<string>("payer") ?? "",
            Notes = [.. work?.Notes.Select(n => new LineNote(requested.Id, n.Id, n.Day, n.Minutes)) ?? []],
            Evidence = work?.Evidence,
            Authorization = state == Proto.ClaimLineState.Ready && evidence.TakesUnits ? evidence.Cover.Authorization : "",
            DecisionId = decision.Id,
            Refusals = state == Proto.ClaimLineState.Ready ? []
                : [.. Refusals(evidence, decision, unqualified, ineligible).OrderBy(f => f.Verdict == Verdict.NotMet ? 0 : 1)],
            StaffDecision = evidence.Staff.Decision,
            RecordedAt = now,
        };
        return new(line, decision, coverage.IsQuestion(policies.TextOn(evidence.Program, requested.ServiceDate))) { Used = [.. evidence.Used] };
    }

    /// <summary>Missing facts or a pending manual decision hold a line; above a cap the units below the cap are sent.</summary>
    private static Proto.ClaimLineState StateOf(ClaimLineEvidence evidence, DecisionRecord decision, int payable, bool refused)
    {
        var milestone = evidence.Milestone;
        if (refused || evidence.Units?.Refusal is not null
            || milestone?.State is Proto.MilestoneState.Denied or Proto.MilestoneState.PaidByVr)
            return Proto.ClaimLineState.Refused;
        if (decision.Decision.Verdict is Policies.Verdict.NeedsFacts or Policies.Verdict.NeedsReview)
            return Proto.ClaimLineState.Held;
        return payable == 0 ? Proto.ClaimLineState.Refused
            : milestone is null || milestone.IsReached ? Proto.ClaimLineState.Ready
            : Proto.ClaimLineState.Held;
    }

    /// <summary>
    /// What keeps the line from being paid: its own decision, the staff member and the person; then the authorization and the milestone, where they add a rule.
    /// </summary>
    private static IEnumerable<Finding> Refusals(
        ClaimLineEvidence evidence, DecisionRecord decision, IEnumerable<Finding> unqualified, IEnumerable<Finding> ineligible)
    {
        List<Finding> own = [.. Unmet(decision.ToProto(stored: false)), .. unqualified, .. ineligible];
        IEnumerable<Finding> ofUnits = evidence.Units?.Refusal is { } refusal ? [refusal] : [];
        var ofMilestone = evidence.Milestone is not { IsReached: false } milestone ? [] : Unmet(milestone.Latest!.ToProto());
        return own.Concat(ofUnits.Concat(ofMilestone).ExceptBy(own.Select(f => f.RuleId), f => f.RuleId));
    }

    /// <summary>Why the staff member may not give the service. Where a program has no rule about a role in a team, holding none refuses nothing.</summary>
    private static IEnumerable<Finding> Unqualified(ClaimLineEvidence evidence, PolicyService policies)
    {
        if (!IsUnqualified(evidence, policies))
            return [];
        if (evidence.Staff.Decision is not { } qualification)
            return [NoRole(evidence.Program, evidence.Requested.ServiceDate, policies)];
        // A member who meets what the role asks for may still be stopped by a clearance or a training that is open.
        var blocking = evidence.Staff.OpenItems.Where(item => item.Blocks).Select(item => item.RuleId).ToHashSet(StringComparer.Ordinal);
        var others = new[] { evidence.Staff.Clearance, evidence.Staff.Training }.OfType<Decision>().SelectMany(decision => decision.Findings);
        return qualification.Findings.Concat(others.Where(finding => blocking.Contains(finding.RuleId))).Where(finding => finding.Verdict != Verdict.Met);
    }

    private static bool IsUnqualified(ClaimLineEvidence evidence, PolicyService policies) => !evidence.Staff.Qualified
        && (evidence.Staff.Decision is not null || policies.Engine.Programs[evidence.Program].RuleFor(Policies.RuleDuty.ServiceByTeamMember) is not null);

    /// <summary>Why the person is not eligible on the day, where the decision of the line has no rule for it.</summary>
    private static IEnumerable<Finding> Ineligible(ClaimLineEvidence evidence, PolicyService policies) =>
        evidence.Verified.Eligible || ClaimLineDecision.Kind.AppliesTo(policies.Engine.Programs[evidence.Program]) ? []
            : evidence.Verified.Findings.Where(f => f.Verdict != Verdict.Met);

    private static IEnumerable<Finding> Unmet(Decision decision) => decision.Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met);

    private static Finding NoRole(string program, DateOnly day, PolicyService policies) => policies.Refusal(
        program, Policies.RuleDuty.ServiceByTeamMember, $"the staff member held no role in a team of the program on {day.Day()}",
        $"a role in a team of the program, held on {day.Day()}");
}
