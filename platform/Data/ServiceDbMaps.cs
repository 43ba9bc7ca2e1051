using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Platform.Data;

/// <summary>Helpers for the maps of a service's tables.</summary>
public static class ServiceDbMaps
{
    /// <summary>The annotation of a text column that holds an encrypted value in base64.</summary>
    public const string EncryptedText = "Ips:EncryptedText";

    /// <summary>Stores a receipt or another document as jsonb.</summary>
    public static PropertyBuilder<string> IsJson(this PropertyBuilder<string> property) => property.HasColumnType("jsonb");

    /// <summary>Marks the text as an encrypted value in base64, so that a key rotation finds it. Columns of bytes need no mark.</summary>
    public static PropertyBuilder<string> IsEncryptedText(this PropertyBuilder<string> property) => property.HasAnnotation(EncryptedText, true);
}
