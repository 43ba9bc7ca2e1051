using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Eligibility.Individuals;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Referrals;

/// <summary>A referral to the state vocational rehabilitation agency (lifecycle 1).</summary>
public sealed class Referral : IVersioned
{
    /// <summary>The id.</summary>
    public required ReferralId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The person, for the tenant filter.</summary>
    public Individual? Individual { get; init; }

    /// <summary>Code of the provider agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Code of the vocational rehabilitation agency that it is addressed to: that of the program when it was recorded.</summary>
    public required string Recipient { get; init; }

    /// <summary>The state.</summary>
    public required Proto.ReferralState State { get; set; }

    /// <summary>First day of the service.</summary>
    public required DateOnly ServiceInitiationDate { get; init; }

    /// <summary>Day the referral was sent.</summary>
    public DateOnly? ReferralDate { get; set; }

    /// <summary>Day of the documented offer.</summary>
    public DateOnly? OfferDocumentedDate { get; set; }

    /// <summary>Day of the DVRS decision.</summary>
    public DateOnly? DvrsDecisionDate { get; set; }

    /// <summary>Day on which DVRS closed its case.</summary>
    public DateOnly? DvrsClosedDate { get; set; }

    /// <summary>Steps taken before the referral was sent: DVRS numbers its steps from the first one it may see.</summary>
    public int StepsBeforeSent { get; set; }

    /// <summary>The receipt of the referral duty.</summary>
    public required Guid DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether the referral has not reached an end state.</summary>
    public bool IsOpen => State is not (Proto.ReferralState.Ineligible or Proto.ReferralState.Closed or Proto.ReferralState.DeclinedByIndividual);

    /// <summary>Moves to another state if the lifecycle allows it.</summary>
    public Problem? Move(Proto.ReferralState to)
    {
        var allowed = (State, to) switch
        {
            (Proto.ReferralState.Offered, Proto.ReferralState.Referred or Proto.ReferralState.DeclinedByIndividual) => true,
            (Proto.ReferralState.Referred, Proto.ReferralState.DvrsDetermining) => true,
            // A decision may arrive before its acknowledgement: DVRS sends both, and the network does not guarantee the order.
            (Proto.ReferralState.Referred or Proto.ReferralState.DvrsDetermining, Proto.ReferralState.EligibleOpen or Proto.ReferralState.Ineligible) => true,
            (Proto.ReferralState.EligibleOpen, Proto.ReferralState.Closed) => true,
            _ => false,
        };
        if (!allowed)
            return new Problem.Conflict("referral state", $"a referral that is {WireCode.Lower(State)} does not become {WireCode.Lower(to)}");
        State = to;
        return null;
    }
}

/// <summary>A message of DVRS whose effect is stored.</summary>
/// <param name="Agency">Code of the agency that sent it.</param>
/// <param name="MessageId">DVRS's own id of the message.</param>
/// <param name="ReferralId">The referral it is about.</param>
/// <param name="Content">Its content, in codes and days.</param>
/// <param name="ReceivedAt">When it was received, UTC.</param>
public sealed record DvrsMessage(string Agency, string MessageId, ReferralId ReferralId, string Content, DateTimeOffset ReceivedAt);

/// <summary>The stored referral as the contract shows it.</summary>
internal static class ReferralsProtos
{
    public static Proto.Referral ToProto(this Referral referral, Contracts.Common.V1.Decision? decision, string etag, bool stored) => new()
    {
        Name = stored ? referral.Id.Name : "",
        Etag = etag,
        Individual = referral.IndividualId.Name,
        Provider = new OrganizationCode(referral.Provider).Name,
        Program = referral.Program,
        Recipient = new OrganizationCode(referral.Recipient).Name,
        State = referral.State,
        ServiceInitiationDate = referral.ServiceInitiationDate.Day(),
        ReferralDate = referral.ReferralDate.Day(),
        OfferDocumentedDate = referral.OfferDocumentedDate.Day(),
        DvrsDecisionDate = referral.DvrsDecisionDate.Day(),
        DvrsClosedDate = referral.DvrsClosedDate.Day(),
        Decision = decision,
        CreateTime = stored ? referral.RecordedAt.ToTimestamp() : null,
    };

    /// <summary>What DVRS needs of a referral, in the state after a step.</summary>
    public static Proto.ReferralForDvrs ForDvrs(this Referral referral, Proto.ReferralState state, Person person) => new()
    {
        Name = referral.Id.Name,
        State = state,
        Provider = new OrganizationCode(referral.Provider).Name,
        ReferralDate = referral.ReferralDate.Day(),
        ServiceInitiationDate = referral.ServiceInitiationDate.Day(),
        GivenName = person.GivenName,
        FamilyName = person.FamilyName,
        BirthDate = person.BirthDate.Day(),
    };
}

/// <summary>Publishes the steps of a referral.</summary>
internal static class ReferralSteps
{
    public static void PublishMove(this Changes changes, Referral referral, Proto.ReferralState? from, DateOnly on,
        IReadOnlyDictionary<string, object>? values = null)
    {
        changes.Publish(new ReferralMovedV1
        {
            ReferralId = referral.Id,
            IndividualId = referral.IndividualId,
            Provider = referral.Provider,
            Program = referral.Program,
            FromState = from is { } before ? WireCode.Lower(before) : null,
            ToState = WireCode.Lower(referral.State)!,
            On = on,
            ServiceInitiationDate = referral.ServiceInitiationDate,
            DueOn = values?.GetValueOrDefault("dueOn") as DateOnly?,
            LateAfter = values?.GetValueOrDefault("hardLateAfter") as DateOnly?,
        });
    }
}
