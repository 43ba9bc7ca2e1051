using System.Text.Json;
using Ips.Contracts;

namespace Ips.Eligibility.Individuals;

/// <summary>A person served. What is about the person is sealed in one column; the rest is ids, codes and days.</summary>
public sealed class Individual
{
    /// <summary>The id; made of nothing about the person.</summary>
    public required IndividualId Id { get; init; }

    /// <summary>Code of the provider agency that serves the person: the tenant.</summary>
    public required string Provider { get; init; }

    /// <summary>Codes of the payers that may see the person: those of the enrolments that stand, and those that registered the person.</summary>
    public List<string> Payers { get; init; } = [];

    /// <summary>Codes of the payers that registered the person.</summary>
    public List<string> RegisteringPayers { get; init; } = [];

    /// <summary>The record that this one was merged into; null while it is a record of its own.</summary>
    public IndividualId? MergedInto { get; set; }

    /// <summary>Keyed hash of names and birth date in one spelling (<see cref="Person.Key(Ips.Platform.Privacy.PersonalDataProtector)"/>).</summary>
    public byte[]? PersonHash { get; set; }

    /// <summary>Whether a referral of the person was sent to DVRS: then, and only then, DVRS may see what a referral needs.</summary>
    public bool ReferredToDvrs { get; set; }

    /// <summary>Names, birth date and identifiers, sealed.</summary>
    public required byte[] Sealed { get; set; }

    /// <summary>Keyed hashes of the identifiers. Not loaded with the person.</summary>
    public List<IdentifierHash> Identifiers { get; init; } = [];

    /// <summary>Everything recorded, also what no longer stands. What is decided from are the typed views below.</summary>
    public List<Fact> Facts { get; init; } = [];

    /// <summary>Spans of coverage that stand.</summary>
    public IEnumerable<Enrollment> Enrollments => Standing<Enrollment>();

    /// <summary>Diagnoses by class that stand.</summary>
    public IEnumerable<Diagnosis> Diagnoses => Standing<Diagnosis>();

    /// <summary>Assessments that stand.</summary>
    public IEnumerable<Assessment> Assessments => Standing<Assessment>();

    /// <summary>What the person wants and needs about work, as it stands; the latest counts.</summary>
    public IEnumerable<Intake> Intakes => Standing<Intake>();

    /// <summary>Findings of the payer's reviewers that stand.</summary>
    public IEnumerable<NecessityFinding> NecessityFindings => Standing<NecessityFinding>();

    /// <summary>Services and statuses other than IPS that stand.</summary>
    public IEnumerable<OtherService> OtherServices => Standing<OtherService>();

    /// <summary>Statuses in My Choice Louisiana that stand.</summary>
    public IEnumerable<MyChoice> MyChoices => Standing<MyChoice>();

    /// <summary>Recommendations that stand.</summary>
    public IEnumerable<Recommendation> Recommendations => Standing<Recommendation>();

    /// <summary>Person-Centered Plans that stand.</summary>
    public IEnumerable<PlanReference> Plans => Standing<PlanReference>();

    /// <summary>Arrangements for crises that stand.</summary>
    public IEnumerable<CrisisCoverage> CrisisCoverages => Standing<CrisisCoverage>();

    /// <summary>Consents that stand, revoked ones among them.</summary>
    public IEnumerable<Consent> Consents => Standing<Consent>();

    /// <summary>When the record was made, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When the particulars were recorded as they stand, UTC.</summary>
    public DateTimeOffset ParticularsSince =>
        Facts.OfType<FormerParticulars>().Where(f => f.JoinedAt is null).Select(f => f.SupersededAt).Max() ?? RecordedAt;

    /// <summary>Records a fact, and lets the payers follow the enrolments.</summary>
    public void Record(Fact fact)
    {
        Facts.Add(fact);
        FollowEnrollments();
    }

    /// <summary>Makes the payers those of the enrolments that stand, and those that registered the person.</summary>
    public void FollowEnrollments()
    {
        var payers = Enrollments.Select(e => e.Payer).Concat(RegisteringPayers).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (payers.ToHashSet(StringComparer.Ordinal).SetEquals(Payers))
            return;
        Payers.Clear();
        Payers.AddRange(payers);
    }

    /// <summary>
    /// The person as recorded at an instant: the same views, of the facts that stood then, and the particulars as they read then. Null before the person was
    /// registered. What was recorded since about days before it is not in it. For reading only; it is not the stored entity.
    /// </summary>
    public Individual? Known(DateTimeOffset at) => at < RecordedAt ? null : new()
    {
        Id = Id,
        Provider = Provider,
        Payers = [.. Payers],
        ReferredToDvrs = ReferredToDvrs,
        Sealed = Facts.OfType<FormerParticulars>().FirstOrDefault(f => f.StoodAt(at))?.Sealed ?? Sealed,
        Facts = [.. Facts.Where(f => f.StoodAt(at)).Select(f => f.AsItStood())],
        RecordedAt = RecordedAt,
    };

    private IEnumerable<T> Standing<T>() where T : Fact => Facts.OfType<T>().Where(f => f.SupersededAt is null);
}
