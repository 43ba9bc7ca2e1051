using System.Security.Cryptography;
using System.Text;
using Ips.Contracts;
using Ips.Contracts.Events;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// A person who uses the platform for an organization: what the person may do, and whose people it sees. Staffing owns it; the other services keep a copy,
/// without the account.
/// </summary>
public sealed class Member : IVersioned
{
    /// <summary>The id.</summary>
    public required MemberId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>Code of the organization.</summary>
    public required string Organization { get; init; }

    /// <summary>The account, as <see cref="AccountOf"/> makes it.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>Who issues the account's tokens; in Staffing only.</summary>
    public string? Issuer { get; init; }

    /// <summary>The account at the issuer; in Staffing only.</summary>
    public string? Subject { get; init; }

    /// <summary>Codes of the roles, for example SPECIALIST.</summary>
    public required List<string> Roles { get; set; }

    /// <summary>The staff member whose caseload the member sees; null for the whole organization.</summary>
    public StaffMemberId? StaffMemberId { get; set; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; set; }

    /// <summary>Last day, included; null while it is open.</summary>
    public DateOnly? Through { get; set; }

    /// <summary>Why it was last changed or ended, encrypted; in Staffing only.</summary>
    public byte[]? EncryptedReason { get; set; }

    /// <summary>When its last change was published, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>The id of an account: the first 128 bits of the SHA-256 of issuer and subject, as a UUID. A subject is unique within its issuer only.</summary>
    public static Guid AccountOf(string issuer, string subject) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuer}\n{subject}")).AsSpan(0, 16), bigEndian: true);
}

/// <summary>A caseload that a member sees for some days besides its own. Staffing owns it; the other services keep a copy.</summary>
public sealed class Delegation : IVersioned
{
    /// <summary>The id.</summary>
    public required DelegationId Id { get; init; }

    /// <inheritdoc/>
    public int Version { get; set; } = 1;

    /// <summary>The member.</summary>
    public required MemberId MemberId { get; init; }

    /// <summary>The staff member whose caseload it is.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included.</summary>
    public required DateOnly Through { get; set; }

    /// <summary>When its last change was published, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A person on a caseload, as Staffing last published the assignment.</summary>
public sealed class CaseloadSpan
{
    /// <summary>The assignment.</summary>
    public required AssignmentId Id { get; init; }

    /// <summary>The number of the event within the assignment's; the highest counts.</summary>
    public required long Sequence { get; init; }

    /// <summary>The person.</summary>
    public required IndividualId IndividualId { get; init; }

    /// <summary>The staff member.</summary>
    public required StaffMemberId StaffMemberId { get; init; }

    /// <summary>First day.</summary>
    public required DateOnly From { get; init; }

    /// <summary>Last day, included; null while it is open.</summary>
    public DateOnly? Through { get; init; }

    /// <summary>When that event was published, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>Keeps the copies of <see cref="Member"/> and <see cref="Delegation"/>; the latest state of each counts, whatever the order of arrival.</summary>
public sealed class MembersConsumer(NpgsqlDataSource database, TimeProvider clock, Memberships memberships) : GroupConsumer(database, clock),
    IGroupConsumer<MemberChangedV1>, IGroupConsumer<DelegationChangedV1>
{
    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        MemberChangedV1[] members = [.. events.OfType<MemberChangedV1>()];
        DelegationChangedV1[] delegations = [.. events.OfType<DelegationChangedV1>()];
        parameters.AddWithValue("event_id", Array.ConvertAll(members, e => e.EventId));
        parameters.AddWithValue("id", Array.ConvertAll(members, e => e.MemberId.Value));
        parameters.AddWithValue("version", Array.ConvertAll(members, e => (int)e.Sequence));
        parameters.AddWithValue("organization", Array.ConvertAll(members, e => e.Organization));
        parameters.AddWithValue("account_id", Array.ConvertAll(members, e => e.AccountId));
        parameters.AddWithValue("roles", Array.ConvertAll(members, e => string.Join(' ', e.Roles)));
        parameters.AddWithValue("staff_member_id", Array.ConvertAll(members, e => e.StaffMemberId?.Value));
        parameters.AddWithValue("from_day", Array.ConvertAll(members, e => e.From));
        parameters.AddWithValue("through_day", Array.ConvertAll(members, e => e.Through));
        parameters.AddWithValue("changed_at", Array.ConvertAll(members, e => e.OccurredAt.ToUniversalTime()));
        parameters.AddWithValue("d_event_id", Array.ConvertAll(delegations, e => e.EventId));
        parameters.AddWithValue("d_id", Array.ConvertAll(delegations, e => e.DelegationId.Value));
        parameters.AddWithValue("d_version", Array.ConvertAll(delegations, e => (int)e.Sequence));
        parameters.AddWithValue("d_member_id", Array.ConvertAll(delegations, e => e.MemberId.Value));
        parameters.AddWithValue("d_staff_member_id", Array.ConvertAll(delegations, e => e.StaffMemberId.Value));
        parameters.AddWithValue("d_from_day", Array.ConvertAll(delegations, e => e.From));
        parameters.AddWithValue("d_through_day", Array.ConvertAll(delegations, e => e.Through));
        parameters.AddWithValue("d_changed_at", Array.ConvertAll(delegations, e => e.OccurredAt.ToUniversalTime()));
        return $"""
            changed as (
              insert into members (id, version, organization, account_id, roles, staff_member_id, from_day, through_day, changed_at)
              select distinct on (id) id, version, organization, account_id, string_to_array(roles, ' '), staff_member_id, from_day, through_day, changed_at
              from unnest(@event_id, @id, @version, @organization, @account_id, @roles, @staff_member_id, @from_day, @through_day, @changed_at)
                as sent (event_id, id, version, organization, account_id, roles, staff_member_id, from_day, through_day, changed_at)
              join fresh using (event_id) order by id, version desc
              on conflict (id) do update set version = excluded.version, roles = excluded.roles, staff_member_id = excluded.staff_member_id,
                from_day = excluded.from_day, through_day = excluded.through_day, changed_at = excluded.changed_at
              where {IsLater("members", "version")}),
            delegated as (
              insert into delegations (id, version, member_id, staff_member_id, from_day, through_day, changed_at)
              select distinct on (id) id, version, member_id, staff_member_id, from_day, through_day, changed_at
              from unnest(@d_event_id, @d_id, @d_version, @d_member_id, @d_staff_member_id, @d_from_day, @d_through_day, @d_changed_at)
                as sent (event_id, id, version, member_id, staff_member_id, from_day, through_day, changed_at)
              join fresh using (event_id) order by id, version desc
              on conflict (id) do update set version = excluded.version, through_day = excluded.through_day, changed_at = excluded.changed_at
              where {IsLater("delegations", "version")})
            """;
    }

    /// <inheritdoc/>
    protected override void Committed() => memberships.Forget();
}

/// <summary>Keeps <see cref="CaseloadSpan"/>; the latest state of each assignment counts, whatever the order of arrival.</summary>
public sealed class CaseloadsConsumer(NpgsqlDataSource database, TimeProvider clock) : GroupConsumer(database, clock),
    IGroupConsumer<AssignmentMadeV1>, IGroupConsumer<AssignmentEndedV1>, IGroupConsumer<AssignmentResumedV1>,
    IGroupConsumer<AssignmentJoinedV1>
{
    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        CaseloadSpan[] spans = [.. events.Select(Span)];
        parameters.AddWithValue("event_id", events.Select(e => e.EventId).ToArray());
        parameters.AddWithValue("id", Array.ConvertAll(spans, s => s.Id.Value));
        parameters.AddWithValue("sequence", Array.ConvertAll(spans, s => s.Sequence));
        parameters.AddWithValue("individual_id", Array.ConvertAll(spans, s => s.IndividualId.Value));
        parameters.AddWithValue("staff_member_id", Array.ConvertAll(spans, s => s.StaffMemberId.Value));
        parameters.AddWithValue("from_day", Array.ConvertAll(spans, s => s.From));
        parameters.AddWithValue("through_day", Array.ConvertAll(spans, s => s.Through));
        parameters.AddWithValue("changed_at", Array.ConvertAll(spans, s => s.ChangedAt));
        return $"""
            assigned as (
              insert into caseloads (id, sequence, individual_id, staff_member_id, from_day, through_day, changed_at)
              select distinct on (id) id, sequence, individual_id, staff_member_id, from_day, through_day, changed_at
              from unnest(@event_id, @id, @sequence, @individual_id, @staff_member_id, @from_day, @through_day, @changed_at)
                as sent (event_id, id, sequence, individual_id, staff_member_id, from_day, through_day, changed_at)
              join fresh using (event_id) order by id, sequence desc
              on conflict (id) do update set sequence = excluded.sequence, individual_id = excluded.individual_id, through_day = excluded.through_day,
                changed_at = excluded.changed_at
              where {IsLater("caseloads", "sequence")})
            """;
    }

    /// <summary>What an event says of an assignment.</summary>
    public static CaseloadSpan Span(DomainEvent happened) => happened switch
    {
        AssignmentMadeV1 e => Of(e, e.AssignmentId, e.IndividualId, e.StaffMemberId, e.From, null),
        AssignmentEndedV1 e => Of(e, e.AssignmentId, e.IndividualId, e.StaffMemberId, e.From, e.Through),
        AssignmentResumedV1 e => Of(e, e.AssignmentId, e.IndividualId, e.StaffMemberId, e.From, e.Through),
        AssignmentJoinedV1 e => Of(e, e.AssignmentId, e.IndividualId, e.StaffMemberId, e.From, e.Through),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "is no event of an assignment"),
    };

    private static CaseloadSpan Of(
        DomainEvent happened, AssignmentId id, IndividualId individual, StaffMemberId staffMember, DateOnly from, DateOnly? through) => new()
        {
            Id = id,
            Sequence = happened.Sequence,
            IndividualId = individual,
            StaffMemberId = staffMember,
            From = from,
            Through = through,
            ChangedAt = happened.OccurredAt.ToUniversalTime(),
        };
}
