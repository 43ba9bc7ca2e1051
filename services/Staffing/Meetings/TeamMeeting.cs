using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Meetings;

/// <summary>A meeting of a team.</summary>
public sealed class TeamMeeting : IVersioned, IOfProvider
{
    /// <summary>The id.</summary>
    public required MeetingId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>The team.</summary>
    public required TeamId TeamId { get; init; }

    /// <summary>What it is for.</summary>
    public required Proto.TeamMeetingKind Kind { get; init; }

    /// <summary>The one specialist whom it is about; null for the team.</summary>
    public StaffMemberId? StaffMemberId { get; init; }

    /// <summary>The day.</summary>
    public required DateOnly Day { get; set; }

    /// <summary>SHA-256 of the UID of the calendar's series; null unless a calendar was imported.</summary>
    public string? Series { get; init; }

    /// <summary>When the series has it; null unless a calendar was imported.</summary>
    public string? Occurrence { get; init; }

    /// <summary>The state.</summary>
    public required Proto.TeamMeetingState State { get; set; }

    /// <summary>The video platform meets the federal privacy rules.</summary>
    public bool HipaaPlatform { get; set; }

    /// <summary>Administrative only.</summary>
    public bool Administrative { get; set; }

    /// <summary>The specialists stayed for all of it.</summary>
    public bool WholeMeeting { get; set; }

    /// <summary>VR counselors were invited.</summary>
    public bool VrInvited { get; init; }

    /// <summary>SHA-256 of the minutes on file; empty without minutes.</summary>
    public string MinutesSha256 { get; set; } = "";

    /// <summary>What was discussed with the vocational rehabilitation agency, by the minutes.</summary>
    public List<Proto.MeetingTopic> Topics { get; set; } = [];

    /// <summary>Who the members of the steering committee are; empty when not known.</summary>
    public List<Proto.CommitteeMember> CommitteeMembers { get; set; } = [];

    /// <summary>Another agency gives IPS together with this one; null when not known.</summary>
    public bool? PartnerAgency { get; set; }

    /// <summary>Who was there.</summary>
    public List<MeetingAttendee> Attendees { get; init; } = [];

    /// <summary>Whose situation was reviewed.</summary>
    public List<ReviewedIndividual> Reviewed { get; init; } = [];

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Meeting ToProto()
    {
        var meeting = Content();
        if (PartnerAgency is { } partner)
            meeting.PartnerAgency = partner;
        return meeting;
    }

    private Proto.Meeting Content() => new()
    {
        Name = Id.Name,
        Team = TeamId.Name,
        Kind = Kind,
        StaffMember = StaffMemberId?.Name ?? "",
        Day = Day.Day(),
        State = State,
        Attendees =
        {
            Attendees.OrderBy(a => a.StaffMemberId.Value).Select(a => new Proto.Attendee { StaffMember = a.StaffMemberId.Name, Attendance = a.Attendance }),
        },
        HipaaPlatform = HipaaPlatform,
        Administrative = Administrative,
        WholeMeeting = WholeMeeting,
        MinutesSha256 = MinutesSha256,
        VrInvited = VrInvited,
        Topics = { Topics },
        CommitteeMembers = { CommitteeMembers },
        Individuals = { Reviewed.Select(r => r.IndividualId.Name).Distinct().Order(StringComparer.Ordinal) },
        Etag = this.Etag(),
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

/// <summary>One staff member at a meeting.</summary>
public sealed class MeetingAttendee
{
    /// <summary>The meeting.</summary>
    public required MeetingId MeetingId { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>How.</summary>
    public required Proto.Attendance Attendance { get; init; }
}

/// <summary>A person whose situation a meeting reviewed.</summary>
public sealed class ReviewedIndividual : IOfProvider
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The meeting.</summary>
    public required MeetingId MeetingId { get; init; }

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>The person, after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }
}

internal sealed class TeamMeetingMap : IEntityTypeConfiguration<TeamMeeting>
{
    public void Configure(EntityTypeBuilder<TeamMeeting> meeting)
    {
        meeting.ToTable("meetings").HasKey(m => m.Id);
        meeting.HasVersion();
        meeting.HasIndex(m => new { m.TeamId, m.Day });
        meeting.HasIndex(m => new { m.TeamId, m.Series, m.Occurrence }).IsUnique();
        meeting.HasOne<Team>().WithMany().HasForeignKey(m => m.TeamId);
        meeting.PrimitiveCollection(m => m.Topics).ElementType().HasConversion<string>();
        meeting.PrimitiveCollection(m => m.CommitteeMembers).ElementType().HasConversion<string>();
    }
}

internal sealed class MeetingAttendeeMap : IEntityTypeConfiguration<MeetingAttendee>
{
    public void Configure(EntityTypeBuilder<MeetingAttendee> attendee)
    {
        attendee.ToTable("meeting_attendees").HasKey(a => new { a.MeetingId, a.StaffMemberId });
        attendee.HasOne<TeamMeeting>().WithMany(m => m.Attendees).HasForeignKey(a => a.MeetingId);
    }
}

internal sealed class ReviewedIndividualMap : IEntityTypeConfiguration<ReviewedIndividual>
{
    public void Configure(EntityTypeBuilder<ReviewedIndividual> reviewed)
    {
        reviewed.ToTable("meeting_individuals").HasKey(r => r.Id);
        reviewed.Property(r => r.Id).ValueGeneratedNever();
        reviewed.HasIndex(r => r.IndividualId);
        reviewed.HasOne<TeamMeeting>().WithMany(m => m.Reviewed).HasForeignKey(r => r.MeetingId);
    }
}
