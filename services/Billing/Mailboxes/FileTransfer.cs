using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Sending;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Mailboxes;

/// <summary>A file on its way to or from a payer: every file of a mailbox has one, so each is accounted for.</summary>
public sealed class FileTransfer : IVersioned
{
    /// <summary>The id.</summary>
    public required FileTransferId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer.</summary>
    public required string Payer { get; init; }

    /// <summary>Where it goes.</summary>
    public required Proto.FileDirection Direction { get; init; }

    /// <summary>How far it is.</summary>
    public required Proto.FileTransferState State { get; set; }

    /// <summary>Its name in the mailbox.</summary>
    public required string FileName { get; init; }

    /// <summary>Its size in bytes; of an incoming file as it was last seen.</summary>
    public required long Size { get; set; }

    /// <summary>When an incoming file was last written to, as the server says it.</summary>
    public DateTimeOffset? WrittenAt { get; set; }

    /// <summary>SHA-256 of it; empty before an incoming file is taken in.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Outgoing: the batch.</summary>
    public ClaimBatchId? ClaimBatchId { get; init; }

    /// <summary>Incoming: what became of it.</summary>
    public ReceivedFileId? ReceivedFileId { get; set; }

    /// <summary>How often it was tried. An attempt is counted before it begins, so that two of them never write under the same name.</summary>
    public int Attempts { get; set; }

    /// <summary>Why the latest attempt failed.</summary>
    public Proto.FileTransferProblem Problem { get; set; }

    /// <summary>When it may be tried next, UTC.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was done or cancelled, UTC.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>
    /// The hidden name under which the latest attempt wrote an outgoing file; no two attempts have the same one. What begins with a dot is not picked up.
    /// </summary>
    public string Draft { get; set; } = "";

    /// <summary>How the hidden names of all attempts begin.</summary>
    public string Drafts => $".{Id.Value:N}-";

    /// <summary>The name of an incoming file in the archive: its own, after an id that no other file has.</summary>
    public string Archived => $"{Id.Value:N}-{FileName}";

    /// <summary>The file of a batch, to be delivered.</summary>
    public static FileTransfer Of(ClaimBatch batch, int size, TimeProvider clock) => new()
    {
        Id = FileTransferId.New(clock),
        Provider = batch.Provider,
        Payer = batch.Payer,
        Direction = Proto.FileDirection.Outgoing,
        State = Proto.FileTransferState.Waiting,
        FileName = batch.FileName,
        Size = size,
        Sha256 = batch.Sha256,
        ClaimBatchId = batch.Id,
        NextAttemptAt = batch.RecordedAt,
        RecordedAt = batch.RecordedAt,
    };

    /// <summary>Nothing more happens to it.</summary>
    public void End(Changes changes, Proto.FileTransferState state)
    {
        (State, Problem, EndedAt) = (state, Proto.FileTransferProblem.Unspecified, changes.Now);
        changes.Update(this);
    }

    /// <summary>As the contract shows it.</summary>
    public Proto.FileTransfer ToProto() => new()
    {
        Name = Id.Name,
        Provider = new OrganizationCode(Provider).Name,
        Payer = new OrganizationCode(Payer).Name,
        Direction = Direction,
        State = State,
        FileName = FileName,
        Size = Size,
        Sha256 = Sha256,
        ClaimBatch = ClaimBatchId?.Name ?? "",
        ReceivedFile = ReceivedFileId?.Name ?? "",
        Attempts = Attempts,
        Problem = Problem,
        NextAttemptTime = EndedAt is null ? NextAttemptAt.ToTimestamp() : null,
        CreateTime = RecordedAt.ToTimestamp(),
        EndTime = EndedAt?.ToTimestamp(),
    };
}

internal sealed class FileTransferMap : IEntityTypeConfiguration<FileTransfer>
{
    public void Configure(EntityTypeBuilder<FileTransfer> file)
    {
        file.ToTable("file_transfers").HasKey(f => f.Id);
        file.HasVersion();
        file.Ignore(f => f.Drafts).Ignore(f => f.Archived);
        // A batch is delivered once, and a name in a mailbox is one file at a time.
        file.HasIndex(f => f.ClaimBatchId).IsUnique();
        file.HasIndex(f => new { f.Provider, f.Payer, f.Direction, f.FileName }).IsUnique().HasFilter("ended_at is null").HasDatabaseName("ix_file_transfers_waiting");
    }
}
