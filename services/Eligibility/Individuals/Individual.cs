using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.Payers;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Individuals;

/// <summary>A person served. Personal data is encrypted in one column; the rest is ids, codes and days.</summary>
public sealed class Individual : IVersioned, IUpdatedRow
{
    /// <summary>The id; it contains no personal data.</summary>
    public required IndividualId Id { get; init; }

    /// <summary>Raised with everything that is recorded about the person: a decision that read the record before is late.</summary>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>
    /// Raised when the personal data is corrected or joined by a merge: the etag that callers see. A fact that a colleague records meanwhile does not make a
    /// correction of a name stale.
    /// </summary>
    public int PersonalDataVersion { get; set; } = 1;

    /// <summary>Code of the provider agency that serves the person: the tenant.</summary>
    public required string Provider { get; init; }

    /// <summary>Codes of the payers that may see the person: those of the current enrollments, and those whose roster entry the provider accepted.</summary>
    public List<string> Payers { get; init; } = [];

    /// <summary>Codes of the payers whose roster entry for the person the provider accepted.</summary>
    public List<string> RegisteringPayers { get; init; } = [];

    /// <summary>The record that this one was merged into; null when it was not merged.</summary>
    public IndividualId? MergedInto { get; set; }

    /// <summary>Names of the records that were one with this one until the merge was undone.</summary>
    public List<string> SeparatedFrom { get; init; } = [];

    /// <summary>Keyed hash of names and birth date in one spelling (<see cref="Person.Key(Ips.Platform.Privacy.PersonalDataProtector)"/>).</summary>
    public byte[]? PersonHash { get; set; }

    /// <summary>
    /// Keyed hash of the names as people type them and of the birth date (<see cref="Person.SpellingKey(Ips.Platform.Privacy.PersonalDataProtector)"/>); null
    /// on a record from before it, until <c>rotate-keys</c> ran.
    /// </summary>
    public byte[]? SpellingHash { get; set; }

    /// <summary>Codes of the vocational rehabilitation agencies to which a referral of the person was sent: they see what a referral needs.</summary>
    public List<string> ReferredTo { get; init; } = [];

    /// <summary>Names, birth date and identifiers, encrypted.</summary>
    public required byte[] PersonalData { get; set; }

    /// <summary>Keyed hashes of the identifiers. Not loaded with the person.</summary>
    public List<IdentifierHash> Identifiers { get; init; } = [];

    /// <summary>Every recorded fact, also those that are superseded. Decisions use the typed views below.</summary>
    public List<Fact> Facts { get; init; } = [];

    /// <summary>Current spans of coverage.</summary>
    public IEnumerable<Enrollment> Enrollments => Current<Enrollment>();

    /// <summary>The span that pays for a day: of those that include it the first in the program's order of payers, and where that settles nothing the latest.</summary>
    public Enrollment? CoverageOn(PackDay text, DateOnly day) =>
        PayerRoute.First(text, [.. Enrollments.Where(e => e.Covers(day)).OrderByDescending(e => e.From)], e => e.Funding);

    /// <summary>Current diagnoses by class.</summary>
    public IEnumerable<Diagnosis> Diagnoses => Current<Diagnosis>();

    /// <summary>Current assessments.</summary>
    public IEnumerable<Assessment> Assessments => Current<Assessment>();

    /// <summary>Current wishes and needs of the person about work; the latest counts.</summary>
    public IEnumerable<Intake> Intakes => Current<Intake>();

    /// <summary>Current findings of the payer's reviewers.</summary>
    public IEnumerable<NecessityFinding> NecessityFindings => Current<NecessityFinding>();

    /// <summary>Current services and statuses other than IPS.</summary>
    public IEnumerable<OtherService> OtherServices => Current<OtherService>();

    /// <summary>Current statuses in My Choice Louisiana.</summary>
    public IEnumerable<MyChoice> MyChoices => Current<MyChoice>();

    /// <summary>Current recommendations.</summary>
    public IEnumerable<Recommendation> Recommendations => Current<Recommendation>();

    /// <summary>Current Person-Centered Plans.</summary>
    public IEnumerable<PlanReference> Plans => Current<PlanReference>();

    /// <summary>Current arrangements for crises.</summary>
    public IEnumerable<CrisisCoverage> CrisisCoverages => Current<CrisisCoverage>();

    /// <summary>The referrals that the person came by.</summary>
    public IEnumerable<ReferralSource> ReferralSources => Current<ReferralSource>();

    /// <summary>Current consents, including revoked ones.</summary>
    public IEnumerable<Consent> Consents => Current<Consent>();

    /// <summary>The recorded death; null while none is on record.</summary>
    public Death? Death => Current<Death>().FirstOrDefault();

    /// <summary>When the record was created, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When the current personal data was recorded, UTC.</summary>
    public DateTimeOffset PersonalDataSince =>
        Facts.OfType<FormerPersonalData>().Where(f => f.JoinedAt is null).Select(f => f.SupersededAt).Max() ?? RecordedAt;

    /// <summary>Whether the caller may see the person; the same as the query filter of <see cref="Db.EligibilityDb"/>.</summary>
    public bool IsSeenBy(Caller caller) => caller.Role switch
    {
        Roles.Ops or "" => true,
        Roles.Provider => Provider == caller.Organization,
        Roles.Mco => Payers.Contains(caller.Organization),
        Roles.Dvrs => ReferredTo.Contains(caller.Organization),
        _ => false,
    };

    /// <inheritdoc cref="PersonalDataVersion"/>
    public string Etag() => Versions.EtagOf(PersonalDataVersion);

    /// <summary>Whether the caller saw the present personal data.</summary>
    public bool Expects(string etag) => etag == Etag();

    /// <summary>Records a fact, and updates the payers from the enrollments.</summary>
    public void Record(Fact fact)
    {
        Facts.Add(fact);
        UpdatePayers();
    }

    /// <summary>Records a fact, updates the payers from the enrollments, and raises the person's version: what was decided on the record before is late.</summary>
    public void Record(Fact fact, Changes changes)
    {
        Record(changes.Insert(fact with { IndividualId = Id }));
        changes.Update(this);
    }

    /// <summary>Sets the payers to those of the current enrollments and those whose roster entry was accepted.</summary>
    public void UpdatePayers()
    {
        var payers = Enrollments.Select(e => e.Payer).Concat(RegisteringPayers).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (payers.ToHashSet(StringComparer.Ordinal).SetEquals(Payers))
            return;
        Payers.Clear();
        Payers.AddRange(payers);
    }

    /// <summary>
    /// The person as recorded at an instant: the same views, of the facts that were current then, and the personal data as it was then. Null before the person
    /// was registered. It excludes what was recorded later, also about earlier days. For reading only; it is not the stored entity.
    /// </summary>
    public Individual? Known(DateTimeOffset at) => at < RecordedAt ? null : new()
    {
        Id = Id,
        Provider = Provider,
        Payers = [.. Payers],
        ReferredTo = [.. ReferredTo],
        PersonalData = Facts.OfType<FormerPersonalData>().FirstOrDefault(f => f.StoodAt(at))?.PersonalData ?? PersonalData,
        Facts = [.. Facts.Where(f => f.StoodAt(at)).Select(f => f.AsItStood())],
        RecordedAt = RecordedAt,
    };

    private IEnumerable<T> Current<T>() where T : Fact => Facts.OfType<T>().Where(f => f.SupersededAt is null);
}

/// <summary>The stored record as the contract shows it to a caller.</summary>
internal static class IndividualsProtos
{
    public static Proto.Individual ToProto(this Individual individual, PersonalDataProtector protector, string etag, Redisclosure disclosure,
        IEnumerable<IndividualId>? merged = null, IEnumerable<Contact>? contacts = null)
    {
        var id = individual.Id;
        var person = Person.Decrypt(protector, individual).ToProto();
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
            Death = individual.Death?.ToProto(id),
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
        wire.ReferralSources.AddRange(individual.ReferralSources.Where(r => disclosure.Shows(individual, r)).OrderBy(r => r.ReceivedOn).ThenBy(r => r.Id)
            .Select(r => r.ToProto(id)));
        wire.Contacts.AddRange((contacts ?? []).Select(c => c.ToProto(protector)));
        wire.SeparatedNames.AddRange(individual.SeparatedFrom);
        wire.MergedNames.AddRange((merged ?? []).Select(m => m.Name).Order(StringComparer.Ordinal));
        return wire;
    }
}
