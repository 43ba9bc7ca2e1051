using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.TclInvoices;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Incentives;

/// <summary>Makes the invoice of a letter: its milestone, exactly its people, and what the contract pays for them.</summary>
public sealed class CreateIncentiveInvoice(BillingDb db, Requests requests, PolicyService policies, TimeProvider clock)
{
    private const int MostPeople = 100;

    public async Task<Result<Proto.IncentiveInvoice>> Handle(Proto.CreateIncentiveInvoiceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var letter = fields.Id<IncentiveLetterId>("letter", request.Letter);
        foreach (var (i, number) in request.Milestones.Index())
            fields.Number($"milestones[{i}]", number, 1, 9);
        fields.Require(request.Milestones.Distinct().Count() == request.Milestones.Count, "milestones", "name a milestone twice");
        var people = fields.People("individuals", request.Individuals, least: 0, MostPeople);
        var amount = request.Amount is { } money ? fields.Dollars("amount", money) : (decimal?)null;
        return fields.Problem is { } bad ? bad
            : await requests.Run(request.ValidateOnly, request.RequestId, request, (store, s) => ReadAndDecide(letter, people, amount, request, store, s),
                cancellationToken, Refused);
    }

    // Another agency has the incentive of one of the people, or a call at the same time: it is named by its rule and not by its person.
    private static Problem? Refused(string constraint) => constraint == IncentiveInvoiceMap.Once
        ? new Problem.Conflict("individuals", "one of the people is on another invoice for this milestone; an incentive is paid once") : null;

    private async Task<Result<Decided<Proto.IncentiveInvoice>>> ReadAndDecide(
        IncentiveLetterId letterId, IReadOnlyList<IndividualId> named, decimal? amount, Proto.CreateIncentiveInvoiceRequest request, bool store,
        CancellationToken cancellationToken)
    {
        // read
        Changes changes = new(clock.GetUtcNow());
        if (await db.IncentiveLetters.AsNoTracking().Include(l => l.People).SingleOrDefaultAsync(l => l.Id == letterId, cancellationToken) is not { } letter)
            return new Problem.NotFound("incentive letter", request.Letter);
        // A merge changes the letter; then this is decided again on the survivors.
        changes.Expect(letter);
        List<IndividualId> people = named.Count > 0 ? [] : [.. letter.People.OrderBy(p => p.Place).Select(p => p.IndividualId).Distinct()];
        foreach (var id in named)
            people.Add(await db.Survivor(id, cancellationToken));
        List<int> milestones = request.Milestones.Count > 0 ? [.. request.Milestones.Order()] : [.. letter.Milestones];
        var paid = await db.IncentivePeople.Where(p => p.Live && milestones.Contains(p.Milestone) && people.Contains(p.IndividualId))
            .Select(p => p.IndividualId).Distinct().ToListAsync(cancellationToken);

        // decide
        var today = policies.Today(letter.Program)!.Value;
        var invoice = Invoice(letter, milestones, people, amount ?? Due(letter, people, today), request.OwnForm, changes.Now);
        if (!policies.Decide(letter.Program, TclInvoiceDecision.Kind, today, invoice.Facts(letter, paid)).Is(out var decision, out var problem))
            return problem;
        invoice.DecisionId = decision.Id;
        invoice.State = decision.Decision.Verdict == Verdict.NotMet ? Proto.IncentiveInvoiceState.Refused : Proto.IncentiveInvoiceState.Draft;
        if (!store)
            return new Decided<Proto.IncentiveInvoice>(invoice.ToProto(decision.ToProto(stored: false), today, stored: false), changes);
        changes.Insert(invoice);
        foreach (var person in invoice.People)
        {
            person.Live = invoice.Stands;
            changes.Insert(person);
        }

        changes.Insert(policies.Store(decision, invoice.Provider, invoice.Id.Name, [new(invoice.LetterId.Value)]));
        return new Decided<Proto.IncentiveInvoice>(invoice.ToProto(decision.ToProto(stored: true), today), changes);
    }

    /// <summary>What the contract pays for the people.</summary>
    private decimal Due(IncentiveLetter letter, List<IndividualId> people, DateOnly today) =>
        policies.Decide(letter.Program, TclInvoiceDecision.Kind, today, IncentiveInvoice.Facts(letter) with { InvoiceNames = [.. people.Select(p => p.Name)] })
            .Is(out var decision, out _) ? decision.Value<decimal>("amount") : 0;

    private IncentiveInvoice Invoice(
        IncentiveLetter letter, List<int> milestones, IEnumerable<IndividualId> people, decimal amount, bool ownForm, DateTimeOffset now)
    {
        var id = IncentiveInvoiceId.New(clock);
        return new()
        {
            Id = id,
            LetterId = letter.Id,
            Provider = letter.Provider,
            Program = letter.Program,
            Quarter = letter.Quarter,
            Milestones = milestones,
            Amount = amount,
            OwnForm = ownForm,
            State = Proto.IncentiveInvoiceState.Draft,
            DueOn = letter.DueOn,
            People = [.. people.Distinct().Select((person, place) => new InvoicePerson(id, place, person, letter.Provider, milestones.Count == 1 ? milestones[0] : 0))],
            DecisionId = default,
            RecordedAt = now,
        };
    }
}
