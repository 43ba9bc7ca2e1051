using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>A contact of a specialist with an employer, in the weekly log. The employer's name is encrypted.</summary>
public sealed class EmployerContact
{
    /// <summary>The id.</summary>
    public required EmployerContactId Id { get; init; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The specialist.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The person whom it is about, after a merge the survivor; null for none in particular.</summary>
    public IndividualId? IndividualId { get; set; }

    /// <summary>The day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>How it took place.</summary>
    public required Proto.EmployerContactMode Mode { get; init; }

    /// <summary>The employer, encrypted.</summary>
    public required byte[] EncryptedEmployer { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.EmployerContact ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        StaffMember = StaffMemberId.Name,
        Individual = IndividualId?.Name ?? "",
        Day = Day.Day(),
        Mode = Mode,
        Employer = protector.Unprotect(EncryptedEmployer),
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class EmployerContactMap : IEntityTypeConfiguration<EmployerContact>
{
    public void Configure(EntityTypeBuilder<EmployerContact> contact)
    {
        contact.ToTable("employer_contacts").HasKey(c => c.Id);
        contact.HasIndex(c => new { c.Provider, c.Day, c.Id });
        contact.HasIndex(c => c.IndividualId);
    }
}
