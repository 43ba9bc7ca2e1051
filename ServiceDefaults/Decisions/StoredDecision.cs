namespace Ips.ServiceDefaults;

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

    /// <summary>The program asked.</summary>
    public required string Program { get; init; }

    /// <summary>Version of the pack.</summary>
    public required string PackVersion { get; init; }

    /// <summary>Content hash of the pack.</summary>
    public required string PackHash { get; init; }

    /// <summary>The day on which the question was asked.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>The overall verdict.</summary>
    public required string Verdict { get; init; }

    /// <summary>The facts as JSON, so that the decision can be repeated; sealed and in base64 where the service has a key ring, because a birth date is among them.</summary>
    public required string Facts { get; init; }

    /// <summary>The canonical receipt. Text, not jsonb: its bytes were hashed.</summary>
    public required string Receipt { get; init; }

    /// <summary>SHA-256 of the receipt, lower-case hex.</summary>
    public required string ReceiptSha256 { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}
