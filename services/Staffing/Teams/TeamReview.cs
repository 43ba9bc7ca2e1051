using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Staffing.Teams;

/// <summary>A fidelity review of a team, as Fidelity published it.</summary>
public sealed class TeamReview : IVersioned, IOfProvider
{
    /// <summary>The review.</summary>
    public required ReviewId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>Last day on site; null while only its withdrawal is known.</summary>
    public DateOnly? LastOnsiteDay { get; set; }

    /// <summary>Sum of its scores.</summary>
    public int Total { get; set; }

    /// <summary>It was withdrawn, or another one corrects it.</summary>
    public bool Withdrawn { get; set; }
}

internal sealed class TeamReviewMap : IEntityTypeConfiguration<TeamReview>
{
    public void Configure(EntityTypeBuilder<TeamReview> review)
    {
        review.ToTable("team_reviews").HasKey(r => r.Id);
        review.HasVersion();
        review.HasIndex(r => r.TeamId);
        review.HasOne<Team>().WithMany().HasForeignKey(r => r.TeamId);
    }
}
