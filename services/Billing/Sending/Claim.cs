using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Claims;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>A claim of one line, on its way to the payer and back.</summary>
public sealed class Claim : IVersioned
{
    /// <summary>The id.</summary>
    public required ClaimId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The line that it bills or takes back.</summary>
    public required ClaimLineId ClaimLineId { get; init; }

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The milestone's number; 0 for a line of service notes.</summary>
    public required int MilestoneNumber { get; init; }

    /// <summary>The day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>Where it is.</summary>
    public required Proto.ClaimState State { get; set; }

    /// <summary>What it does.</summary>
    public required Proto.ClaimFrequency Frequency { get; init; }

    /// <summary>The claim that it replaces or voids; null for an original.</summary>
    public ClaimId? Corrects { get; init; }

    /// <summary>The batch that it is in; null before.</summary>
    public ClaimBatchId? ClaimBatchId { get; set; }

    /// <summary>CLM01; empty before it is in a batch.</summary>
    public string Number { get; set; } = "";

    /// <summary>REF*6R; empty before it is in a batch.</summary>
    public string LineControl { get; set; } = "";

    /// <summary>The number of the transaction set of the file that it is in, from 1: what a 999 accepts or refuses.</summary>
    public int SetNumber { get; set; } = 1;

    /// <summary>Of a replacement: whether the payer pays the original still when it denies this one; null where its profile does not say.</summary>
    public bool? OriginalStands { get; set; }

    /// <summary>The payer's number of it, once known; before that, of a replacement or void the number of the claim that it is about.</summary>
    public string PayerClaim { get; set; } = "";

    /// <summary>Procedure code.</summary>
    public required string Code { get; init; }

    /// <summary>Modifiers in order.</summary>
    public required List<string> Modifiers { get; init; }

    /// <summary>Units.</summary>
    public required int Units { get; init; }

    /// <summary>Dollars charged.</summary>
    public required decimal Charge { get; init; }

    /// <summary>Dollars that the rules say are paid; of a void 0.</summary>
    public required decimal Expected { get; init; }

    /// <summary>Dollars that the payer allows.</summary>
    public decimal Allowed { get; set; }

    /// <summary>Dollars paid, payments taken back subtracted.</summary>
    public decimal Paid { get; set; }

    /// <summary>Dollars that the payer took off, what it took back subtracted.</summary>
    public decimal Adjusted { get; set; }

    /// <summary>Dollars that a person gave up.</summary>
    public decimal WrittenOff { get; set; }

    /// <summary>The last day on which the payer takes an original; null when its limit is not known.</summary>
    public DateOnly? FileThrough { get; set; }

    /// <summary>The member id that was sent; null before it is in a batch.</summary>
    public byte[]? EncryptedMember { get; set; }

    /// <summary>Whether it is the one claim of its line: no other may be sent.</summary>
    public required bool Live { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>How many steps it made.</summary>
    public int Steps { get; set; }

    /// <summary>How it came to be where it is.</summary>
    public List<ClaimMove> Moves { get; init; } = [];

    /// <summary>Whether it is in the payer's hands, or was: it has a number.</summary>
    public bool WasBatched => Number.Length > 0;

    /// <summary>Whether no payer will pay it any more.</summary>
    public bool IsDead => State is Proto.ClaimState.Rejected or Proto.ClaimState.Replaced or Proto.ClaimState.Voided;

    /// <summary>Whether the payer has decided on it.</summary>
    public bool IsDecided => State is Proto.ClaimState.Paid or Proto.ClaimState.PartlyPaid or Proto.ClaimState.Denied or Proto.ClaimState.Reversed;

    /// <summary>
    /// Dollars charged, as they count in sums. What was already billed by the claim that it corrects is not billed twice, and a claim that no payer will pay
    /// any more charges what was decided on it.
    /// </summary>
    public decimal Billed => !IsDead && (Frequency == Proto.ClaimFrequency.Original || IsDecided || State == Proto.ClaimState.WrittenOff)
        && Frequency != Proto.ClaimFrequency.Void ? Charge : Paid + CountedAdjustments;

    /// <summary>Dollars that the payer took off, as they count in sums.</summary>
    public decimal CountedAdjustments => (IsDead || Frequency == Proto.ClaimFrequency.Void) && Paid == 0 ? 0 : Adjusted;

    /// <summary>Dollars on which no payer has decided.</summary>
    public decimal Outstanding => Billed - Paid - CountedAdjustments - WrittenOff;

    /// <summary>As the contract shows it.</summary>
    public Proto.Claim ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        Etag = this.Etag(),
        ClaimLine = ClaimLineId.Name,
        Individual = IndividualId.Name,
        Provider = new OrganizationCode(Provider).Name,
        Payer = new OrganizationCode(Payer).Name,
        Program = Program,
        MilestoneNumber = MilestoneNumber,
        ServiceDate = ServiceDate.Day(),
        State = State,
        Frequency = Frequency,
        Number = Number,
        LineControl = LineControl,
        PayerClaim = PayerClaim,
        Corrects = Corrects?.Name ?? "",
        ClaimBatch = ClaimBatchId?.Name ?? "",
        Code = Code,
        Modifiers = { Modifiers },
        Units = Units,
        Charge = Charge.Dollars(),
        Expected = Expected.Dollars(),
        Paid = Paid.Dollars(),
        Adjusted = Adjusted.Dollars(),
        WrittenOff = WrittenOff.Dollars(),
        FileThrough = FileThrough.Day(),
        Moves = { Moves.OrderBy(m => m.Step).Select(m => m.ToProto(protector)) },
        CreateTime = RecordedAt.ToTimestamp(),
    };

    /// <summary>Moves it, remembers how, and publishes it.</summary>
    /// <param name="changes">Gets the claim, unless it is new, the step and the event.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="codes">Codes of the payer.</param>
    /// <param name="file">The file that said so.</param>
    /// <param name="encryptedReason">Why a person did it, encrypted.</param>
    /// <param name="isNew">Whether it is made by this step; the caller inserts it.</param>
    public void Move(Changes changes, Proto.ClaimState to, IEnumerable<string>? codes = null, ReceivedFileId? file = null, byte[]? encryptedReason = null,
        bool isNew = false)
    {
        var from = State;
        State = to;
        if (!isNew)
            changes.Update(this);
        ClaimMove move = new()
        {
            ClaimId = Id,
            Step = ++Steps,
            State = to,
            Codes = [.. codes ?? []],
            ReceivedFileId = file,
            EncryptedReason = encryptedReason,
            At = changes.Now,
        };
        Moves.Add(move);
        changes.Insert(move);
        changes.Publish(new ClaimMovedV1
        {
            ClaimId = Id,
            ClaimLineId = ClaimLineId,
            IndividualId = IndividualId,
            Provider = Provider,
            Payer = Payer,
            Program = Program,
            MilestoneNumber = MilestoneNumber,
            ServiceDate = ServiceDate,
            FromState = isNew ? null : WireCode.Lower(from),
            ToState = WireCode.Lower(to)!,
            Charge = Charge,
            Paid = Paid,
            Currency = "USD",
        });
    }
}

/// <summary>A step of a claim.</summary>
public sealed class ClaimMove
{
    /// <summary>The claim.</summary>
    public required ClaimId ClaimId { get; init; }

    /// <summary>Its number in the life of the claim, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>Where it went.</summary>
    public required Proto.ClaimState State { get; init; }

    /// <summary>Codes of the payer.</summary>
    public required List<string> Codes { get; init; }

    /// <summary>The file that said so; null for a step of ours.</summary>
    public required ReceivedFileId? ReceivedFileId { get; init; }

    /// <summary>Why a person did it; null otherwise.</summary>
    public required byte[]? EncryptedReason { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.ClaimMove ToProto(PersonalDataProtector protector) => new()
    {
        State = State,
        Codes = { Codes },
        ReceivedFile = ReceivedFileId?.Name ?? "",
        Reason = EncryptedReason is { } reason ? protector.Unprotect(reason) : "",
        MoveTime = At.ToTimestamp(),
    };
}

internal sealed class ClaimMap : IEntityTypeConfiguration<Claim>
{
    public void Configure(EntityTypeBuilder<Claim> claim)
    {
        claim.ToTable("claims").HasKey(c => c.Id);
        claim.HasVersion();
        claim.Property(c => c.SetNumber).HasDefaultValue(1);
        claim.HasOne<ClaimLine>().WithMany().HasForeignKey(c => c.ClaimLineId);
        claim.HasOne<ClaimBatch>().WithMany().HasForeignKey(c => c.ClaimBatchId);
        // A line is in one live original: of two batches at once the second is not stored. Corrections follow each other by the version of what they correct.
        claim.HasIndex(c => c.ClaimLineId, "ux_claims_live").HasDatabaseName("ux_claims_live").IsUnique().HasFilter("live and frequency = 'Original'");
        claim.HasIndex(c => c.ClaimLineId);
        claim.HasIndex(c => new { c.Provider, c.Number }, "ux_claims_number").HasDatabaseName("ux_claims_number").IsUnique().HasFilter("number <> ''");
        claim.HasIndex(c => new { c.Provider, c.PayerClaim });
        claim.HasIndex(c => new { c.Provider, c.ServiceDate });
        claim.HasIndex(c => c.IndividualId);
        claim.HasIndex(c => c.Corrects);
    }
}

internal sealed class ClaimMoveMap : IEntityTypeConfiguration<ClaimMove>
{
    public void Configure(EntityTypeBuilder<ClaimMove> move)
    {
        move.ToTable("claim_moves").HasKey(m => new { m.ClaimId, m.Step });
        move.HasOne<Claim>().WithMany(c => c.Moves).HasForeignKey(m => m.ClaimId);
    }
}
