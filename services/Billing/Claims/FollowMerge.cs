using Ips.Billing.Db;
using Ips.Billing.Incentives;
using Ips.Contracts.Events;
using Microsoft.EntityFrameworkCore;

namespace Ips.Billing.Claims;

/// <summary>
/// Moves notes, milestones, claim lines, claims and their facts, incentives, jobs, education and documents of a merged record to the survivor, and decides the lines of both again: together they may be over
/// a cap, or claim a milestone twice. Then the survivor's own lines stand, and those that were moved need attention. Later calls with the old name reach the survivor
/// through the <see cref="Account"/>.
/// </summary>
public sealed class FollowMerge(BillingDb db, Requests requests, ReconsiderClaimLines lines, TimeProvider clock)
{
    public async Task Handle(IndividualsMergedV1 merge, IProcessedOnce message, CancellationToken cancellationToken)
    {
        if (!(await lines.GatherLines([merge.IndividualId, merge.MergedId], cancellationToken)).Is(out var evidence, out var problem))
            throw new ProblemException(problem);
        await requests.Run(message, async s =>
        {
            // read
            var (survivor, merged) = (merge.IndividualId, merge.MergedId);
            var notes = await db.ServiceNotes.AsNoTracking().Where(n => n.IndividualId == merged).ToListAsync(s);
            var milestones = await db.Milestones.AsNoTracking().Where(m => m.IndividualId == merged).ToListAsync(s);
            var all = await db.ClaimLines.AsNoTracking().Where(l => l.IndividualId == merged).ToListAsync(s);
            var open = await lines.Lines([survivor, merged], s);
            var jobs = await db.Jobs.AsNoTracking().Where(j => j.IndividualId == merged).ToListAsync(s);
            var educations = await db.Educations.AsNoTracking().Where(e => e.IndividualId == merged).ToListAsync(s);
            var employers = await db.EmployerContacts.AsNoTracking().Where(c => c.IndividualId == merged).ToListAsync(s);
            var claims = await db.Claims.AsNoTracking().Where(c => c.IndividualId == merged).ToListAsync(s);
            var facts = await db.ClaimFacts.AsNoTracking().Where(f => f.IndividualId == merged).ToListAsync(s);
            var referrals = await db.VrCases.AsNoTracking().Where(c => c.IndividualId == merged || c.IndividualId == survivor).ToListAsync(s);
            var documents = await db.Documents.AsNoTracking().Where(d => d.IndividualId == merged).ToListAsync(s);
            var letters = await db.IncentiveLetters.AsNoTracking().Include(l => l.People).Where(l => l.People.Any(p => p.IndividualId == merged)).ToListAsync(s);
            var invoices = await db.IncentiveInvoices.AsNoTracking().Include(i => i.People).Where(i => i.People.Any(p => p.IndividualId == merged)).ToListAsync(s);
            var taken = await db.IncentivePeople.Where(p => p.IndividualId == survivor && p.Live).Select(p => p.Milestone).ToListAsync(s);
            var accounts = await db.Accounts.AsNoTracking().Where(a => a.IndividualId == merged || a.MergedInto == merged).ToListAsync(s);
            if (!accounts.Exists(a => a.IndividualId == merged))
                accounts.Add(new() { IndividualId = merged, Provider = merge.Provider });

            // decide
            Changes changes = new(clock.GetUtcNow());
            foreach (var account in accounts)
            {
                account.MergedInto = survivor;
                account.Count(changes);
            }

            (await db.Account(survivor, merge.Provider, s)).Count(changes);
            foreach (var note in notes)
                Move(note, () => note.IndividualId = survivor);
            foreach (var milestone in milestones)
                Move(milestone, () => milestone.IndividualId = survivor);
            foreach (var line in open.Concat(all.ExceptBy(open.Select(l => l.Id), l => l.Id)).Where(l => l.IndividualId == merged).ToList())
                Move(line, () => line.IndividualId = survivor);
            foreach (var job in jobs)
                Move(job, () => job.IndividualId = survivor);
            foreach (var education in educations)
                Move(education, () => education.IndividualId = survivor);
            foreach (var contact in employers)
                Move(contact, () => contact.IndividualId = survivor);
            foreach (var claim in claims)
                Move(claim, () => claim.IndividualId = survivor);
            foreach (var each in facts)
                Move(each, () => each.IndividualId = survivor);
            foreach (var referral in referrals.Where(c => c.IndividualId == merged))
                Move(referral, () => referral.IndividualId = survivor);
            foreach (var document in documents)
                Move(document, () => document.IndividualId = survivor);
            MergeIncentives(changes, letters, invoices, taken, merge);
            return lines.DecideAgain(changes, open, evidence, referrals).Then(_ => changes);

            void Move(object row, Action move)
            {
                move();
                changes.Update(row);
            }
        }, cancellationToken);
    }

    /// <summary>An incentive that both records had is on two invoices: the survivor's own stands, and the other shows that it is doubled.</summary>
    private static void MergeIncentives(
        Changes changes, List<IncentiveLetter> letters, List<IncentiveInvoice> invoices, List<int> taken, IndividualsMergedV1 merge)
    {
        foreach (var letter in letters)
        {
            changes.Update(letter);
            foreach (var person in letter.People.Where(p => p.IndividualId == merge.MergedId))
            {
                person.IndividualId = merge.IndividualId;
                changes.Update(person);
            }
        }

        foreach (var invoice in invoices)
        {
            changes.Update(invoice);
            foreach (var person in invoice.People.Where(p => p.IndividualId == merge.MergedId))
            {
                person.IndividualId = merge.IndividualId;
                if (person.Live && taken.Contains(person.Milestone))
                    (person.Live, person.Doubled) = (false, true);
                changes.Update(person);
            }
        }
    }
}
