using System.Collections.Frozen;
using Ips.Contracts;
using Ips.Contracts.Staffing.V1;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// Reads what a person may do from the service's copy of <see cref="Member"/>, at the beginning of each call: a change holds with the next one.
/// </summary>
/// <remarks>
/// Which organizations have members is kept in memory for two seconds, so that calls for all others cost no query. A replica that did not receive the event
/// of an organization's first member lets its people in for so long.
/// </remarks>
public sealed class Memberships(NpgsqlDataSource database, TimeProvider clock) : IMemberships
{
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(2);

    private const string Sql =
        """
        select m.roles, m.staff_member_id, array(select d.staff_member_id from delegations d
          where d.member_id = m.id and d.from_day <= $3 and d.through_day >= $3)
        from members m where m.organization = $1 and m.account_id = $2 and m.from_day <= $3 and coalesce(m.through_day, 'infinity') >= $3
        """;

    private Known? known;

    /// <summary>The organizations with members are read again before the next call.</summary>
    public void Forget() => known = null;

    /// <inheritdoc/>
    public async ValueTask<Membership?> Of(Caller person, CancellationToken cancellationToken)
    {
        if (!(await Organizations(cancellationToken)).Contains(person.Organization))
            return null;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = person.Organization });
        command.Parameters.Add(new() { Value = Member.AccountOf(person.Issuer, person.Subject) });
        command.Parameters.Add(new() { Value = clock.UtcDay() });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        if (!await rows.ReadAsync(cancellationToken))
            throw new ProblemException(new Problem.Forbidden("this account is no member of its organization today; an administrator of the organization records it"));
        List<MemberRole> roles = [];
        foreach (var code in rows.GetFieldValue<string[]>(0))
        {
            // A role that this release does not know allows nothing.
            if (WireCode.TryRead<MemberRole>(code, out var role))
                roles.Add(role);
        }

        return new(roles, rows.IsDBNull(1) ? null : [.. rows.GetFieldValue<Guid[]>(2).Append(rows.GetGuid(1)).Distinct().Order()]);
    }

    private async ValueTask<FrozenSet<string>> Organizations(CancellationToken cancellationToken)
    {
        if (known is { } recent && clock.GetElapsedTime(recent.ReadAt) < Keep)
            return recent.Organizations;
        var readAt = clock.GetTimestamp();
        await using var command = database.CreateCommand("select distinct organization from members");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<string> organizations = [];
        while (await rows.ReadAsync(cancellationToken))
            organizations.Add(rows.GetString(0));
        Known read = new(organizations.ToFrozenSet(StringComparer.Ordinal), readAt);
        known = read;
        return read.Organizations;
    }

    private sealed record Known(FrozenSet<string> Organizations, long ReadAt);
}
