using System.Diagnostics.Metrics;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>A claim line, ready or not, with both receipts that explain it.</summary>
public sealed class ClaimLine : IVersioned
{
    /// <summary>The id.</summary>
    public required ClaimLineId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The milestone claimed; null when the line claims service notes.</summary>
    public required MilestoneId? MilestoneId { get; init; }

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer; empty when none covers the day.</summary>
    public required string Payer { get; init; }

    /// <summary>The payer program that pays; unspecified when none covers the day, and on lines from before it was stored.</summary>
    public Funding Funding { get; init; }

    /// <summary>Whether a person chose the coverage among several that are live on the day.</summary>
    public bool CoverageChosen { get; set; }

    /// <summary>Who is to pay it instead, while it needs attention because of that, or was refused and could be made for that payer now; null otherwise.</summary>
    public Proto.PayerRoute? Proposed { get; set; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The milestone's number; 0 when the line claims service notes.</summary>
    public required int MilestoneNumber { get; init; }

    /// <summary>The staff member who gave the service.</summary>
    public required StaffMemberId RenderingStaff { get; init; }

    /// <summary>The day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>First day of the episode of IPS that holds the day; null for a day in no episode, and on lines from before episodes were kept.</summary>
    public required DateOnly? EpisodeFrom { get; init; }

    /// <summary>Its state.</summary>
    public required Proto.ClaimLineState State { get; set; }

    /// <summary>Procedure code; empty where the program prints none.</summary>
    public required string Code { get; init; }

    /// <summary>Modifiers in order.</summary>
    public required List<string> Modifiers { get; init; }

    /// <summary>Units on the line.</summary>
    public required int Units { get; init; }

    /// <summary>Dollars charged: units times the rate, or what the agency charges where the program prints no rate.</summary>
    public required decimal Charge { get; init; }

    /// <summary>Units that can be paid.</summary>
    public required int PayableUnits { get; init; }

    /// <summary>Dollars paid for them; null while the decision does not determine them.</summary>
    public required decimal? Amount { get; init; }

    /// <summary>Who pays, as the decision names it; empty while that is not settled, and on lines from before it was stored.</summary>
    public string DecidedPayer { get; init; } = "";

    /// <summary>The service notes claimed; empty when the line claims a milestone.</summary>
    public List<LineNote> Notes { get; init; } = [];

    /// <summary>What was sent with the notes; null when the line claims a milestone.</summary>
    public Proto.NoteLineEvidence? Evidence { get; init; }

    /// <summary>Id of the authorization whose units the line holds; empty when it holds none.</summary>
    public required string Authorization { get; init; }

    /// <summary>The receipt of the line.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>The receipt of the latest decision, when the line was decided again and not as before; null otherwise.</summary>
    public Guid? ReconsideredId { get; set; }

    /// <inheritdoc cref="ReconsideredId"/>
    public StoredDecision? Reconsidered { get; init; }

    /// <summary>What keeps the line from being paid, rules that are not met first; empty when it is ready.</summary>
    public required IReadOnlyList<Finding> Refusals { get; set; }

    /// <summary>Staffing's decision about the rendering staff member; Staffing does not store it. Null when the staff member held no role.</summary>
    public required Decision? StaffDecision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was voided, UTC.</summary>
    public DateTimeOffset? VoidedAt { get; set; }

    /// <summary>Whether another line claims the same: the milestone on the day, or one of the notes.</summary>
    public bool BillsTheSame(ClaimLine other) => MilestoneId is { } milestone ? other.MilestoneId == milestone && other.ServiceDate == ServiceDate
        : Notes.Exists(note => other.Notes.Exists(o => o.NoteId == note.NoteId));

    /// <summary>As the contract shows it.</summary>
    /// <param name="decision">The first decision.</param>
    /// <param name="etag">The etag; empty when nothing is stored.</param>
    /// <param name="stored">Whether the line is stored.</param>
    /// <param name="reconsidered">The latest decision, when that is another.</param>
    public Proto.ClaimLine ToProto(Decision decision, string etag, bool stored, Decision? reconsidered = null) => new()
    {
        Name = stored ? Id.Name : "",
        Etag = etag,
        Individual = IndividualId.Name,
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        Milestone = MilestoneId?.Name ?? "",
        MilestoneNumber = MilestoneNumber,
        RenderingStaff = RenderingStaff.Name,
        ServiceDate = ServiceDate.Day(),
        State = State,
        Code = Code,
        Modifiers = { Modifiers },
        Units = Units,
        Charge = Charge.Dollars(),
        PayableUnits = PayableUnits,
        Amount = Amount.Dollars(),
        Authorization = Authorization,
        Decision = decision,
        Reconsidered = reconsidered,
        StaffDecision = StaffDecision,
        Refusals = { Refusals },
        CreateTime = stored ? RecordedAt.ToTimestamp() : null,
        ServiceNotes = { Notes.OrderBy(n => n.ServiceDate).ThenBy(n => n.NoteId.Value).Select(n => n.NoteId.Name) },
        Payer = DecidedPayer,
        Evidence = Evidence,
        Route = Route,
        ProposedRoute = Proposed,
    };

    /// <summary>Who pays it as it was made.</summary>
    internal Proto.PayerRoute Route => Routes.Show(Payer, Funding, DecidedPayer, CoverageChosen);

    /// <summary>A stored line with both of its decisions.</summary>
    public Proto.ClaimLine ToProto() => ToProto(Decision!.ToProto(), this.Etag(), stored: true, Reconsidered?.ToProto());

    /// <summary>Whether a decision on the facts of a later moment makes the same line: payable, by the same payer, with the same units and amount.</summary>
    public bool IsConfirmedBy(ClaimLine later) => later.State == Proto.ClaimLineState.Ready && later.Payer == Payer
        && (Funding == Funding.Unspecified || later.Funding == Funding)
        && (later.PayableUnits, later.Amount) == (PayableUnits, Amount) && (DecidedPayer.Length == 0 || later.DecidedPayer == DecidedPayer);

    /// <summary>The event that publishes it with its decision.</summary>
    public ClaimLineDecidedV1 ToEvent(StoredDecision decision) => new()
    {
        ClaimLineId = Id,
        MilestoneId = MilestoneId ?? default,
        IndividualId = IndividualId,
        StaffMemberId = RenderingStaff,
        Provider = Provider,
        Program = Program,
        MilestoneNumber = MilestoneNumber,
        ServiceDate = ServiceDate,
        State = WireCode.Lower(State)!,
        Verdict = decision.Verdict,
        Code = Code,
        Modifiers = Modifiers,
        Units = Units,
        PayableUnits = PayableUnits,
        Charge = Charge,
        Amount = Amount,
        Currency = "USD",
        RefusedBy = [.. Refusals.Select(r => r.RuleId)],
        DecisionId = new(decision.Id),
        PackVersion = decision.PackVersion,
    };

    /// <summary>The event that publishes that it is void.</summary>
    public ClaimLineVoidedV1 ToVoidedEvent() => new()
    {
        ClaimLineId = Id,
        MilestoneId = MilestoneId ?? default,
        IndividualId = IndividualId,
        Provider = Provider,
        Program = Program,
        MilestoneNumber = MilestoneNumber,
        ServiceDate = ServiceDate,
        Units = PayableUnits,
        Charge = Charge,
        Currency = "USD",
    };
}

internal sealed class ClaimLineMap : IEntityTypeConfiguration<ClaimLine>
{
    /// <summary>A milestone that is paid once in an episode has one ready line: the index enforces it.</summary>
    public const string Once = "ux_claim_lines_once";

    public void Configure(EntityTypeBuilder<ClaimLine> line)
    {
        line.ToTable("claim_lines").HasKey(l => l.Id);
        line.HasVersion();
        line.HasOne(l => l.Decision).WithMany().HasForeignKey(l => l.DecisionId);
        line.HasOne(l => l.Reconsidered).WithMany().HasForeignKey(l => l.ReconsideredId);
        line.HasOne<Milestone>().WithMany().HasForeignKey(l => l.MilestoneId);
        line.Property(l => l.Refusals).IsMessages();
        line.Property(l => l.StaffDecision).IsMessage();
        line.Property(l => l.Evidence).IsMessage();
        line.Property(l => l.DecidedPayer).HasDefaultValue("");
        line.Property(l => l.Funding).HasDefaultValue(Funding.Unspecified);
        line.Property(l => l.Proposed).IsMessage();
        line.HasIndex(l => new { l.IndividualId, l.Program, l.MilestoneNumber });
        line.HasIndex(l => new { l.Provider, l.DecisionId });
        line.HasIndex(l => new { l.IndividualId, l.Program, l.MilestoneNumber, l.EpisodeFrom }, Once).HasDatabaseName(Once).IsUnique().AreNullsDistinct(false)
            .HasFilter("state = 'Ready' and milestone_number in (2, 3, 4, 5, 9)");
    }
}

/// <summary>A note that a claim line without a milestone bills; a note is billed once.</summary>
public sealed record LineNote(ClaimLineId ClaimLineId, ServiceNoteId NoteId, DateOnly ServiceDate, int Minutes)
{
    /// <summary>Minutes that count; 0 when the note was voided.</summary>
    public int Minutes { get; set; } = Minutes;
}

internal sealed class LineNoteMap : IEntityTypeConfiguration<LineNote>
{
    public void Configure(EntityTypeBuilder<LineNote> note)
    {
        note.ToTable("claim_line_notes").HasKey(n => new { n.ClaimLineId, n.NoteId });
        note.HasOne<ClaimLine>().WithMany(l => l.Notes).HasForeignKey(n => n.ClaimLineId);
        note.HasIndex(n => n.NoteId);
    }
}

/// <summary>Lines that count in a decision.</summary>
internal static class CountedLines
{
    /// <summary>Lines of milestone 1 of a person at a provider in a calendar year.</summary>
    public static IQueryable<ClaimLine> OfEngagement(this IQueryable<ClaimLine> lines, IndividualId individual, string provider, string program, int year)
    {
        DateOnly first = new(year, 1, 1);
        DateOnly last = new(year, 12, 31);
        return lines.Where(l => l.IndividualId == individual && l.Provider == provider && l.Program == program && l.MilestoneNumber == 1
            && l.ServiceDate >= first && l.ServiceDate <= last);
    }
}

/// <summary>Claim lines stored and voided, counted by program.</summary>
internal static class ClaimMetrics
{
    private static readonly Counter<long> Lines =
        Telemetry.Meter.CreateCounter<long>("ips.claims.lines", "{claim_line}", "Claim lines stored, by program and state.");

    private static readonly Counter<long> Units =
        Telemetry.Meter.CreateCounter<long>("ips.claims.units", "{unit}", "Payable units on ready claim lines, by program.");

    private static readonly Counter<long> Voided =
        Telemetry.Meter.CreateCounter<long>("ips.claims.voided", "{claim_line}", "Claim lines voided, by program.");

    /// <summary>Counts a line that was stored.</summary>
    public static void CountStored(ClaimLine line)
    {
        Lines.Add(1, Program(line), new("ips.claim.state", WireCode.Lower(line.State)));
        if (line.State == Proto.ClaimLineState.Ready)
            Units.Add(line.PayableUnits, Program(line));
    }

    /// <summary>Counts a line that was voided.</summary>
    public static void CountVoided(ClaimLine line) => Voided.Add(1, Program(line));

    private static KeyValuePair<string, object?> Program(ClaimLine line) => new("ips.program", line.Program);
}
