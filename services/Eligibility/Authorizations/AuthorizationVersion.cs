using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Policies;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Authorizations;

/// <summary>A version of a request that a later one replaced. It is never changed.</summary>
public sealed class AuthorizationVersion
{
    /// <summary>The authorization.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The state in which it was replaced.</summary>
    public required Proto.AuthorizationState State { get; init; }

    /// <summary>Its content: codes and days.</summary>
    public required RequestContent Request { get; init; }

    /// <summary>Day the payer received it.</summary>
    public required DateOnly ReceivedOn { get; init; }

    /// <summary>First day requested.</summary>
    public required DateOnly RequestedFrom { get; init; }

    /// <summary>Last day requested, included.</summary>
    public required DateOnly RequestedThrough { get; init; }

    /// <summary>Units requested.</summary>
    public required int RequestedUnits { get; init; }

    /// <summary>Whether it was to be decided within hours.</summary>
    public required bool Expedited { get; init; }

    /// <summary>Its receipt.</summary>
    public required Guid DecisionId { get; init; }

    /// <summary>The rule for which the payer returned it.</summary>
    public required string PayerRuleId { get; init; }

    /// <summary>Why the payer returned it, encrypted because free text may be about the person.</summary>
    public required byte[]? PayerReason { get; init; }

    /// <summary>When a later version replaced it, UTC.</summary>
    public required DateTimeOffset ReplacedAt { get; init; }

    /// <summary>The present version, to be stored before the next one replaces it.</summary>
    public static AuthorizationVersion Of(Authorization authorization, DateTimeOffset now) => new()
    {
        AuthorizationId = authorization.Id,
        Number = authorization.RequestVersion,
        State = authorization.State,
        Request = authorization.Request,
        ReceivedOn = authorization.ReceivedOn,
        RequestedFrom = authorization.RequestedFrom,
        RequestedThrough = authorization.RequestedThrough,
        RequestedUnits = authorization.RequestedUnits,
        Expedited = authorization.Expedited,
        DecisionId = authorization.DecisionId,
        PayerRuleId = authorization.PayerRuleId,
        PayerReason = authorization.PayerReason,
        ReplacedAt = now,
    };

    /// <summary>The version as the contract shows it.</summary>
    internal Proto.AuthorizationVersion ToProto(PersonalDataProtector protector, IndividualId individual, DateTimeOffset recordedAt) => new()
    {
        Individual = individual.Name,
        Number = Number,
        State = State,
        ReceivedOn = ReceivedOn.Day(),
        RequestedFrom = RequestedFrom.Day(),
        RequestedThrough = RequestedThrough.Day(),
        RequestedUnits = RequestedUnits,
        Expedited = Expedited,
        Documents = { Request.Files.Select(file => file.Document).Distinct() },
        Decision = $"decisions/{DecisionId}",
        PayerRuleId = PayerRuleId,
        PayerReason = PayerReason is { } reason ? protector.Unprotect(reason) : "",
        CreateTime = recordedAt.ToTimestamp(),
    };
}
