using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using System.Text.Json;

namespace Ips.Eligibility.Fhir;

/// <summary>An item whose use case runs.</summary>
/// <param name="Thread">The Claim with its updates.</param>
/// <param name="Item">The item.</param>
/// <param name="Bundle">The Bundle's identifier.</param>
/// <param name="Claims">The Claim's identifiers.</param>
/// <param name="Fingerprint">SHA-256 of the Bundle.</param>
/// <param name="Frame">What answers repeat of the Claim.</param>
/// <param name="Authorization">The authorization that it changes; null when it makes one.</param>
internal sealed record ItemInProgress(
    Guid Thread, PasItem Item, PartnerNumber Bundle, IReadOnlyList<PartnerNumber> Claims, byte[] Fingerprint, PasFrame Frame, AuthorizationId? Authorization);

/// <summary>
/// Adds the row of the item to what its use case writes, so that both are stored or neither is. The use cases know nothing of FHIR; an item that runs no use case
/// has no row.
/// </summary>
internal sealed class FhirDoor(PersonalDataProtector protector, PolicyService policies) : IChangesObserver
{
    /// <summary>The item whose use case runs now; null for any other request.</summary>
    public ItemInProgress? Current { get; set; }

    /// <summary>The row of the last attempt; it is stored when the use case has answered.</summary>
    public FhirRequest? Row { get; private set; }

    /// <inheritdoc/>
    public void Observe(Changes changes)
    {
        if (Current is not { } current)
            return;
        var authorization = changes.Rows.OfType<Authorization>().First(a => current.Authorization is not { } id || a.Id == id);
        var receipt = (changes.Rows.OfType<StoredDecision>().FirstOrDefault(d => d.Id == authorization.DecisionId) ?? authorization.Decision!).ToProto();
        var content = current.Item.With(
            current.Bundle, current.Claims, PasAnswer.Of(authorization, receipt, authorization.Words(protector).Reason, policies))
            with
        { Frame = current.Frame.Write(), Events = [.. changes.Events.Select(e => e.Event.EventId)] };
        Row = changes.Insert(new FhirRequest
        {
            Id = Guid.CreateVersion7(changes.Now),
            ThreadId = current.Thread,
            AuthorizationId = authorization.Id,
            IndividualId = authorization.IndividualId,
            Provider = authorization.Provider,
            Payer = authorization.Payer,
            Sequence = current.Item.Sequence,
            Keys = FhirKeys.Of(protector, content),
            Fingerprint = current.Fingerprint,
            Content = protector.Protect(JsonSerializer.Serialize(content)),
            RecordedAt = changes.Now,
        });
    }
}
