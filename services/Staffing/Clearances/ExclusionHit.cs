using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Staffing.Db;
using Ips.Staffing.StaffMembers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>An entry of a list that is or may be a staff member. The same entry in a later file is the same hit, with the answer that it has.</summary>
public sealed class ExclusionHit : IVersioned, IOfProvider
{
    /// <summary>The id.</summary>
    public required ExclusionHitId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Whom it may be.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>The import that found it first.</summary>
    public required ListImportId ListImportId { get; init; }

    /// <summary>The list.</summary>
    public required Proto.ExclusionList List { get; init; }

    /// <summary>Line of the file; the header is line 1.</summary>
    public required int Line { get; init; }

    /// <summary>By what it was found.</summary>
    public required Proto.ExclusionMatch Match { get; init; }

    /// <summary>The entry, encrypted.</summary>
    public required byte[] EncryptedEntry { get; init; }

    /// <summary>The state.</summary>
    public required Proto.ExclusionHitState State { get; set; }

    /// <summary>Why it was confirmed or cleared.</summary>
    public Proto.ExclusionHitReason Reason { get; set; }

    /// <summary>The day from which the agency knows that it is the staff member; null unless it is confirmed.</summary>
    public DateOnly? KnownOn { get; set; }

    /// <summary>The caller who answered it; empty before.</summary>
    public string AnsweredBy { get; set; } = "";

    /// <summary>When it was answered, UTC.</summary>
    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>The same with another answer.</summary>
    public ExclusionHit As(Proto.ExclusionHitState state, DateOnly? known)
    {
        var copy = (ExclusionHit)MemberwiseClone();
        (copy.State, copy.KnownOn) = (state, known);
        return copy;
    }

    /// <summary>As the contract shows it.</summary>
    public Proto.ExclusionHit ToProto(PersonalDataProtector protector, IEnumerable<IndividualId> people) => new()
    {
        Name = Id.Name,
        StaffMember = StaffMemberId.Name,
        ListImport = ListImportId.Name,
        List = List,
        Line = Line,
        Match = Match,
        Entry = protector.Unprotect(EncryptedEntry),
        State = State,
        Reason = Reason,
        KnownOn = KnownOn.Day(),
        PeopleToReassign = { State == Proto.ExclusionHitState.Confirmed ? people.Select(person => person.Name) : [] },
        Etag = this.Etag(),
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

/// <summary>An import of a list of excluded persons.</summary>
public sealed class ListImport : IVersioned
{
    /// <summary>The id.</summary>
    public required ListImportId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the organization that imported it.</summary>
    public required string Organization { get; init; }

    /// <summary>The list.</summary>
    public required Proto.ExclusionList List { get; init; }

    /// <summary>SHA-256 of the file, lower-case hex.</summary>
    public required string FileSha256 { get; init; }

    /// <summary>Lines without the header.</summary>
    public required int Lines { get; init; }

    /// <summary>The day of the check, UTC.</summary>
    public required DateOnly CheckedOn { get; init; }

    /// <summary>People checked.</summary>
    public int PeopleChecked { get; set; }

    /// <summary>People without names on file, at the last run.</summary>
    public int PeopleWithoutNames { get; set; }

    /// <summary>Hits by NPI.</summary>
    public int ConfirmedHits { get; set; }

    /// <summary>Hits that wait for an answer.</summary>
    public int PossibleHits { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.ListImport ToProto() => new()
    {
        Name = Id.Name,
        List = List,
        FileSha256 = FileSha256,
        Lines = Lines,
        CheckedOn = CheckedOn.Day(),
        PeopleChecked = PeopleChecked,
        PeopleWithoutNames = PeopleWithoutNames,
        ConfirmedHits = ConfirmedHits,
        PossibleHits = PossibleHits,
        CreateTime = RecordedAt.ToTimestamp(),
    };
}

internal sealed class ExclusionHitMap : IEntityTypeConfiguration<ExclusionHit>
{
    public void Configure(EntityTypeBuilder<ExclusionHit> hit)
    {
        hit.ToTable("exclusion_hits").HasKey(h => h.Id);
        hit.HasVersion();
        hit.HasIndex(h => h.StaffMemberId);
        hit.HasIndex(h => new { h.Provider, h.State });
        hit.HasOne<StaffMember>().WithMany().HasForeignKey(h => h.StaffMemberId);
    }
}

internal sealed class ListImportMap : IEntityTypeConfiguration<ListImport>
{
    public void Configure(EntityTypeBuilder<ListImport> import)
    {
        import.ToTable("list_imports").HasKey(i => i.Id);
        import.HasVersion();
        import.HasIndex(i => new { i.Organization, i.List, i.FileSha256 }).IsUnique();
    }
}
