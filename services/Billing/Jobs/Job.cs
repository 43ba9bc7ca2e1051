using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>A job of a person with its days. What was corrected is stored with its reason.</summary>
public sealed class Job : IVersioned
{
    /// <summary>The id.</summary>
    public required JobId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The person; after a merge the survivor.</summary>
    public required IndividualId IndividualId { get; set; }

    /// <summary>Code of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The program under which it was recorded.</summary>
    public required string Program { get; init; }

    /// <summary>The particulars as they are now.</summary>
    public required Proto.JobFacts? Facts { get; set; }

    /// <summary>A <see cref="Proto.Job"/> with nothing but its corrections, encrypted; null without any.</summary>
    public byte[]? EncryptedCorrections { get; set; }

    /// <summary>The employer, encrypted; null when not recorded.</summary>
    public byte[]? EncryptedEmployer { get; set; }

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>As the contract shows it.</summary>
    public Proto.Job ToProto(PersonalDataProtector protector) => new()
    {
        Name = Id.Name,
        Etag = this.Etag(),
        Individual = IndividualId.Name,
        Provider = new OrganizationCode(Provider).Name,
        Program = Program,
        Facts = Facts,
        Corrections = { Corrections(protector).Corrections },
        CreateTime = RecordedAt.ToTimestamp(),
        Employer = EncryptedEmployer is { } employer ? protector.Unprotect(employer) : "",
    };

    /// <summary>The event that publishes its record, a change of it, or its end.</summary>
    /// <param name="isNew">Whether it is recorded now.</param>
    public IEnumerable<DomainEvent> ToEvents(bool isNew)
    {
        var facts = Facts!;
        var from = DateOnly.ParseExact(facts.StartDate, "yyyy-MM-dd", null);
        var hours = facts.Terms.OrderBy(t => t.FromDate, StringComparer.Ordinal).LastOrDefault(t => t.WeeklyHours > 0)?.WeeklyHours ?? facts.WeeklyHours;
        int? weekly = hours == 0 ? null : hours;
        var code = facts.Occupation.Length == 0 ? null : facts.Occupation;
        if (isNew)
        {
            yield return new JobStartedV1
            {
                JobId = Id,
                IndividualId = IndividualId,
                Provider = Provider,
                Program = Program,
                From = from,
                Competitive = facts.IntegratedCompetitive,
                WeeklyHours = weekly,
                Code = code,
            };
        }

        if (facts.EndDate.Length > 0 && !facts.Withdrawn)
        {
            yield return new JobEndedV1
            {
                JobId = Id,
                IndividualId = IndividualId,
                Provider = Provider,
                Program = Program,
                From = from,
                Competitive = facts.IntegratedCompetitive,
                WeeklyHours = weekly,
                Code = code,
                Through = DateOnly.ParseExact(facts.EndDate, "yyyy-MM-dd", null),
                Outcome = facts.EndReason == Proto.JobEndReason.Unspecified ? null : WireCode.Lower(facts.EndReason),
            };
        }
        else if (!isNew)
        {
            yield return new JobChangedV1
            {
                JobId = Id,
                IndividualId = IndividualId,
                Provider = Provider,
                Program = Program,
                From = from,
                Competitive = facts.IntegratedCompetitive,
                WeeklyHours = weekly,
                Code = code,
                Promotions = facts.Terms.Count(t => t.Promotion),
                Withdrawn = facts.Withdrawn,
            };
        }
    }

    /// <summary>What was corrected, in a message without anything else.</summary>
    internal Proto.Job Corrections(PersonalDataProtector protector) =>
        EncryptedCorrections is { } stored ? Proto.Job.Parser.ParseJson(protector.Unprotect(stored)) : new();
}

internal sealed class JobMap : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> job)
    {
        job.ToTable("jobs").HasKey(j => j.Id);
        job.HasVersion();
        job.Property(j => j.Facts).IsMessage().IsRequired();
        job.HasIndex(j => j.IndividualId);
        job.HasIndex(j => new { j.Provider, j.Id });
    }
}
