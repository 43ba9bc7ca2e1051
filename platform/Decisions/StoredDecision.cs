using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

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
    /// The column of the facts, so that the decision can be repeated. Encrypted when the service has a key ring, because a birth date is among them; empty when
    /// they were erased. <see cref="CompactTexts"/> says its form.
    /// </summary>
    public required byte[] Facts { get; init; }

    /// <summary>The column of the canonical receipt. Encrypted like the facts, because a reason may name the day on which an age is reached.</summary>
    public required byte[] Receipt { get; init; }

    /// <summary>SHA-256 of the receipt before encryption, lower-case hex.</summary>
    public required string ReceiptSha256 { get; init; }

    /// <summary>The ids of the records that it rested on: facts, orders, notes, reviews.</summary>
    public Guid[] RestsOn { get; init; } = [];

    /// <summary>The version of each of them that was read, in the same order; 0 of a record without versions.</summary>
    public int[] RestsOnVersions { get; init; } = [];

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Reads the two columns; set when the decision is made or loaded.</summary>
    internal CompactTexts? Texts { get; set; }

    /// <summary>The decision itself while it was just taken, so that an answer needs nothing read back; null when it was loaded.</summary>
    internal DecisionRecord? Taken { get; init; }

    /// <summary>The facts as JSON; empty when they were erased.</summary>
    /// <inheritdoc cref="CompactTexts.Read"/>
    public string ReadFacts() => Taken?.Facts ?? Read(Facts);

    /// <summary>The canonical receipt as it was hashed.</summary>
    /// <inheritdoc cref="CompactTexts.Read"/>
    public string ReadReceipt() => Taken?.Decision.Json ?? Read(Receipt);

    private string Read(byte[] column) => (Texts ?? throw new InvalidOperationException("The decision was loaded without AddPolicies.")).Read(column);
}

/// <summary>Gives every loaded decision what reads its columns. A column is decrypted when it is read.</summary>
internal sealed class CompactTextsInterceptor(CompactTexts texts) : IMaterializationInterceptor
{
    public object InitializedInstance(MaterializationInterceptionData materializationData, object entity)
    {
        if (entity is StoredDecision decision)
            decision.Texts = texts;
        return entity;
    }
}

/// <summary>A stored <see cref="ReceiptDictionary"/>.</summary>
public sealed class StoredDictionary
{
    /// <summary>The id that stored values name.</summary>
    public required int Id { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }
}

/// <summary>The tables of decisions and of what they are compressed with.</summary>
public static class StoredDecisionMap
{
    private static readonly ValueConverter<string, byte[]> Hex = new(hex => Convert.FromHexString(hex), bytes => Convert.ToHexStringLower(bytes));

    /// <summary>The tables, for a service's <c>OnModelCreating</c>.</summary>
    public static ModelBuilder HasDecisions(this ModelBuilder model)
    {
        model.Entity<StoredDictionary>(dictionary =>
        {
            dictionary.ToTable("receipt_dictionaries").HasKey(d => d.Id);
            dictionary.Property(d => d.Id).ValueGeneratedNever();
        });
        model.Entity<ShadowAnswer>(answer =>
        {
            answer.ToTable("shadow_answers").HasKey(a => new { a.DecisionId, a.PackHash });
            answer.HasIndex(a => new { a.Program, a.PackHash });
            answer.Property(a => a.MoneyBefore).HasPrecision(14, 2);
            answer.Property(a => a.MoneyAfter).HasPrecision(14, 2);
            answer.HasOne<StoredDecision>().WithMany().HasForeignKey(a => a.DecisionId).OnDelete(DeleteBehavior.Cascade);
        });
        return model.Entity<StoredDecision>(decision =>
        {
            decision.ToTable("decisions").HasKey(d => d.Id);
            decision.HasIndex(d => new { d.Subject, d.RecordedAt });
            decision.HasIndex(d => d.RestsOn).HasMethod("gin");
            decision.Property(d => d.PackHash).HasConversion(Hex);
            decision.Property(d => d.ReceiptSha256).HasConversion(Hex);
        });
    }
}
