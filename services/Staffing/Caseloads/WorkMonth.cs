using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Staffing.Caseloads;

/// <summary>The working time of a specialist in a month.</summary>
public sealed class WorkMonth : IVersioned, IOfProvider
{
    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The first day of the month.</summary>
    public required DateOnly Month { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Minutes of work.</summary>
    public required int WorkMinutes { get; set; }

    /// <summary>Minutes of it that were case management.</summary>
    public required int CaseManagementMinutes { get; set; }
}

internal sealed class WorkMonthMap : IEntityTypeConfiguration<WorkMonth>
{
    public void Configure(EntityTypeBuilder<WorkMonth> month)
    {
        month.ToTable("work_months").HasKey(m => new { m.StaffMemberId, m.Month });
        month.HasVersion();
        month.HasOne<StaffMember>().WithMany().HasForeignKey(m => m.StaffMemberId);
    }
}
