using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>The stored record as the contract shows it to a caller.</summary>
internal static class IndividualsWire
{
    public static Wire.Individual ToWire(this Individual individual, Particulars particulars, string etag, Redisclosure disclosure, IEnumerable<IndividualId>? merged = null)
    {
        var id = individual.Id;
        var person = Person.Open(particulars, individual).ToWire();
        Wire.Individual wire = new()
        {
            Name = id.Name,
            Etag = etag,
            Provider = new OrganizationCode(individual.Provider).Name,
            GivenName = person.GivenName,
            FamilyName = person.FamilyName,
            BirthDate = person.BirthDate,
            CreateTime = individual.RecordedAt.ToTimestamp(),
            Intake = individual.Intakes.MaxBy(i => i.RecordedAt)?.ToWire(id),
            SubstanceUseWithheld = disclosure.Withholds(individual),
        };
        wire.Identifiers.AddRange(person.Identifiers);
        wire.Enrollments.AddRange(individual.Enrollments.OrderBy(e => e.From).Select(e => e.ToWire(id)));
        wire.Diagnoses.AddRange(individual.Diagnoses.Where(d => disclosure.Shows(individual, d)).OrderBy(d => d.Id).Select(d => d.ToWire(id)));
        wire.Assessments.AddRange(individual.Assessments.OrderBy(a => a.CompletedOn).Select(a => a.ToWire(id)));
        wire.MedicalNecessityFindings.AddRange(individual.NecessityFindings.OrderBy(f => f.FoundOn).Select(f => f.ToWire(id)));
        wire.OtherServices.AddRange(individual.OtherServices.OrderBy(s => s.From).Select(s => s.ToWire(id)));
        wire.MyChoice.AddRange(individual.MyChoices.OrderBy(c => c.From).Select(c => c.ToWire(id)));
        wire.Recommendations.AddRange(individual.Recommendations.OrderBy(r => r.RecommendedOn).Select(r => r.ToWire(id)));
        wire.Plans.AddRange(individual.Plans.OrderBy(p => p.DatedOn).Select(p => p.ToWire(id)));
        wire.CrisisCoverages.AddRange(individual.CrisisCoverages.OrderBy(c => c.AgreedOn).Select(c => c.ToWire(id)));
        wire.MergedNames.AddRange((merged ?? []).Select(m => m.Name).Order(StringComparer.Ordinal));
        return wire;
    }
}
