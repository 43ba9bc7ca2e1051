using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>
/// A person's record, opened by break-glass access to one caller for a limited time. It stays on the review list until another person reviews it.
/// </summary>
public sealed class Disclosure
{
    /// <summary>The id.</summary>
    public required DisclosureId Id { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the agency that serves the person; that agency may review.</summary>
    public required string Provider { get; init; }

    /// <summary>Who opened it: organization, role and the token's subject.</summary>
    public required string Organization { get; init; }

    /// <inheritdoc cref="Organization"/>
    public required string Role { get; init; }

    /// <inheritdoc cref="Organization"/>
    public required string OpenedBy { get; init; }

    /// <summary>The reason, encrypted because free text may name a person.</summary>
    public required byte[] Reason { get; init; }

    /// <summary>When it was opened, UTC.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it closes automatically, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The state.</summary>
    public required Proto.DisclosureState State { get; set; }

    /// <summary>How often the record was read under it.</summary>
    public int Reads { get; init; }

    /// <summary>The token's subject that reviewed it; never the subject that opened it.</summary>
    public string? ReviewedBy { get; set; }

    /// <summary>When it was reviewed, UTC.</summary>
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>The reviewer's note, encrypted.</summary>
    public byte[]? ReviewNote { get; set; }

    /// <summary>Whether the record may still be read under it.</summary>
    public bool IsOpen(DateTimeOffset now) => State == Proto.DisclosureState.AwaitingReview && now < ExpiresAt;
}
