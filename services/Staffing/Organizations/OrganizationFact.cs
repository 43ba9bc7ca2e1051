using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Organizations;

/// <summary>A dated record about a provider: a license, an accreditation, an agreement, a written policy.</summary>
public sealed class OrganizationFact : IVersioned, IOfProvider
{
    /// <summary>The id.</summary>
    public required OrganizationFactId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>What it is.</summary>
    public required Proto.OrganizationFactKind Kind { get; init; }

    /// <summary>Who gave it, or its law.</summary>
    public Proto.OrganizationFactBody Body { get; set; }

    /// <summary>First day; null while it is applied for.</summary>
    public DateOnly? From { get; set; }

    /// <summary>Last day, included; null without an end.</summary>
    public DateOnly? Through { get; set; }

    /// <summary>Day of the application, or null.</summary>
    public DateOnly? AppliedOn { get; set; }

    /// <summary>Day on which the fee was paid, or null.</summary>
    public DateOnly? FeePaidOn { get; set; }

    /// <summary>The proof of application and payment is on file.</summary>
    public bool ProofOnFile { get; set; }

    /// <summary>Day on which an agreement was sent to the payer, or null.</summary>
    public DateOnly? SubmittedOn { get; set; }

    /// <summary>An agreement covers all behavioral health components; null when not known.</summary>
    public bool? AllComponents { get; set; }

    /// <summary>How an accreditation changed for the worse.</summary>
    public Proto.AdverseAccreditationChange AdverseChange { get; set; }

    /// <summary>Day on which the agency was notified of it, or null.</summary>
    public DateOnly? AdverseNotifiedOn { get; set; }

    /// <summary>Day on which the agency reported it, or null.</summary>
    public DateOnly? AdverseReportedOn { get; set; }

    /// <summary>Its number or title.</summary>
    public string Reference { get; set; } = "";

    /// <summary>SHA-256 of the document on file; empty without one.</summary>
    public string DocumentSha256 { get; set; } = "";

    /// <summary>Code of the organization whose caller recorded it.</summary>
    public required string RecordedBy { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>When it was withdrawn, UTC; null while it counts.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>Why it was withdrawn.</summary>
    public Proto.CorrectionReason WithdrawnFor { get; set; }

    /// <summary>Whether it counts: it was not withdrawn.</summary>
    public bool Counts => WithdrawnAt is null;

    /// <summary>Puts what was sent in the place of what was there.</summary>
    public void Replace(Proto.OrganizationFact given)
    {
        RequestValidator days = new();
        Body = given.Body;
        From = days.OptionalDay("", given.From);
        Through = days.OptionalDay("", given.Through);
        AppliedOn = days.OptionalDay("", given.AppliedOn);
        FeePaidOn = days.OptionalDay("", given.FeePaidOn);
        ProofOnFile = given.ProofOnFile;
        SubmittedOn = days.OptionalDay("", given.SubmittedOn);
        AllComponents = given.HasAllComponents ? given.AllComponents : null;
        AdverseChange = given.AdverseChange;
        AdverseNotifiedOn = days.OptionalDay("", given.AdverseNotifiedOn);
        AdverseReportedOn = days.OptionalDay("", given.AdverseReportedOn);
        Reference = given.Reference;
        DocumentSha256 = given.DocumentSha256;
    }

    /// <summary>Whether both are of one kind, body and reference and count on some of the same days.</summary>
    public bool Overlaps(OrganizationFact other) => Counts && other.Counts && Id != other.Id
        && (Kind, Body, Reference) == (other.Kind, other.Body, other.Reference) && !(Through < other.From) && !(other.Through < From);

    /// <summary>As the contract shows it.</summary>
    public Proto.OrganizationFact ToProto()
    {
        Proto.OrganizationFact wire = new()
        {
            Name = Id.Name,
            Organization = new OrganizationCode(Provider).Name,
            Kind = Kind,
            Body = Body,
            From = From.Day(),
            Through = Through.Day(),
            AppliedOn = AppliedOn.Day(),
            FeePaidOn = FeePaidOn.Day(),
            ProofOnFile = ProofOnFile,
            SubmittedOn = SubmittedOn.Day(),
            AdverseChange = AdverseChange,
            AdverseNotifiedOn = AdverseNotifiedOn.Day(),
            AdverseReportedOn = AdverseReportedOn.Day(),
            Reference = Reference,
            DocumentSha256 = DocumentSha256,
            RecordedBy = RecordedBy,
            WithdrawnFor = WithdrawnFor,
            Etag = this.Etag(),
            CreateTime = RecordedAt.ToTimestamp(),
        };
        if (AllComponents is { } all)
            wire.AllComponents = all;
        return wire;
    }
}

/// <summary>What was on file about a provider before a correction, as the contract writes it.</summary>
public sealed class OrganizationChange : IOfProvider
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Code of the organization that it is about.</summary>
    public required string Provider { get; init; }

    /// <summary>Resource name of what was corrected: the organization or a record about it.</summary>
    public required string Subject { get; init; }

    /// <summary>Why.</summary>
    public required Proto.CorrectionReason Reason { get; init; }

    /// <summary>What was there, as JSON.</summary>
    public required string Before { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

internal sealed class OrganizationFactMap : IEntityTypeConfiguration<OrganizationFact>
{
    public void Configure(EntityTypeBuilder<OrganizationFact> fact)
    {
        fact.ToTable("organization_facts").HasKey(f => f.Id);
        fact.HasVersion();
        fact.HasIndex(f => new { f.Provider, f.Id });
        fact.HasOne<Organization>().WithMany().HasForeignKey(f => f.Provider);
        fact.Property(f => f.From).HasColumnName("from_day");
        fact.Property(f => f.Through).HasColumnName("through_day");
    }
}

internal sealed class OrganizationChangeMap : IEntityTypeConfiguration<OrganizationChange>
{
    public void Configure(EntityTypeBuilder<OrganizationChange> change)
    {
        change.ToTable("organization_changes").HasKey(c => c.Id);
        change.Property(c => c.Id).ValueGeneratedNever();
        change.HasIndex(c => new { c.Provider, c.Id });
        change.HasOne<Organization>().WithMany().HasForeignKey(c => c.Provider);
    }
}
