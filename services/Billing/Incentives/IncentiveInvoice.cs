using Google.Protobuf.WellKnownTypes;
using Ips.Billing.Claims;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.TclInvoices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;
using State = Ips.Contracts.Billing.V1.IncentiveInvoiceState;

namespace Ips.Billing.Incentives;

/// <summary>An invoice for the incentives of one letter (lifecycle 8).</summary>
public sealed class IncentiveInvoice : IVersioned
{
    /// <summary>The id.</summary>
    public required IncentiveInvoiceId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Its letter.</summary>
    public required IncentiveLetterId LetterId { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The quarter of its letter.</summary>
    public required string Quarter { get; init; }

    /// <summary>Its milestones.</summary>
    public required List<int> Milestones { get; init; }

    /// <summary>Dollars claimed.</summary>
    public required decimal Amount { get; init; }

    /// <summary>A form of the provider itself takes the place of the payer's template.</summary>
    public required bool OwnForm { get; init; }

    /// <summary>The state as it was recorded; <see cref="On"/> gives that of a day.</summary>
    public required State State { get; set; }

    /// <summary>Last day on which it is in time.</summary>
    public required DateOnly? DueOn { get; init; }

    /// <summary>Day on which it was sent; null while it was not.</summary>
    public DateOnly? SubmittedOn { get; set; }

    /// <summary>How it was sent last; unspecified while it was not.</summary>
    public Proto.IncentiveChannel Channel { get; set; }

    /// <summary>Day on which the payer asked for documents; null while it has not.</summary>
    public DateOnly? DocumentsRequestedOn { get; set; }

    /// <summary>Last day for them; null while none are requested, and where the calendar does not reach.</summary>
    public DateOnly? DocumentsDueOn { get; set; }

    /// <summary>Day on which they were sent; null while they were not.</summary>
    public DateOnly? DocumentsSentOn { get; set; }

    /// <summary>Day to which it is held, or would be if its documents were late; null where nothing of it is or can be late.</summary>
    public DateOnly? HeldUntil { get; set; }

    /// <summary>Day of the transfer, or of the end without one; null before.</summary>
    public DateOnly? EndedOn { get; set; }

    /// <summary>Number of the transfer; empty while it is not paid.</summary>
    public string Transfer { get; set; } = "";

    /// <summary>Why it was voided; null while it is not.</summary>
    public byte[]? EncryptedReason { get; set; }

    /// <summary>Its people.</summary>
    public List<InvoicePerson> People { get; init; } = [];

    /// <summary>The receipt of the latest decision.</summary>
    public required Guid DecisionId { get; set; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether it counts: its people are on no other invoice for the milestone.</summary>
    public bool Stands => State is not (State.Refused or State.Void or State.Lapsed);

    /// <summary>The last thing that happened to it.</summary>
    public DateOnly? LastOn => DocumentsSentOn ?? DocumentsRequestedOn ?? SubmittedOn;

    /// <summary>Its state on a day: documents that were not sent by their last day hold it without anyone recording it.</summary>
    public State On(DateOnly day) => State == State.DocumentsRequested && day > DocumentsDueOn ? State.Held : State;

    /// <summary>What the policies read.</summary>
    internal TclInvoiceFacts Facts(IncentiveLetter letter, IEnumerable<IndividualId> paid) => Facts(letter) with
    {
        InvoiceMilestones = Milestones,
        InvoiceNames = [.. People.OrderBy(p => p.Place).Select(p => p.IndividualId.Name)],
        PreviouslyPaidNames = [.. paid.Select(p => p.Name).Order(StringComparer.Ordinal)],
        AmountClaimed = Amount,
        OnAllianceTemplate = !OwnForm,
        SubmittedDate = SubmittedOn,
        Channel = Channel.ToPolicy(),
        SupportingDocsRequestedDate = DocumentsRequestedOn,
        SupportingDocsSent = DocumentsRequestedOn is null ? null : DocumentsSentOn is not null,
        SupportingDocsSentDate = DocumentsSentOn,
    };

    /// <summary>What they read of a letter alone. It is on file, so it goes with every invoice.</summary>
    internal static TclInvoiceFacts Facts(IncentiveLetter letter) => new()
    {
        Quarter = Period.TryParse(letter.Quarter, out var quarter) ? quarter : null,
        LetterMilestones = letter.Milestones,
        LetterReceivedDate = letter.ReceivedOn,
        LetterNames = [.. letter.People.OrderBy(p => p.Place).Select(p => p.IndividualId.Name).Distinct(StringComparer.Ordinal)],
        LetterAttached = letter.Size > 0,
    };

    /// <summary>As the contract shows it on a day.</summary>
    public Proto.IncentiveInvoice ToProto(Contracts.Common.V1.Decision decision, DateOnly today, bool stored = true)
    {
        var state = On(today);
        return new()
        {
            Name = stored ? Id.Name : "",
            Etag = stored ? this.Etag() : "",
            Letter = LetterId.Name,
            Provider = new OrganizationCode(Provider).Name,
            Program = Program,
            Quarter = Quarter,
            Milestones = { Milestones },
            People = { People.OrderBy(p => p.Place).Select(p => new Proto.IncentivePerson { Individual = p.IndividualId.Name, Doubled = p.Doubled }) },
            Amount = Amount.Dollars(),
            State = state,
            DueDate = DueOn.Day(),
            SubmittedDate = SubmittedOn.Day(),
            DocumentsDueDate = DocumentsDueOn.Day(),
            HeldUntil = state is State.Held or State.Lapsed ? HeldUntil.Day() : "",
            PaidDate = State == State.Paid ? EndedOn.Day() : "",
            Transfer = Transfer,
            Decision = decision,
            CreateTime = stored ? RecordedAt.ToTimestamp() : null,
        };
    }
}

/// <summary>A person on an invoice.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Place">The place in its list, from 0.</param>
/// <param name="IndividualId">The person; after a merge the survivor.</param>
/// <param name="Provider">Code of the provider.</param>
/// <param name="Milestone">The milestone; 0 on an invoice for several, which is refused.</param>
public sealed record InvoicePerson(IncentiveInvoiceId InvoiceId, int Place, IndividualId IndividualId, string Provider, int Milestone)
{
    /// <summary>The person; after a merge the survivor.</summary>
    public IndividualId IndividualId { get; set; } = IndividualId;

    /// <summary>Whether it takes up the person's incentive for the milestone. An index of the database allows one, also between agencies.</summary>
    public bool Live { get; set; }

    /// <summary>A merge showed that another invoice takes it up too.</summary>
    public bool Doubled { get; set; }
}

internal sealed class IncentiveInvoiceMap : IEntityTypeConfiguration<IncentiveInvoice>, IEntityTypeConfiguration<InvoicePerson>
{
    /// <summary>The index that lets a person's incentive for a milestone be on one invoice.</summary>
    public const string Once = "ux_incentives_once";

    public void Configure(EntityTypeBuilder<IncentiveInvoice> invoice)
    {
        invoice.ToTable("incentive_invoices").HasKey(i => i.Id);
        invoice.HasVersion();
        invoice.Ignore(i => i.Stands);
        invoice.Ignore(i => i.LastOn);
        invoice.HasOne<IncentiveLetter>().WithMany().HasForeignKey(i => i.LetterId);
        invoice.HasOne(i => i.Decision).WithMany().HasForeignKey(i => i.DecisionId);
        invoice.HasIndex(i => new { i.Provider, i.Quarter });
    }

    public void Configure(EntityTypeBuilder<InvoicePerson> person)
    {
        person.ToTable("incentive_people").HasKey(p => new { p.InvoiceId, p.Place });
        person.HasOne<IncentiveInvoice>().WithMany(i => i.People).HasForeignKey(p => p.InvoiceId);
        person.HasIndex(p => new { p.IndividualId, p.Milestone }).IsUnique().HasFilter("live").HasDatabaseName(Once);
    }
}
