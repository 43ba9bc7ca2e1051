using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Fidelity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>
/// A fidelity review of a team with its scores and what follows from them (lifecycle 6). Its state follows from its days. Scores change by a contest only; a
/// final
/// review is corrected by another one.
/// </summary>
public sealed class Review : IVersioned
{
    /// <summary>The id.</summary>
    public required ReviewId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>Code of the team's provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Who did the review.</summary>
    public required Proto.Evaluator Evaluator { get; init; }

    /// <summary>The scale that it was scored with.</summary>
    public required string Scale { get; init; }

    /// <summary>The visit whose draft it is; null for a review that was recorded without one.</summary>
    public VisitId? VisitId { get; init; }

    /// <summary>Last day of the on-site review.</summary>
    public required DateOnly LastOnsiteDay { get; init; }

    /// <summary>Day on which the draft was issued; null when it is not recorded.</summary>
    public DateOnly? DraftIssuedDate { get; init; }

    /// <summary>Day the team received the draft; null when it is not recorded.</summary>
    public DateOnly? DraftReceivedDate { get; set; }

    /// <summary>Last day on which data of a contest may reach the reviewer; null where the program has no contest.</summary>
    public DateOnly? ContestDue { get; set; }

    /// <summary>Day on which the team's data reached the reviewer; null without an accepted contest.</summary>
    public DateOnly? ContestSubmittedOn { get; set; }

    /// <summary>The contested items in their order; empty without an accepted contest.</summary>
    public List<int> ContestedItems { get; set; } = [];

    /// <summary>Scores of the contested items in the draft.</summary>
    public List<int> ContestedScores { get; set; } = [];

    /// <summary>What was decided of each contested item, as <see cref="Proto.ContestOutcome"/>; empty before.</summary>
    public List<int> ContestOutcomes { get; set; } = [];

    /// <summary>Day on which every contested item was decided; null before.</summary>
    public DateOnly? ContestDecidedOn { get; set; }

    /// <summary>The receipt of the contest.</summary>
    public Guid? ContestDecisionId { get; set; }

    /// <inheritdoc cref="ContestDecisionId"/>
    public StoredDecision? ContestDecision { get; init; }

    /// <summary>Day on which the final report was issued; null when it is not recorded.</summary>
    public DateOnly? FinalReportIssuedDate { get; set; }

    /// <summary>Day the team received the final report; null before it.</summary>
    public DateOnly? FinalReportReceivedDate { get; set; }

    /// <summary>Scores in the order of the items: 25 numbers from 1 to 5.</summary>
    public required List<int> Scores { get; set; }

    /// <summary>Sum of the scores.</summary>
    public required int Total { get; set; }

    /// <summary>Months that the plan granted for exceptional practice; null when it granted none.</summary>
    public int? GrantedIntervalMonths { get; set; }

    /// <summary>Months that the plan prescribes; null when it prescribes none.</summary>
    public int? PrescribedIntervalMonths { get; set; }

    /// <summary>Day by which the plan wants the corrective plan implemented; null when it names none.</summary>
    public DateOnly? CorrectivePlanDueBy { get; set; }

    /// <summary>Whether a violation of health and safety was found; null while it is not known.</summary>
    public bool? HealthSafetyViolation { get; set; }

    /// <summary>Day on which the plan that answers the report was written; null when none is on record.</summary>
    public DateOnly? PlanDate { get; set; }

    /// <summary>Day on which that plan was implemented; null while it is not.</summary>
    public DateOnly? PlanImplementedDate { get; set; }

    /// <summary>Day on which the team began with it; null when not known.</summary>
    public DateOnly? PlanStartedDate { get; set; }

    /// <summary>Day on which the organization that recorded the review approved it; null while it has not.</summary>
    public DateOnly? PlanApprovedDate { get; set; }

    /// <summary>Day on which the team and its payers reviewed it; null before.</summary>
    public DateOnly? PlanReviewedDate { get; set; }

    /// <summary>Hours of technical assistance that the payers set; null before.</summary>
    public int? AssistanceHours { get; set; }

    /// <summary>Tier; empty before the final report.</summary>
    public string Tier { get; set; } = "";

    /// <summary>Whether the score keeps the team certified.</summary>
    public bool Certified { get; set; }

    /// <summary>Day the next review is due.</summary>
    public DateOnly? NextReviewDue { get; set; }

    /// <summary>The rule that sets it; null for a review recorded before it was stored.</summary>
    public string? NextReviewRule { get; set; }

    /// <summary>Technical assistance follows.</summary>
    public bool TechnicalAssistanceRequired { get; set; }

    /// <summary>An action plan follows.</summary>
    public bool ActionPlanRequired { get; set; }

    /// <summary>A corrective plan follows.</summary>
    public bool CorrectivePlanRequired { get; set; }

    /// <summary>Day by which the corrective plan is implemented; null where the program sets none.</summary>
    public DateOnly? CorrectivePlanDue { get; set; }

    /// <summary>The receipt of what follows.</summary>
    public Guid DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>The review that this one corrects.</summary>
    public ReviewId? Corrects { get; init; }

    /// <summary>The review that corrects this one.</summary>
    public ReviewId? CorrectedBy { get; set; }

    /// <summary>Why it was corrected or withdrawn.</summary>
    public Proto.ReviewCorrectionReason CorrectionReason { get; set; }

    /// <summary>Day on which it was withdrawn; null when it stands.</summary>
    public DateOnly? WithdrawnOn { get; set; }

    /// <summary>Code of the organization that recorded it; empty for a review recorded before it was stored.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The state, which follows from the days.</summary>
    public Proto.ReviewState State => this switch
    {
        { WithdrawnOn: not null } => Proto.ReviewState.Withdrawn,
        { CorrectedBy: not null } => Proto.ReviewState.Corrected,
        { FinalReportReceivedDate: not null } => Proto.ReviewState.Final,
        { ContestDecidedOn: not null } => Proto.ReviewState.ContestDecided,
        { ContestSubmittedOn: not null } => Proto.ReviewState.Contested,
        { DraftReceivedDate: not null } => Proto.ReviewState.DraftReceived,
        _ => Proto.ReviewState.Draft,
    };

    /// <summary>What a plan or the state set with it.</summary>
    internal void Take(ReviewTerms terms) =>
        (GrantedIntervalMonths, PrescribedIntervalMonths, CorrectivePlanDueBy, HealthSafetyViolation) =
            (terms.GrantedMonths, terms.PrescribedMonths, terms.CorrectivePlanDueBy, terms.HealthSafetyViolation);

    /// <summary>What follows from the scores.</summary>
    public void Take(DecisionRecord decision)
    {
        DecisionId = decision.Id;
        Tier = decision.Value<string>("tier") ?? "";
        Certified = decision.Value<bool>("certified");
        NextReviewDue = decision.Value<DateOnly?>("nextReviewDue");
        NextReviewRule = NextReviewDue is null ? null : decision.Decision.SetBy("nextReviewDue")?.Value;
        TechnicalAssistanceRequired = decision.Value<bool>("technicalAssistanceRequired");
        ActionPlanRequired = decision.Value<bool>("actionPlanRequired");
        CorrectivePlanRequired = decision.Value<bool>("correctivePlanRequired");
        CorrectivePlanDue = decision.Value<DateOnly?>("correctivePlanDue");
    }

    /// <summary>As the contract shows it.</summary>
    /// <param name="decision">What follows.</param>
    /// <param name="stored">Whether it is stored.</param>
    /// <param name="contest">The contest to show; null shows the accepted one.</param>
    public Proto.Review ToProto(Contracts.Common.V1.Decision decision, bool stored, Proto.Contest? contest = null)
    {
        Proto.Review wire = new()
        {
            Name = stored ? Id.Name : "",
            Etag = stored ? this.Etag() : "",
            State = State,
            Team = TeamId.Name,
            Provider = new OrganizationCode(Provider).Name,
            Program = Program,
            Evaluator = Evaluator,
            Scale = Scale,
            Visit = VisitId?.Name ?? "",
            Sections = { SectionTotals() },
            LastOnsiteDay = LastOnsiteDay.Day(),
            DraftIssuedDate = DraftIssuedDate.Day(),
            DraftReceivedDate = DraftReceivedDate.Day(),
            ContestDue = ContestDue.Day(),
            Contest = contest ?? (ContestSubmittedOn is null ? null : ContestToProto(ContestDecision?.ToProto())),
            FinalReportIssuedDate = FinalReportIssuedDate.Day(),
            FinalReportReceivedDate = FinalReportReceivedDate.Day(),
            Scores = { Scores.Select((score, i) => new Proto.ItemScore { Item = i + 1, Score = score }) },
            Total = Total,
            Tier = Tier,
            Certified = Certified,
            NextReviewDue = NextReviewDue.Day(),
            TechnicalAssistanceRequired = TechnicalAssistanceRequired,
            ActionPlanRequired = ActionPlanRequired,
            CorrectivePlanRequired = CorrectivePlanRequired,
            CorrectivePlanDue = CorrectivePlanDue.Day(),
            PlanDate = PlanDate.Day(),
            PlanImplementedDate = PlanImplementedDate.Day(),
            PlanStartedDate = PlanStartedDate.Day(),
            PlanApprovedDate = PlanApprovedDate.Day(),
            PlanReviewedDate = PlanReviewedDate.Day(),
            Terms = new()
            {
                GrantedIntervalMonths = GrantedIntervalMonths ?? 0,
                PrescribedIntervalMonths = PrescribedIntervalMonths ?? 0,
                CorrectivePlanDueBy = CorrectivePlanDueBy.Day(),
            },
            Decision = decision,
            Corrects = Corrects?.Name ?? "",
            CorrectedBy = CorrectedBy?.Name ?? "",
            CorrectionReason = CorrectionReason,
            RecordedBy = RecordedBy.Length == 0 ? "" : new OrganizationCode(RecordedBy).Name,
            CreateTime = stored ? RecordedAt.ToTimestamp() : null,
        };
        if (HealthSafetyViolation is { } violation)
            wire.Terms.HealthSafetyViolation = violation;
        if (AssistanceHours is { } hours)
            wire.AssistanceHours = hours;
        return wire;
    }

    private IEnumerable<Proto.SectionTotal> SectionTotals() => (FidelityScale.Find(Scale) ?? FidelityScale.Ips25).Sections(Scores).Select(section =>
        new Proto.SectionTotal { Section = Codes.Of(section.Section), Total = section.Total, Highest = section.Highest });

    /// <summary>The accepted contest as the contract shows it.</summary>
    public Proto.Contest ContestToProto(Contracts.Common.V1.Decision? decision) => new()
    {
        SubmittedOn = ContestSubmittedOn.Day(),
        Items =
        {
            ContestedItems.Select((item, i) => new Proto.ContestedItem
            {
                Item = item,
                DraftScore = ContestedScores[i],
                DecidedScore = ContestDecidedOn is null ? 0 : Scores[item - 1],
                Outcome = ContestDecidedOn is null ? default : (Proto.ContestOutcome)ContestOutcomes[i],
            }),
        },
        Accepted = true,
        Decision = decision,
        DecidedOn = ContestDecidedOn.Day(),
    };

    /// <summary>The event that publishes it with its decision.</summary>
    /// <param name="decision">The stored decision.</param>
    /// <param name="team">The team's reviews after the step.</param>
    /// <param name="today">Today in the program's time zone.</param>
    internal ReviewRecordedV1 ToEvent(StoredDecision decision, TeamHistory team, DateOnly today) => new()
    {
        ReviewId = Id,
        TeamId = TeamId,
        Provider = Provider,
        Program = Program,
        Evaluator = WireCode.Lower(Evaluator)!,
        LastOnsiteDay = LastOnsiteDay,
        FinalReportReceivedOn = FinalReportReceivedDate,
        Total = Total,
        Tier = Tier.Length == 0 ? null : Tier,
        Certified = Certified,
        NextReviewDue = NextReviewDue,
        NextReviewRule = NextReviewRule,
        TeamNextReviewDue = team.Latest?.NextReviewDue,
        TeamNextReviewRule = team.Latest?.NextReviewRule,
        TeamSuspendedFrom = team.Suspension(today)?.From,
        TeamSuspendedThrough = team.Suspension(today)?.Through,
        Verdict = decision.Verdict,
        DecisionId = new(decision.Id),
        PackVersion = decision.PackVersion,
    };

    /// <summary>The event that publishes a step.</summary>
    /// <param name="from">The state before.</param>
    /// <param name="on">The day of the step.</param>
    /// <param name="team">The team's reviews after the step.</param>
    /// <param name="today">Today in the program's time zone.</param>
    internal ReviewMovedV1 Moved(Proto.ReviewState from, DateOnly on, TeamHistory team, DateOnly today) => new()
    {
        ReviewId = Id,
        TeamId = TeamId,
        Provider = Provider,
        Program = Program,
        FromState = WireCode.Lower(from)!,
        ToState = WireCode.Lower(State)!,
        On = on,
        Total = Total,
        TeamNextReviewDue = team.Latest?.NextReviewDue,
        TeamNextReviewRule = team.Latest?.NextReviewRule,
        TeamSuspendedFrom = team.Suspension(today)?.From,
        TeamSuspendedThrough = team.Suspension(today)?.Through,
    };
}

/// <summary>What a plan or the state set with a review; <see langword="null"/> where it set nothing.</summary>
internal sealed record ReviewTerms(int? GrantedMonths, int? PrescribedMonths, DateOnly? CorrectivePlanDueBy, bool? HealthSafetyViolation)
{
    /// <summary>The longest interval that a request may name, in months.</summary>
    private const int MostMonths = 120;

    /// <summary>Reads them from field <c>terms</c> of a request; nothing when it is absent.</summary>
    public static ReviewTerms Read(RequestValidator fields, Proto.ReviewTerms? terms)
    {
        if (terms is null)
            return new(null, null, null, null);
        fields.Number("terms.granted_interval_months", terms.GrantedIntervalMonths, 0, MostMonths);
        fields.Number("terms.prescribed_interval_months", terms.PrescribedIntervalMonths, 0, MostMonths);
        return new(
            terms.GrantedIntervalMonths == 0 ? null : terms.GrantedIntervalMonths,
            terms.PrescribedIntervalMonths == 0 ? null : terms.PrescribedIntervalMonths,
            fields.OptionalDay("terms.corrective_plan_due_by", terms.CorrectivePlanDueBy),
            terms.HasHealthSafetyViolation ? terms.HealthSafetyViolation : null);
    }
}

internal sealed class ReviewMap : IEntityTypeConfiguration<Review>
{
    public void Configure(EntityTypeBuilder<Review> review)
    {
        review.ToTable("reviews").HasKey(r => r.Id);
        review.HasVersion();
        review.Property(r => r.Scale).HasDefaultValue(FidelityScale.Ips25.Id);
        review.Ignore(r => r.State);
        review.HasOne(r => r.Decision).WithMany().HasForeignKey(r => r.DecisionId);
        review.HasOne(r => r.ContestDecision).WithMany().HasForeignKey(r => r.ContestDecisionId);
        review.HasIndex(r => new { r.TeamId, r.FinalReportReceivedDate });
    }
}
