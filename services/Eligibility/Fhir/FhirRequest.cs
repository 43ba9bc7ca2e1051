using System.Text.Json;
using Ips.Contracts;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// An item of a Claim that came by FHIR, and the authorization that it made or changed. Written with that change or not at all, so that the sender can ask again by
/// its own numbers, and gets the first answer when it sends the same Bundle again.
/// </summary>
public sealed class FhirRequest
{
    /// <summary>The id of the answer.</summary>
    public required Guid Id { get; init; }

    /// <summary>The same for a Claim and all its updates.</summary>
    public required Guid ThreadId { get; init; }

    /// <summary>The authorization.</summary>
    public required AuthorizationId AuthorizationId { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Code of the agency that sent it.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The item's number in the Claim.</summary>
    public required int Sequence { get; init; }

    /// <summary>Keyed hashes of the Claim's and the item's identifiers and of the Bundle's, under every key of the ring (<see cref="FhirKeys"/>).</summary>
    public List<string> Keys { get; init; } = [];

    /// <summary>SHA-256 of the Bundle as it was sent.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>What was sent and answered (<see cref="FhirContent"/>), encrypted: a partner's numbers may identify the person.</summary>
    public required byte[] Content { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Decrypts the content.</summary>
    internal FhirContent Read(PersonalDataProtector protector) => JsonSerializer.Deserialize<FhirContent>(protector.Unprotect(Content))!;
}

/// <summary>A partner's number.</summary>
/// <param name="System">Who gave it.</param>
/// <param name="Value">The number.</param>
internal sealed record PartnerNumber(string System, string Value)
{
    /// <summary>The number of an identifier.</summary>
    public static PartnerNumber Of(Hl7.Fhir.Model.Identifier identifier) => new(identifier.System ?? "", identifier.Value ?? "");
}

/// <summary>What the row of an item holds besides its keys.</summary>
/// <param name="Bundle">The Bundle's identifier.</param>
/// <param name="Claims">The Claim's identifiers.</param>
/// <param name="Traces">The item's trace numbers.</param>
/// <param name="Code">The procedure code.</param>
/// <param name="CodeSystem">The list that has the code.</param>
/// <param name="Modifiers">Its modifiers.</param>
/// <param name="Answer">The answer as it was given.</param>
internal sealed record FhirContent(
    PartnerNumber Bundle, IReadOnlyList<PartnerNumber> Claims, IReadOnlyList<PartnerNumber> Traces, string Code, string CodeSystem,
    IReadOnlyList<string> Modifiers, PasAnswer Answer)
{
    /// <summary>What a later answer repeats of the Claim (<see cref="PasFrame"/>); null where there is none to repeat.</summary>
    public string? Frame { get; init; }

    /// <summary>The events of the change that was answered.</summary>
    public IReadOnlyList<Guid> Events { get; init; } = [];
}

/// <summary>The hashes by which an item is found.</summary>
internal static class FhirKeys
{
    /// <summary>All keys of an item.</summary>
    public static List<string> Of(PersonalDataProtector protector, FhirContent content) =>
    [
        .. OfBundle(protector, content.Bundle).Concat(content.Claims.SelectMany(c => OfClaim(protector, c)))
            .Concat(content.Traces.SelectMany(t => OfTrace(protector, t))).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The keys of a Bundle.</summary>
    public static IEnumerable<string> OfBundle(PersonalDataProtector protector, PartnerNumber number) => Texts(protector, "=fhir-bundle", number);

    /// <summary>The keys of a Claim.</summary>
    public static IEnumerable<string> OfClaim(PersonalDataProtector protector, PartnerNumber number) => Texts(protector, "=fhir-claim", number);

    /// <summary>The keys of an item's trace number.</summary>
    public static IEnumerable<string> OfTrace(PersonalDataProtector protector, PartnerNumber number) => Texts(protector, "=fhir-trace", number);

    private static List<string> Texts(PersonalDataProtector protector, string kind, PartnerNumber number) =>
        Individuals.SearchKeys.Texts(protector.Hashes(kind, $"{number.System}\n{number.Value}"));
}
