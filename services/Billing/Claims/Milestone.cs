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

    /// <summary>Whether it is decided that it can be billed; later lines of it may still be refused. What VR pays is reached and not billed.</summary>
    public bool IsReached => State is Proto.MilestoneState.Billable or Proto.MilestoneState.Claimed
        or Proto.MilestoneState.Paid or Proto.MilestoneState.ClaimDenied;

    /// <summary>Who pays; empty while that is not decided.</summary>
    public required string Funder { get; set; }

    /// <summary>Procedure code.</summary>
    public required string Code { get; init; }

    /// <summary>Modifiers in order.</summary>
    public required List<string> Modifiers { get; init; }

    /// <summary>Units that the evidence shows.</summary>
    public required int Units { get; set; }

    /// <summary>Units that can be paid.</summary>
    public required int PayableUnits { get; set; }

    /// <summary>Dollars for them; null while the decision does not determine them.</summary>
    public required decimal? Amount { get; set; }

    /// <summary>Milestone 1: the notes billed.</summary>
    public List<BilledNote> Notes { get; init; } = [];

    /// <summary>The provider's reference of the plan document.</summary>
    public required string PcpDocument { get; init; }

    /// <summary>The evidence as submitted; null on milestones from before it was stored.</summary>
    public Proto.MilestoneEvidence? Evidence { get; init; }

    /// <summary>Day on which the approval letter came; null while it has not.</summary>
    public DateOnly? LetterReceivedOn { get; set; }

    /// <summary>Day on which it was uploaded to the claims system; null while it was not.</summary>
    public DateOnly? LetterUploadedOn { get; set; }

    /// <summary>Day on which Network Evaluation had all it reviews; null while it has not, and for a milestone that it does not review.</summary>
    public DateOnly? DocumentsCompleteOn { get; set; }

    /// <summary>Last day for its answer.</summary>
    public DateOnly? ReviewDueOn { get; set; }

    /// <summary>Day of its answer; null while there is none.</summary>
    public DateOnly? AnsweredOn { get; set; }

    /// <summary>The receipt.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>The receipt of the latest decision, when a record that it rests on changed and the answer was another; null otherwise.</summary>
    public Guid? ReconsideredId { get; set; }

    /// <inheritdoc cref="ReconsideredId"/>
    public StoredDecision? Reconsidered { get; init; }

    /// <summary>The latest decision: one taken in this use case, else the one on record.</summary>
    internal StoredDecision? Latest
    {
        get => field ?? Reconsidered ?? Decision;
        set;
    }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Milestone ToProto(Decision decision, bool stored, Decision? reconsidered = null) => new()
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
        Evidence = Evidence,
        LetterReceivedDate = LetterReceivedOn.Day(),
        LetterUploadedDate = LetterUploadedOn.Day(),
        Reconsidered = reconsidered,
        ReviewDueDate = ReviewDueOn.Day(),
        Route = Route,
    };

    /// <summary>Who pays on the day of the event.</summary>
    internal Proto.PayerRoute Route => Routes.Show(Payer, Funding, Funder, chosen: false);

    /// <summary>A stored milestone with its decisions.</summary>
    public Proto.Milestone ToProto() => ToProto(Decision!.ToProto(), stored: true, Reconsidered?.ToProto());

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
        milestone.HasOne(m => m.Reconsidered).WithMany().HasForeignKey(m => m.ReconsideredId);
        milestone.Property(m => m.Evidence).IsMessage();
        milestone.HasIndex(m => new { m.IndividualId, m.Program, m.Number });
        milestone.HasIndex(m => new { m.Provider, m.Id });
    }
}

/// <summary>A note that milestone 1 bills; a note is billed once.</summary>
public sealed record BilledNote(MilestoneId MilestoneId, ServiceNoteId NoteId, DateOnly ServiceDate, int Minutes)
{
    /// <summary>Minutes that count; 0 when the note was voided.</summary>
    public int Minutes { get; set; } = Minutes;
}

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

    /// <summary>The amount of money that was checked before.</summary>
    public static decimal ToDollars(this Money money) => decimal.Parse(money.Amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    /// <summary>The amount of money that was checked before, with its sign.</summary>
    public static decimal ToSigned(this Money money) =>
        decimal.Parse(money.Amount, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>Reads dollars from minus a million to a million with at most two decimals; 0 and a problem of the field for anything else.</summary>
    public static decimal SignedDollars(this RequestValidator fields, string field, Money? money)
    {
        var amount = 0m;
        var isAmount = money is not null
            && decimal.TryParse(money.Amount, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out amount)
            && Math.Abs(amount) <= 1_000_000 && decimal.Round(amount, 2) == amount;
        fields.Require(isAmount, $"{field}.amount", "is not an amount from -1000000 to 1000000 with at most two decimals");
        fields.Require(money is null || money.CurrencyCode == "USD", $"{field}.currency_code", "is not USD");
        return isAmount ? amount : 0;
    }

    /// <summary>Reads dollars from 0 to a million with at most two decimals; 0 and a problem of the field for anything else.</summary>
    public static decimal Dollars(this RequestValidator fields, string field, Money money)
    {
        var isAmount = decimal.TryParse(money.Amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= 1_000_000 && decimal.Round(amount, 2) == amount;
        fields.Require(isAmount, $"{field}.amount", "is not an amount from 0 to 1000000 with at most two decimals");
        fields.Require(money.CurrencyCode == "USD", $"{field}.currency_code", "is not USD");
        return isAmount ? amount : 0;
    }

    public static Money Dollars(this decimal amount) => new() { Amount = amount.ToString("0.00", CultureInfo.InvariantCulture), CurrencyCode = "USD" };
}
