namespace Ips.Eligibility.Individuals;

/// <summary>
/// Something recorded about a person. Nothing recorded is overwritten or deleted: a correction is the next version of the same fact, and the version
/// before it is superseded; a fact that was recorded by mistake is superseded without a successor.
/// </summary>
/// <param name="Id">The same for every version of the fact; what names and references hold.</param>
/// <param name="RecordedAt">When this version was recorded, UTC.</param>
public abstract record Fact(Guid Id, DateTimeOffset RecordedAt)
{
    /// <summary>1 for the fact as first recorded.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Code of the organization that recorded this version.</summary>
    public string RecordedBy { get; init; } = "";

    /// <summary>When it came to this person's record by a merge, UTC; null when it was recorded here.</summary>
    public DateTimeOffset? JoinedAt { get; init; }

    /// <summary>When it stopped to stand, UTC: corrected or retracted. Null while it stands.</summary>
    public DateTimeOffset? SupersededAt { get; private set; }

    /// <summary>Code of the organization that corrected or retracted it.</summary>
    public string? SupersededBy { get; private set; }

    /// <summary>Code of the reason of the correction or retraction.</summary>
    public string? SupersededReason { get; private set; }

    /// <summary>The reason in words, sealed.</summary>
    public byte[]? SupersededNote { get; private set; }

    /// <summary>Whether it was on this record at that instant and had not been superseded.</summary>
    public bool StoodAt(DateTimeOffset at) => (JoinedAt ?? RecordedAt) <= at && !(SupersededAt <= at);

    /// <summary>Ends this version. What takes its place, if anything, is recorded beside it.</summary>
    public void Supersede(DateTimeOffset at, string by, string reason, byte[]? note) =>
        (SupersededAt, SupersededBy, SupersededReason, SupersededNote) = (at, by, reason, note);

    /// <summary>The version as it read while it stood.</summary>
    public Fact AsItStood() => this with { SupersededAt = null, SupersededBy = null, SupersededReason = null, SupersededNote = null };
}

/// <summary>A span in which a payer covers the person; both ends included, an absent end is open.</summary>
public sealed record Enrollment(
    Guid Id, string Payer, DateOnly From, DateOnly? Through, string Funding, string BenefitPlan, DateOnly? BenefitPlanFrom, DateOnly? BenefitPlanThrough, DateTimeOffset RecordedAt)
    : Fact(Id, RecordedAt)
{
    /// <summary>Whether the payer covers the day.</summary>
    public bool Covers(DateOnly day) => From <= day && !(Through < day);
}

/// <summary>A diagnosis by class, as the assessor gave it; codes as in the packs.</summary>
public sealed record Diagnosis(Guid Id, string Class, string? Severity, bool Primary, DateOnly? DiagnosedOn, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>A completed assessment.</summary>
public sealed record Assessment(Guid Id, DateOnly CompletedOn, bool? AssessorScopeIncludesDiagnosis, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>Recorded wishes and needs; null means not known.</summary>
public sealed record Intake(
    Guid Id, bool? DesireToWork, DateOnly? DesireToWorkDate, string? EmploymentHistory, bool? EducationGoalLinkedToEmployment, bool? NeedForAssistance,
    bool? NeedLinkedToDiagnosis, DateOnly? OtherBhServiceLastContact, bool? DeclinesBhServices, DateOnly? ReferralOutDate, DateTimeOffset RecordedAt)
    : Fact(Id, RecordedAt);

/// <summary>A finding on medical necessity: <c>met</c> or <c>not_met</c>.</summary>
public sealed record NecessityFinding(Guid Id, string Finding, DateOnly FoundOn, string Payer, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);

/// <summary>The person's particulars as they read before a correction; the ones that stand are <see cref="Individual.Sealed"/>.</summary>
public sealed record FormerParticulars(Guid Id, byte[] Sealed, DateTimeOffset RecordedAt) : Fact(Id, RecordedAt);
