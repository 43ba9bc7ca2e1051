using Hl7.Fhir.Model;
using Ips.Eligibility.Fhir;
using Ips.X12;

namespace Ips.Eligibility.X12Requests;

/// <summary>People and organizations of a file as the FHIR door names them: both doors find the same ones.</summary>
internal static class Partners
{
    /// <summary>Who gives numbers over X12; the company (TRN03) or the sender follows.</summary>
    private const string Numbers = "urn:ips-platform:x12:";

    /// <summary>A number with who gave it.</summary>
    public static Identifier Number(TraceNumber trace) => new(Numbers + trace.Company, trace.Number);

    /// <summary>What <see cref="Number"/> made; null for any other number, and without a company.</summary>
    public static TraceNumber? Trace(Identifier number) =>
        number is { System: { } system, Value: { } value } && system.StartsWith(Numbers, StringComparison.Ordinal) && system != Numbers
            ? new(value, system[Numbers.Length..]) : null;

    /// <summary>An organization: by its NPI, else by its code on this platform in any case.</summary>
    public static Organization Organization(Party? party) => new()
    {
        Name = party?.LastName,
        Identifier = party?.Id is not { Length: > 0 } id ? []
            : [party.IdQualifier == "XX" ? new(PasCodes.Npi, id) : new(PasCodes.Organizations, id.ToLowerInvariant())],
    };

    /// <summary>Whether it is a person with an NPI.</summary>
    public static bool IsPractitioner(Party party) => party is { FirstName: not null, IdQualifier: "XX", Id.Length: > 0 };

    /// <summary>A practitioner, by NPI.</summary>
    public static Practitioner Practitioner(Party party) => new() { Identifier = [new(PasCodes.Npi, party.Id)] };

    /// <summary>The person, by member id.</summary>
    public static Patient Patient(Party? party, DateOnly? birth) => new()
    {
        BirthDate = birth is { } day ? day.Day() : null,
        Identifier = party?.Id is { Length: > 0 } id ? [new() { Value = id }] : [],
    };
}
