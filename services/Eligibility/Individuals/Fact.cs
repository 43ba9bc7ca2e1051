using Ips.Contracts;

namespace Ips.Eligibility.Individuals;

/// <summary>
/// A recorded fact about a person. Facts are never overwritten or deleted: a correction is the next version of the same fact and supersedes the previous
/// version. A retracted fact is superseded without a next version.
/// </summary>
/// <param name="Id">The same for every version of the fact; names and references contain it.</param>
/// <param name="RecordedAt">When this version was recorded, UTC.</param>
public abstract record Fact(Guid Id, DateTimeOffset RecordedAt)
{
    /// <summary>The person.</summary>
    public IndividualId IndividualId { get; init; }

    /// <summary>1 for the fact as first recorded.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Code of the organization that recorded this version.</summary>
    public string RecordedBy { get; init; } = "";

    /// <summary>When a merge moved it to this person's record, UTC; null when it was recorded here.</summary>
    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>When it was corrected or retracted, UTC. Null while it is current.</summary>
    public DateTimeOffset? SupersededAt { get; private set; }

    /// <summary>Code of the organization that corrected or retracted it.</summary>
    public string? SupersededBy { get; private set; }

    /// <summary>Code of the reason of the correction or retraction.</summary>
    public string? SupersededReason { get; private set; }

    /// <summary>The reason as free text, encrypted.</summary>
    public byte[]? SupersededNote { get; private set; }

    /// <summary>Whether it was on this record at that instant and had not been superseded.</summary>
    public bool StoodAt(DateTimeOffset at) => (JoinedAt ?? RecordedAt) <= at && !(SupersededAt <= at);

    /// <summary>Ends this version. The replacement, if any, is recorded separately.</summary>
    public void Supersede(DateTimeOffset at, string by, string reason, byte[]? note) =>
        (SupersededAt, SupersededBy, SupersededReason, SupersededNote) = (at, by, reason, note);

    /// <summary>The version as it was while it was current.</summary>
    public Fact AsItStood() => this with { SupersededAt = null, SupersededBy = null, SupersededReason = null, SupersededNote = null };
}

/// <summary>What decisions keep of the facts they rest on.</summary>
public static class UsedFacts
{
    /// <summary>The ids and versions of facts.</summary>
    public static IEnumerable<RestedOn> Used(this IEnumerable<Fact> facts) => facts.Select(fact => new RestedOn(fact.Id, fact.Version));
}

/// <summary>A span in which a payer covers the person; both ends included, a missing end is open.</summary>
public sealed record Enrollment(
    Guid Id, string Payer, DateOnly From, DateOnly? Through, string Funding, string BenefitPlan, DateOnly? BenefitPlanFrom, DateOnly? BenefitPlanThrough,
    DateTimeOffset RecordedAt)
    : Fact(Id, RecordedAt)
{
    /// <summary>Whether the payer covers the day.</summary>
    public bool Covers(DateOnly day) => From <= day && !(Through < day);
}

/// <summary>
/// A diagnosis by class, as the assessor gave it; codes as in the packs. Both ends included; a missing first day means that it was not recorded.
/// </summary>
public sealed record Diagnosis(
    Guid Id, string Class, string? Severity, bool Primary, bool? Qualifying, DateOnly? DiagnosedOn, DateOnly? Through, DateTimeOffset RecordedAt)
        : Fact(Id, RecordedAt)
{
    /// <summary>The class of substance use disorder, which 42 CFR Part 2 protects.</summary>
    public const string SubstanceUse = "SUD";

    /// <summary>Whether it had been made by the day and had not ended.</summary>
    public bool Holds(DateOnly day) => !(DiagnosedOn > day) && !(Through < day);
}

/// <summary>A completed assessment, with its scope and the licence of the assessor.</summary>
public sealed record Assessment(Guid Id, DateOnly CompletedOn, bool? AssessorScopeIncludesDiagnosis, string AssessorLicence, DateTimeOffset RecordedAt)
    : Fact(Id, RecordedAt);

/// <summary>Recorded wishes and needs; null means not known.</summary>
public sealed record Intake(
    Guid Id, bool? DesireToWork, DateOnly? DesireToWorkDate, string? EmploymentHistory, bool? EducationGoalLinkedToEmployment, bool? NeedForAssistance,
    bool? NeedLinkedToDiagnosis, DateOnly? OtherBhServiceLastContact, bool? DeclinesBhServices, DateOnly? ReferralOutDate, bool? NeedsMoreIntensiveSupports,
    DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>A finding on medical necessity: <c>met</c> or <c>not_met</c>.</summary>
public sealed record NecessityFinding(Guid Id, string Finding, DateOnly FoundOn, string Payer, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>A service or status other than IPS in a span, both ends included; <paramref name="Absent"/> records that the person did not have it.</summary>
public sealed record OtherService(Guid Id, string Service, string Organization, DateOnly From, DateOnly? Through, bool Absent, DateTimeOffset RecordedAt)
    : Fact(Id, RecordedAt)
{
    /// <summary>Assertive community treatment: not together with IPS (NC-LIM-002).</summary>
    public const string Act = "act";

    /// <summary>Whether the span includes the day.</summary>
    public bool Covers(DateOnly day) => From <= day && !(Through < day);
}

/// <summary>A status in My Choice Louisiana from a day on.</summary>
public sealed record MyChoice(Guid Id, string Status, DateOnly From, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>Who recommended IPS, and when.</summary>
public sealed record Recommendation(Guid Id, string By, DateOnly RecommendedOn, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>A Person-Centered Plan that the clinical home stores (NC-DOC-006).</summary>
public sealed record PlanReference(
    Guid Id, DateOnly DatedOn, string ClinicalHome, string DocumentSha256, bool ListsEmployment, bool CareerProfileAttached, DateTimeOffset RecordedAt)
        : Fact(Id, RecordedAt);

/// <summary>Who responds to a crisis, both ends included (NC-LIM-005).</summary>
public sealed record CrisisCoverage(Guid Id, string Organization, DateOnly AgreedOn, DateOnly? Through, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>A written consent to disclose, both ends included; from the day of revocation on it covers nothing.</summary>
public sealed record Consent(
    Guid Id, string Recipient, List<string> Purposes, List<string> Scopes, DateOnly From, DateOnly Through, DateOnly? RevokedOn, string DocumentSha256,
    DateTimeOffset RecordedAt) : Fact(Id, RecordedAt)
{
    /// <summary>Whether it allows the recipient data of the scope for one of the purposes on the day.</summary>
    public bool Covers(string recipient, string scope, IReadOnlyCollection<string> purposes, DateOnly day) =>
        Recipient == recipient && Scopes.Contains(scope) && Purposes.Any(purposes.Contains) && From <= day && day <= Through && !(RevokedOn <= day);
}

/// <summary>The referral that the person came by: who referred, as a code, and the day of receipt.</summary>
public sealed record ReferralSource(
    Guid Id, IntakeReferralId IntakeReferralId, string Source, string Organization, DateOnly ReceivedOn, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>The death of the person. It ends what runs with its day; a retraction takes those ends back.</summary>
public sealed record Death(Guid Id, DateOnly DiedOn, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>The person's personal data before a correction; the current data is <see cref="Individual.PersonalData"/>.</summary>
public sealed record FormerPersonalData(Guid Id, byte[] PersonalData, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);
