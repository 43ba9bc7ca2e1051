using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Claims;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>A file with claims, stored in the transaction that makes its claims: there is no claim without its file, and no file without its claims.</summary>
public sealed class ClaimBatch : IVersioned
{
    /// <summary>The id.</summary>
    public required ClaimBatchId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Its state.</summary>
    public required Proto.ClaimBatchState State { get; set; }

    /// <summary>ISA13 and GS06.</summary>
    public required int ControlNumber { get; init; }

    /// <summary>BHT03.</summary>
    public required string Reference { get; init; }

    /// <summary>ISA06: who an acknowledgement has to be for.</summary>
    public required string SubmitterId { get; init; }

    /// <summary>ISA08: who an acknowledgement has to be from.</summary>
    public required string ReceiverId { get; init; }

    /// <summary>Claims in the file.</summary>
    public required int Claims { get; init; }

    /// <summary>Sum of their charges.</summary>
    public required decimal Charge { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The file.</summary>
    public required byte[] EncryptedFile { get; init; }

    /// <summary>Lines that were left out.</summary>
    public required IReadOnlyList<Proto.SendFinding> LeftOut { get; init; }

    /// <summary>Remarks about the file.</summary>
    public required IReadOnlyList<Proto.SendFinding> Remarks { get; init; }

    /// <summary>Lines that found no room.</summary>
    public required int Remaining { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was handed to the payer, UTC.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>A name for the file.</summary>
    public string FileName => $"claims-{ControlNumber:000000000}.x12";

    /// <summary>The payer has the file now. What it answered before that was recorded stands.</summary>
    /// <param name="changes">Gets the batch and its claims.</param>
    /// <param name="batched">Its claims that are still batched.</param>
    public void HandOver(Changes changes, IEnumerable<Claim> batched)
    {
        if (SentAt is not null)
            return;
        SentAt = changes.Now;
        if (State == Proto.ClaimBatchState.Stored)
            State = Proto.ClaimBatchState.Sent;
        changes.Update(this);
        foreach (var claim in batched)
            claim.Move(changes, Proto.ClaimState.Sent);
    }

    /// <summary>As the contract shows it.</summary>
    public Proto.ClaimBatch ToProto(bool stored = true) => new()
    {
        Name = stored ? Id.Name : "",
        Etag = stored ? this.Etag() : "",
        Provider = new OrganizationCode(Provider).Name,
        Payer = new OrganizationCode(Payer).Name,
        Program = Program,
        State = State,
        ControlNumber = stored ? ControlNumber : 0,
        Reference = stored ? Reference : "",
        Claims = Claims,
        Charge = Charge.Dollars(),
        Sha256 = stored ? Sha256 : "",
        LeftOut = { LeftOut },
        Remarks = { Remarks },
        Remaining = Remaining,
        CreateTime = stored ? RecordedAt.ToTimestamp() : null,
        SendTime = SentAt?.ToTimestamp(),
    };
}

internal sealed class ClaimBatchMap : IEntityTypeConfiguration<ClaimBatch>
{
    public void Configure(EntityTypeBuilder<ClaimBatch> batch)
    {
        batch.ToTable("claim_batches").HasKey(b => b.Id);
        batch.HasVersion();
        batch.Ignore(b => b.FileName);
        batch.Property(b => b.LeftOut).IsMessages();
        batch.Property(b => b.Remarks).IsMessages();
        batch.HasIndex(b => new { b.Provider, b.ControlNumber }).IsUnique();
    }
}

/// <summary>The last numbers that a provider used. Raised in the transaction that uses them, so none is used twice, and none is lost with a file.</summary>
public sealed class ControlNumbers : IVersioned
{
    /// <summary>The largest ISA13 and GS06.</summary>
    public const int Most = 999_999_999;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>0 before it is stored, which the first batch does.</summary>
    public int Version { get; set; }

    /// <summary>ISA13 and GS06 of the latest batch.</summary>
    public int Interchange { get; set; }

    /// <summary>The number in the latest CLM01.</summary>
    public long Claim { get; set; }
}

internal sealed class ControlNumbersMap : IEntityTypeConfiguration<ControlNumbers>
{
    public void Configure(EntityTypeBuilder<ControlNumbers> numbers)
    {
        numbers.ToTable("control_numbers").HasKey(n => n.Provider);
        numbers.HasVersion();
    }
}
