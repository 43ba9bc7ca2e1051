using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Meetings;

/// <summary>
/// Plans the meetings of a calendar file. A meeting is known again by the UID of its series and the time that the series has for it: a later file moves it or
/// calls it off, and the same file again changes nothing.
/// </summary>
public sealed class ImportMeetings(StaffingDb db, PolicyService policies, Requests requests, TimeProvider clock)
{
    private const int LongestFile = 1024 * 1024;
    private const int LongestSpan = 400;
    private const int MostMeetings = 500;

    public Task<Result<Proto.MeetingImport>> Handle(Proto.ImportMeetingsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<TeamId>("team", request.Team);
        var staff = RecordMeeting.About(fields, request.Kind, request.StaffMember);
        var from = fields.Day("from", request.From);
        var through = fields.Day("through", request.Through);
        fields.Require(through.DayNumber - from.DayNumber < LongestSpan, "through", $"lies {LongestSpan} days or more after from; send a shorter span");
        fields.Require(request.Calendar.Length is > 0 and <= LongestFile, "calendar",
            request.Calendar.Length == 0 ? "is missing; send the file" : $"has {request.Calendar.Length} characters; send at most {LongestFile}");
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.MeetingImport>>(bad);
        return requests.Run<Proto.MeetingImport>(request.RequestId, request, async s =>
        {
            // read
            if (await db.Teams.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, s) is not { } team)
                return new Problem.NotFound("team", request.Team);
            if (staff is { } member && !await db.Staff.AnyAsync(m => m.Id == member && m.Provider == team.Provider, s))
                return new Problem.NotFound("staff member", request.StaffMember);
            if (!new CalendarFile(request.Calendar, at => policies.DayOf(team.Program, at)).Read(from, through, MostMeetings).Is(out var meetings, out var wrong))
                return wrong;
            string[] series = [.. meetings.Select(m => m.Series).Distinct()];
            var onFile = await db.Meetings.AsNoTracking().Where(m => m.TeamId == id && m.Series != null && series.Contains(m.Series)).ToListAsync(s);

            // decide
            Changes changes = new(clock.GetUtcNow());
            Proto.MeetingImport import = new() { Team = id.Name, From = from.Day(), Through = through.Day() };
            var present = onFile.ToDictionary(m => (m.Series, m.Occurrence));
            foreach (var given in meetings)
            {
                if (!present.Remove((given.Series, given.Occurrence), out var meeting))
                {
                    if (!given.Cancelled)
                        import.Planned += Plan(team, given, request.Kind, staff, changes);
                }
                else if (meeting.State != Proto.TeamMeetingState.Planned || (!given.Cancelled && meeting.Day == given.Day))
                {
                    import.Unchanged++;
                }
                else if (given.Cancelled)
                {
                    import.Cancelled += Cancel(meeting, changes);
                }
                else
                {
                    meeting.Day = given.Day;
                    changes.Update(meeting);
                    import.Moved++;
                }
            }

            // What the series of the file have no more in these days.
            foreach (var gone in present.Values.Where(m => m.State == Proto.TeamMeetingState.Planned && m.Day >= from && m.Day <= through))
                import.Cancelled += Cancel(gone, changes);
            return new Decided<Proto.MeetingImport>(import, changes);
        }, cancellationToken);
    }

    private int Plan(Teams.Team team, CalendarMeeting given, Proto.TeamMeetingKind kind, StaffMemberId? staff, Changes changes)
    {
        changes.Insert(new TeamMeeting
        {
            Id = MeetingId.New(clock),
            Provider = team.Provider,
            TeamId = team.Id,
            Kind = kind,
            StaffMemberId = staff,
            Day = given.Day,
            State = Proto.TeamMeetingState.Planned,
            Series = given.Series,
            Occurrence = given.Occurrence,
            RecordedAt = changes.Now,
        });
        return 1;
    }

    private static int Cancel(TeamMeeting meeting, Changes changes)
    {
        meeting.State = Proto.TeamMeetingState.Cancelled;
        changes.Update(meeting);
        return 1;
    }
}
