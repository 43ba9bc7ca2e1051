using Ips.Policies.Milestones;

namespace Ips.Policies.Schedules;

/// <summary>What is known about contacts that a rule requires around a job or a job search. <see langword="null"/> means not known.</summary>
public sealed record SupportContactFacts
{
    /// <summary>Which contact; required.</summary>
    public required SupportContact Contact { get; init; }

    /// <summary>
    /// Day on which its clock starts: the first day of the job; the day on which the agency learned of the loss; the entry into the program; for the log of
    /// employer contacts the start of the work.
    /// </summary>
    [Act]
    public DateOnly? StartedOn { get; init; }

    /// <summary>Only if it ended: the last day of the job or of the work; nothing is due after it.</summary>
    [AnyDay]
    public DateOnly? EndedOn { get; init; }

    /// <summary>The contacts on file; for the sessions of an assessment the sessions.</summary>
    public IReadOnlyList<ContactOnFile>? Contacts { get; init; }

    /// <summary>Only for employer contacts: a day of each week in which the specialist worked too few days for the week to count.</summary>
    [AnyDay]
    public IReadOnlyList<DateOnly>? WeeksAway { get; init; }
}

/// <summary>A contact on file.</summary>
/// <param name="Date">Its day.</param>
/// <param name="Mode">How it took place; absent = not known.</param>
/// <param name="Attempted">True when the person did not come or was not reached: an effort that is documented.</param>
public sealed record ContactOnFile([property: Act] DateOnly Date, ContactMode? Mode = null, bool? Attempted = null);

/// <summary>A contact that a rule requires.</summary>
public enum SupportContact
{
    /// <summary>With the person shortly before a job starts.</summary>
    BeforeJobStart,

    /// <summary>With the person shortly after a job started.</summary>
    AfterJobStart,

    /// <summary>With the person in each week of the first month of work.</summary>
    FirstMonth,

    /// <summary>With the person, or an effort to meet, in each month after that.</summary>
    FollowAlong,

    /// <summary>With the person after a job was lost.</summary>
    AfterJobLoss,

    /// <summary>The first one with an employer.</summary>
    FirstEmployerContact,

    /// <summary>Contacts with employers, documented each week.</summary>
    EmployerLog,

    /// <summary>The first employment assessment, on the days of which the Career Profile was written.</summary>
    FirstAssessment,

    /// <summary>So many contacts of a specialist with employers in a week.</summary>
    EmployerContacts,

    /// <summary>The sessions of the first employment assessment.</summary>
    AssessmentSessions,
}
