using System.Text.Json;
using Ips.Contracts;
using Ips.ServiceDefaults;

namespace Ips.Eligibility.Individuals;

/// <summary>A person served. What is about the person is sealed in one column; the rest is ids, codes and days.</summary>
public sealed class Individual
{
    /// <summary>The id; made of nothing about the person.</summary>
    public required IndividualId Id { get; init; }

    /// <summary>Code of the provider agency that serves the person: the tenant.</summary>
    public required string Provider { get; init; }

    /// <summary>Codes of the payers that the person is or was enrolled with; they may see the person too.</summary>
    public List<string> Payers { get; init; } = [];

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

    /// <summary>When the record was made, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

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

/// <summary>What is about the person, as it is sealed.</summary>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="BirthDate">Day of birth.</param>
/// <param name="Identifiers">Identifiers by system.</param>
public sealed record Person(string GivenName, string FamilyName, DateOnly BirthDate, IReadOnlyDictionary<string, string> Identifiers)
{
    /// <summary>Seals it for the column.</summary>
    public byte[] Seal(Particulars particulars) => particulars.Seal(JsonSerializer.Serialize(this));

    /// <summary>Opens the column.</summary>
    public static Person Open(Particulars particulars, Individual individual) => Open(particulars, individual.Sealed);

    /// <summary>Opens a sealed column, of now or of before a correction.</summary>
    public static Person Open(Particulars particulars, byte[] column) => JsonSerializer.Deserialize<Person>(particulars.Open(column))!;
}

/// <summary>An identifier's keyed hash; unique per provider and system.</summary>
public sealed record IdentifierHash(Guid Id, string Provider, string System, byte[] Hash);
