using System.Globalization;
using System.Text;
using Google.Api;
using Google.Protobuf;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.Deadlines;

/// <summary>
/// Deadlines as a calendar (RFC 5545): a day each, overdue ones included. It names kind, rule and resource, and nothing about a person.
/// </summary>
public sealed class GetDeadlineCalendar(ListDeadlines list, ProgramDays days, TimeProvider clock)
{
    /// <summary>More than a calendar program shows; what is due first is in it.</summary>
    private const int Most = 1000;

    // RFC 5545, 3.1: a line has at most 75 octets.
    private const int LineOctets = 75;

    public async Task<Result<HttpBody>> Handle(Proto.GetDeadlineCalendarRequest request, CancellationToken cancellationToken)
    {
        if (list.Refused(new(), request.Program, request.Provider, request.Team, out var open) is { } refused)
            return refused;
        var found = await open.Soonest().Take(Most).ToListAsync(cancellationToken);
        StringBuilder text = new();
        Add(text, "BEGIN:VCALENDAR");
        Add(text, "VERSION:2.0");
        Add(text, "PRODID:-//IPS Platform//Deadlines//EN");
        Add(text, "METHOD:PUBLISH");
        Add(text, "X-WR-CALNAME:" + Escape("Deadlines " + string.Join(' ', new[] { request.Program, request.Provider, request.Team }.Where(part => part.Length > 0))));
        foreach (var fact in found)
            Add(text, fact);
        Add(text, "END:VCALENDAR");
        return new HttpBody { ContentType = "text/calendar; charset=utf-8", Data = ByteString.CopyFromUtf8(text.ToString()) };
    }

    private void Add(StringBuilder text, EventFact fact)
    {
        var overdue = fact.DueOn < days.Today(fact.Program ?? "") ? "OVERDUE " : "";
        Add(text, "BEGIN:VEVENT");
        // A corrected day replaces the entry of the same deadline.
        Add(text, $"UID:{fact.Subject.Replace('/', '-')}-{fact.Topic}@ips");
        Add(text, "DTSTAMP:" + clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        Add(text, "DTSTART;VALUE=DATE:" + Day(fact.DueOn!.Value));
        Add(text, "DTEND;VALUE=DATE:" + Day(fact.DueOn.Value.AddDays(1)));
        Add(text, "SUMMARY:" + Escape($"{overdue}{fact.Topic} ({fact.RuleId})"));
        Add(text, "DESCRIPTION:" + Escape($"{fact.About}\n{fact.Provider}\n{fact.Program}"));
        Add(text, "TRANSP:TRANSPARENT");
        Add(text, "END:VEVENT");
    }

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // Everything here is ASCII, so an octet is a character.
    private static void Add(StringBuilder text, string line)
    {
        for (var at = 0; at < line.Length;)
        {
            var length = Math.Min(line.Length - at, at == 0 ? LineOctets : LineOctets - 1);
            text.Append(at == 0 ? "" : " ").Append(line, at, length).Append("\r\n");
            at += length;
        }
    }
}
