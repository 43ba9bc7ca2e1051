using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ips.Platform.Decisions;

/// <summary>
/// A release of a program's policy that two people put in force from a day. Eligibility owns it; the other services keep a copy, without the people.
/// </summary>
public sealed class PolicyActivation : IVersioned, IAuditedRow
{
    /// <summary>The id.</summary>
    public required PolicyActivationId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The version of the release.</summary>
    public required string PackVersion { get; init; }

    /// <summary>The content hash of the release.</summary>
    public required string PackHash { get; init; }

    /// <summary>First day on which it is in force, in the program's time zone.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Whether it only answers in shadow: its answers are stored beside those of the release in force, and shown to no one.</summary>
    public bool Shadow { get; init; }

    /// <summary>The subject of the person who proposed it; empty in a copy.</summary>
    public string ProposedBy { get; init; } = "";

    /// <summary>The issuer of that person's token; empty in a copy.</summary>
    public string ProposedByIssuer { get; init; } = "";

    /// <summary>The subject of the person who accepted it; empty before, and in a copy.</summary>
    public string AcceptedBy { get; set; } = "";

    /// <summary>The issuer of that person's token; empty before, and in a copy.</summary>
    public string AcceptedByIssuer { get; set; } = "";

    /// <summary>When it was accepted, UTC; null before. In a copy the time of its latest change.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>Whether it was withdrawn before its day.</summary>
    public bool Withdrawn { get; set; }

    /// <summary>When its last change was published, UTC.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <inheritdoc/>
    public Guid AuditedAs => Id.Value;
}

/// <summary>The release of a program with which a service was installed: in force until the first activation, whatever a later build ships.</summary>
public sealed class InstalledPolicy
{
    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>The content hash of the release.</summary>
    public required string PackHash { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset InstalledAt { get; init; }
}

/// <summary>The tables of the policies in force.</summary>
public static class PolicyActivationMap
{
    /// <summary>The tables, for a service's <c>OnModelCreating</c>.</summary>
    public static ModelBuilder HasPolicies(this ModelBuilder model)
    {
        model.Entity<InstalledPolicy>().ToTable("installed_policies").HasKey(p => p.Program);
        model.Entity<KeptPack>().ToTable("kept_packs").HasKey(p => p.PackHash);
        return model.Entity<PolicyActivation>(activation =>
        {
            activation.ToTable("policy_activations").HasKey(a => a.Id);
            activation.HasVersion();
            activation.Ignore(a => a.AuditedAs);
            activation.Property(a => a.From).HasColumnName("from_day");
        });
    }
}

/// <summary>Keeps the copies of <see cref="PolicyActivation"/>; the latest state of each counts, whatever the order of arrival.</summary>
public sealed class PolicyActivationsConsumer(NpgsqlDataSource database, TimeProvider clock, PoliciesInForce policies)
    : GroupConsumer(database, clock), IGroupConsumer<PolicyActivationMovedV1>
{
    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        PolicyActivationMovedV1[] moved = [.. events.Cast<PolicyActivationMovedV1>()];
        parameters.AddWithValue("event_id", Array.ConvertAll(moved, e => e.EventId));
        parameters.AddWithValue("id", Array.ConvertAll(moved, e => e.PolicyActivationId.Value));
        parameters.AddWithValue("version", Array.ConvertAll(moved, e => (int)e.Sequence));
        parameters.AddWithValue("program", Array.ConvertAll(moved, e => e.Program));
        parameters.AddWithValue("pack_version", Array.ConvertAll(moved, e => e.PackVersion));
        parameters.AddWithValue("pack_hash", Array.ConvertAll(moved, e => e.PackHash));
        parameters.AddWithValue("from_day", Array.ConvertAll(moved, e => e.From));
        parameters.AddWithValue("shadow", Array.ConvertAll(moved, e => e.Shadow));
        parameters.AddWithValue("accepted_at", Array.ConvertAll(moved, e => e.Accepted ? e.OccurredAt.ToUniversalTime() : (DateTimeOffset?)null));
        parameters.AddWithValue("withdrawn", Array.ConvertAll(moved, e => e.Withdrawn));
        parameters.AddWithValue("changed_at", Array.ConvertAll(moved, e => e.OccurredAt.ToUniversalTime()));
        return $"""
            moved as (
              insert into policy_activations (id, version, program, pack_version, pack_hash, from_day, shadow, accepted_at, withdrawn, changed_at,
                proposed_by, proposed_by_issuer, accepted_by, accepted_by_issuer)
              select distinct on (id) id, version, program, pack_version, pack_hash, from_day, shadow, accepted_at, withdrawn, changed_at, '', '', '', ''
              from unnest(@event_id, @id, @version, @program, @pack_version, @pack_hash, @from_day, @shadow, @accepted_at, @withdrawn, @changed_at)
                as sent (event_id, id, version, program, pack_version, pack_hash, from_day, shadow, accepted_at, withdrawn, changed_at)
              join fresh using (event_id) order by id, version desc
              on conflict (id) do update set version = excluded.version, accepted_at = excluded.accepted_at, withdrawn = excluded.withdrawn,
                changed_at = excluded.changed_at
              where {IsLater("policy_activations", "version")})
            """;
    }

    /// <inheritdoc/>
    protected override void Committed() => policies.Changed();
}
