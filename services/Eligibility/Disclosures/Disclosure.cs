using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Disclosures;

/// <summary>
/// A person's record, opened by break-glass access to one caller for a limited time. It stays on the review list until another person reviews it.
/// </summary>
public sealed class Disclosure : IVersioned, IUpdatedRow
{
    /// <summary>The id.</summary>
    public required DisclosureId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the agency that serves the person; that agency may review.</summary>
    public required string Provider { get; init; }

    /// <summary>Who opened it: organization, role, and the token's subject, which is unique at its issuer.</summary>
    public required string Organization { get; init; }

    /// <inheritdoc cref="Organization"/>
    public required string Role { get; init; }

    /// <inheritdoc cref="Organization"/>
    public required string OpenedBy { get; init; }

    /// <inheritdoc cref="Organization"/>
    public required string OpenedByIssuer { get; init; }

    /// <summary>How the provider that opened it treats the person.</summary>
    public required Proto.TreatingRelation Relation { get; init; }

    /// <summary>What shows the relation, encrypted because free text may name a person; null for operations.</summary>
    public required byte[]? RelationBasis { get; init; }

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

    /// <summary>The token's subject that reviewed it; never the person that opened it.</summary>
    public string? ReviewedBy { get; set; }

    /// <summary>When it was reviewed, UTC.</summary>
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>The reviewer's note, encrypted.</summary>
    public byte[]? ReviewNote { get; set; }

    /// <summary>Whether this person opened it, by whatever client. An older row has no issuer.</summary>
    public bool IsOpenedBy(Caller caller) => OpenedBy == caller.Subject && (OpenedByIssuer.Length == 0 || OpenedByIssuer == caller.Issuer);

    /// <summary>Whether the record may still be read under it.</summary>
    public bool IsOpen(DateTimeOffset now) => State == Proto.DisclosureState.AwaitingReview && now < ExpiresAt;
}

/// <summary>The stored disclosure as the contract shows it.</summary>
internal static class DisclosuresProtos
{
    public static Proto.Disclosure ToProto(this Disclosure disclosure, PersonalDataProtector protector) => new()
    {
        Name = disclosure.Id.Name,
        Individual = disclosure.IndividualId.Name,
        Provider = new OrganizationCode(disclosure.Provider).Name,
        Organization = new OrganizationCode(disclosure.Organization).Name,
        Role = WireCode.TryRead<CallerRole>(disclosure.Role, out var role) ? role : default,
        Reason = protector.Unprotect(disclosure.Reason),
        OpenTime = disclosure.OpenedAt.ToTimestamp(),
        ExpireTime = disclosure.ExpiresAt.ToTimestamp(),
        State = disclosure.State,
        Reads = disclosure.Reads,
        ReviewTime = disclosure.ReviewedAt?.ToTimestamp(),
        Relation = disclosure.Relation,
        RelationBasis = disclosure.RelationBasis is { } basis ? protector.Unprotect(basis) : "",
        ReviewNote = disclosure.ReviewNote is { } note ? protector.Unprotect(note) : "",
    };
}

/// <summary>Publishes the steps of a disclosure.</summary>
internal static class DisclosureSteps
{
    public static void PublishMove(this Changes changes, Disclosure disclosure, Caller caller) => changes.Publish(new DisclosureMovedV1
    {
        DisclosureId = disclosure.Id,
        IndividualId = disclosure.IndividualId,
        Provider = disclosure.Provider,
        Organization = caller.Organization,
        Role = caller.Role,
        State = WireCode.Lower(disclosure.State)!,
        Relation = disclosure.Relation == Proto.TreatingRelation.Unspecified ? null : WireCode.Lower(disclosure.Relation),
    });
}
