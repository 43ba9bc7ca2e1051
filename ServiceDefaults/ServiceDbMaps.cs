using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace Ips.ServiceDefaults;

/// <summary>Maps of the tables every service has, and helpers for the maps of its own.</summary>
public static class ServiceDbMaps
{
    /// <summary>PostgreSQL's own row version; it costs no column.</summary>
    internal const string RowVersion = "xmin";

    /// <summary>Lets <see cref="ServiceDb.Etag"/> work on the entity, and makes a save over someone else's change fail.</summary>
    public static PropertyBuilder<uint> HasRowVersion<T>(this EntityTypeBuilder<T> entity) where T : class =>
        entity.Property<uint>(RowVersion).IsRowVersion();

    /// <summary>Stores a receipt or another document as jsonb.</summary>
    public static PropertyBuilder<string> IsJson(this PropertyBuilder<string> property) => property.HasColumnType("jsonb");

    /// <summary>Says that the text is a sealed value in base64, so that a rotation of keys finds it. Columns of bytes need no mark.</summary>
    public static PropertyBuilder<string> IsSealedText(this PropertyBuilder<string> property) => property.HasAnnotation(KeyRotation.SealedText, true);

    /// <summary>Says that bytes are no sealed value but codes and days, so that a rotation of keys leaves them alone.</summary>
    public static PropertyBuilder<byte[]> IsPlainBytes(this PropertyBuilder<byte[]> property) => property.HasAnnotation(KeyRotation.PlainBytes, true);

    internal static void ApplyAudit(ModelBuilder model) => model.Entity<AuditEntry>(entry =>
    {
        entry.ToTable(AuditSchema.Entries, table => table.ExcludeFromMigrations()).HasKey(e => e.Id);
        entry.Property(e => e.Id).ValueGeneratedNever();
    });

    internal static void Apply(ModelBuilder model)
    {
        model.HasSequence<long>("outbox_turns");
        model.HasSequence<long>("outbox_positions");
        model.Entity<OutboxRow>(row =>
        {
            row.ToTable("outbox_rows").HasKey(r => r.Id);
            row.Property(r => r.Body).HasColumnType("json");
            row.HasIndex(r => new { r.Subject, r.Sequence }).IsUnique();
            row.HasIndex(r => r.Position).IsUnique();
            row.HasIndex(r => new { r.Turn, r.Sequence }, "ix_outbox_rows_unplaced").HasFilter("position is null");
            row.HasIndex(r => r.Position, "ix_outbox_rows_unsent").HasFilter("sent_at is null");
        });
        model.Entity<OutboxSubject>(subject => subject.ToTable("outbox_subjects").HasKey(s => s.Subject));
        model.Entity<StoredDecision>(decision =>
        {
            decision.ToTable("decisions").HasKey(d => d.Id);
            decision.HasIndex(d => new { d.Subject, d.RecordedAt });
            decision.Property(d => d.Facts).IsSealedText();
            decision.Property(d => d.Receipt).IsSealedText();
        });
        model.Entity<InboxRow>(row =>
        {
            row.ToTable("inbox_rows").HasKey(r => new { r.MessageId, r.Consumer });
            row.HasIndex(r => r.ReceivedAt);
        });
        model.Entity<AnsweredRequest>(request =>
        {
            request.ToTable("answered_requests").HasKey(r => new { r.RequestId, r.Caller });
            request.HasIndex(r => r.AnsweredAt);
        });
    }
}

/// <summary>Table, column, key and index names in snake_case, so that SQL needs no quotes.</summary>
internal sealed class SnakeCaseConvention : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes())
        {
            if (entity.GetTableName() is { } table && !entity.IsMappedToJson())
                entity.SetTableName(Snake(table));
            foreach (var property in entity.GetDeclaredProperties())
            {
                if (!entity.IsMappedToJson())
                    property.SetColumnName(Snake(property.GetColumnName()));
            }

            foreach (var key in entity.GetDeclaredKeys())
                key.SetName(Snake(key.GetName() ?? ""));
            foreach (var key in entity.GetDeclaredForeignKeys())
                key.SetConstraintName(Snake(key.GetConstraintName() ?? ""));
            foreach (var index in entity.GetDeclaredIndexes())
                index.SetDatabaseName(Snake(index.GetDatabaseName() ?? ""));
        }
    }

    internal static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsUpper(name[i]) && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord)
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
