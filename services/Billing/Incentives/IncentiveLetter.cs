using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Incentives;

/// <summary>A letter of Network Evaluation that lists the people of a quarter for an incentive (lifecycle 8). Only a merge of its people changes it.</summary>
public sealed class IncentiveLetter : IVersioned
{
    /// <summary>The id.</summary>
    public required IncentiveLetterId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The quarter that was reviewed, such as <c>2024-Q1</c>.</summary>
    public required string Quarter { get; init; }

    /// <summary>Its milestones: one in a letter that can be invoiced.</summary>
    public required List<int> Milestones { get; init; }

    /// <summary>Day on which it came.</summary>
    public required DateOnly ReceivedOn { get; init; }

    /// <summary>Last day on which its invoice is in time; null where the decision sets none.</summary>
    public required DateOnly? DueOn { get; init; }

    /// <summary>The rule that sets that day; empty where none does.</summary>
    public required string DueBy { get; init; }

    /// <summary>SHA-256 of the letter.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its media type, found in its bytes.</summary>
    public required string MediaType { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>Whom it lists.</summary>
    public List<LetterPerson> People { get; init; } = [];

    /// <summary>The receipt of what was decided on the letter alone.</summary>
    public required Guid DecisionId { get; init; }

    /// <inheritdoc cref="DecisionId"/>
    public StoredDecision? Decision { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.IncentiveLetter ToProto(Contracts.Common.V1.Decision decision, bool stored = true) => new()
    {
        Name = stored ? Id.Name : "",
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        Quarter = Quarter,
        Milestones = { Milestones },
        ReceivedDate = ReceivedOn.Day(),
        Individuals = { People.OrderBy(p => p.Place).Select(p => p.IndividualId.Name).Distinct(StringComparer.Ordinal) },
        State = Milestones.Count == 1 ? Proto.IncentiveLetterState.Received : Proto.IncentiveLetterState.Mixed,
        DueDate = DueOn.Day(),
        Sha256 = Sha256,
        MediaType = MediaType,
        Size = Size,
        Decision = decision,
        CreateTime = stored ? RecordedAt.ToTimestamp() : null,
    };
}

/// <summary>A person on a letter.</summary>
/// <param name="LetterId">The letter.</param>
/// <param name="Place">The place in its list, from 0.</param>
/// <param name="IndividualId">The person; after a merge the survivor.</param>
/// <param name="Provider">Code of the provider.</param>
public sealed record LetterPerson(IncentiveLetterId LetterId, int Place, IndividualId IndividualId, string Provider)
{
    /// <summary>The person; after a merge the survivor.</summary>
    public IndividualId IndividualId { get; set; } = IndividualId;
}

/// <summary>The bytes of a letter.</summary>
/// <param name="LetterId">The letter.</param>
/// <param name="Provider">Code of the provider.</param>
/// <param name="EncryptedFile">The bytes.</param>
public sealed record LetterFile(IncentiveLetterId LetterId, string Provider, byte[] EncryptedFile);

internal sealed class IncentiveLetterMap :
    IEntityTypeConfiguration<IncentiveLetter>, IEntityTypeConfiguration<LetterPerson>, IEntityTypeConfiguration<LetterFile>
{
    public void Configure(EntityTypeBuilder<IncentiveLetter> letter)
    {
        letter.ToTable("incentive_letters").HasKey(l => l.Id);
        letter.HasVersion();
        letter.HasOne(l => l.Decision).WithMany().HasForeignKey(l => l.DecisionId);
        letter.HasIndex(l => new { l.Provider, l.Quarter });
    }

    public void Configure(EntityTypeBuilder<LetterPerson> person)
    {
        person.ToTable("incentive_letter_people").HasKey(p => new { p.LetterId, p.Place });
        person.HasOne<IncentiveLetter>().WithMany(l => l.People).HasForeignKey(p => p.LetterId);
        person.HasIndex(p => p.IndividualId);
    }

    public void Configure(EntityTypeBuilder<LetterFile> file)
    {
        file.ToTable("incentive_letter_files").HasKey(f => f.LetterId);
        file.HasOne<IncentiveLetter>().WithOne().HasForeignKey<LetterFile>(f => f.LetterId);
    }
}
