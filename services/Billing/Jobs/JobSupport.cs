using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.ServiceNotes;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Policies;
using Ips.Policies.Milestones;
using Ips.Policies.Schedules;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>
/// The contacts that a program requires around a job: read from notes, decided, and set as deadlines where they can still be made. The clocks of a job move
/// when the job is recorded or corrected, and when a note of the person is recorded or voided.
/// </summary>
public sealed class JobSupport(BillingDb db, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    private const int LeadDays = 1;

    private static readonly SupportContact[] OfJobs =
        [SupportContact.BeforeJobStart, SupportContact.AfterJobStart, SupportContact.FirstMonth, SupportContact.FollowAlong, SupportContact.AfterJobLoss];

    /// <summary>How one contact around a job stands.</summary>
    private sealed record Standing(Job Job, SupportContact Contact, DecisionRecord Decision)
    {
        public DateOnly? DueOn => Decision.Value<DateOnly?>("dueOn");

        public ScheduledActStatus? Status => Decision.Value<string>("status") is { } status ? Codes.Parse<ScheduledActStatus>(status) : null;

        public Proto.SupportItem ToProto() => Item(Contact, Job.Id.Name, Decision);
    }

    /// <summary>What is about to be stored, and counts already.</summary>
    internal sealed record Pending(Job? Job = null, ServiceNote? Note = null, ServiceNoteId? Voided = null);

    public async Task<Result<Proto.JobSupport>> Handle(Proto.CheckJobSupportRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<IndividualId>("individual", request.Individual);
        var today = policies.Today(fields, "program", request.Program);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
        if (fields.Problem is { } bad)
            return bad;
        var person = await db.Survivor(id, cancellationToken);
        var jobs = await db.Jobs.AsNoTracking().Where(j => j.IndividualId == person && j.Program == request.Program).ToListAsync(cancellationToken);
        Proto.JobSupport reply = new() { Day = day.Day() };
        foreach (var job in jobs.Where(job => !job.Facts!.Withdrawn).OrderBy(job => job.Facts!.StartDate, StringComparer.Ordinal).ThenBy(job => job.Id.Value))
            reply.Items.AddRange(On(job, await Contacts(job.IndividualId, job.Provider, job.Program, new(), cancellationToken), day).Select(s => s.ToProto()));
        return reply;
    }

    /// <summary>
    /// Sets the deadlines of a person's jobs. Read the person's account before it: its version refuses the second one of two who change the same clocks.
    /// </summary>
    internal async Task Sync(
        IndividualId individual, string provider, string program, Pending pending, Changes changes, CancellationToken cancellationToken)
    {
        if (!Requires(program))
            return;
        var jobs = await db.Jobs.AsNoTracking().Where(j => j.IndividualId == individual && j.Provider == provider && j.Program == program)
            .ToListAsync(cancellationToken);
        if (pending.Job is { } changed)
            jobs = [.. jobs.Where(j => j.Id != changed.Id), changed];
        if (jobs.Count == 0)
            return;
        string[] subjects = [.. jobs.Select(j => j.Id.Name)];
        SubjectDeadlines due = new(
            await db.Deadlines.AsNoTracking().Where(d => subjects.Contains(d.Subject)).ToListAsync(cancellationToken), policies, clock);
        var contacts = await Contacts(individual, provider, program, pending, cancellationToken);
        foreach (var job in jobs)
        {
            if (job.Facts!.Withdrawn)
                due.Cancel(job.Id.Name, null, changes);
            else
                Set(job, On(job, contacts, policies.Today(program)!.Value), due, changes);
        }
    }

    /// <summary>The contract's item of a decision.</summary>
    internal static Proto.SupportItem Item(SupportContact contact, string job, DecisionRecord decision) => new()
    {
        Kind = contact.ToProto(),
        Job = job,
        DueOn = decision.Value<DateOnly?>("dueOn").Day(),
        State = decision.Value<string>("status") is { } status ? Codes.Parse<ScheduledActStatus>(status)!.Value.ToProto() : default,
        Decision = decision.ToProto(stored: false),
    };

    private bool Requires(string program) => OfJobs.Any(contact => SupportContactDecision.Has(policies.Engine.Programs[program], contact));

    // A contact before the first day cannot be made any more when the job is recorded, so it has no deadline.
    private static void Set(Job job, IEnumerable<Standing> standings, SubjectDeadlines due, Changes changes)
    {
        HashSet<SupportContact> running = [];
        foreach (var standing in standings.Where(s => s.Contact != SupportContact.BeforeJobStart))
        {
            var over = standing.Contact is SupportContact.AfterJobStart or SupportContact.AfterJobLoss
                && standing.Status is ScheduledActStatus.Done or ScheduledActStatus.DoneLate;
            if (over || standing.DueOn is null)
                due.Meet(job.Id.Name, KindOf(standing.Contact), changes);
            else if (standing.Decision.Decision.SetBy("dueOn") is { } rule)
                due.Set(new(job.Id.Name, KindOf(standing.Contact), rule.Value, job.Program, job.Provider, job.IndividualId, standing.DueOn.Value, LeadDays), changes);
            running.Add(standing.Contact);
        }

        // A loss that was corrected away.
        foreach (var gone in OfJobs.Where(contact => !running.Contains(contact)))
            due.Cancel(job.Id.Name, KindOf(gone), changes);
    }

    private IEnumerable<Standing> On(Job job, IReadOnlyList<ContactOnFile> contacts, DateOnly day)
    {
        var pack = policies.Engine.Programs[job.Program];
        var (start, end, learned) = (Day(job.Facts!.StartDate), Day(job.Facts.EndDate), Day(job.Facts.LossLearnedDate));
        foreach (var contact in OfJobs.Where(contact => SupportContactDecision.Has(pack, contact)))
        {
            var loss = contact == SupportContact.AfterJobLoss;
            if (loss && learned is null)
                continue;
            SupportContactFacts facts = new() { Contact = contact, StartedOn = loss ? learned : start, EndedOn = loss ? null : end, Contacts = contacts };
            if (policies.Decide(job.Program, SupportContactDecision.Kind, day, facts).Is(out var decision, out _))
                yield return new(job, contact, decision);
        }
    }

    /// <summary>The person's contacts by the notes of the agency. A contact with another person, such as an employer, is none with the person.</summary>
    private async Task<IReadOnlyList<ContactOnFile>> Contacts(
        IndividualId individual, string provider, string program, Pending pending, CancellationToken cancellationToken)
    {
        var notes = await db.ServiceNotes.AsNoTracking()
            .Where(n => n.IndividualId == individual && n.Provider == provider && n.Program == program && n.VoidedAt == null).ToListAsync(cancellationToken);
        if (pending.Note is { } added)
            notes.Add(added);
        return [.. notes.Where(n => n.Id != pending.Voided).Select(n => (n.ServiceDate, Elements: n.OpenElements(protector)))
            .Where(n => n.Elements is { ContactType: not Proto.ContactType.Collateral } and not { HasIndividualPresent: true, IndividualPresent: false, Rendered: true })
            .Select(n => new ContactOnFile(n.ServiceDate, n.Elements.ContactType.ToMode(), n.Elements is { HasRendered: true, Rendered: false }))];
    }

    private static DateOnly? Day(string text) => text.Length == 0 ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", null);

    private static string KindOf(SupportContact contact) => Codes.Of(contact).Replace('_', '-');
}
