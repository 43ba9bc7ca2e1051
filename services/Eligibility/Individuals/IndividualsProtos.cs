using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>The stored record as the contract shows it to a caller.</summary>
internal static class IndividualsProtos
{
    public static Proto.Individual ToProto(this Individual individual, PersonalDataProtector particulars, string etag, Redisclosure disclosure,
        IEnumerable<IndividualId>? merged = null)
    {
        var id = individual.Id;
        var person = Person.Open(particulars, individual).ToProto();
        Proto.Individual wire = new()
        {
            Name = id.Name,
            Etag = etag,
            Provider = new OrganizationCode(individual.Provider).Name,
            GivenName = person.GivenName,
            FamilyName = person.FamilyName,
            BirthDate = person.BirthDate,
            CreateTime = individual.RecordedAt.ToTimestamp(),
            Intake = individual.Intakes.MaxBy(i => i.RecordedAt)?.ToProto(id),
            SubstanceUseWithheld = disclosure.Withholds(individual),
        };
        wire.Identifiers.AddRange(person.Identifiers);
        wire.Enrollments.AddRange(individual.Enrollments.OrderBy(e => e.From).Select(e => e.ToProto(id)));
        wire.Diagnoses.AddRange(individual.Diagnoses.Where(d => disclosure.Shows(individual, d)).OrderBy(d => d.Id).Select(d => d.ToProto(id)));
        wire.Assessments.AddRange(individual.Assessments.OrderBy(a => a.CompletedOn).Select(a => a.ToProto(id)));
        wire.MedicalNecessityFindings.AddRange(individual.NecessityFindings.OrderBy(f => f.FoundOn).Select(f => f.ToProto(id)));
        wire.OtherServices.AddRange(individual.OtherServices.OrderBy(s => s.From).Select(s => s.ToProto(id)));
        wire.MyChoice.AddRange(individual.MyChoices.OrderBy(c => c.From).Select(c => c.ToProto(id)));
        wire.Recommendations.AddRange(individual.Recommendations.OrderBy(r => r.RecommendedOn).Select(r => r.ToProto(id)));
        wire.Plans.AddRange(individual.Plans.OrderBy(p => p.DatedOn).Select(p => p.ToProto(id)));
        wire.CrisisCoverages.AddRange(individual.CrisisCoverages.OrderBy(c => c.AgreedOn).Select(c => c.ToProto(id)));
        wire.MergedNames.AddRange((merged ?? []).Select(m => m.Name).Order(StringComparer.Ordinal));
        return wire;
    }
}
