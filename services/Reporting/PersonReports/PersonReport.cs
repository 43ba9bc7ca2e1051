using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Policies;
using Ips.Policies.Reports;
using Ips.Platform.Decisions;
using Ips.Reporting.Db;
using Ips.Reporting.Facts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Reporting.V1;

namespace Ips.Reporting.PersonReports;

/// <summary>A checklist or an assessment about a person: what made it due, and when it was done. Ids, codes and days only.</summary>
public sealed class PersonReport : IVersioned
{
    /// <summary>The id.</summary>
    public required PersonReportId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the agency.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The person as it was named then; after a merge the row counts for the survivor.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>Which.</summary>
    public required Proto.PersonReportKind Kind { get; init; }

    /// <summary>The day of the change of status or of the request; null for one that an event makes due.</summary>
    public DateOnly? TriggerOn { get; init; }

    /// <summary>The day on which it was sent or taken; null while it is due.</summary>
    public DateOnly? DoneOn { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether what makes it due is recorded with it.</summary>
    public static bool HasTrigger(Proto.PersonReportKind kind) => kind is Proto.PersonReportKind.IoarUpdate or Proto.PersonReportKind.IoarCorrection;
}

internal sealed class PersonReportMap : IEntityTypeConfiguration<PersonReport>
{
    public void Configure(EntityTypeBuilder<PersonReport> report)
    {
        report.ToTable("person_reports").HasKey(r => r.Id);
        report.HasVersion();
        // Two who record the same at once make one.
        report.HasIndex(r => new { r.Provider, r.Program, r.IndividualId, r.Kind, r.TriggerOn }).IsUnique().HasFilter("trigger_on is not null");
        report.HasIndex(r => new { r.Provider, r.Program, r.IndividualId, r.Kind, r.DoneOn }).IsUnique().HasFilter("trigger_on is null");
    }
}

/// <summary>
/// What is due about a person, decided by the pack of the program: the first checklist and the assessments from the first day of service, by its claim lines;
/// updates and corrections from the day that is recorded with them.
/// </summary>
public sealed class PersonSchedule(PolicyService policies)
{
    /// <summary>Everything that is due about the person or was done, overdue first; empty where the program has no such report.</summary>
    /// <param name="program">The program.</param>
    /// <param name="individual">The person.</param>
    /// <param name="firstService">The first day of service; null before there is any.</param>
    /// <param name="recorded">What is recorded about the person.</param>
    public IEnumerable<Proto.PersonReport> Of(string program, IndividualId individual, DateOnly? firstService, IReadOnlyList<PersonReport> recorded)
    {
        var today = policies.Today(program)!.Value;
        var first = recorded.Where(r => r.Kind == Proto.PersonReportKind.IoarInitial).MinBy(r => r.DoneOn);
        List<Proto.PersonReport> all =
        [
            .. One(Proto.PersonReportKind.IoarInitial, first, firstService, new() { Report = Report.IoarInitial }),
            .. One(Proto.PersonReportKind.NcTopps, null, firstService, new()
            {
                Report = Report.NcTopps,
                AssessedOn = [.. recorded.Where(r => r.Kind == Proto.PersonReportKind.NcTopps).Select(r => r.DoneOn).OfType<DateOnly>().Order()],
            }),
        ];
        foreach (var row in recorded.Where(r => PersonReport.HasTrigger(r.Kind)).OrderBy(r => r.TriggerOn).ThenBy(r => r.Id.Value))
        {
            all.AddRange(One(row.Kind, row, row.TriggerOn,
                new() { Report = row.Kind == Proto.PersonReportKind.IoarUpdate ? Report.IoarUpdate : Report.IoarCorrection }));
        }

        return all.OrderBy(r => r.State == Proto.PersonReportState.Overdue ? 0 : 1).ThenBy(r => r.DueOn.Length == 0 ? "9" : r.DueOn, StringComparer.Ordinal);

        IEnumerable<Proto.PersonReport> One(Proto.PersonReportKind kind, PersonReport? row, DateOnly? trigger, ReportDueFacts facts)
        {
            facts = facts with { TriggerDate = trigger, Submitted = row?.DoneOn is not null, SubmittedDate = row?.DoneOn };
            // The pack knows which reports its program has.
            if (!policies.Decide(program, ReportDueDecision.Kind, today, facts).Is(out var decision, out _))
                yield break;
            yield return new()
            {
                Name = row?.Id.Name ?? "",
                Individual = individual.Name,
                Program = program,
                Kind = kind,
                TriggerOn = trigger.Day(),
                DueOn = decision.Value<DateOnly?>("dueOn").Day(),
                WindowFrom = decision.Value<DateOnly?>("windowFrom").Day(),
                DoneOn = row?.DoneOn.Day() ?? "",
                State = decision.Value<string>("status") is { } status ? StateOf(Codes.Parse<ReportStatus>(status)!.Value) : default,
                Decision = decision.ToProto(stored: false),
                Etag = row?.Etag() ?? "",
            };
        }
    }

    private static Proto.PersonReportState StateOf(ReportStatus status) => status switch
    {
        ReportStatus.Submitted => Proto.PersonReportState.Done,
        ReportStatus.SubmittedLate => Proto.PersonReportState.DoneLate,
        ReportStatus.Open => Proto.PersonReportState.Open,
        _ => Proto.PersonReportState.Overdue,
    };
}

/// <summary>The people of an agency under a program, with their first day of service.</summary>
internal static class ServedPeople
{
    /// <summary>People found eligible or served, by the caller's facts; the day is null before the first claim line.</summary>
    public static async Task<IReadOnlyDictionary<IndividualId, DateOnly?>> Served(
        this ReportingDb db, string program, string provider, IndividualId? only, CancellationToken cancellationToken)
    {
        var facts = db.Current.Where(f => f.Provider == provider && f.Program == program && f.Counts && f.IndividualId != null
            && (f.Topic == Topics.Admitted || f.Topic == Topics.ClaimLine));
        if (only is { } person)
            facts = facts.Where(f => f.IndividualId == person);
        var found = await facts.GroupBy(f => f.IndividualId!.Value)
            .Select(g => new { Person = g.Key, First = g.Min(f => f.Topic == Topics.ClaimLine ? f.Day : null) }).ToListAsync(cancellationToken);
        return found.ToDictionary(f => f.Person, f => f.First);
    }

    /// <summary>What is recorded about people under a program, by the record that each goes on under.</summary>
    public static async Task<ILookup<IndividualId, PersonReport>> Recorded(this ReportingDb db, string program, CancellationToken cancellationToken)
    {
        var merges = await db.StandingMerges.Where(f => f.Thread != null && f.IndividualId != null)
            .Select(f => new { f.Thread, f.IndividualId }).ToListAsync(cancellationToken);
        var survivors = merges.DistinctBy(m => m.Thread).ToDictionary(m => new IndividualId(Guid.Parse(m.Thread!)), m => m.IndividualId!.Value);
        return (await db.PersonReports.AsNoTracking().Where(r => r.Program == program).ToListAsync(cancellationToken))
            .ToLookup(r => survivors.GetValueOrDefault(r.IndividualId, r.IndividualId));
    }

    /// <summary>The record that a person goes on under: of a merged record the survivor.</summary>
    public static async Task<IndividualId> Survivor(this ReportingDb db, IndividualId person, CancellationToken cancellationToken)
    {
        var merged = person.Value.ToString();
        return await db.StandingMerges.Where(f => f.Thread == merged).Select(f => f.IndividualId)
            .FirstOrDefaultAsync(cancellationToken) ?? person;
    }
}
