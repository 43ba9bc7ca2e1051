using System.ComponentModel.DataAnnotations;

namespace Ips.Policies.Staffing;

/// <summary>What is known about the training of a staff member. <see langword="null"/> means not known.</summary>
public sealed record TrainingFacts
{
    /// <summary>The role of the person.</summary>
    public required StaffRole Role { get; init; }

    /// <summary>Hire (Louisiana: start of employment).</summary>
    [AnyDay]
    public DateOnly? HireDate { get; init; }

    /// <summary>Only if given: start in the IPS role. Clocks run from the later of the two.</summary>
    [AnyDay]
    public DateOnly? IpsRoleStartDate { get; init; }

    /// <summary>Every course or certificate on file.</summary>
    public IReadOnlyList<Completion>? Completions { get; init; }

    /// <summary>Only if given: waivers that the hiring agency grants.</summary>
    public IReadOnlyList<Waiver>? Waivers { get; init; }

    /// <summary>Only if given: trains others for the Motivational Interviewing Network of Trainers.</summary>
    public bool? MintTrainer { get; init; }

    /// <summary>Only if given: the year from hire whose annual hours are evaluated, 1 first.</summary>
    [Range(1, 100)]
    public int? TrainingYear { get; init; }

    /// <summary>Yearly training without the initial courses.</summary>
    public IReadOnlyList<TrainingSession>? AnnualTraining { get; init; }

    /// <summary>Profession, for exemptions.</summary>
    public Profession? Profession { get; init; }

    /// <summary>Licensed practitioner.</summary>
    public bool? Licensed { get; init; }

    /// <summary>First IPS service given.</summary>
    [AnyDay]
    public DateOnly? FirstServiceDate { get; init; }

    /// <summary>Only if given: day on which a crisis was handled.</summary>
    [Act]
    public DateOnly? CrisisResponseDate { get; init; }

    /// <summary>Target dates of the local plan.</summary>
    public IReadOnlyList<TrainingTarget>? TrainingTargetDates { get; init; }

    /// <summary>The day from which clocks run: the later of hire and start in the role.</summary>
    public DateOnly? Start => HireDate is { } hired && IpsRoleStartDate is { } started && started > hired ? started : HireDate;
}

/// <summary>A course or certificate on file.</summary>
/// <param name="Course">What was completed.</param>
/// <param name="CompletedOn">Day of completion.</param>
/// <param name="ExpiresOn">Last valid day of a card or certificate, included; absent means no end.</param>
/// <param name="ProofOnFile">Only if given: the agency keeps the proof that it was verified.</param>
public sealed record Completion(
    Course Course, [property: Act] DateOnly CompletedOn, [property: AnyDay] DateOnly? ExpiresOn = null, bool? ProofOnFile = null);

/// <summary>A course that the hiring agency wants to waive on an earlier certificate.</summary>
/// <param name="Course">The course.</param>
/// <param name="CertificateDate">Completion date on the certificate.</param>
/// <param name="Mint">Certificate of MINT Motivational Interviewing training.</param>
public sealed record Waiver(Course Course, [property: Act] DateOnly CertificateDate, bool? Mint = null);

/// <summary>A session of yearly training.</summary>
/// <param name="Date">Day of the session.</param>
/// <param name="Minutes">Length in minutes.</param>
public sealed record TrainingSession([property: Act] DateOnly Date, [property: Range(0, 100_000)] int Minutes);

/// <summary>The day by which the local plan requires a course.</summary>
/// <param name="Course">The course.</param>
/// <param name="TargetDate">Last day, included.</param>
public sealed record TrainingTarget(Course Course, [property: AnyDay] DateOnly TargetDate);
