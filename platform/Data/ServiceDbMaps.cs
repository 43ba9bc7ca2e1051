using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace Ips.Platform.Data;

/// <summary>Helpers for the maps of a service's tables.</summary>
public static class ServiceDbMaps
{
    /// <summary>PostgreSQL's own row version; it costs no column.</summary>
    internal const string RowVersion = "xmin";

    /// <summary>The annotation of a text column that holds an encrypted value in base64.</summary>
    public const string EncryptedText = "Ips:EncryptedText";

    /// <summary>Lets <see cref="ServiceDb.Etag"/> work on the entity, and makes a save over someone else's change fail.</summary>
    public static PropertyBuilder<uint> HasRowVersion<T>(this EntityTypeBuilder<T> entity) where T : class =>
        entity.Property<uint>(RowVersion).IsRowVersion();

    /// <summary>Stores a receipt or another document as jsonb.</summary>
    public static PropertyBuilder<string> IsJson(this PropertyBuilder<string> property) => property.HasColumnType("jsonb");

    /// <summary>Marks the text as an encrypted value in base64, so that a key rotation finds it. Columns of bytes need no mark.</summary>
    public static PropertyBuilder<string> IsEncryptedText(this PropertyBuilder<string> property) => property.HasAnnotation(EncryptedText, true);
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
