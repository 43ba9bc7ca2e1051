using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>A person's record, opened by break-glass to one caller for a time. It stays on the review list until somebody else has looked at it.</summary>
public sealed class Disclosure
{
    /// <summary>The id.</summary>
    public required DisclosureId Id { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the agency whose person it is: it may review.</summary>
    public required string Provider { get; init; }

    /// <summary>Who opened it: organization, role and the token's subject.</summary>
    public required string Organization { get; init; }

    /// <inheritdoc cref="Organization"/>
    public required string Role { get; init; }

    /// <inheritdoc cref="Organization"/>
    public required string OpenedBy { get; init; }

    /// <summary>Why, sealed: free text may name somebody.</summary>
    public required byte[] Reason { get; init; }

    /// <summary>When it was opened, UTC.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it closes by itself, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Where it stands.</summary>
    public required Proto.DisclosureState State { get; set; }

    /// <summary>How often the record was read under it.</summary>
    public int Reads { get; init; }

    /// <summary>The token's subject that reviewed it; never the one that opened it.</summary>
    public string? ReviewedBy { get; set; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>What the reviewer wrote, sealed.</summary>
    public byte[]? ReviewNote { get; set; }

    /// <summary>Whether the record may still be read under it.</summary>
    public bool IsOpen(DateTimeOffset now) => State == Proto.DisclosureState.AwaitingReview && now < ExpiresAt;
}
