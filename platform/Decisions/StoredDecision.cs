using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Ips.Platform.Decisions;

/// <summary>A decision as it was taken: the facts it was taken on and the receipt, byte for byte. Never changed.</summary>
public sealed class StoredDecision
{
    /// <summary>The id that replies and events carry.</summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant: code of the provider organization.</summary>
    public required string Provider { get; init; }

    /// <summary>Resource name of what was decided about, such as <c>individuals/{uuid}</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The question, such as <c>admission</c>.</summary>
    public required string Question { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the pack.</summary>
    public required string PackVersion { get; init; }

    /// <summary>Content hash of the pack.</summary>
    public required string PackHash { get; init; }

    /// <summary>The day of the decision.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>The overall verdict.</summary>
    public required string Verdict { get; init; }

    /// <summary>
    /// The column of the facts: JSON, so that the decision can be repeated. Encrypted and in base64 when the service has a key ring, because a birth date is
    /// among them.
    /// </summary>
    public required string Facts { get; init; }

    /// <summary>
    /// The column of the canonical receipt. Text, not jsonb: its bytes were hashed. Encrypted and in base64 when the service has a key ring,
    /// because a reason may name the day on which an age is reached.
    /// </summary>
    public required string Receipt { get; init; }

    /// <summary>SHA-256 of the receipt before encryption, lower-case hex.</summary>
    public required string ReceiptSha256 { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Decrypts the two columns; set when the decision is made or loaded, absent in a service without a key ring.</summary>
    internal ITextProtector? Keys { get; set; }

    /// <summary>The facts as JSON.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They were changed, or their key is not in the ring.</exception>
    public string ReadFacts() => Read(Facts);

    /// <summary>The canonical receipt as it was hashed.</summary>
    /// <inheritdoc cref="ReadFacts"/>
    public string ReadReceipt() => Read(Receipt);

    private string Read(string column) => column.StartsWith('{') ? column
        : Keys?.Unprotect(Convert.FromBase64String(column))
        ?? throw new InvalidOperationException("The decision is encrypted and this service has no key ring; call AddPersonalData.");
}

/// <summary>Gives every loaded decision the key ring that decrypts it. A value is decrypted when it is read.</summary>
internal sealed class ProtectorInterceptor(ITextProtector? keys = null) : IMaterializationInterceptor
{
    public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
    {
        if (entity is StoredDecision decision)
            decision.Keys = keys;
        return entity;
    }
}

/// <summary>The table of decisions.</summary>
public static class StoredDecisionMap
{
    /// <summary>The table, for a service's <c>OnModelCreating</c>.</summary>
    public static ModelBuilder HasDecisions(this ModelBuilder model) => model.Entity<StoredDecision>(decision =>
    {
        decision.ToTable("decisions").HasKey(d => d.Id);
        decision.HasIndex(d => new { d.Subject, d.RecordedAt });
        decision.Property(d => d.Facts).IsEncryptedText();
        decision.Property(d => d.Receipt).IsEncryptedText();
    });
}
