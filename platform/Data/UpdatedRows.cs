using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Platform.Data;

/// <summary>A row that shows when it was last changed, for lists that return only what changed since a time.</summary>
public interface IUpdatedRow
{
    /// <summary>When it was stored or last changed, UTC. <see cref="Changes"/> sets it.</summary>
    DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>The column of such rows.</summary>
public static class UpdatedRows
{
    /// <summary>The column. A row from before it existed counts as changed when the column was added: a reader gets it once more.</summary>
    public static PropertyBuilder<DateTimeOffset> HasUpdateTime<T>(this EntityTypeBuilder<T> entity) where T : class, IUpdatedRow =>
        entity.Property(row => row.UpdatedAt).HasDefaultValueSql("now()").ValueGeneratedNever();
}
