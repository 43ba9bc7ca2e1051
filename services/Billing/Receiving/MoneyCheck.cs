using Npgsql;

namespace Ips.Billing.Receiving;

/// <summary>
/// Proves that the money adds up to the cent: what claims say is what was posted to them, what was posted is what payments say, and every amount without
/// a claim waits in the queue. Reads the database alone, as its owner; prints ids, numbers and amounts, nothing about a person.
/// </summary>
public static class MoneyCheck
{
    /// <summary>Each finds rows that contradict each other and says how.</summary>
    private static readonly string[] Checks =
    [
        """
        select format('claims/%s has paid %s, adjusted %s, allowed %s; its postings add up to %s, %s, %s', c.id, c.paid, c.adjusted, c.allowed, p.paid, p.adjusted, p.allowed)
        from claims c cross join lateral (select coalesce(sum(paid), 0) as paid, coalesce(sum(adjusted), 0) as adjusted, coalesce(sum(allowed), 0) as allowed
          from postings where claim_id = c.id) p
        where (c.paid, c.adjusted, c.allowed) is distinct from (p.paid, p.adjusted, p.allowed)
        """,
        """
        select format('payment %s of receivedFiles/%s is %s; its postings less what belongs to no claim are %s', m.trace, m.received_file_id, m.amount,
          coalesce(sum(p.paid), 0) - m.provider_amounts)
        from payments m left join postings p on p.payment_id = m.id group by m.id having m.amount <> coalesce(sum(p.paid), 0) - m.provider_amounts
        """,
        """
        select format('postings/%s is %s together, its charge is %s', id, paid + adjusted, charge) from postings where paid + adjusted <> charge
        """,
        """
        select format('postings/%s has no claim and waits in no open work item', p.id) from postings p
        where p.claim_id is null and not exists (select from work_items w where w.posting_id = p.id and w.resolved_at is null)
        """,
        """
        select format('claimBatches/%s says %s claims of %s; it has %s of %s', b.id, b.claims, b.charge, count(c.id), coalesce(sum(c.charge), 0))
        from claim_batches b left join claims c on c.claim_batch_id = b.id group by b.id having (b.claims, b.charge) is distinct from (count(c.id), coalesce(sum(c.charge), 0))
        """,
        """
        select format('the last control number of %s is %s, the largest in a batch %s', n.provider, n.interchange, max(b.control_number))
        from control_numbers n left join claim_batches b on b.provider = n.provider group by n.provider, n.interchange
        having n.interchange is distinct from max(b.control_number)
        """,
    ];

    /// <summary>What does not add up; empty when all does.</summary>
    public static async Task<IReadOnlyList<string>> Find(NpgsqlDataSource database, CancellationToken cancellationToken = default)
    {
        List<string> found = [];
        foreach (var check in Checks)
        {
            await using var command = database.CreateCommand(check);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                found.Add(reader.GetString(0));
        }

        return found;
    }
}
