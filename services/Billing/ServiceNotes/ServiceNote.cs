using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Ips.Policies.ServiceNotes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>A contact with its note. Texts about the person are encrypted; codes, days and minutes are not.</summary>
public sealed class ServiceNote
{
    /// <summary>The id.</summary>
    public required ServiceNoteId Id { get; init; }

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Code of the payer on the day; empty when none covers it.</summary>
    public required string Payer { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The staff member who gave the service.</summary>
    public required StaffMemberId RenderingStaff { get; init; }

    /// <summary>The day of service.</summary>
    public required DateOnly ServiceDate { get; init; }

    /// <summary>The elements of the note as the contract writes them, encrypted.</summary>
    public required byte[] EncryptedElements { get; init; }

    /// <summary>Minutes of this contact that count; 0 when the note is not billable.</summary>
    public required int BillableMinutes { get; init; }

    /// <summary>Units of 15 minutes of the whole day up to this note.</summary>
    public required int DayUnits { get; init; }

    /// <summary>When the contact began, UTC; null when the note does not show it.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>When it ended, UTC; null when the note does not show it.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>Other notes of the agency at the same time, as found when this one was recorded.</summary>
    public IReadOnlyList<Proto.NoteOverlap> Overlaps { get; init; } = [];

    /// <summary>What was added after the signature.</summary>
    public List<NoteAddendum> Addenda { get; init; } = [];

    /// <summary>The id that the client gave it; null when it gave none. A note of the agency with the same id is the same note.</summary>
    public Guid? ClientId { get; init; }

    /// <summary>The staff member who co-signed it; null while no one did.</summary>
    public StaffMemberId? CoSignedBy { get; set; }

    /// <summary>The role that the co-signer held on that day; null while no one co-signed.</summary>
    public Contracts.Common.V1.StaffRole? CoSignedAs { get; set; }

    /// <summary>Day of the co-signature; null while there is none.</summary>
    public DateOnly? CoSignedOn { get; set; }

    /// <summary>When the co-signature was recorded, UTC; null while there is none.</summary>
    public DateTimeOffset? CoSignedAt { get; set; }

    /// <summary>When it was voided, UTC; null while it stands.</summary>
    public DateTimeOffset? VoidedAt { get; set; }

    /// <summary>Why it was voided; null while it stands.</summary>
    public Proto.NoteVoidReason? VoidReason { get; set; }

    /// <summary>The receipt; null where the program has no rule about notes.</summary>
    public required Guid? DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    /// <param name="elements">Its elements.</param>
    /// <param name="decision">Its decision; null where the program has no rule about notes.</param>
    /// <param name="stored">Whether it is stored.</param>
    /// <param name="addenda">What was added.</param>
    public Proto.ServiceNote ToProto(
        Proto.NoteElements elements, Contracts.Common.V1.Decision? decision, bool stored, params IEnumerable<Proto.NoteAddendum> addenda) => new()
        {
            Name = stored ? Id.Name : "",
            Individual = IndividualId.Name,
            Provider = new OrganizationCode(Provider).Name,
            Program = Program,
            RenderingStaff = RenderingStaff.Name,
            ServiceDate = ServiceDate.Day(),
            Elements = elements,
            BillableMinutes = BillableMinutes,
            DayUnits = DayUnits,
            Decision = decision,
            CreateTime = stored ? RecordedAt.ToTimestamp() : null,
            Addenda = { addenda },
            VoidTime = VoidedAt?.ToTimestamp(),
            VoidReason = VoidReason ?? Proto.NoteVoidReason.Unspecified,
            Overlaps = { Overlaps },
            NoSuchRule = decision is null ? ServiceNoteDecision.Kind.Name : "",
            ClientId = ClientId?.ToString() ?? "",
            CoSignature = CoSignedBy is not { } signer ? null : new()
            {
                StaffMember = signer.Name,
                Role = CoSignedAs ?? default,
                Date = CoSignedOn.Day(),
                CreateTime = CoSignedAt?.ToTimestamp(),
            },
        };

    /// <summary>A stored note with everything that belongs to it.</summary>
    public Proto.ServiceNote ToProto(PersonalDataProtector protector) => ToProto(OpenElements(protector), Decision?.ToProto(), stored: true,
        Addenda.OrderBy(a => a.Number).Select(a => a.ToProto(protector)));

    /// <summary>The event that publishes it with its decision.</summary>
    /// <param name="elements">What the note shows.</param>
    /// <param name="decision">Its decision; null where the program has no rule about notes.</param>
    /// <param name="packVersion">Version of the program's pack.</param>
    public ServiceNoteRecordedV1 ToEvent(Proto.NoteElements elements, StoredDecision? decision, string packVersion) => new()
    {
        ServiceNoteId = Id,
        IndividualId = IndividualId,
        StaffMemberId = RenderingStaff,
        Provider = Provider,
        Program = Program,
        ServiceDate = ServiceDate,
        Verdict = decision?.Verdict ?? "NoSuchRule",
        BillableMinutes = BillableMinutes,
        DayUnits = DayUnits,
        DecisionId = new(decision?.Id ?? Guid.Empty),
        PackVersion = decision?.PackVersion ?? packVersion,
        Rendered = elements.HasRendered ? elements.Rendered : null,
        DurationMinutes = elements.HasDurationMinutes ? elements.DurationMinutes : null,
        Activity = elements.Activity == default ? null : WireCode.Lower(elements.Activity),
        InPerson = elements.ContactType == default ? null : elements.ContactType == Proto.ContactType.InPerson,
        OutsideOffice = elements.PlaceOfService == default ? null : elements.PlaceOfService != Contracts.Common.V1.PlaceOfService.Office,
    };

    /// <summary>The event that publishes that it is void.</summary>
    public ServiceNoteVoidedV1 ToVoidedEvent() => new()
    {
        ServiceNoteId = Id,
        IndividualId = IndividualId,
        Provider = Provider,
        Program = Program,
        ServiceDate = ServiceDate,
        Outcome = WireCode.Lower(VoidReason!.Value)!,
    };

    /// <summary>Decrypts the elements.</summary>
    public Proto.NoteElements OpenElements(PersonalDataProtector protector) => Proto.NoteElements.Parser.ParseJson(protector.Unprotect(EncryptedElements));
}

/// <summary>A note as a party receives it that may not read its texts.</summary>
internal static class LimitedNotes
{
    /// <summary>Without goal, interventions, effectiveness and what was added, and marked so.</summary>
    public static Proto.ServiceNote WithoutTexts(this Proto.ServiceNote note)
    {
        note.Elements.ClearPurposeGoal();
        note.Elements.ClearInterventions();
        note.Elements.ClearEffectiveness();
        note.Addenda.Clear();
        note.TextsWithheld = true;
        return note;
    }
}

internal sealed class ServiceNoteMap : IEntityTypeConfiguration<ServiceNote>
{
    /// <summary>A note that a client sends twice is stored once: the index enforces it.</summary>
    public const string OnceByClient = "ux_service_notes_client";

    public void Configure(EntityTypeBuilder<ServiceNote> note)
    {
        note.ToTable("service_notes").HasKey(n => n.Id);
        note.HasOne(n => n.Decision).WithMany().HasForeignKey(n => n.DecisionId).IsRequired(false);
        note.Property(n => n.Overlaps).IsMessages().HasDefaultValueSql("'[]'");
        note.HasIndex(n => new { n.RenderingStaff, n.ServiceDate });
        note.HasIndex(n => new { n.IndividualId, n.ServiceDate });
        note.HasIndex(n => new { n.Provider, n.Id });
        note.HasIndex(n => new { n.Provider, n.ClientId }, OnceByClient).HasDatabaseName(OnceByClient).IsUnique().HasFilter("client_id is not null");
    }
}

/// <summary>A text that was added to a note after it was signed.</summary>
public sealed class NoteAddendum
{
    /// <summary>The note.</summary>
    public required ServiceNoteId NoteId { get; init; }

    /// <summary>1 for the first.</summary>
    public required int Number { get; init; }

    /// <summary>The text, encrypted.</summary>
    public required byte[] EncryptedText { get; init; }

    /// <summary>The staff member who wrote it.</summary>
    public required StaffMemberId Author { get; init; }

    /// <summary>When it was added, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.NoteAddendum ToProto(PersonalDataProtector protector) => new()
    {
        Text = protector.Unprotect(EncryptedText),
        Author = Author.Name,
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class NoteAddendumMap : IEntityTypeConfiguration<NoteAddendum>
{
    public void Configure(EntityTypeBuilder<NoteAddendum> addendum)
    {
        addendum.ToTable("note_addenda").HasKey(a => new { a.NoteId, a.Number });
        addendum.HasOne<ServiceNote>().WithMany(n => n.Addenda).HasForeignKey(a => a.NoteId);
    }
}
