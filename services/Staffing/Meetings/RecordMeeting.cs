using Ips.Contracts;
using Ips.Staffing.Clearances;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Meetings;

/// <summary>Plans meetings and records that they were held or cancelled.</summary>
public sealed class RecordMeeting(StaffingDb db, Requests requests, TeamSchedule schedule, TimeProvider clock)
{
    private const int MostIndividuals = 500;

    public Task<Result<Proto.Meeting>> Handle(Proto.PlanMeetingRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var staff = About(fields, request.Kind, request.StaffMember);
        fields.Require(!request.VrInvited || request.Kind == Proto.TeamMeetingKind.TreatmentTeam, "vr_invited", "is only for a meeting of the treatment team");
        var day = fields.Day("day", request.Day);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Meeting>>(bad);
        return requests.Run<Proto.Meeting>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, s) is not { } team)
                return new Problem.NotFound("team", request.Team);
            if (staff is { } member && !await db.Staff.AnyAsync(m => m.Id == member && m.Provider == team.Provider, s))
                return new Problem.NotFound("staff member", request.StaffMember);

            // write
            Changes changes = new(clock.GetUtcNow());
            var meeting = changes.Insert(new TeamMeeting
            {
                Id = MeetingId.New(clock),
                Provider = team.Provider,
                TeamId = id,
                Kind = request.Kind,
                StaffMemberId = staff,
                Day = day,
                State = Proto.TeamMeetingState.Planned,
                VrInvited = request.VrInvited,
                RecordedAt = changes.Now,
            });
            if (meeting.VrInvited)
                await schedule.Sync(team, meeting, changes, s);
            return new Decided<Proto.Meeting>(meeting.ToProto(), changes);
        }, cancellationToken);
    }

    /// <summary>Checks the kind of a meeting; the one specialist whom it is about, or null.</summary>
    internal static StaffMemberId? About(RequestValidator fields, Proto.TeamMeetingKind kind, string staffMember)
    {
        fields.Choice("kind", kind);
        var staff = fields.OptionalId<StaffMemberId>("staff_member", staffMember);
        fields.Require(kind is not (Proto.TeamMeetingKind.Supervision or Proto.TeamMeetingKind.FieldMentoring) || staff is not null,
            "staff_member", "is missing; supervision and field mentoring are of one specialist");
        return staff;
    }

    public Task<Result<Proto.Meeting>> Handle(Proto.HoldMeetingRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<MeetingId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var on = fields.OptionalDay("held_on", request.HeldOn);
        List<MeetingAttendee> attendees = [];
        foreach (var (i, given) in request.Attendees.Index())
        {
            fields.Choice($"attendees[{i}].attendance", given.Attendance);
            attendees.Add(new()
            {
                MeetingId = id,
                StaffMemberId = fields.Id<StaffMemberId>($"attendees[{i}].staff_member", given.StaffMember),
                Attendance = given.Attendance,
            });
        }

        fields.Require(attendees.Exists(a => a.Attendance != Proto.Attendance.Excused), "attendees", "holds no one who took part");
        fields.Require(attendees.DistinctBy(a => a.StaffMemberId).Count() == attendees.Count, "attendees", "holds a staff member twice");
        List<IndividualId> reviewed = [.. request.Individuals.Select((name, i) => fields.Id<IndividualId>($"individuals[{i}]", name))];
        fields.Require(reviewed.Count <= MostIndividuals, "individuals", $"holds {reviewed.Count} people; send at most {MostIndividuals}");
        Documents.Check(fields, "minutes_sha256", request.MinutesSha256);
        fields.Choices("topics", request.Topics);
        fields.Choices("committee_members", request.CommitteeMembers);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Meeting>>(bad);
        return requests.Run<Proto.Meeting>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Meetings.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, s) is not { } meeting)
                return new Problem.NotFound("meeting", request.Name);
            StaffMemberId[] present = [.. attendees.Select(a => a.StaffMemberId)];
            var team = await db.Teams.AsNoTracking().SingleAsync(t => t.Id == meeting.TeamId, s);
            var known = await db.Staff.Where(m => present.Contains(m.Id) && m.Provider == meeting.Provider).Select(m => m.Id).ToListAsync(s);
            var day = on ?? meeting.Day;
            var followed = await FollowedMerges.Read(db, meeting.Provider, s);
            reviewed = reviewed.ConvertAll(followed.Survivor);
            var served = await db.Assignments.Where(a => reviewed.Contains(a.IndividualId) && a.Provider == meeting.Provider && a.From <= day)
                .Select(a => a.IndividualId).Distinct().ToListAsync(s);

            // decide
            if (!meeting.Expects(request.Etag))
                return new Problem.Stale("meeting", request.Name);
            if (attendees.FindIndex(a => !known.Contains(a.StaffMemberId)) is >= 0 and var unknown)
                return new Problem.NotFound("staff member", request.Attendees[unknown].StaffMember);
            if (reviewed.FindIndex(person => !served.Contains(person)) is >= 0 and var foreign)
                return new Problem.NotFound("individual", request.Individuals[foreign]);
            if (meeting.State != Proto.TeamMeetingState.Planned)
                return new Problem.Conflict("meeting-state", "only a planned meeting can be held");
            if (request.Topics.Count > 0 && meeting.Kind != Proto.TeamMeetingKind.Vr)
                return new Problem.Invalid("topics", "is only for a meeting with the vocational rehabilitation agency");
            if ((request.CommitteeMembers.Count > 0 || request.HasPartnerAgency) && meeting.Kind != Proto.TeamMeetingKind.SteeringCommittee)
                return new Problem.Invalid(request.HasPartnerAgency ? "partner_agency" : "committee_members", "is only for the steering committee");
            if (Problem.Invalid.IfAhead("held_on", day, clock.UtcDay()) is { } ahead)
                return ahead;

            // write
            Changes changes = new(clock.GetUtcNow());
            (meeting.State, meeting.Day) = (Proto.TeamMeetingState.Held, day);
            (meeting.HipaaPlatform, meeting.Administrative, meeting.WholeMeeting) = (request.HipaaPlatform, request.Administrative, request.WholeMeeting);
            meeting.MinutesSha256 = request.MinutesSha256;
            (meeting.Topics, meeting.CommitteeMembers) = ([.. request.Topics.Distinct()], [.. request.CommitteeMembers.Distinct()]);
            meeting.PartnerAgency = request.HasPartnerAgency ? request.PartnerAgency : null;
            meeting.Attendees.AddRange(attendees.Select(changes.Insert));
            meeting.Reviewed.AddRange(reviewed.Distinct().Select(person => changes.Insert(new ReviewedIndividual
            {
                Id = Guid.CreateVersion7(changes.Now),
                MeetingId = id,
                Provider = meeting.Provider,
                IndividualId = person,
            })));
            changes.Update(meeting);
            await schedule.Sync(team, meeting, changes, s);
            return new Decided<Proto.Meeting>(meeting.ToProto(), changes);
        }, cancellationToken);
    }

    public Task<Result<Proto.Meeting>> Handle(Proto.CancelMeetingRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<MeetingId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.Meeting>>(bad);
        return requests.Run<Proto.Meeting>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Meetings.AsNoTracking().Include(m => m.Attendees).Include(m => m.Reviewed).AsSplitQuery().SingleOrDefaultAsync(m => m.Id == id, s) is not { } meeting)
                return new Problem.NotFound("meeting", request.Name);

            // decide
            if (!meeting.Expects(request.Etag))
                return new Problem.Stale("meeting", request.Name);
            Changes changes = new(clock.GetUtcNow());
            meeting.State = Proto.TeamMeetingState.Cancelled;
            changes.Update(meeting);
            await schedule.Sync(await db.Teams.AsNoTracking().SingleAsync(t => t.Id == meeting.TeamId, s), meeting, changes, s);
            return new Decided<Proto.Meeting>(meeting.ToProto(), changes);
        }, cancellationToken);
    }
}
