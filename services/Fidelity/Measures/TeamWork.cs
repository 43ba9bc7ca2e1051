using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ips.Contracts;
using Ips.Policies.Fidelity;

namespace Ips.Fidelity.Measures;

/// <summary>A measured item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Quantity">What is measured; empty where nothing is.</param>
/// <param name="Number">The exact number; null where nothing is known.</param>
/// <param name="Events">Ids of the events it rests on, in order.</param>
/// <param name="Missing">What is missing.</param>
public sealed record Measured(FidelityItem Item, string Quantity, decimal? Number, IReadOnlyList<Guid> Events, IReadOnlyList<string> Missing)
{
    /// <summary>The score on whose anchor the number falls; null where there is no number, or the anchors are no ranges of it.</summary>
    public int? Anchor => Number is { } number ? Item.Arithmetic?.Anchor(number) : null;

    /// <summary>The number with one decimal.</summary>
    public string Text => Number is { } number ? Math.Round(number, 1, MidpointRounding.AwayFromZero).ToString("0.0", CultureInfo.InvariantCulture) : "";

    /// <summary>SHA-256 of the ids of the events.</summary>
    public string Digest => Events.Count == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(' ', Events))));
}

/// <summary>
/// The work of a team in a period, from the facts of its agency. The same facts in any order give the same numbers. Nothing here scores an item: a number
/// falls on an anchor,
/// and people confirm it.
/// </summary>
public sealed class TeamWork
{
    private const string Specialist = "ESP";

    private readonly FidelityScale scale;
    private readonly DateOnly from;
    private readonly DateOnly through;
    private readonly string program;
    private readonly List<OperationFact> roles;
    private readonly List<OperationFact> assignments;
    private readonly List<OperationFact> contacts;
    private readonly List<OperationFact> determinations;
    private readonly List<OperationFact> referrals;
    private readonly Dictionary<IndividualId, IndividualId> merged = [];
    private readonly Dictionary<string, IndividualId> owners = new(StringComparer.Ordinal);

    /// <param name="scale">The scale.</param>
    /// <param name="team">The team.</param>
    /// <param name="program">Its program.</param>
    /// <param name="from">First day of the period.</param>
    /// <param name="through">Last day.</param>
    /// <param name="facts">The facts of its agency.</param>
    public TeamWork(FidelityScale scale, TeamId team, string program, DateOnly from, DateOnly through, IEnumerable<OperationFact> facts)
    {
        (this.scale, this.program, this.from, this.through) = (scale, program, from, through);
        var ofKind = facts.OrderBy(fact => fact.Subject, StringComparer.Ordinal).ThenBy(fact => fact.Sequence).ThenBy(fact => fact.EventId)
            .ToLookup(fact => fact.Kind);
        // The last event about two records says whether they are one.
        foreach (var pair in ofKind[FactKind.Merge].Concat(ofKind[FactKind.Separation]).GroupBy(fact => (fact.IndividualId, fact.MergedId)))
        {
            if (pair.MaxBy(fact => fact.Sequence) is { Kind: FactKind.Merge } merge)
                merged[merge.MergedId!.Value] = merge.IndividualId!.Value;
        }

        // While they were one, events named the survivor. What came from a record is of that record: its first event named it.
        foreach (var resource in ofKind.SelectMany(kind => kind).Where(fact => fact.IndividualId is not null).GroupBy(fact => fact.Subject))
            owners[resource.Key] = resource.MinBy(fact => fact.Sequence)!.IndividualId!.Value;

        // A role is known by its holder, team, code and first day; an end replaces the open one.
        roles = [.. ofKind[FactKind.Role].Where(fact => fact.TeamId == team && fact.Code == Specialist)
            .GroupBy(fact => (fact.StaffMemberId, fact.Day)).Select(same => same.Last())];
        var staff = roles.Select(role => role.StaffMemberId).ToHashSet();
        assignments = [.. ofKind[FactKind.Assignment].Where(fact => InProgram(fact) && staff.Contains(fact.StaffMemberId)).GroupBy(fact => fact.Subject)
            .Select(same => same.Last())];
        var voided = ofKind[FactKind.ContactVoided].Select(fact => fact.Subject).ToHashSet(StringComparer.Ordinal);
        contacts = [.. ofKind[FactKind.Contact]
            .Where(fact => InProgram(fact) && staff.Contains(fact.StaffMemberId) && fact.Day <= through && !voided.Contains(fact.Subject))];
        determinations = [.. ofKind[FactKind.Determination].Where(fact => InProgram(fact) && fact.Day >= from && fact.Day <= through)
            .GroupBy(fact => fact.Subject).Select(same => same.Last())];
        referrals = [.. ofKind[FactKind.Referral].Where(fact => InProgram(fact) && fact.Day >= from && fact.Day <= through).GroupBy(fact => fact.Subject)
            .Select(same => same.Last())];
    }

    /// <summary>Every item of the scale.</summary>
    public IReadOnlyList<Measured> Items() => [.. scale.Items.Select(item => item.Number switch
    {
        1 => Caseload(item),
        2 => Share(item, note => item.Arithmetic!.Counts.Contains(note.Code ?? ""), note => note is { Minutes: > 0, Code: not null },
            "working time that no service note covers"),
        9 => Refused(item),
        15 => RapidSearch(item),
        17 => EmployerContacts(item),
        24 => Share(item, note => note.OutsideOffice == true, note => note is { Minutes: > 0, OutsideOffice: not null },
            "scheduled hours that no service note covers"),
        _ => new(item, "", null, [], ["no event carries what the item rests on; evaluators score it from interviews, observation and records"]),
    })];

    /// <summary>Active people for each specialist, on average over the ends of the months.</summary>
    private Measured Caseload(FidelityItem item)
    {
        List<decimal> ratios = [];
        HashSet<Guid> events = [];
        List<string> missing = ["the working hours of specialists; each counts as full-time"];
        foreach (var day in MonthEnds())
        {
            var held = roles.Where(role => Covers(role, day)).ToList();
            var specialists = held.Select(role => role.StaffMemberId).ToHashSet();
            if (specialists.Count == 0)
            {
                missing.Add($"a specialist on {day.Day()}");
                continue;
            }

            var active = assignments.Where(one => Covers(one, day) && specialists.Contains(one.StaffMemberId)).ToList();
            ratios.Add((decimal)active.Select(one => Person(one)).Distinct().Count() / specialists.Count);
            events.UnionWith(held.Concat(active).Select(fact => fact.EventId));
        }

        return Of(item, ratios.Count == 0 ? null : ratios.Average(), events, missing);
    }

    /// <summary>The share of noted minutes, in per cent, on average over the specialists.</summary>
    private Measured Share(FidelityItem item, Func<OperationFact, bool> counts, Func<OperationFact, bool> known, string unseen)
    {
        var inPeriod = contacts.Where(note => note.Day >= from).ToList();
        var usable = inPeriod.Where(known).ToList();
        List<string> missing = [unseen];
        if (usable.Count < inPeriod.Count)
            missing.Add($"{inPeriod.Count - usable.Count} of {inPeriod.Count} notes do not show minutes with what was done or where");
        var shares = usable.GroupBy(note => note.StaffMemberId)
            .Select(own => 100m * own.Where(counts).Sum(note => note.Minutes!.Value) / own.Sum(note => note.Minutes!.Value)).ToList();
        return Of(item, shares.Count == 0 ? null : shares.Average(), usable.Select(note => note.EventId), missing);
    }

    /// <summary>The share of people and referrals that were turned away, in per cent. The reasons are not on the events.</summary>
    private Measured Refused(FidelityItem item)
    {
        var decided = determinations.Where(fact => fact.Code is "eligible" or "not_eligible")
            .Concat(referrals.Where(fact => fact.Code is "accepted" or "converted" or "declined")).ToList();
        decimal? share = decided.Count == 0 ? null : 100m * decided.Count(fact => fact.Code is "not_eligible" or "declined") / decided.Count;
        return new(item, "per cent of people and referrals that were turned away, of the whole agency", share, Ids(decided.Select(fact => fact.EventId)),
            ["the reasons of denials and discharges; an evaluator looks whether readiness was among them"]);
    }

    /// <summary>Days from admission to the first face-to-face contact with an employer, on average over those admitted in the period.</summary>
    private Measured RapidSearch(FidelityItem item)
    {
        var own = assignments.Select(Person).ToHashSet();
        var entries = determinations.Where(fact => fact.Code == "eligible" && own.Contains(Person(fact))).GroupBy(fact => Person(fact))
            .Select(same => same.MinBy(fact => (fact.Day, fact.EventId))!).ToList();
        var toEmployers = contacts.Where(note => note.InPerson == true && item.Arithmetic!.Counts.Contains(note.Code ?? "")).ToLookup(note => Person(note));
        List<(OperationFact Entry, OperationFact Contact)> found = [];
        foreach (var entry in entries)
        {
            if (toEmployers[Person(entry)].Where(note => note.Day >= entry.Day).MinBy(note => (note.Day, note.EventId)) is { } first)
                found.Add((entry, first));
        }

        List<string> missing = entries.Count == found.Count ? []
            : [$"{entries.Count - found.Count} of {entries.Count} people had no face-to-face contact with an employer by {through.Day()}"];
        return Of(item, found.Count == 0 ? null : found.Average(pair => (decimal)(pair.Contact.Day.DayNumber - pair.Entry.Day.DayNumber)),
            found.SelectMany(pair => new[] { pair.Entry.EventId, pair.Contact.EventId }), missing);
    }

    /// <summary>Face-to-face contacts with employers of a specialist in a week, on average over the specialists.</summary>
    private Measured EmployerContacts(FidelityItem item)
    {
        var made = contacts.Where(note => note.Day >= from && note.InPerson == true && item.Arithmetic!.Counts.Contains(note.Code ?? ""))
            .ToLookup(note => note.StaffMemberId);
        List<decimal> rates = [];
        foreach (var own in roles.GroupBy(role => role.StaffMemberId))
        {
            var days = own.Sum(role => Math.Max(0, Earlier(role.Through ?? through, through).DayNumber - Later(role.Day, from).DayNumber + 1));
            if (days > 0)
                rates.Add(made[own.Key].Count() * 7m / days);
        }

        var events = roles.Where(role => role.Day <= through && (role.Through ?? through) >= from).Select(role => role.EventId)
            .Concat(made.SelectMany(own => own).Select(note => note.EventId));
        return Of(item, rates.Count == 0 ? null : rates.Average(), rates.Count == 0 ? [] : events,
            ["how often the supervisor reviews the log", "contacts that no service note shows"]);
    }

    private static Measured Of(FidelityItem item, decimal? number, IEnumerable<Guid> events, IReadOnlyList<string> missing) =>
        new(item, item.Arithmetic!.Quantity, number, Ids(events), missing);

    private static List<Guid> Ids(IEnumerable<Guid> events) => [.. events.Distinct().Order()];

    private IEnumerable<DateOnly> MonthEnds()
    {
        for (var first = new DateOnly(from.Year, from.Month, 1); first <= through; first = first.AddMonths(1))
        {
            if (first.AddMonths(1).AddDays(-1) is var end && end <= through)
                yield return end;
        }
    }

    private bool InProgram(OperationFact fact) => fact.Program == program;

    private IndividualId? Person(OperationFact fact)
    {
        if (fact.IndividualId is null)
            return null;
        var person = owners[fact.Subject];
        for (var steps = 0; steps < merged.Count && merged.TryGetValue(person, out var survivor); steps++)
            person = survivor;
        return person;
    }

    private static bool Covers(OperationFact fact, DateOnly day) => fact.Day <= day && (fact.Through is null || fact.Through >= day);

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;
}
