using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Billing.Jobs;
using Ips.Contracts;
using Ips.Contracts.Eligibility.V1;
using Ips.Policies;
using Ips.Policies.ServiceNotes;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.ServiceNotes;

/// <summary>Records a note, complete or not, and decides whether the contact is billable and how many units the day has.</summary>
public sealed class RecordServiceNote(
    BillingDb db, CallerContexts<BillingDb> contexts, Requests requests, Caller caller, EligibilityClient eligibility, JobSupport support, PolicyService policies,
    PersonalDataProtector protector, TimeProvider clock)
{
    private const int MinutesOfADay = 24 * 60;

    private sealed record Contact(
        IndividualId Individual, string Provider, string Program, DateOnly Today, StaffMemberId Staff, DateOnly Day, Proto.NoteElements Elements,
        DateOnly? Signed, DateOnly? Planned, DateTimeOffset? Start, DateTimeOffset? End, Guid? ClientId);

    private sealed record Evidence(Contact Contact, VerifyResponse Verified, bool? NameMatches);

    /// <param name="OtherMinutes">Minutes of the person's other notes of the day.</param>
    /// <param name="Overlaps">Notes of the agency at the same time.</param>
    private sealed record Beside(int OtherMinutes, IReadOnlyList<Proto.NoteOverlap> Overlaps)
    {
        /// <summary>Minutes that another note of the person covers already: time counts once.</summary>
        public int SharedMinutes => Overlaps.Where(o => o.Kind == Proto.OverlapKind.SamePerson).Sum(o => o.Minutes);

        /// <summary>People whom the staff member served at one time, by the notes.</summary>
        public int PeopleAtOnce => 1 + Overlaps.Count(o => o.Kind == Proto.OverlapKind.SameStaff);
    }

    public Task<Result<Proto.ServiceNote>> Handle(Proto.RecordServiceNoteRequest request, CancellationToken cancellationToken) =>
        requests.Run(request.ValidateOnly, request.RequestId, request, s => Gather(request, s), ReadAndDecide, cancellationToken, Refused);

    private static Problem? Refused(string constraint) =>
        constraint == ServiceNoteMap.OnceByClient ? new Problem.Exists("service note", "with this client_id") : null;

    private async Task<Result<Evidence>> Gather(Proto.RecordServiceNoteRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request).Is(out var contact, out var problem))
            return problem;
        if (contact.Provider != caller.Organization)
            return new Problem.Forbidden("a provider records notes of its own organization");
        var verifying = eligibility.Verify(contact.Individual, contact.Program, contact.Day, cancellationToken);
        var matching = eligibility.MatchName(contact.Individual, contact.Elements.IndividualName, cancellationToken);
        await Task.WhenAll(verifying, matching);
        if (!(await verifying).Is(out var verified, out problem) || !(await matching).Is(out var matches, out problem))
            return problem;
        return new Evidence(contact, verified, matches);
    }

    private async Task<Result<Decided<Proto.ServiceNote>>> ReadAndDecide(Evidence evidence, bool store, CancellationToken cancellationToken)
    {
        var account = await db.Account(evidence.Contact.Individual, evidence.Contact.Provider, cancellationToken);
        var contact = evidence.Contact with { Individual = account.IndividualId };
        if (contact.ClientId is { } given && await db.ServiceNotes.AsNoTracking().AsSingleQuery().Include(n => n.Decision).Include(n => n.Addenda)
            .SingleOrDefaultAsync(n => n.Provider == contact.Provider && n.ClientId == given, cancellationToken) is { } sent)
            return Again(sent, contact);
        var others = await db.ServiceNotes.Where(n => n.IndividualId == contact.Individual && n.ServiceDate == contact.Day && n.VoidedAt == null)
            .Select(n => new { n.Id, n.Program, n.RenderingStaff, n.BillableMinutes, n.EncryptedElements }).ToListAsync(cancellationToken);
        if (others.Sum(n => n.BillableMinutes) + contact.Elements.DurationMinutes > MinutesOfADay)
        {
            return new Problem.Invalid("elements.duration_minutes",
                $"makes, with {others.Sum(n => n.BillableMinutes)} minutes on record, more than the {MinutesOfADay} minutes of a day");
        }

        if (others.Find(n => n.RenderingStaff == contact.Staff && n.Program == contact.Program
            && contact.Elements.Equals(JsonParser.Default.Parse<Proto.NoteElements>(protector.Unprotect(n.EncryptedElements)))) is { } same)
            return new Problem.Exists("service note", $"{same.Id.Name}, which says the same word for word; a second contact of the day differs in its note");
        // A member who sees a caseload is asked about the staff member's whole day: the notes of other people count, and are not shown.
        await using var limited = caller.Member?.Caseloads is null ? null : contexts.Open(caller with { Member = null });
        var agency = limited ?? db;
        // The day of a staff member is known where contacts show their times. Of a group each person has a note over the same time.
        if (contact.Start is not null && !(contact.Elements.GroupSize > 1)
            && await MinutesOf(agency, contact, cancellationToken) is var served && served + contact.Elements.DurationMinutes > MinutesOfADay)
        {
            return new Problem.Invalid("elements.duration_minutes",
                $"makes, with {served} minutes of the rendering staff member on record, more than the {MinutesOfADay} minutes of a day");
        }

        var otherMinutes = others.Where(n => n.Program == contact.Program).Sum(n => n.BillableMinutes);
        Beside beside = new(otherMinutes, await Overlaps(agency, contact, cancellationToken));
        return await Decide(evidence with { Contact = contact }, account, beside, store, cancellationToken);
    }

    /// <summary>A note that the client sent before: the stored one, if it says the same.</summary>
    private Result<Decided<Proto.ServiceNote>> Again(ServiceNote sent, Contact contact) =>
        (sent.IndividualId, sent.Program, sent.RenderingStaff, sent.ServiceDate) == (contact.Individual, contact.Program, contact.Staff, contact.Day)
            && sent.OpenElements(protector).Equals(contact.Elements)
            ? new Decided<Proto.ServiceNote>(sent.ToProto(protector), new Changes(clock.GetUtcNow()))
            : new Problem.Exists("service note", $"{sent.Id.Name}, which has this client_id and says something else");

    private static async Task<int> MinutesOf(BillingDb agency, Contact contact, CancellationToken cancellationToken) => await agency.ServiceNotes
        .Where(n => n.RenderingStaff == contact.Staff && n.Provider == contact.Provider && n.ServiceDate == contact.Day
            && n.StartAt != null && n.VoidedAt == null)
        .SumAsync(n => n.BillableMinutes, cancellationToken);

    /// <summary>Notes of the agency at the same time: of the person, or of the staff member with somebody else and not as a group.</summary>
    private async Task<IReadOnlyList<Proto.NoteOverlap>> Overlaps(BillingDb agency, Contact contact, CancellationToken cancellationToken)
    {
        if (contact is not { Start: { } start, End: { } end })
            return [];
        var (before, after) = (contact.Day.AddDays(-1), contact.Day.AddDays(1));
        var near = await agency.ServiceNotes.AsNoTracking()
            .Where(n => (n.IndividualId == contact.Individual || n.RenderingStaff == contact.Staff) && n.Provider == contact.Provider
                && n.ServiceDate >= before && n.ServiceDate <= after && n.StartAt != null && n.VoidedAt == null)
            .OrderBy(n => n.Id).ToListAsync(cancellationToken);
        List<Proto.NoteOverlap> overlaps = [];
        foreach (var note in near)
        {
            var minutes = (int)((end < note.EndAt!.Value ? end : note.EndAt.Value) - (start > note.StartAt!.Value ? start : note.StartAt.Value)).TotalMinutes;
            var samePerson = note.IndividualId == contact.Individual;
            if (minutes <= 0 || (!samePerson && contact.Elements.GroupSize > 1 && note.OpenElements(protector).GroupSize > 1))
                continue;
            overlaps.Add(new()
            {
                ServiceNote = note.Id.Name,
                Kind = samePerson ? Proto.OverlapKind.SamePerson : Proto.OverlapKind.SameStaff,
                Minutes = minutes,
            });
        }

        return overlaps;
    }

    private async Task<Result<Decided<Proto.ServiceNote>>> Decide(
        Evidence evidence, Account account, Beside beside, bool store, CancellationToken cancellationToken)
    {
        var contact = evidence.Contact;
        Changes changes = new(clock.GetUtcNow());
        var program = policies.Engine.Programs[contact.Program];
        DecisionRecord? decision = null;
        // A program without rules about notes keeps them all the same: other decisions rest on the contacts.
        if (ServiceNoteDecision.Kind.AppliesTo(program)
            && !policies.Decide(contact.Program, ServiceNoteDecision.Kind, contact.Today, Facts(evidence, beside)).Is(out decision, out var problem))
            return problem;
        var note = Note(evidence, decision, beside, changes.Now);
        if (!store)
            return new Decided<Proto.ServiceNote>(note.ToProto(contact.Elements, decision?.ToProto(stored: false), stored: false), changes);

        account.Count(changes);
        var stored = decision is null ? null : changes.Insert(policies.Store(decision, note.Provider, note.Id.Name, [new(note.Id.Value)]));
        changes.Insert(note);
        changes.Publish(note.ToEvent(contact.Elements, stored, program.Version));
        await support.Sync(note.IndividualId, note.Provider, note.Program, new(Note: note), changes, cancellationToken);
        return new Decided<Proto.ServiceNote>(note.ToProto(contact.Elements, decision?.ToProto(stored: true), stored: true), changes);
    }

    private Result<Contact> Read(Proto.RecordServiceNoteRequest request)
    {
        RequestValidator fields = new();
        var elements = request.Elements ?? new();
        Contact contact = new(
            fields.Id<IndividualId>("individual", request.Individual),
            fields.Organization("provider", request.Provider),
            request.Program,
            policies.Today(fields, "program", request.Program),
            fields.Id<StaffMemberId>("rendering_staff", request.RenderingStaff),
            fields.Day("service_date", request.ServiceDate),
            elements,
            fields.OptionalDay("elements.signature_date", elements.SignatureDate),
            fields.OptionalDay("elements.intervention_on_plan_from", elements.InterventionOnPlanFrom),
            fields.OptionalInstant("elements.start_time", elements.StartTime, clock.GetUtcNow()),
            fields.OptionalInstant("elements.end_time", elements.EndTime, clock.GetUtcNow()),
            Guid.TryParse(request.ClientId, out var client) && client != Guid.Empty ? client : null);
        fields.Require(request.ClientId.Length == 0 || contact.ClientId is not null, "client_id", "is not a UUID");
        Times(fields, contact);
        fields.Require(contact.Day <= contact.Today, "service_date", "lies in the future; a contact is recorded when it took place");
        fields.Number("elements.duration_minutes", elements.DurationMinutes, 0, MinutesOfADay);
        fields.Number("elements.travel_minutes", elements.TravelMinutes, 0, MinutesOfADay);
        fields.Require(!(contact.Signed < contact.Day), "elements.signature_date", "lies before service_date");
        fields.Number("elements.group_size", elements.GroupSize, 0, 1000);
        fields.Require(elements.CalculateSize() <= 100_000, "elements", "are larger than 100,000 bytes; attach long documents elsewhere");
        return fields.Problem is { } bad ? bad : contact;
    }

    private void Times(RequestValidator fields, Contact contact)
    {
        fields.Require(contact.Start is null == contact.End is null, contact.Start is null ? "elements.start_time" : "elements.end_time",
            "is missing; send both ends of the contact or none");
        if (contact is not { Start: { } start, End: { } end } || !policies.Engine.Programs.TryGetValue(contact.Program, out var program))
            return;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(program.Header.TimeZone);
        fields.Require(end > start, "elements.end_time", "is not after elements.start_time");
        fields.Require(end - start <= TimeSpan.FromDays(1), "elements.end_time", "is more than 24 hours after elements.start_time");
        fields.Require(start.DayIn(zone) == contact.Day, "elements.start_time",
            $"is not on service_date in the time zone of the program, {program.Header.TimeZone}");
        fields.Require(end <= start || contact.Elements.DurationMinutes <= (end - start).TotalMinutes, "elements.duration_minutes",
            "are more than lie between elements.start_time and elements.end_time");
    }

    private ServiceNote Note(Evidence evidence, DecisionRecord? decision, Beside beside, DateTimeOffset now)
    {
        var contact = evidence.Contact;
        var billable = decision is null ? !contact.Elements.HasRendered || contact.Elements.Rendered : decision.Value<bool>("counts");
        return new()
        {
            Id = ServiceNoteId.New(clock),
            IndividualId = contact.Individual,
            Provider = contact.Provider,
            Payer = evidence.Verified.PayerCode(),
            Program = contact.Program,
            RenderingStaff = contact.Staff,
            ServiceDate = contact.Day,
            EncryptedElements = protector.Protect(JsonFormatter.Default.Format(contact.Elements)),
            BillableMinutes = billable ? Math.Max(0, contact.Elements.DurationMinutes - beside.SharedMinutes) : 0,
            DayUnits = billable ? decision?.Value<int>("units") ?? 0 : 0,
            StartAt = contact.Start,
            EndAt = contact.End,
            Overlaps = beside.Overlaps,
            DecisionId = decision?.Id,
            ClientId = contact.ClientId,
            RecordedAt = now,
        };
    }

    /// <summary>
    /// The elements of a note as the decision reads them. The rules check whether a text is present, never its content, so facts and receipts contain a mark
    /// instead.
    /// </summary>
    private static ServiceNoteFacts Facts(Evidence evidence, Beside beside)
    {
        var otherMinutes = Math.Max(0, beside.OtherMinutes - beside.SharedMinutes);
        var contact = evidence.Contact;
        var elements = contact.Elements;
        return new()
        {
            ServiceDate = contact.Day,
            IndividualName = Mark(elements.HasIndividualName, elements.IndividualName),
            NameMatchesRecord = evidence.NameMatches,
            ServiceName = Mark(elements.HasServiceName, elements.ServiceName),
            ContactType = elements.ContactType.ToPolicy(),
            PlaceOfService = elements.PlaceOfService.ToPolicy(),
            PurposeGoal = Mark(elements.HasPurposeGoal, elements.PurposeGoal),
            Interventions = Mark(elements.HasInterventions, elements.Interventions),
            DurationMinutes = elements.HasDurationMinutes ? elements.DurationMinutes : null,
            Effectiveness = Mark(elements.HasEffectiveness, elements.Effectiveness),
            SignedBy = Mark(elements.HasSignedBy, elements.SignedBy),
            SignatureDate = elements.HasSignatureDate ? new DayOrBlank(contact.Signed) : null,
            CredentialsOrTitle = Mark(elements.HasCredentialsOrTitle, elements.CredentialsOrTitle),
            NameOnEveryPage = elements.HasNameOnEveryPage ? elements.NameOnEveryPage : null,
            AuthorId = elements.Author.Length == 0 ? null : elements.Author,
            RenderingStaffId = contact.Staff.Name,
            Activity = elements.Activity.ToPolicy(),
            // A staff member who is with two people at one time serves a group, whatever the note shows.
            GroupSize = elements.HasGroupSize || beside.PeopleAtOnce > 1 ? Math.Max(elements.GroupSize, beside.PeopleAtOnce) : null,
            Rendered = elements.HasRendered ? elements.Rendered : null,
            IndividualPresent = elements.HasIndividualPresent ? elements.IndividualPresent : null,
            InterventionOnPlanFrom = contact.Planned,
            VrPaidSameService = elements.HasVrPaidSameService ? elements.VrPaidSameService : null,
            OtherContactMinutesSameDate = otherMinutes == 0 ? null : otherMinutes,
            TravelMinutes = elements.HasTravelMinutes ? elements.TravelMinutes : null,
        };
    }

    private static string? Mark(bool given, string text) => !given ? null : string.IsNullOrWhiteSpace(text) ? "" : "on file";
}
