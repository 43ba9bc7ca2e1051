using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Teams;

/// <summary>What a team has for its first review, and when that was.</summary>
public sealed class ReadinessOnFile : IVersioned, IOfProvider
{
    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Total of the self-evaluation; null without one.</summary>
    public int? SelfEvaluationScore { get; set; }

    /// <summary>Day of the action plan; null without one.</summary>
    public DateOnly? ActionPlanDate { get; set; }

    /// <summary>Codes of <see cref="Proto.TeamPlanContent"/>.</summary>
    public List<string> ActionPlanContents { get; set; } = [];

    /// <summary>Codes of <see cref="Proto.TeamPlanReader"/>.</summary>
    public List<string> ActionPlanSharedWith { get; set; } = [];

    /// <summary>Day of the readiness visit; null without one.</summary>
    public DateOnly? ReadinessVisitDate { get; set; }

    /// <summary>Last day on site of the first review that ended with a final report; null until then.</summary>
    public DateOnly? FirstReviewOn { get; set; }

    /// <summary>Total of the latest final review; null without one.</summary>
    public int? LatestTotal { get; set; }

    /// <summary>Domain and rating of the checklist, as <c>MISSION=READY</c>.</summary>
    public List<string> ReadinessRatings { get; set; } = [];

    /// <summary>Codes of <see cref="Proto.ReadinessVisitPart"/>; none means not known.</summary>
    public List<string> VisitParts { get; set; } = [];

    /// <summary>Codes of <see cref="Proto.LeadershipAttendee"/>.</summary>
    public List<string> LeadershipAttendees { get; set; } = [];

    /// <summary>Whether two agencies provide the service together; null while it is not known.</summary>
    public bool? TwoAgencies { get; set; }

    /// <summary>The ratings as the contract shows them.</summary>
    public IEnumerable<Proto.ReadinessRating> Ratings => ReadinessRatings.Select(code => code.Split('=')).Select(pair => new Proto.ReadinessRating
    {
        Domain = WireCode.TryRead<Proto.ReadinessDomain>(pair[0], out var domain) ? domain : default,
        Level = WireCode.TryRead<Proto.ReadinessLevel>(pair[1], out var level) ? level : default,
    });

    /// <summary>Replaces it by what was sent.</summary>
    public void Replace(Proto.TeamReadiness given)
    {
        RequestValidator days = new();
        SelfEvaluationScore = given.HasSelfEvaluationScore ? given.SelfEvaluationScore : null;
        ActionPlanDate = days.OptionalDay("", given.ActionPlanDate);
        ActionPlanContents = [.. given.ActionPlanContents.Distinct().Select(c => WireCode.Upper(c)!)];
        ActionPlanSharedWith = [.. given.ActionPlanSharedWith.Distinct().Select(r => WireCode.Upper(r)!)];
        ReadinessVisitDate = days.OptionalDay("", given.ReadinessVisitDate);
        ReadinessRatings = [.. given.ReadinessRatings.Select(r => $"{WireCode.Upper(r.Domain)}={WireCode.Upper(r.Level)}")];
        VisitParts = [.. given.ReadinessVisitParts.Distinct().Select(p => WireCode.Upper(p)!)];
        LeadershipAttendees = [.. given.LeadershipAttendees.Distinct().Select(a => WireCode.Upper(a)!)];
        TwoAgencies = given.HasTwoAgencies ? given.TwoAgencies : null;
    }
}

internal sealed class ReadinessOnFileMap : IEntityTypeConfiguration<ReadinessOnFile>
{
    public void Configure(EntityTypeBuilder<ReadinessOnFile> readiness)
    {
        readiness.ToTable("team_readiness").HasKey(r => r.TeamId);
        readiness.HasVersion();
        readiness.Ignore(r => r.Ratings);
        readiness.Property(r => r.VisitParts).HasDefaultValueSql("'{}'").ValueGeneratedNever();
        readiness.Property(r => r.LeadershipAttendees).HasDefaultValueSql("'{}'").ValueGeneratedNever();
        readiness.HasOne<Team>().WithOne().HasForeignKey<ReadinessOnFile>(r => r.TeamId);
    }
}
