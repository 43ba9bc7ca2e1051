using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Staffing.Organizations;
using Ips.Staffing.Teams;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>
/// A person who works in IPS teams. The name is encrypted; the rest is codes, days and months. The version is that of everything about the person: a new
/// credential, role or assignment raises it.
/// </summary>
public sealed class StaffMember : IVersioned
{
    /// <summary>The id.</summary>
    public required StaffMemberId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The display name, encrypted.</summary>
    public required byte[] EncryptedDisplayName { get; init; }

    /// <summary>Hire into the service.</summary>
    public required DateOnly HireDate { get; init; }

    /// <summary>Vocational experience in months; null when not known.</summary>
    public int? VocationalExperienceMonths { get; init; }

    /// <summary>Highest level of education; unspecified when not known.</summary>
    public Proto.Education Education { get; init; }

    /// <summary>Credentials held, now or once.</summary>
    public List<Credential> Credentials { get; init; } = [];

    /// <summary>Roles held, now or once.</summary>
    public List<RoleHeld> Roles { get; init; } = [];

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.StaffMember ToProto(PersonalDataProtector protector)
    {
        Proto.StaffMember wire = new()
        {
            Name = Id.Name,
            Provider = new OrganizationCode(Provider).Name,
            DisplayName = protector.Unprotect(EncryptedDisplayName),
            HireDate = HireDate.Day(),
            Education = Education,
            Credentials = { Credentials.OrderBy(c => c.RecordedAt).Select(c => c.ToProto()) },
            Roles = { Roles.OrderBy(r => r.From).Select(r => r.ToProto()) },
            CreateTime = RecordedAt.ToTimestamp(),
        };
        if (VocationalExperienceMonths is { } months)
            wire.VocationalExperienceMonths = months;
        return wire;
    }
}

/// <summary>A credential with its validity; both ends included.</summary>
public sealed class Credential
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>What it is.</summary>
    public required Proto.CredentialType Type { get; init; }

    /// <summary>The state that issued it; empty when it counts in every state.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>First day of its validity; null when not known.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>Last day of its validity, or null.</summary>
    public DateOnly? ValidThrough { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Credential ToProto() => new() { Type = Type, Jurisdiction = Jurisdiction, ValidFrom = ValidFrom.Day(), ValidThrough = ValidThrough.Day() };
}

/// <summary>A role held in a team; both ends included.</summary>
public sealed class RoleHeld
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>Where.</summary>
    public required TeamId TeamId { get; init; }

    /// <inheritdoc cref="TeamId"/>
    public Team? Team { get; init; }

    /// <summary>What.</summary>
    public required StaffRole Role { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, or null.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>Whether it is held on the day.</summary>
    public bool HeldOn(DateOnly day) => From <= day && !(Through < day);

    /// <summary>As the contract shows it.</summary>
    public Proto.RoleAssignment ToProto() =>
        new() { StaffMember = StaffMemberId.Name, Team = TeamId.Name, Role = Role, From = From.Day(), Through = Through.Day() };
}

internal sealed class StaffMemberMap : IEntityTypeConfiguration<StaffMember>
{
    public void Configure(EntityTypeBuilder<StaffMember> staff)
    {
        staff.ToTable("staff").HasKey(s => s.Id);
        staff.HasVersion();
        staff.HasIndex(s => new { s.Provider, s.Id });
        staff.HasOne<Organization>().WithMany().HasForeignKey(s => s.Provider);
    }
}

internal sealed class CredentialMap : IEntityTypeConfiguration<Credential>
{
    public void Configure(EntityTypeBuilder<Credential> credential)
    {
        credential.ToTable("credentials").HasKey(c => c.Id);
        credential.HasOne<StaffMember>().WithMany(s => s.Credentials).HasForeignKey(c => c.StaffMemberId);
        credential.Property(c => c.Id).ValueGeneratedNever();
    }
}

internal sealed class RoleHeldMap : IEntityTypeConfiguration<RoleHeld>
{
    public void Configure(EntityTypeBuilder<RoleHeld> role)
    {
        role.ToTable("roles_held").HasKey(r => r.Id);
        role.HasOne<StaffMember>().WithMany(s => s.Roles).HasForeignKey(r => r.StaffMemberId);
        role.HasOne(r => r.Team).WithMany(t => t.Roles).HasForeignKey(r => r.TeamId);
    }
}
