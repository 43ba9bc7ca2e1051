using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using Calendar = Ical.Net.Calendar;

namespace Ips.Staffing.Meetings;

/// <summary>One meeting of a calendar file.</summary>
/// <param name="Series">SHA-256 of the UID, lower-case hex: a UID may hold the address of a person.</param>
/// <param name="Occurrence">When the series has it, also when it was moved: a UTC time, or a local one or a day of an event without a zone.</param>
/// <param name="Day">The day on which it is.</param>
/// <param name="Cancelled">It is called off.</param>
internal sealed record CalendarMeeting(string Series, string Occurrence, DateOnly Day, bool Cancelled);

/// <summary>Reads meetings from a file of the iCalendar format (RFC 5545) with the rules, exceptions and zones of their series. A wrong line is named.</summary>
/// <param name="text">The file.</param>
/// <param name="dayOf">The day of an instant where the team works.</param>
internal sealed partial class CalendarFile(string text, Func<DateTimeOffset, DateOnly> dayOf)
{
    private const string Event = "VEVENT";
    private const string Off = "CANCELLED";

    private static readonly string[] Times = ["yyyyMMdd", "yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmmss'Z'"];

    // A rule that finds nothing in so many steps never does, such as 30 February.
    private const int MostSteps = 1000;

    private readonly List<(int Line, string? Uid)> events = [];

    /// <summary>The meetings of a span, both ends included: every one that the series has in it, or that was moved into it.</summary>
    /// <param name="from">First day.</param>
    /// <param name="through">Last day.</param>
    /// <param name="most">With more the file is refused.</param>
    public Result<IReadOnlyList<CalendarMeeting>> Read(DateOnly from, DateOnly through, int most)
    {
        if (Check() is { } wrong)
            return wrong;
        Calendar calendar;
        try
        {
            calendar = Calendar.Load(text)!;
        }
        catch (Exception unreadable) when (unreadable is not OutOfMemoryException)
        {
            return Wrong(1, "begins a calendar that cannot be read");
        }

        List<CalendarMeeting> meetings = [];
        var allOff = "CANCEL".Equals(calendar.Method, StringComparison.OrdinalIgnoreCase);
        foreach (var series in calendar.Events.GroupBy(e => e.Uid!, StringComparer.Ordinal))
        {
            var line = events.First(e => e.Uid == series.Key).Line;
            var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(series.Key)));
            var masters = series.Where(e => e.RecurrenceIdentifier is null).ToList();
            if (masters.Count > 1)
                return Wrong(events.Where(e => e.Uid == series.Key).ElementAt(1).Line, "begins a second event with the same UID and without RECURRENCE-ID");
            var moved = series.Where(e => e.RecurrenceIdentifier is not null).GroupBy(e => Key(e.RecurrenceIdentifier!.StartTime), StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.MaxBy(e => e.Sequence)!, StringComparer.Ordinal);
            foreach (var (occurrence, change) in moved)
            {
                if (Within(DayOf(change.DtStart!)) || Within(DayOf(change.RecurrenceIdentifier!.StartTime)))
                    meetings.Add(new(key, occurrence, DayOf(change.DtStart!), allOff || IsOff(change) || masters.Exists(IsOff)));
            }

            foreach (var master in masters)
            {
                try
                {
                    meetings.AddRange(master.GetOccurrences(new CalDateTime(from.AddDays(-1)), new EvaluationOptions { MaxUnmatchedIncrementsLimit = MostSteps })
                        .Select(o => o.Period.StartTime).TakeWhile(start => DayOf(start) <= through).Take(most + 2)
                        .Where(start => Within(DayOf(start)) && !moved.ContainsKey(Key(start)))
                        .Select(start => new CalendarMeeting(key, Key(start), DayOf(start), allOff || IsOff(master))));
                }
                catch (EvaluationException)
                {
                    return Wrong(line, "begins an event whose RRULE never occurs");
                }
            }

            if (meetings.Count > most)
                return Wrong(line, $"begins an event with which the file has more than {most} meetings from {from.Day()} through {through.Day()}; send a shorter span");
        }

        return meetings;

        bool Within(DateOnly day) => day >= from && day <= through;
    }

    private DateOnly DayOf(CalDateTime time) => time.HasTime && !time.IsFloating ? dayOf(new(time.AsUtc, TimeSpan.Zero)) : time.Date;

    private static string Key(CalDateTime time) => time switch
    {
        { HasTime: false } => $"{time.Date:yyyyMMdd}",
        { IsFloating: true } => $"{time.Value:yyyyMMdd'T'HHmmss}",
        _ => $"{time.AsUtc:yyyyMMdd'T'HHmmss'Z'}",
    };

    private static bool IsOff(CalendarEvent one) => Off.Equals(one.Status, StringComparison.OrdinalIgnoreCase);

    private static Problem.Invalid Wrong(int line, string why) => new("calendar", $"is wrong in line {line}: it {why}");

    /// <summary>Looks at every line before the library reads the file: what the library refuses it does not place.</summary>
    private Problem? Check()
    {
        Stack<(string Name, int Line)> open = [];
        var (uid, start) = ((string?)null, false);
        var any = false;
        foreach (var (line, content) in Lines())
        {
            if (Property().Match(content) is not { Success: true } property)
                return Wrong(line, "is not of the form NAME:value");
            var (name, value) = (property.Groups["name"].Value.ToUpperInvariant(), property.Groups["value"].Value.Trim());
            if (open.Count == 0 && (any || (name, value.ToUpperInvariant()) != ("BEGIN", "VCALENDAR")))
                return Wrong(line, any ? "stands after the end of the calendar; send one calendar" : "does not begin a calendar; a file begins with BEGIN:VCALENDAR");
            any = true;
            if (name == "BEGIN")
            {
                open.Push((value.ToUpperInvariant(), line));
                (uid, start) = value.Equals(Event, StringComparison.OrdinalIgnoreCase) ? (null, false) : (uid, start);
            }
            else if (name == "END")
            {
                if (!value.Equals(open.Peek().Name, StringComparison.OrdinalIgnoreCase))
                    return Wrong(line, $"ends no {open.Peek().Name}, which begins in line {open.Peek().Line}");
                var (ended, began) = open.Pop();
                if (ended == Event && (uid is null || !start))
                    return Wrong(began, $"begins an event without {(uid is null ? "UID" : "DTSTART")}");
                if (ended == Event)
                    events.Add((began, uid));
            }
            else if (open.Peek().Name == Event)
            {
                if (name == "UID" && value.Length > 0)
                    uid = value;
                start |= name == "DTSTART";
                if (IsWrong(name, property, value) is { } why)
                    return Wrong(line, why);
            }
        }

        if (!any)
            return Wrong(1, "is empty; a file begins with BEGIN:VCALENDAR");
        return open.Count > 0 ? Wrong(open.Peek().Line, $"begins a {open.Peek().Name} that does not end; send the whole file") : null;
    }

    private static string? IsWrong(string name, Match property, string value)
    {
        var given = property.Groups["parameter"].Captures.Select(c => c.Value.Split('=', 2))
            .ToLookup(p => p[0].ToUpperInvariant(), p => p[1].Trim('"'), StringComparer.Ordinal);
        var zone = given["TZID"].FirstOrDefault();
        try
        {
            switch (name)
            {
                case "DTSTART" or "DTEND" or "RECURRENCE-ID" or "EXDATE" or "RDATE" when !given["VALUE"].Contains("PERIOD", StringComparer.OrdinalIgnoreCase):
                    if (given["RANGE"].Any())
                        return "changes this and all later meetings of a series; send the series in two parts";
                    if (zone is not null)
                        _ = TimeZoneResolvers.Default(zone);
                    return value.Split(',').All(time => DateTime.TryParseExact(time, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                        ? null : $"has a {name} that is not of its form, such as 20260302T090000Z";
                case "RRULE":
                    return new RecurrenceRule(value).Frequency is FrequencyType.Secondly or FrequencyType.Minutely or FrequencyType.Hourly
                        ? "repeats a meeting within a day; FREQ is DAILY, WEEKLY, MONTHLY or YEARLY" : null;
                default:
                    return null;
            }
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or OverflowException)
        {
            return name == "RRULE" ? $"has a {name} that is not of its form" : "names an unknown time zone";
        }
    }

    /// <summary>Content lines with the number of their first line: one that begins with a blank continues the line before.</summary>
    private IEnumerable<(int Line, string Content)> Lines()
    {
        StringBuilder content = new();
        var (first, number) = (0, 0);
        foreach (var line in text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (line.Length > 0 && line[0] is ' ' or '\t' && first > 0)
            {
                content.Append(line.AsSpan(1));
                continue;
            }

            if (content.Length > 0)
                yield return (first, content.ToString());
            content.Clear().Append(line);
            first = number;
        }

        if (content.Length > 0)
            yield return (first, content.ToString());
    }

    [GeneratedRegex("""^(?<name>[A-Za-z0-9-]+)(;(?<parameter>[A-Za-z0-9-]+=("[^"]*"|[^";:]*)(,("[^"]*"|[^";:]*))*))*:(?<value>.*)$""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Property();
}
