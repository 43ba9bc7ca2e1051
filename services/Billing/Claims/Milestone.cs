using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Claims;

/// <summary>A milestone of a person with its decision (lifecycle 7).</summary>
public sealed class Milestone : IVersioned
{
    /// <summary>The id.</summary>
    public required MilestoneId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer on the event day; empty when none covers it.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>1 to 9. The number is the key, never the name: the texts name the milestones differently.</summary>
    public required int Number { get; init; }

    /// <summary>The payer program; unspecified when not known.</summary>
    public required Funding Funding { get; init; }

    /// <summary>Day of the event.</summary>
    public required DateOnly EventDate { get; init; }

    /// <summary>Its state.</summary>
    public required Proto.MilestoneState State { get; set; }

    /// <summary>Whether it is decided that it can be billed; later lines of it may still be refused.</summary>
    public bool IsReached => State is Proto.MilestoneState.Billable or Proto.MilestoneState.Claimed;

    /// <summary>Who pays; empty while that is not decided.</summary>
    public required string Funder { get; init; }

    /// <summary>Procedure code.</summary>
    public required string Code { get; init; }

    /// <summary>Modifiers in order.</summary>
    public required List<string> Modifiers { get; init; }

    /// <summary>Units that the evidence shows.</summary>
    public required int Units { get; init; }

    /// <summary>Units that can be paid.</summary>
    public required int PayableUnits { get; init; }

    /// <summary>Dollars for them; null while the decision does not determine them.</summary>
    public required decimal? Amount { get; init; }

    /// <summary>Milestone 1: the notes billed.</summary>
    public List<BilledNote> Notes { get; init; } = [];

    /// <summary>The provider's reference of the plan document.</summary>
    public required string PcpDocument { get; init; }

    /// <summary>The receipt.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Milestone ToProto(Decision decision, bool stored) => new()
    {
        Name = stored ? Id.Name : "",
        Individual = IndividualId.Name,
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        Number = Number,
        Funding = Funding,
        EventDate = EventDate.Day(),
        State = State,
        Funder = Funder,
        Code = Code,
        Modifiers = { Modifiers },
        Units = Units,
        PayableUnits = PayableUnits,
        Amount = Amount.Dollars(),
        Decision = decision,
        CreateTime = stored ? RecordedAt.ToTimestamp() : null,
    };

    /// <summary>The event that publishes it with its decision.</summary>
    public MilestoneDecidedV1 ToEvent(StoredDecision decision) => new()
    {
        MilestoneId = Id,
        IndividualId = IndividualId,
        Provider = Provider,
        Program = Program,
        Number = Number,
        EventDate = EventDate,
        State = WireCode.Lower(State)!,
        Verdict = decision.Verdict,
        Funder = Funder.Length == 0 ? null : Funder,
        Units = Units,
        PayableUnits = PayableUnits,
        Amount = Amount,
        Currency = "USD",
        DecisionId = new(decision.Id),
        PackVersion = decision.PackVersion,
    };
}

internal sealed class MilestoneMap : IEntityTypeConfiguration<Milestone>
{
    public void Configure(EntityTypeBuilder<Milestone> milestone)
    {
        milestone.ToTable("milestones").HasKey(m => m.Id);
        milestone.HasVersion();
        milestone.Ignore(m => m.IsReached);
        milestone.HasOne(m => m.Decision).WithMany().HasForeignKey(m => m.DecisionId);
        milestone.HasIndex(m => new { m.IndividualId, m.Program, m.Number });
        milestone.HasIndex(m => new { m.Provider, m.Id });
    }
}

/// <summary>A note that milestone 1 bills; a note is billed once.</summary>
public sealed record BilledNote(MilestoneId MilestoneId, ServiceNoteId NoteId, DateOnly ServiceDate, int Minutes);

internal sealed class BilledNoteMap : IEntityTypeConfiguration<BilledNote>
{
    public void Configure(EntityTypeBuilder<BilledNote> note)
    {
        note.ToTable("milestone_notes").HasKey(n => new { n.MilestoneId, n.NoteId });
        note.HasOne<Milestone>().WithMany(m => m.Notes).HasForeignKey(n => n.MilestoneId);
        note.HasIndex(n => n.NoteId);
    }
}

/// <summary>Dollars as the contract writes them.</summary>
internal static class MoneyProtos
{
    public static Money? Dollars(this decimal? amount) => amount?.Dollars();

    public static Money Dollars(this decimal amount) => new() { Amount = amount.ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" };
}
