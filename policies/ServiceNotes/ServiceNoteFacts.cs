using System.ComponentModel.DataAnnotations;

namespace Ips.Policies.ServiceNotes;

/// <summary>
/// One service note and the activity it describes. <see langword="null"/> means not known; an empty text or a zero is a line known to be blank.
/// Texts are only tested for being blank; their content never appears in a reason.
/// </summary>
public sealed record ServiceNoteFacts
{
    /// <summary>Element a: the individual's name.</summary>
    public string? IndividualName { get; init; }

    /// <summary>Element b: date of service. Required; it selects the text.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Element c: name of the service.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Element d: type of contact.</summary>
    public ContactType? ContactType { get; init; }

    /// <summary>Element e: place of service.</summary>
    public PlaceOfService? PlaceOfService { get; init; }

    /// <summary>Element f: the Career Profile goal served.</summary>
    public string? PurposeGoal { get; init; }

    /// <summary>Element g: what was done.</summary>
    public string? Interventions { get; init; }

    /// <summary>Element h: minutes of the intervention, without travel.</summary>
    [Range(0, 24 * 60)]
    public int? DurationMinutes { get; init; }

    /// <summary>Element i: effectiveness and progress.</summary>
    public string? Effectiveness { get; init; }

    /// <summary>Element j: signature.</summary>
    public string? SignedBy { get; init; }

    /// <summary>Element j: date of the signature, or a blank line.</summary>
    public DayOrBlank? SignatureDate { get; init; }

    /// <summary>Element j: credentials or job title.</summary>
    public string? CredentialsOrTitle { get; init; }

    /// <summary>Element k: every page carries the individual's name.</summary>
    public bool? NameOnEveryPage { get; init; }

    /// <summary>Staff code of the writer.</summary>
    public string? AuthorId { get; init; }

    /// <summary>Staff code of the person who gave the service.</summary>
    public string? RenderingStaffId { get; init; }

    /// <summary>What was done.</summary>
    public NoteActivity? Activity { get; init; }

    /// <summary>People served together, at least 1.</summary>
    [Range(1, int.MaxValue)]
    public int? GroupSize { get; init; }

    /// <summary>The service was given; false says no-show.</summary>
    public bool? Rendered { get; init; }

    /// <summary>The individual took part; needed for a meeting.</summary>
    public bool? IndividualPresent { get; init; }

    /// <summary>First day on which the intervention stands on the service plan.</summary>
    public DateOnly? InterventionOnPlanFrom { get; init; }

    /// <summary>Only if given: minutes of other contacts of the same person on the same date, added before units are counted.</summary>
    [Range(0, 24 * 60)]
    public int? OtherContactMinutesSameDate { get; init; }

    /// <summary>Only if given: minutes of travel recorded beside the contact; never billed.</summary>
    [Range(0, 24 * 60)]
    public int? TravelMinutes { get; init; }

    /// <summary>Only if given: units the provider wants to bill for the date.</summary>
    public int? ClaimedUnits { get; init; }

    /// <summary>Only if given: the name on the note is one that the person has or had on record.</summary>
    public bool? NameMatchesRecord { get; init; }

    /// <summary>Only if given: VR paid this same service.</summary>
    public bool? VrPaidSameService { get; init; }
}
