using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Policies.Admission;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Eligibility.Determinations;

/// <summary>What Staffing published when a team was formed, or Fidelity after a step of one of its reviews: one row for each event.</summary>
public sealed class TeamIntake
{
    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>The event. Ids begin with their time: of two steps of a team's reviews the one with the later id counts.</summary>
    public required Guid EventId { get; init; }

    /// <summary>Code of the team's agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program that the team works under.</summary>
    public required string Program { get; init; }

    /// <summary>First day of operation; null of a review.</summary>
    public DateOnly? OperationStart { get; init; }

    /// <summary>First day from which the team takes no new people; null when it takes them, and of a team that was formed.</summary>
    public DateOnly? SuspendedFrom { get; init; }

    /// <summary>Last day of that suspension; null while it lasts.</summary>
    public DateOnly? SuspendedThrough { get; init; }

    /// <summary>When the event was published, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The day from which every team that is active on a day is suspended on it; null when one takes people, and when no team is known.</summary>
    /// <param name="all">The rows of an agency in a program, in any order.</param>
    /// <param name="day">The day.</param>
    public static DateOnly? EverySuspended(IEnumerable<TeamIntake> all, DateOnly day)
    {
        DateOnly? last = null;
        foreach (var team in all.GroupBy(row => row.TeamId).Where(team => !(team.Max(row => row.OperationStart) > day)))
        {
            var latest = team.Where(row => row.OperationStart is null).MaxBy(row => row.EventId);
            if (latest?.SuspendedFrom is not { } from || from > day || latest.SuspendedThrough < day)
                return null;
            last = from > last ? from : last ?? from;
        }

        return last;
    }
}

internal sealed class TeamIntakeMap : IEntityTypeConfiguration<TeamIntake>
{
    public void Configure(EntityTypeBuilder<TeamIntake> intake)
    {
        intake.ToTable("team_intakes").HasKey(t => new { t.TeamId, t.EventId });
        intake.Property(t => t.SuspendedFrom).HasColumnName("suspended_from");
        intake.HasIndex(t => new { t.Provider, t.Program });
    }
}

/// <summary>Whether the teams of an agency can take a person whom it would admit.</summary>
public sealed class TeamIntakes(EligibilityDb db, PolicyService policies)
{
    /// <summary>
    /// The day from which every active team is suspended; null when one takes people, when no team is known, and where the program stops no admission with its
    /// teams.
    /// </summary>
    /// <param name="provider">The agency.</param>
    /// <param name="program">The program.</param>
    /// <param name="day">The day of first service.</param>
    /// <param name="knownAt">Only what was published by then; null for everything.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    internal async Task<DateOnly?> EverySuspended(
        string provider, string program, DateOnly day, DateTimeOffset? knownAt, CancellationToken cancellationToken)
    {
        if (!LaAdmissionRules.StopsWithTeams(policies.TextOn(program, day)))
            return null;
        var rows = db.TeamIntakes.AsNoTracking().Where(t => t.Provider == provider && t.Program == program && (knownAt == null || t.ChangedAt <= knownAt));
        return TeamIntake.EverySuspended(await rows.ToListAsync(cancellationToken), day);
    }
}
