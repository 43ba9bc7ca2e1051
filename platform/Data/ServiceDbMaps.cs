using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

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
