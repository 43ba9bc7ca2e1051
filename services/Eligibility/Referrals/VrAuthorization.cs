using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>An authorization of DVRS for a milestone that it funds.</summary>
public sealed class VrAuthorization : IVersioned, IUpdatedRow
{
    /// <summary>The id.</summary>
    public required VrAuthorizationId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The referral.</summary>
    public required ReferralId ReferralId { get; init; }

    /// <summary>The referral, for the tenant filter.</summary>
    public Referral? Referral { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the vocational rehabilitation agency.</summary>
    public required string Recipient { get; init; }

    /// <summary>The agency's own number of it.</summary>
    public required string Number { get; init; }

    /// <summary>The milestone.</summary>
    public required int Milestone { get; init; }

    /// <summary>What the agency pays, USD.</summary>
    public required decimal Amount { get; init; }

    /// <summary>First day on which the milestone may be reached.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Last such day, included.</summary>
    public required DateOnly ValidThrough { get; init; }

    /// <summary>Day on which the agency took it back; null while it stands.</summary>
    public DateOnly? CancelledOn { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

/// <summary>The stored authorization of DVRS as the contract and the event show it.</summary>
internal static class VrAuthorizationsProtos
{
    public static Proto.VrAuthorization ToProto(this VrAuthorization authorization) => new()
    {
        Name = authorization.Id.Name,
        Referral = authorization.ReferralId.Name,
        Individual = authorization.IndividualId.Name,
        Provider = new OrganizationCode(authorization.Provider).Name,
        Program = authorization.Program,
        Number = authorization.Number,
        Milestone = authorization.Milestone,
        Amount = new() { Amount = authorization.Amount.ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" },
        ValidFrom = authorization.ValidFrom.Day(),
        ValidThrough = authorization.ValidThrough.Day(),
        CancelledOn = authorization.CancelledOn.Day(),
        CreateTime = authorization.RecordedAt.ToTimestamp(),
    };

    public static void PublishMove(this Changes changes, VrAuthorization authorization, DateOnly on) => changes.Publish(new VrAuthorizationMovedV1
    {
        VrAuthorizationId = authorization.Id,
        ReferralId = authorization.ReferralId,
        IndividualId = authorization.IndividualId,
        Provider = authorization.Provider,
        Organization = authorization.Recipient,
        Program = authorization.Program,
        State = authorization.CancelledOn is null ? "authorized" : "cancelled",
        Milestone = authorization.Milestone,
        Amount = authorization.Amount,
        Currency = "USD",
        ValidFrom = authorization.ValidFrom,
        ValidThrough = authorization.ValidThrough,
        On = on,
    });
}
