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
    public required byte[] EncryptedDisplayName { get; set; }

    /// <summary>Names in official documents, birth date and NPI as <see cref="StaffIdentity"/> writes them, encrypted; null when none is known.</summary>
    public byte[]? EncryptedIdentity { get; set; }

    /// <summary>
    /// Keyed hashes of the NPIs in it, under every key of the ring; null in a row from before there were any, which a rotation of keys fills
    /// (<see cref="RotateStaffKeys"/>).
    /// </summary>
    public List<string>? NpiKeys { get; set; } = [];

    /// <summary>Hire into the service.</summary>
    public required DateOnly HireDate { get; set; }

    /// <summary>Vocational experience in months as the agency typed it; null when not known. Recorded spans count instead of it.</summary>
    public int? VocationalExperienceMonths { get; set; }

    /// <summary>Highest level of education; unspecified when not known.</summary>
    public Proto.Education Education { get; set; }

    /// <summary>Profession; unspecified when not known.</summary>
    public Proto.Profession Profession { get; set; }

    /// <summary>Whether a licensed practitioner; null when not known.</summary>
    public bool? Licensed { get; set; }

    /// <summary>Whether a trainer of the Motivational Interviewing Network of Trainers; null when not known.</summary>
    public bool? MintTrainer { get; set; }

    /// <summary>Employed in the recent past, as the agency judges it; null when not known.</summary>
    public bool? RecentEmploymentHistory { get; set; }

    /// <summary>Will bill Medicaid Community Support in Missouri; null when not known.</summary>
    public bool? BillsCommunitySupport { get; set; }

    /// <summary>First IPS service given; null when none is known.</summary>
    public DateOnly? FirstServiceDate { get; set; }

    /// <summary>Last day of work, included; null while employed.</summary>
    public DateOnly? SeparatedOn { get; set; }

    /// <summary>Why the employment ended.</summary>
    public Proto.SeparationReason SeparationReason { get; set; }

    /// <summary>When what identifies the person was removed after the retention time, UTC; null before.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>Credentials held, now or once.</summary>
    public List<Credential> Credentials { get; init; } = [];

    /// <summary>Roles held, now or once.</summary>
    public List<RoleHeld> Roles { get; init; } = [];

    /// <summary>Spans of work.</summary>
    public List<ExperienceSpan> Experience { get; init; } = [];

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>Whether employed on the day: hired, and not separated before it.</summary>
    public bool EmployedOn(DateOnly day) => HireDate <= day && !(SeparatedOn < day);

    /// <summary>As the contract shows it.</summary>
    /// <param name="protector">Decrypts.</param>
    /// <param name="all">Whether the caller may see what identifies the person and numbers of credentials: its provider may.</param>
    public Proto.StaffMember ToProto(PersonalDataProtector protector, bool all)
    {
        Proto.StaffMember wire = new()
        {
            Name = Id.Name,
            Provider = new OrganizationCode(Provider).Name,
            DisplayName = protector.Unprotect(EncryptedDisplayName),
            HireDate = HireDate.Day(),
            Education = Education,
            Credentials = { Credentials.Where(c => c.Counts).OrderBy(c => c.RecordedAt).Select(c => c.ToProto(all ? protector : null)) },
            Roles = { Roles.OrderBy(r => r.From).Select(r => r.ToProto()) },
            Experience = { Experience.Where(e => e.Counts).OrderBy(e => e.RecordedAt).Select(e => e.ToProto()) },
            SeparationDate = SeparatedOn.Day(),
            CreateTime = RecordedAt.ToTimestamp(),
            Etag = this.Etag(),
        };
        if (all)
            wire.Particulars = Particulars(protector);
        if (VocationalExperienceMonths is { } months)
            wire.VocationalExperienceMonths = months;
        return wire;
    }

    private Proto.StaffParticulars Particulars(PersonalDataProtector protector)
    {
        var identity = StaffIdentity.Of(this, protector);
        Proto.StaffParticulars wire = new()
        {
            GivenName = identity.GivenName,
            FamilyName = identity.FamilyName,
            BirthDate = identity.BirthDate.Day(),
            Npi = identity.Npi,
            NpiFrom = identity.NpiFrom.Day(),
            Profession = Profession,
            FirstServiceDate = FirstServiceDate.Day(),
        };
        if (Licensed is { } licensed)
            wire.Licensed = licensed;
        if (MintTrainer is { } trainer)
            wire.MintTrainer = trainer;
        if (RecentEmploymentHistory is { } recent)
            wire.RecentEmploymentHistory = recent;
        if (BillsCommunitySupport is { } bills)
            wire.BillsCommunitySupport = bills;
        return wire;
    }
}

/// <summary>A credential with its validity; both ends included.</summary>
public sealed class Credential : IWithdrawable<Credential>
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
    public DateOnly? ValidThrough { get; set; }

    /// <summary>Who issued it; empty when not known.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Its number, encrypted; null when not known.</summary>
    public byte[]? EncryptedNumber { get; init; }

    /// <summary>Of a license what it allows; empty for any other credential.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Day of the last look-up; null when no one looked.</summary>
    public DateOnly? VerifiedOn { get; set; }

    /// <summary>Where it was looked up.</summary>
    public string VerifiedAt { get; set; } = "";

    /// <summary>The caller who recorded the look-up.</summary>
    public string VerifiedBy { get; set; } = "";

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was withdrawn, UTC; null while it counts.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>Why it was withdrawn.</summary>
    public Proto.CorrectionReason WithdrawnFor { get; set; }

    /// <summary>Whether it counts: it was not withdrawn.</summary>
    public bool Counts => WithdrawnAt is null;

    /// <inheritdoc/>
    public Credential Copy() => (Credential)MemberwiseClone();

    /// <summary>The same with another last day.</summary>
    public Credential Until(DateOnly? through)
    {
        var copy = Copy();
        copy.ValidThrough = through;
        return copy;
    }

    /// <summary>As the contract shows it; without its number when there is no <paramref name="protector"/>.</summary>
    public Proto.Credential ToProto(PersonalDataProtector? protector) => new()
    {
        Id = Id.ToString(),
        Type = Type,
        Jurisdiction = Jurisdiction,
        ValidFrom = ValidFrom.Day(),
        ValidThrough = ValidThrough.Day(),
        Issuer = Issuer,
        Number = EncryptedNumber is { } number && protector is not null ? protector.Unprotect(number) : "",
        VerifiedOn = VerifiedOn.Day(),
        VerifiedAt = VerifiedAt,
        VerifiedBy = VerifiedBy,
        Scope = Scope,
    };
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

    /// <summary>Last day, or null. A role that was ended before it began has its last day before its first and is held on none.</summary>
    public DateOnly? Through { get; set; }

    /// <summary>Share of full time in percent; null when not known.</summary>
    public int? FtePercent { get; init; }

    /// <summary>Supervises nothing besides IPS; null when not known.</summary>
    public bool? SupervisesOnlyIps { get; init; }

    /// <summary>Last day on which a specialist may give other services too, or null.</summary>
    public DateOnly? SplitTimeThrough { get; init; }

    /// <summary>Works far from where the team meets; null when not known.</summary>
    public bool? LongDistance { get; init; }

    /// <summary>Whether it is held on a day of the span; an absent end means no end.</summary>
    public bool Overlaps(DateOnly from, DateOnly? through) => !(Through < from) && !(through < From) && !(Through < From);

    /// <summary>The same with another last day.</summary>
    public RoleHeld Until(DateOnly? through)
    {
        var copy = (RoleHeld)MemberwiseClone();
        copy.Through = through;
        return copy;
    }

    /// <summary>Whether it is held on the day.</summary>
    public bool HeldOn(DateOnly day) => From <= day && !(Through < day);

    /// <summary>As the contract shows it.</summary>
    public Proto.RoleAssignment ToProto()
    {
        Proto.RoleAssignment wire = new()
        {
            StaffMember = StaffMemberId.Name,
            Team = TeamId.Name,
            Role = Role,
            From = From.Day(),
            Through = Through.Day(),
            Id = Id.ToString(),
            SplitTimeThrough = SplitTimeThrough.Day(),
        };
        if (FtePercent is { } percent)
            wire.FtePercent = percent;
        if (SupervisesOnlyIps is { } only)
            wire.SupervisesOnlyIps = only;
        if (LongDistance is { } far)
            wire.LongDistance = far;
        return wire;
    }
}

internal sealed class StaffMemberMap : IEntityTypeConfiguration<StaffMember>
{
    public void Configure(EntityTypeBuilder<StaffMember> staff)
    {
        staff.ToTable("staff").HasKey(s => s.Id);
        staff.HasVersion();
        staff.HasIndex(s => new { s.Provider, s.Id });
        staff.HasIndex(s => s.NpiKeys).HasMethod("gin");
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

internal sealed class ExperienceMap : IEntityTypeConfiguration<ExperienceSpan>
{
    public void Configure(EntityTypeBuilder<ExperienceSpan> span)
    {
        span.ToTable("experience").HasKey(e => e.Id);
        span.HasOne<StaffMember>().WithMany(s => s.Experience).HasForeignKey(e => e.StaffMemberId);
        span.Property(e => e.Id).ValueGeneratedNever();
        span.Property(e => e.From).HasColumnName("from_day");
        span.Property(e => e.Through).HasColumnName("through_day");
    }
}

internal sealed class StaffCorrectionMap : IEntityTypeConfiguration<StaffCorrection>
{
    public void Configure(EntityTypeBuilder<StaffCorrection> correction)
    {
        correction.ToTable("staff_corrections").HasKey(c => c.Id);
        correction.HasOne<StaffMember>().WithMany().HasForeignKey(c => c.StaffMemberId);
        correction.Property(c => c.Id).ValueGeneratedNever();
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
