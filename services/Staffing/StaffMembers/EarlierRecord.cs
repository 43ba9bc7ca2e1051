using System.Text.Json;
using System.Text.Json.Serialization;
using Ips.Contracts;
using Ips.Staffing.Db;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.StaffMembers;

/// <summary>
/// What stood on file about a staff member before a change of something that has one present value. What is only added and withdrawn needs none: it says itself
/// when it was recorded and when it was withdrawn.
/// </summary>
public sealed class EarlierRecord : IOfProvider
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Provider { get; init; }

    /// <summary>Who.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>What stood there.</summary>
    public required EarlierContent Content { get; init; }

    /// <summary>When it was replaced, UTC.</summary>
    public required DateTimeOffset ReplacedAt { get; init; }

    /// <summary>The record as it stands before a change. Call it before anything of <paramref name="found"/> is changed.</summary>
    public static EarlierRecord Of(StaffRecord found, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Provider = found.Member.Provider,
        StaffMemberId = found.Member.Id,
        Content = EarlierContent.Of(found),
        ReplacedAt = now,
    };
}

/// <summary>Everything that a decision about a staff member reads and that has one present value: codes, days and ids.</summary>
public sealed record EarlierContent(
    DateOnly HireDate, DateOnly? SeparatedOn, Proto.Education Education, int? VocationalExperienceMonths, Proto.Profession Profession, bool? Licensed,
    bool? MintTrainer, bool? RecentEmploymentHistory, bool? BillsCommunitySupport, DateOnly? FirstServiceDate, IReadOnlyList<EarlierContent.Span> Roles,
    IReadOnlyList<EarlierContent.Span> Credentials, IReadOnlyList<EarlierContent.Hit> Hits, IReadOnlyList<EarlierContent.Target> Targets)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The last day of a role or of a credential.</summary>
    public sealed record Span(Guid Id, DateOnly? Through);

    /// <summary>What an entry of a list was held for.</summary>
    public sealed record Hit(Guid Id, Proto.ExclusionHitState State, DateOnly? KnownOn);

    /// <summary>The day of a local plan.</summary>
    public sealed record Target(Guid Id, DateOnly On);

    internal static EarlierContent Of(StaffRecord found)
    {
        var member = found.Member;
        return new(member.HireDate, member.SeparatedOn, member.Education, member.VocationalExperienceMonths, member.Profession, member.Licensed,
            member.MintTrainer, member.RecentEmploymentHistory, member.BillsCommunitySupport, member.FirstServiceDate,
            [.. member.Roles.Select(r => new Span(r.Id, r.Through))], [.. member.Credentials.Select(c => new Span(c.Id, c.ValidThrough))],
            [.. found.Hits.Select(h => new Hit(h.Id.Value, h.State, h.KnownOn))], [.. found.Targets.Select(t => new Target(t.Id, t.TargetDate))]);
    }

    internal static EarlierContent Read(string json) => JsonSerializer.Deserialize<EarlierContent>(json, Json)!;

    internal string Write() => JsonSerializer.Serialize(this, Json);
}

/// <summary>Something on file that is added and withdrawn, and between that stays as it is.</summary>
public interface IWithdrawable<T>
{
    /// <summary>When it was recorded, UTC.</summary>
    DateTimeOffset RecordedAt { get; }

    /// <summary>When it was withdrawn, UTC; null while it counts.</summary>
    DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>The same again.</summary>
    T Copy();
}

/// <summary>A record as it was known at an instant.</summary>
internal static class Known
{
    /// <summary>The record with what was known at the instant and nothing that was recorded, changed or withdrawn later; null before it was on file.</summary>
    public static StaffRecord? KnownAt(this StaffRecord record, DateTimeOffset instant)
    {
        if (record.Member.RecordedAt > instant)
            return null;
        var then = (record.Earlier.Where(e => e.ReplacedAt > instant).MinBy(e => (e.ReplacedAt, e.Id))?.Content ?? EarlierContent.Of(record));
        var (roles, credentials) = (then.Roles.ToDictionary(r => r.Id), then.Credentials.ToDictionary(c => c.Id));
        var (hits, targets) = (then.Hits.ToDictionary(h => h.Id), then.Targets.ToDictionary(t => t.Id));
        var now = record.Member;
        StaffMember member = new()
        {
            Id = now.Id,
            Version = now.Version,
            Provider = now.Provider,
            EncryptedDisplayName = now.EncryptedDisplayName,
            EncryptedIdentity = now.EncryptedIdentity,
            NpiKeys = now.NpiKeys,
            RecordedAt = now.RecordedAt,
            HireDate = then.HireDate,
            SeparatedOn = then.SeparatedOn,
            Education = then.Education,
            VocationalExperienceMonths = then.VocationalExperienceMonths,
            Profession = then.Profession,
            Licensed = then.Licensed,
            MintTrainer = then.MintTrainer,
            RecentEmploymentHistory = then.RecentEmploymentHistory,
            BillsCommunitySupport = then.BillsCommunitySupport,
            FirstServiceDate = then.FirstServiceDate,
            Roles = [.. now.Roles.Where(r => roles.ContainsKey(r.Id)).Select(r => r.Until(roles[r.Id].Through))],
            Credentials = [.. now.Credentials.At(instant).Select(c => credentials.TryGetValue(c.Id, out var was) ? c.Until(was.Through) : c)],
            Experience = [.. now.Experience.At(instant)],
        };
        return new(member, [.. record.Clearances.At(instant)],
            [.. record.Hits.Where(h => h.RecordedAt <= instant).Select(h => hits.TryGetValue(h.Id.Value, out var was) ? h.As(was.State, was.KnownOn) : h)],
            [.. record.Completions.At(instant)], [.. record.Targets.Where(t => targets.ContainsKey(t.Id)).Select(t => t.With(targets[t.Id].On))],
            record.Requirements, record.Earlier);
    }

    private static IEnumerable<T> At<T>(this IEnumerable<T> rows, DateTimeOffset instant) where T : IWithdrawable<T>
    {
        foreach (var row in rows.Where(r => r.RecordedAt <= instant && !(r.WithdrawnAt <= instant)))
        {
            var counted = row.WithdrawnAt is null ? row : row.Copy();
            counted.WithdrawnAt = null;
            yield return counted;
        }
    }
}

internal sealed class EarlierRecordMap : IEntityTypeConfiguration<EarlierRecord>
{
    public void Configure(EntityTypeBuilder<EarlierRecord> earlier)
    {
        earlier.ToTable("staff_history").HasKey(e => e.Id);
        earlier.Property(e => e.Id).ValueGeneratedNever();
        earlier.Property(e => e.Content).HasColumnType("jsonb").HasConversion(content => content.Write(), json => EarlierContent.Read(json));
        earlier.HasIndex(e => new { e.StaffMemberId, e.ReplacedAt });
        earlier.HasOne<StaffMember>().WithMany().HasForeignKey(e => e.StaffMemberId);
    }
}
