using Hl7.Fhir.Model;
using Ips.Eligibility.Fhir;
using Ips.X12;

namespace Ips.Eligibility.X12Requests;

/// <summary>People and organizations of a file as the FHIR door names them: both doors find the same ones.</summary>
internal static class Partners
{
    /// <summary>Who gives numbers over X12; the company (TRN03) or the sender follows.</summary>
    public const string Numbers = "urn:ips-platform:x12:";

    /// <summary>An organization: by its NPI, else by its code on this platform in any case.</summary>
    public static Organization Organization(Party? party) => new()
    {
        Name = party?.LastName,
        Identifier = party?.Id is not { Length: > 0 } id ? []
            : [party.IdQualifier == "XX" ? new(PasCodes.Npi, id) : new(PasCodes.Organizations, id.ToLowerInvariant())],
    };

    /// <summary>The person, by member id.</summary>
    public static Patient Patient(Party? party, DateOnly? birth) => new()
    {
        BirthDate = birth is { } day ? day.Day() : null,
        Identifier = party?.Id is { Length: > 0 } id ? [new() { Value = id }] : [],
    };
}
