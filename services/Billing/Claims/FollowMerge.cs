using Ips.Billing.Db;
using Ips.Billing.Incentives;
using Ips.Contracts;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;

namespace Ips.Billing.Claims;

/// <summary>
/// Moves notes, milestones, claim lines, claims and their facts, incentives, jobs, education, documents and deadlines of a merged record to the survivor, and
/// decides the lines of both again: together they may be over a cap, or claim a milestone twice. Then the survivor's own lines stand, and those that were moved
/// need attention. Later calls with the old name reach the survivor through the <see cref="Account"/>. The undo moves back what was recorded for the merged
/// record and what rests on it, such as a claim for one of its lines, and decides the lines of each again. The rest of what was recorded in between stays with
/// the survivor.
/// </summary>
public sealed class FollowMerge(BillingDb db, Requests requests, ReconsiderClaimLines lines, TimeProvider clock)
{
    public Task Handle(IndividualsMergedV1 merge, IProcessedOnce message, CancellationToken cancellationToken) => MoveRows(
        merge.Provider, (merges, changes) => merges.Join(merge.IndividualId, merge.MergedId, merge.Sequence, merge.OccurredAt, changes),
        decide => requests.Run(message, decide, cancellationToken), cancellationToken);

    public async Task Handle(IndividualsSeparatedV1 undo, IProcessedOnce message, CancellationToken cancellationToken)
    {
        // The index that allows one ready line of a milestone sees each row by itself: the survivor's lines take the room once the others have left it.
        await MoveRows(undo.Provider, (merges, changes) => merges.Separate(undo.IndividualId, undo.SeparatedId, undo.Sequence, undo.OccurredAt, changes),
            async decide => (await requests.Run(async s => (await decide(s)).Then(changes => new Decided<Changes>(changes, changes)), cancellationToken)).OrThrow(),
            cancellationToken);
        await lines.Handle((await FollowedMerges.Read(db, undo.Provider, cancellationToken)).Survivor(undo.IndividualId), message, cancellationToken);
    }

    /// <summary>How many rows of each table would move, by table.</summary>
    internal async Task<SortedDictionary<string, int>> Count(PersonMove move, CancellationToken cancellationToken) => new(
        (await Rows(move, cancellationToken)).CountBy(row => row.Table).ToDictionary(), StringComparer.Ordinal);

    /// <summary>What was recorded for a person and did not come to it by a merge, with the time; deadlines follow what they are about.</summary>
    internal async Task<IEnumerable<MadeWhileMerged>> Own(IndividualId person, CancellationToken cancellationToken)
    {
        var rows = (await Rows(new PersonMove(person, person, [person]), cancellationToken)).Where(row => row.Row is not Deadline).ToList();
        var keys = rows.ConvertAll(row => row.Key);
        var moved = (await db.Set<MovedRow>().AsNoTracking().Where(r => keys.Contains(r.RowKey)).Select(r => new { r.TableName, r.RowKey })
            .ToListAsync(cancellationToken)).ConvertAll(r => (r.TableName, r.RowKey)).ToHashSet();
        return from row in rows
               where !moved.Contains((row.Table, row.Key))
               let id = row.Key.Split('/')[0]
               let collection = ResourceIds.CollectionOf(db.Model.FindEntityType(row.Row.GetType())!.FindPrimaryKey()!.Properties[0].ClrType)
               let at = (DateTimeOffset?)row.Row.GetType().GetProperty("RecordedAt")?.GetValue(row.Row) ?? MadeWhileMerged.TimeOf(Guid.Parse(id))
               where at is not null
               select new MadeWhileMerged(row.Table, $"{collection ?? $"{person.Name}/{row.Table}"}/{id}", at.Value);
    }

    private async Task MoveRows(string provider, Func<FollowedMerges, Changes, PersonMove?> step, Func<Func<CancellationToken, Task<Result<Changes>>>, Task> store,
        CancellationToken cancellationToken)
    {
        // gather: what moves, as it is now; the other services are asked before the transaction
        IReadOnlyDictionary<ClaimLineId, ClaimLineEvidence> evidence = new Dictionary<ClaimLineId, ClaimLineEvidence>();
        if (step(await FollowedMerges.Read(db, provider, cancellationToken), new(clock.GetUtcNow())) is { } expected)
        {
            var moving = await Rows(expected, cancellationToken);
            var people = expected.IsUndo ? [expected.From] : new[] { expected.To, expected.From };
            // Eligibility resolves the old name of a merged record; a separated one has to be named.
            Func<ClaimLine, IndividualId>? owner = expected.IsUndo
                ? line => moving.Exists(row => row.Row is ClaimLine { Id: var id } && id == line.Id) ? expected.To : line.IndividualId : null;
            if (!(await lines.GatherLines(people, cancellationToken, owner: owner)).Is(out var gathered, out var problem))
                throw new ProblemException(problem);
            evidence = gathered;
        }

        await store(async s =>
        {
            // read
            Changes changes = new(clock.GetUtcNow());
            if (step(await FollowedMerges.Read(db, provider, s), changes) is not { } move)
                return changes;
            var moved = await move.Moved(db, s);
            var rows = await Rows(move, s);
            var open = await lines.Lines(move.IsUndo ? [move.From] : [move.To, move.From], s);
            var cases = await db.VrCases.AsNoTracking().Where(c => c.IndividualId == move.From || c.IndividualId == move.To).ToListAsync(s);
            var taken = await db.IncentivePeople.Where(p => p.IndividualId == move.To && p.Live).Select(p => p.Milestone).ToListAsync(s);
            var letters = await db.IncentiveLetters.AsNoTracking().Where(l => l.People.Any(p => p.IndividualId == move.From)).ToDictionaryAsync(l => l.Id, s);
            var invoices = await db.IncentiveInvoices.AsNoTracking().Where(i => i.People.Any(p => p.IndividualId == move.From)).ToDictionaryAsync(i => i.Id, s);
            var accounts = await db.Accounts.AsNoTracking()
                .Where(a => a.Provider == provider && (a.IndividualId == move.From || a.IndividualId == move.To || move.Names.Contains(a.IndividualId))).ToListAsync(s);

            // decide
            foreach (var person in new[] { move.From, move.To }.Concat(move.Names).Distinct())
            {
                var account = accounts.Find(a => a.IndividualId == person) ?? new() { IndividualId = person, Provider = provider };
                if (move.Names.Contains(person))
                    account.MergedInto = person == move.To ? null : move.To;
                account.Count(changes);
            }

            var loaded = open.ToDictionary(line => line.Id);
            foreach (var row in rows)
            {
                if (!moved.ContainsKey((row.Table, row.Key)))
                    changes.Insert(new MovedRow(row.Table, row.Key, move.Names[0], provider));
                // The lines that are decided again are moved themselves.
                if (row.Row is ClaimLine { Id: var id } && loaded.TryGetValue(id, out var line))
                    changes.Update(line).IndividualId = move.To;
                else
                    row.MoveTo(move.To, changes);
            }

            foreach (var person in rows.Select(row => row.Row).OfType<LetterPerson>().DistinctBy(p => p.LetterId))
                changes.Update(letters[person.LetterId]);
            foreach (var person in rows.Select(row => row.Row).OfType<InvoicePerson>().OrderByDescending(p => p.Live))
                Count(person, changes.Update(invoices[person.InvoiceId]), taken, move);
            foreach (var mine in cases.Where(c => rows.Exists(row => row.Row is VrCase { Id: var id } && id == c.Id)))
                mine.IndividualId = move.To;
            return lines.DecideAgain(
                    changes, [.. open.Where(line => line.IndividualId == move.To)], evidence, [.. cases.Where(c => c.IndividualId == move.To)])
                .Then(_ => changes);
        });
    }

    /// <summary>
    /// An incentive that both records had is on two invoices: the survivor's own stands, and the other shows that it is doubled. After the undo it counts again,
    /// unless the person has another.
    /// </summary>
    private static void Count(InvoicePerson person, IncentiveInvoice invoice, List<int> taken, PersonMove move)
    {
        if (person.Live && taken.Contains(person.Milestone))
            (person.Live, person.Doubled) = (false, true);
        else if (move.IsUndo && person.Doubled && invoice.Stands && !taken.Contains(person.Milestone))
            (person.Live, person.Doubled) = (true, false);
        if (person.Live)
            taken.Add(person.Milestone);
    }

    /// <summary>A row with a person.</summary>
    /// <param name="Table">Its table.</param>
    /// <param name="Key">Its key.</param>
    /// <param name="Row">The row.</param>
    /// <param name="RestsOn">A row of the person that it is about, if it is about one.</param>
    private sealed record PersonRow(string Table, string Key, object Row, (string Table, string Key)? RestsOn)
    {
        /// <summary>Sets its person, and writes it and the row that has it.</summary>
        public void MoveTo(IndividualId person, Changes changes)
        {
            Row.GetType().GetProperty("IndividualId")!.SetValue(Row, person);
            changes.Update(Row);
        }
    }

    /// <summary>The rows that move. For an undo also those that were recorded for the survivor about a record that goes back.</summary>
    private async Task<List<PersonRow>> Rows(PersonMove move, CancellationToken cancellationToken)
    {
        var moved = (await move.Moved(db, cancellationToken)).Keys.ToHashSet();
        var from = move.From;
        var listed = (await db.LetterPeople.AsNoTracking().Where(p => p.IndividualId == from).ToListAsync(cancellationToken)).ToLookup(p => p.LetterId);
        var letters = await db.IncentiveInvoices.Where(i => i.People.Any(p => p.IndividualId == from)).Select(i => new { i.Id, i.LetterId })
            .ToDictionaryAsync(i => i.Id, i => i.LetterId, cancellationToken);
        List<PersonRow> rows =
        [
            .. await Read(db.ServiceNotes.Where(n => n.IndividualId == from), n => n.Id.Value),
            .. await Read(db.Jobs.Where(j => j.IndividualId == from), j => j.Id.Value),
            .. await Read(db.Educations.Where(e => e.IndividualId == from), e => e.Id.Value),
            .. await Read(db.EmployerContacts.Where(c => c.IndividualId == from), c => c.Id.Value),
            .. await Read(db.ClaimFacts.Where(f => f.IndividualId == from), f => f.Id.Value),
            .. await Read(db.VrCases.Where(c => c.IndividualId == from), c => c.Id.Value),
            .. await Read(db.Documents.Where(d => d.IndividualId == from), d => d.Id.Value),
            .. await Read(db.Milestones.Where(m => m.IndividualId == from), m => m.Id.Value),
            .. await Read(db.ClaimLines.Where(l => l.IndividualId == from), l => l.Id.Value, l => l.MilestoneId is { } of ? Key<Milestone>(of.Value) : null),
            .. await Read(db.Claims.Where(c => c.IndividualId == from), c => c.Id.Value, c => Key<ClaimLine>(c.ClaimLineId.Value)),
            .. await Read(db.LetterPeople.Where(p => p.IndividualId == from), p => $"{p.LetterId}/{p.Place}"),
            .. await Read(db.IncentivePeople.Where(p => p.IndividualId == from), p => $"{p.InvoiceId}/{p.Place}",
                p => listed[letters[p.InvoiceId]].ToList() is [var only] ? (Table<LetterPerson>(), $"{only.LetterId}/{only.Place}") : null),
            .. await Read(db.Deadlines.Where(d => d.IndividualId == from), d => d.Id.Value, d => Subject(d.Subject)),
        ];
        if (!move.IsUndo)
            return rows;
        // In the order of the list a row comes after what it rests on.
        List<PersonRow> back = [];
        foreach (var row in rows.Where(row => moved.Contains((row.Table, row.Key)) || (row.RestsOn is { } other && moved.Contains(other))))
        {
            moved.Add((row.Table, row.Key));
            back.Add(row);
        }

        return back;

        async Task<IEnumerable<PersonRow>> Read<T>(IQueryable<T> query, Func<T, object> key, Func<T, (string, string)?>? restsOn = null) where T : class
        {
            var table = Table<T>();
            return (await query.AsNoTracking().ToListAsync(cancellationToken)).Select(row => new PersonRow(table, key(row).ToString()!, row, restsOn?.Invoke(row)));
        }

        (string, string) Key<T>(Guid id) => (Table<T>(), id.ToString());

        string Table<T>() => db.Model.FindEntityType(typeof(T))!.GetTableName()!;

        (string, string)? Subject(string name)
        {
            var type = db.Model.GetEntityTypes().FirstOrDefault(t => t.FindPrimaryKey()?.Properties is [var id]
                && ResourceIds.CollectionOf(id.ClrType) == name[..name.IndexOf('/')]);
            return type?.GetTableName() is { } table ? (table, name[(name.IndexOf('/') + 1)..]) : null;
        }
    }
}
