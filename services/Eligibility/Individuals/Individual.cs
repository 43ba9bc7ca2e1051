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

    /// <summary>Keyed hashes of the identifiers.</summary>
    public List<IdentifierHash> Identifiers { get; init; } = [];

    /// <summary>Spans of coverage.</summary>
    public List<Enrollment> Enrollments { get; init; } = [];

    /// <summary>Diagnoses by class.</summary>
    public List<Diagnosis> Diagnoses { get; init; } = [];

    /// <summary>Assessments.</summary>
    public List<Assessment> Assessments { get; init; } = [];

    /// <summary>What the person wants and needs about work; the latest counts, the earlier ones are history.</summary>
    public List<Intake> Intakes { get; init; } = [];

    /// <summary>Findings of the payer's reviewers.</summary>
    public List<NecessityFinding> NecessityFindings { get; init; } = [];

    /// <summary>When the record was made, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
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
    public static Person Open(Particulars particulars, Individual individual) => JsonSerializer.Deserialize<Person>(particulars.Open(individual.Sealed))!;
}

/// <summary>An identifier's keyed hash; unique per provider and system.</summary>
public sealed record IdentifierHash(Guid Id, string Provider, string System, byte[] Hash);

/// <summary>A span in which a payer covers the person; both ends included, an absent end is open.</summary>
public sealed record Enrollment(
    Guid Id, string Payer, DateOnly From, DateOnly? Through, string Funding, string BenefitPlan, DateOnly? BenefitPlanFrom, DateOnly? BenefitPlanThrough, DateTimeOffset RecordedAt)
{
    /// <summary>Whether the payer covers the day.</summary>
    public bool Covers(DateOnly day) => From <= day && !(Through < day);
}

/// <summary>A diagnosis by class, as the assessor gave it; codes as in the packs.</summary>
public sealed record Diagnosis(Guid Id, string Class, string? Severity, bool Primary, DateOnly? DiagnosedOn, DateTimeOffset RecordedAt);

/// <summary>A completed assessment.</summary>
public sealed record Assessment(Guid Id, DateOnly CompletedOn, bool? AssessorScopeIncludesDiagnosis, DateTimeOffset RecordedAt);

/// <summary>Recorded wishes and needs; null means not known.</summary>
public sealed record Intake(
    Guid Id, bool? DesireToWork, DateOnly? DesireToWorkDate, string? EmploymentHistory, bool? EducationGoalLinkedToEmployment, bool? NeedForAssistance,
    bool? NeedLinkedToDiagnosis, DateOnly? OtherBhServiceLastContact, bool? DeclinesBhServices, DateOnly? ReferralOutDate, DateTimeOffset RecordedAt);

/// <summary>A finding on medical necessity: <c>met</c> or <c>not_met</c>.</summary>
public sealed record NecessityFinding(Guid Id, string Finding, DateOnly FoundOn, string Payer, DateTimeOffset RecordedAt);
