using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies;
using Ips.Policies.TclInvoices;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;
using State = Ips.Contracts.Billing.V1.IncentiveInvoiceState;
using Step = Ips.Contracts.Billing.V1.IncentiveStep;

namespace Ips.Billing.Incentives;

/// <summary>What happens to an invoice after it was made: it is sent, its documents are requested and sent, it is paid, it lapses or is voided.</summary>
public sealed class MoveIncentiveInvoice(BillingDb db, Requests requests, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    /// <summary>The kind of the deadline of supporting documents.</summary>
    public const string DocumentsKind = "tcl-documents";

    private sealed record Found(IncentiveInvoice Invoice, IncentiveLetter Letter, SubjectDeadlines Deadlines, IReadOnlyList<IndividualId> Paid, DateOnly Today);

    public async Task<Result<Proto.IncentiveInvoice>> Handle(Proto.SubmitIncentiveInvoiceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IncentiveInvoiceId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        var sent = fields.Day("submitted_date", request.SubmittedDate);
        fields.Choice("channel", request.Channel);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            if (!(await Find(id, request.Name, request.Etag, s)).Is(out var found, out var problem))
                return problem;
            return Submit(found, sent, request.Channel, store);
        }, cancellationToken);
    }

    public async Task<Result<Proto.IncentiveInvoice>> Handle(Proto.RecordIncentiveStepRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IncentiveInvoiceId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Choice("step", request.Step);
        var day = fields.Day("date", request.Date);
        if (request.Step == Step.Paid)
            fields.Text("transfer", request.Transfer, 50);
        else
            fields.Require(request.Transfer.Length == 0, "transfer", "is given for a step that is no payment");
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.ValidateOnly, request.RequestId, request, async (store, s) =>
        {
            if (!(await Find(id, request.Name, request.Etag, s)).Is(out var found, out var problem))
                return problem;
            return Record(found, request.Step, day, request.Transfer.Trim(), store);
        }, cancellationToken);
    }

    public async Task<Result<Proto.IncentiveInvoice>> Handle(Proto.VoidIncentiveInvoiceRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IncentiveInvoiceId>("name", request.Name);
        fields.Require(request.Etag.Length > 0, "etag", "is missing; send the etag last read");
        fields.Text("reason", request.Reason, 500);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, async s =>
        {
            if (!(await Find(id, request.Name, request.Etag, s)).Is(out var found, out var problem))
                return problem;
            return Void(found, request.Reason.Trim());
        }, cancellationToken);
    }

    private async Task<Result<Found>> Find(IncentiveInvoiceId id, string name, string etag, CancellationToken cancellationToken)
    {
        if (await db.IncentiveInvoices.AsNoTracking().AsSingleQuery().Include(i => i.People).Include(i => i.Decision)
            .SingleOrDefaultAsync(i => i.Id == id, cancellationToken) is not { } invoice)
            return new Problem.NotFound("incentive invoice", name);
        if (!invoice.Expects(etag))
            return new Problem.Stale("incentive invoice", name);
        var letter = await db.IncentiveLetters.AsNoTracking().Include(l => l.People).SingleAsync(l => l.Id == invoice.LetterId, cancellationToken);
        var people = invoice.People.ConvertAll(p => p.IndividualId);
        var paid = await db.IncentivePeople.Where(p => p.Live && p.InvoiceId != id && invoice.Milestones.Contains(p.Milestone) && people.Contains(p.IndividualId))
            .Select(p => p.IndividualId).Distinct().ToListAsync(cancellationToken);
        string[] subjects = [letter.Id.Name, id.Name];
        var deadlines = await db.Deadlines.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync(cancellationToken);
        return new Found(invoice, letter, new(deadlines, policies, clock), paid, policies.Today(invoice.Program)!.Value);
    }

    private Result<Decided<Proto.IncentiveInvoice>> Submit(Found found, DateOnly sent, Proto.IncentiveChannel channel, bool store)
    {
        var (invoice, letter, deadlines, _, today) = found;
        if (invoice.State != State.Draft)
            return Wrong(invoice, today, "only a draft is sent");
        RequestValidator fields = new();
        fields.UpTo("submitted_date", sent, today);
        fields.Require(sent >= letter.ReceivedOn, "submitted_date", "lies before the day of the letter");
        if (fields.Problem is { } bad)
            return bad;
        (invoice.SubmittedOn, invoice.Channel) = (sent, channel);
        if (!Decide(found, today).Is(out var decision, out var problem))
            return problem;
        Changes changes = new(clock.GetUtcNow());
        invoice.HeldUntil = decision.Value<DateOnly?>("heldUntil");
        var refused = decision.Decision.Findings.Any(f => f is { Decides: true, Verdict: Verdict.NotMet } && f.Rule != decision.Decision.SetBy("heldUntil")
            && f.Rule != decision.Decision.SetBy("dueOn"));
        // What went to no one who pays it was not sent.
        if (refused)
            (invoice.SubmittedOn, invoice.HeldUntil) = (null, null);
        else
            invoice.State = invoice.HeldUntil is null ? State.Submitted : State.Held;
        if (!refused)
            deadlines.Meet(letter.Id.Name, RecordIncentiveLetter.InvoiceKind, changes);
        return Store(found, decision, changes, store);
    }

    private Result<Decided<Proto.IncentiveInvoice>> Record(Found found, Step step, DateOnly day, string transfer, bool store)
    {
        var (invoice, _, deadlines, _, today) = found;
        var state = invoice.On(today);
        var follows = step switch
        {
            Step.DocumentsRequested => state == State.Submitted,
            Step.DocumentsSent => invoice.State == State.DocumentsRequested,
            Step.Accepted => state == State.Submitted,
            Step.Paid => state is State.Submitted or State.Accepted or State.Held,
            _ => state == State.Held,
        };
        if (!follows)
            return Wrong(invoice, today, $"{WireCode.Lower(step)} does not follow that");
        RequestValidator fields = new();
        fields.UpTo("date", day, today);
        fields.Require(!(day < invoice.LastOn), "date", "lies before the step before it");
        fields.Require(step != Step.Lapsed || !(day < invoice.HeldUntil), "date", "lies before the day to which the invoice is held");
        if (fields.Problem is { } bad)
            return bad;
        Changes changes = new(clock.GetUtcNow());
        switch (step)
        {
            case Step.DocumentsRequested:
                (invoice.DocumentsRequestedOn, invoice.State) = (day, State.DocumentsRequested);
                break;
            case Step.DocumentsSent:
                invoice.DocumentsSentOn = day;
                deadlines.Meet(invoice.Id.Name, DocumentsKind, changes);
                break;
            case Step.Accepted:
                invoice.State = State.Accepted;
                break;
            default:
                (invoice.EndedOn, invoice.Transfer, invoice.State) = (day, transfer, step == Step.Paid ? State.Paid : State.Lapsed);
                deadlines.Cancel(invoice.Id.Name, null, changes);
                break;
        }

        if (!Decide(found, today).Is(out var decision, out var problem))
            return problem;
        if (step == Step.DocumentsRequested)
        {
            invoice.DocumentsDueOn = decision.Value<DateOnly?>("supportDueOn");
            if (invoice.DocumentsDueOn is { } last && decision.Decision.SetBy("supportDueOn") is { } rule)
            {
                deadlines.Set(new(invoice.Id.Name, DocumentsKind, rule.Value, invoice.Program, invoice.Provider, null, last, 2), changes);
                // To which day it would be held, so that a list need not decide again.
                invoice.HeldUntil = Decide(found, last.AddDays(1)).Is(out var late, out _) ? late.Value<DateOnly?>("heldUntil") : null;
            }
        }
        else if (step == Step.DocumentsSent)
        {
            invoice.HeldUntil = decision.Value<DateOnly?>("heldUntil");
            invoice.State = invoice.HeldUntil is null ? State.Accepted : State.Held;
        }

        if (step == Step.Lapsed)
            Free(invoice, changes);
        return Store(found, decision, changes, store);
    }

    private Result<Decided<Proto.IncentiveInvoice>> Void(Found found, string reason)
    {
        var (invoice, letter, deadlines, _, today) = found;
        if (invoice.State is State.Paid or State.Void)
            return Wrong(invoice, today, "one that is paid or void is not voided");
        Changes changes = new(clock.GetUtcNow());
        // Its letter can be invoiced again, and is due as before.
        if (invoice.SubmittedOn is not null && letter is { DueOn: { } due, DueBy.Length: > 0 })
            deadlines.Set(new(letter.Id.Name, RecordIncentiveLetter.InvoiceKind, letter.DueBy, letter.Program, letter.Provider, null, due, 5), changes);
        deadlines.Cancel(invoice.Id.Name, null, changes);
        (invoice.State, invoice.EncryptedReason) = (State.Void, protector.Protect(reason));
        Free(invoice, changes);
        changes.Update(invoice);
        return new Decided<Proto.IncentiveInvoice>(invoice.ToProto(invoice.Decision!.ToProto(), today), changes);
    }

    private static void Free(IncentiveInvoice invoice, Changes changes)
    {
        foreach (var person in invoice.People.Where(p => p.Live))
        {
            person.Live = false;
            changes.Update(person);
        }
    }

    private Result<DecisionRecord> Decide(Found found, DateOnly asOf) =>
        policies.Decide(found.Invoice.Program, TclInvoiceDecision.Kind, asOf, found.Invoice.Facts(found.Letter, found.Paid));

    private Decided<Proto.IncentiveInvoice> Store(Found found, DecisionRecord decision, Changes changes, bool store)
    {
        var invoice = found.Invoice;
        changes.Insert(policies.Store(decision, invoice.Provider, invoice.Id.Name, [new(invoice.Id.Value, invoice.Version), new(invoice.LetterId.Value)]));
        invoice.DecisionId = decision.Id;
        changes.Update(invoice);
        return new(invoice.ToProto(decision.ToProto(stored: store), found.Today, store), changes);
    }

    private static Problem.Conflict Wrong(IncentiveInvoice invoice, DateOnly today, string why) =>
        new("incentive invoice state", $"the invoice is {WireCode.Lower(invoice.On(today))}; {why}");
}
