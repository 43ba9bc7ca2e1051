using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Fidelity.V1;

namespace Ips.Fidelity.Reviews;

/// <summary>A fidelity review of a team with its scores and what follows from them (lifecycle 6).</summary>
public sealed class Review
{
    /// <summary>The id.</summary>
    public required ReviewId Id { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>Code of the team's provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Who did the review.</summary>
    public required Proto.Evaluator Evaluator { get; init; }

    /// <summary>Last day of the on-site review.</summary>
    public required DateOnly LastOnsiteDay { get; init; }

    /// <summary>Day the team received the final report; null before it.</summary>
    public required DateOnly? FinalReportReceivedDate { get; init; }

    /// <summary>Scores in the order of the items: 25 numbers from 1 to 5.</summary>
    public required List<int> Scores { get; init; }

    /// <summary>Sum of the scores.</summary>
    public required int Total { get; init; }

    /// <summary>Tier; empty before the final report.</summary>
    public required string Tier { get; init; }

    /// <summary>Whether the score keeps the team certified.</summary>
    public required bool Certified { get; init; }

    /// <summary>Day the next review is due.</summary>
    public required DateOnly? NextReviewDue { get; init; }

    /// <summary>Technical assistance follows.</summary>
    public required bool TechnicalAssistanceRequired { get; init; }

    /// <summary>An action plan follows.</summary>
    public required bool ActionPlanRequired { get; init; }

    /// <summary>The receipt.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>Code of the organization that recorded it; empty for a review recorded before it was stored.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Review ToProto(Contracts.Common.V1.Decision decision, bool stored) => new()
    {
        Name = stored ? Id.Name : "",
        Team = TeamId.Name,
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        Evaluator = Evaluator,
        LastOnsiteDay = LastOnsiteDay.Day(),
        FinalReportReceivedDate = FinalReportReceivedDate.Day(),
        Scores = { Scores.Select((score, i) => new Proto.ItemScore { Item = i + 1, Score = score }) },
        Total = Total,
        Tier = Tier,
        Certified = Certified,
        NextReviewDue = NextReviewDue.Day(),
        TechnicalAssistanceRequired = TechnicalAssistanceRequired,
        ActionPlanRequired = ActionPlanRequired,
        Decision = decision,
        RecordedBy = RecordedBy.Length == 0 ? "" : new OrganizationCode(RecordedBy).Name,
        CreateTime = stored ? RecordedAt.ToTimestamp() : null,
    };

    /// <summary>The event that publishes it with its decision.</summary>
    public ReviewRecordedV1 ToEvent(StoredDecision decision, Policies.RuleId? nextReviewRule) => new()
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
        NextReviewRule = NextReviewDue is null ? null : nextReviewRule?.Value,
        Verdict = decision.Verdict,
        DecisionId = new(decision.Id),
        PackVersion = decision.PackVersion,
    };
}

internal sealed class ReviewMap : IEntityTypeConfiguration<Review>
{
    public void Configure(EntityTypeBuilder<Review> review)
    {
        review.ToTable("reviews").HasKey(r => r.Id);
        review.HasOne(r => r.Decision).WithMany().HasForeignKey(r => r.DecisionId);
        review.HasIndex(r => new { r.TeamId, r.FinalReportReceivedDate });
    }
}
