using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
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

    /// <summary>The receipt.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.ServiceNote ToProto(Proto.NoteElements elements, Contracts.Common.V1.Decision decision, bool stored) => new()
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
    };

    /// <summary>The event that publishes it with its decision.</summary>
    public ServiceNoteRecordedV1 ToEvent(StoredDecision decision) => new()
    {
        ServiceNoteId = Id,
        IndividualId = IndividualId,
        StaffMemberId = RenderingStaff,
        Provider = Provider,
        Program = Program,
        ServiceDate = ServiceDate,
        Verdict = decision.Verdict,
        BillableMinutes = BillableMinutes,
        DayUnits = DayUnits,
        DecisionId = new(decision.Id),
        PackVersion = decision.PackVersion,
    };

    /// <summary>Decrypts the elements.</summary>
    public Proto.NoteElements OpenElements(PersonalDataProtector protector) => Proto.NoteElements.Parser.ParseJson(protector.Unprotect(EncryptedElements));
}

/// <summary>A note as a party receives it that may not read its texts.</summary>
internal static class LimitedNotes
{
    /// <summary>Without goal, interventions and effectiveness, and marked so.</summary>
    public static Proto.ServiceNote WithoutTexts(this Proto.ServiceNote note)
    {
        note.Elements.ClearPurposeGoal();
        note.Elements.ClearInterventions();
        note.Elements.ClearEffectiveness();
        note.TextsWithheld = true;
        return note;
    }
}

internal sealed class ServiceNoteMap : IEntityTypeConfiguration<ServiceNote>
{
    public void Configure(EntityTypeBuilder<ServiceNote> note)
    {
        note.ToTable("service_notes").HasKey(n => n.Id);
        note.HasOne(n => n.Decision).WithMany().HasForeignKey(n => n.DecisionId);
        note.HasIndex(n => new { n.IndividualId, n.ServiceDate });
        note.HasIndex(n => new { n.Provider, n.Id });
    }
}
