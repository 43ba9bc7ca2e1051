using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Claims;
using Ips.Billing.Sending;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Receiving;

/// <summary>A file of a payer and what became of it. Never changed.</summary>
public sealed class ReceivedFile
{
    /// <summary>The id.</summary>
    public required ReceivedFileId Id { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>What became of it.</summary>
    public required Proto.ReceivedFileState State { get; set; }

    /// <summary>SHA-256 of it; a provider has each file once.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Transactions in it.</summary>
    public required List<string> Transactions { get; init; }

    /// <summary>Claims that it moved.</summary>
    public int ClaimsMoved { get; set; }

    /// <summary>Postings made.</summary>
    public int Postings { get; set; }

    /// <summary>Postings that were on file already.</summary>
    public int RepeatedPostings { get; set; }

    /// <summary>Work items opened.</summary>
    public int WorkItems { get; set; }

    /// <summary>Payments of 835s in it.</summary>
    public IReadOnlyList<Proto.PaymentAdvice> Payments { get; set; } = [];

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<Proto.FileFinding> Findings { get; set; } = [];

    /// <summary>The file.</summary>
    public required byte[] EncryptedFile { get; init; }

    /// <summary>When it came in, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.ReceivedFile ToProto() => new()
    {
        Name = Id.Name,
        Provider = new OrganizationCode(Provider).Name,
        State = State,
        Sha256 = Sha256,
        Size = Size,
        Transactions = { Transactions },
        ClaimsMoved = ClaimsMoved,
        Postings = Postings,
        RepeatedPostings = RepeatedPostings,
        WorkItems = WorkItems,
        Payments = { Payments },
        Findings = { Findings },
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class ReceivedFileMap : IEntityTypeConfiguration<ReceivedFile>
{
    public void Configure(EntityTypeBuilder<ReceivedFile> file)
    {
        file.ToTable("received_files").HasKey(f => f.Id);
        file.Property(f => f.Payments).IsMessages();
        file.Property(f => f.Findings).IsMessages();
        file.HasIndex(f => new { f.Provider, f.Sha256 }).IsUnique();
    }
}

/// <summary>The payment of an 835: what the bank must show.</summary>
public sealed class Payment
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The file.</summary>
    public required ReceivedFileId ReceivedFileId { get; init; }

    /// <summary>TRN02.</summary>
    public required string Trace { get; init; }

    /// <summary>TRN03.</summary>
    public required string PayerNumber { get; init; }

    /// <summary>BPR02 in dollars.</summary>
    public required decimal Amount { get; init; }

    /// <summary>Sum of PLB in dollars: what lowers the payment.</summary>
    public required decimal ProviderAmounts { get; init; }

    /// <summary>A hash of what it is for: the same payment in another file is not posted again.</summary>
    public required string Key { get; init; }

    /// <summary>When it was posted, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

internal sealed class PaymentMap : IEntityTypeConfiguration<Payment>
{
    public void Configure(EntityTypeBuilder<Payment> payment)
    {
        payment.ToTable("payments").HasKey(p => p.Id);
        payment.HasOne<ReceivedFile>().WithMany().HasForeignKey(p => p.ReceivedFileId);
        payment.HasIndex(p => new { p.Provider, p.Key }).IsUnique();
    }
}

/// <summary>An amount that a payer paid or took off. Only its claim changes: when a person names it.</summary>
public sealed class Posting : IVersioned
{
    /// <summary>The id.</summary>
    public required PostingId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The claim; null while it waits in the queue.</summary>
    public ClaimId? ClaimId { get; set; }

    /// <summary>What it records.</summary>
    public required Proto.PostingKind Kind { get; init; }

    /// <summary>How the claim was found; empty while it was not.</summary>
    public string MatchedBy { get; set; } = "";

    /// <summary>The payer's number of the claim.</summary>
    public required string PayerClaim { get; init; }

    /// <summary>Dollars of the charge.</summary>
    public required decimal Charge { get; init; }

    /// <summary>Dollars allowed.</summary>
    public required decimal Allowed { get; init; }

    /// <summary>Dollars paid.</summary>
    public required decimal Paid { get; init; }

    /// <summary>Units paid.</summary>
    public required int Units { get; init; }

    /// <summary>Why the charge was lowered.</summary>
    public required IReadOnlyList<Proto.ClaimAdjustment> Adjustments { get; init; }

    /// <summary>Dollars of the adjustments.</summary>
    public required decimal Adjusted { get; init; }

    /// <summary>Remark codes.</summary>
    public required List<string> Remarks { get; init; }

    /// <summary>The file; null for a manual entry.</summary>
    public required ReceivedFileId? ReceivedFileId { get; init; }

    /// <summary>The payment; null for a manual entry.</summary>
    public required Guid? PaymentId { get; init; }

    /// <summary>TRN02, or the number of the paper.</summary>
    public required string Trace { get; init; }

    /// <summary>The day of the payment.</summary>
    public required DateOnly? PaymentDate { get; init; }

    /// <summary>A hash of payment, claim and line as the payer names them: posted once.</summary>
    public required string Key { get; init; }

    /// <summary>Why it was entered by hand; null otherwise.</summary>
    public byte[]? EncryptedReason { get; init; }

    /// <summary>Who entered it; null otherwise.</summary>
    public byte[]? EncryptedEnteredBy { get; init; }

    /// <summary>When it was posted, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The codes that say why: adjustments and remarks.</summary>
    public IEnumerable<string> Codes() => Adjustments.Select(a => $"{a.Group} {a.Reason} {a.Amount.Amount}").Concat(Remarks);

    /// <summary>As the contract shows it.</summary>
    public Proto.Posting ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        Claim = ClaimId?.Name ?? "",
        Kind = Kind,
        MatchedBy = MatchedBy,
        PayerClaim = PayerClaim,
        Charge = Charge.Dollars(),
        Allowed = Allowed.Dollars(),
        Paid = Paid.Dollars(),
        Units = Units,
        Adjustments = { Adjustments },
        Remarks = { Remarks },
        ReceivedFile = ReceivedFileId?.Name ?? "",
        Trace = Trace,
        PaymentDate = PaymentDate.Day(),
        Reason = EncryptedReason is { } reason ? protector.Unprotect(reason) : "",
        EnteredBy = EncryptedEnteredBy is { } who ? protector.Unprotect(who) : "",
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class PostingMap : IEntityTypeConfiguration<Posting>
{
    public void Configure(EntityTypeBuilder<Posting> posting)
    {
        posting.ToTable("postings").HasKey(p => p.Id);
        posting.HasVersion();
        posting.Property(p => p.Adjustments).IsMessages();
        posting.HasOne<Claim>().WithMany().HasForeignKey(p => p.ClaimId);
        posting.HasOne<ReceivedFile>().WithMany().HasForeignKey(p => p.ReceivedFileId);
        posting.HasOne<Payment>().WithMany().HasForeignKey(p => p.PaymentId);
        posting.HasIndex(p => new { p.Provider, p.Key }).IsUnique();
    }
}

/// <summary>Something that a person has to look at.</summary>
public sealed class WorkItem : IVersioned
{
    /// <summary>The id.</summary>
    public required WorkItemId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>What it is.</summary>
    public required Proto.WorkItemKind Kind { get; init; }

    /// <summary>The claim; null when it is not known.</summary>
    public ClaimId? ClaimId { get; set; }

    /// <summary>Claims that it may be about.</summary>
    public List<Guid> Candidates { get; init; } = [];

    /// <summary>The money that waits.</summary>
    public PostingId? PostingId { get; init; }

    /// <summary>The file.</summary>
    public ReceivedFileId? ReceivedFileId { get; init; }

    /// <summary>What happened.</summary>
    public required string What { get; init; }

    /// <summary>Codes of the payer.</summary>
    public required List<string> Codes { get; init; }

    /// <summary>How to fix it.</summary>
    public required string Guide { get; init; }

    /// <summary>What it is about in dollars.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The last day to act.</summary>
    public required DateOnly? ActThrough { get; init; }

    /// <summary>Why it was settled; null when the platform settled it.</summary>
    public byte[]? EncryptedReason { get; set; }

    /// <summary>When it was opened, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was settled, UTC.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>It is settled.</summary>
    public void Resolve(Changes changes, byte[]? encryptedReason)
    {
        if (ResolvedAt is not null)
            return;
        (ResolvedAt, EncryptedReason) = (changes.Now, encryptedReason);
        changes.Update(this);
    }

    /// <summary>As the contract shows it.</summary>
    public Proto.WorkItem ToProto() => new()
    {
        Name = Id.Name,
        Etag = this.Etag(),
        Kind = Kind,
        Open = ResolvedAt is null,
        Claim = ClaimId?.Name ?? "",
        Candidates = { Candidates.Select(c => new ClaimId(c).Name) },
        Posting = PostingId?.Name ?? "",
        ReceivedFile = ReceivedFileId?.Name ?? "",
        What = What,
        Codes = { Codes },
        Guide = Guide,
        Amount = Amount.Dollars(),
        ActThrough = ActThrough.Day(),
        CreateTime = RecordedAt.ToTimestamp(),
        ResolveTime = ResolvedAt?.ToTimestamp(),
    };
}

internal sealed class WorkItemMap : IEntityTypeConfiguration<WorkItem>
{
    public void Configure(EntityTypeBuilder<WorkItem> item)
    {
        item.ToTable("work_items").HasKey(w => w.Id);
        item.HasVersion();
        item.HasOne<Claim>().WithMany().HasForeignKey(w => w.ClaimId);
        item.HasOne<Posting>().WithMany().HasForeignKey(w => w.PostingId);
        item.HasOne<ReceivedFile>().WithMany().HasForeignKey(w => w.ReceivedFileId);
        item.HasIndex(w => new { w.Provider, w.Id });
    }
}
