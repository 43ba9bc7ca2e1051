using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// What an answer repeats of the Claim that it answers: its numbers and its type, and the person and the organizations that it names, under the addresses that the
/// sender gave them (spec-33). It is stored with the items, so that a later answer needs no request.
/// </summary>
internal sealed class PasFrame
{
    private static readonly FhirJsonSerializer Writer = new();
    private static readonly FhirJsonDeserializer Reader = new(new DeserializerSettings().UsingMode(DeserializationMode.Recoverable));
    private readonly Bundle bundle;

    private PasFrame(Bundle bundle) => this.bundle = bundle;

    /// <summary>The identifier of the Bundle.</summary>
    public Identifier Identifier => bundle.Identifier!;

    /// <summary>The Claim, without its items.</summary>
    public Claim Claim => (Claim)bundle.Entry[0].Resource!;

    /// <summary>Where the Claim stood.</summary>
    public string ClaimAddress => bundle.Entry[0].FullUrl!;

    /// <summary>The agency's number, as it was sent.</summary>
    public Identifier? RequestorNumber => ((Organization)bundle.Entry.Find(e => e.FullUrl == Claim.Provider!.Reference)!.Resource!).Identifier
        is [var first, ..] ? new(first.System, first.Value) : null;

    /// <summary>The person and the organizations, each with its address; an organization that is both stands once.</summary>
    public IEnumerable<Bundle.EntryComponent> Echoed => bundle.Entry.Skip(1);

    /// <summary>Takes it from a Bundle that was checked.</summary>
    public static PasFrame Of(Bundle sent, PasBundle checks, PasClaim claim)
    {
        ResourceReference To(Resource resource) => new(checks.AddressOf(resource));
        Claim slim = new()
        {
            Id = claim.Claim.Id,
            Identifier = [.. claim.Claim.Identifier.Select(i => new Identifier(i.System, i.Value))],
            Type = claim.Claim.Type,
            Patient = To(claim.Patient!),
            Insurer = To(claim.Insurer!),
            Provider = To(claim.Requestor!),
        };
        return new(new()
        {
            Identifier = new(sent.Identifier!.System, sent.Identifier.Value),
            Entry =
            [
                new() { FullUrl = checks.AddressOf(claim.Claim), Resource = slim },
                .. new Resource[] { claim.Requestor!, claim.Insurer!, claim.Patient! }.Distinct()
                    .Select(echoed => new Bundle.EntryComponent { FullUrl = checks.AddressOf(echoed), Resource = echoed }),
            ],
        });
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static PasFrame Read(string json)
    {
        Reader.TryDeserializeResource(json, out var stored, out _);
        return new((Bundle)stored!);
    }

    /// <summary>As JSON.</summary>
    public string Write() => Writer.SerializeToString(bundle);
}
