using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Policies.Milestones;
using Ips.Policies.Schedules;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Jobs;

/// <summary>
/// The log of contacts with employers: records one, lists them, and decides whether each week has one. A contact about a person discloses that the person is
/// served, so the person's Career Profile has to allow disclosure before it is made.
/// </summary>
public sealed class EmployerLog(
    BillingDb db, Requests requests, Caller caller, EligibilityClient eligibility, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    private const int MostWeeks = 600;

    private static readonly SupportContact[] OfPerson = [SupportContact.FirstEmployerContact];
    private static readonly SupportContact[] OfSpecialist = [SupportContact.EmployerLog, SupportContact.EmployerContacts];

    public Task<Result<Proto.EmployerContact>> Handle(Proto.RecordEmployerContactRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        var staff = fields.Id<StaffMemberId>("staff_member", request.StaffMember);
        var named = fields.OptionalId<IndividualId>("individual", request.Individual);
        var day = fields.Day("day", request.Day);
        fields.Require(today == default || day <= today, "day", "lies in the future; a contact is recorded when it took place");
        fields.Choice("mode", request.Mode);
        fields.Text("employer", request.Employer, 200);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.EmployerContact>>(bad);
        return requests.Run<bool, Proto.EmployerContact>(validateOnly: false, request.RequestId, request, s => Allow(named, request.Program, day, s), async (_, _, s) =>
        {
            Changes changes = new(clock.GetUtcNow());
            var contact = changes.Insert(new EmployerContact
            {
                Id = EmployerContactId.New(clock),
                Provider = caller.Organization!,
                Program = request.Program,
                StaffMemberId = staff,
                IndividualId = named is { } person ? await db.Survivor(person, s) : null,
                Day = day,
                Mode = request.Mode,
                EncryptedEmployer = protector.Protect(request.Employer.Trim()),
                RecordedAt = changes.Now,
            });
            return new Decided<Proto.EmployerContact>(contact.ToProto(protector), changes);
        }, cancellationToken);
    }

    public async Task<Result<Proto.ListEmployerContactsResponse>> Handle(Proto.ListEmployerContactsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        var (from, through) = (fields.OptionalDay("from", request.From), fields.OptionalDay("through", request.Through));
        fields.Require(!(through < from), "through", "lies before from");
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var query = db.EmployerContacts.AsNoTracking();
        if (staff is { } member)
            query = query.Where(c => c.StaffMemberId == member);
        if (from is { } first)
            query = query.Where(c => c.Day >= first);
        if (through is { } last)
            query = query.Where(c => c.Day <= last);
        var (items, next) = await query.ToPage(page, c => c.Id, cancellationToken);
        return new Proto.ListEmployerContactsResponse { EmployerContacts = { items.Select(c => c.ToProto(protector)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.EmployerLog>> Handle(Proto.CheckEmployerLogRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var today = policies.Today(fields, "program", request.Program);
        var staff = fields.OptionalId<StaffMemberId>("staff_member", request.StaffMember);
        var named = fields.OptionalId<IndividualId>("individual", request.Individual);
        fields.Require(staff is null != named is null, "staff_member", "and individual: send one of the two");
        var started = fields.Day("started_on", request.StartedOn);
        var day = fields.OptionalDay("as_of", request.AsOf) ?? today;
        fields.Require(request.WeeksAway.Count <= MostWeeks, "weeks_away", $"has more than {MostWeeks} weeks");
        fields.Require(request.WeeksAway.Count == 0 || staff is not null, "weeks_away", "is read with staff_member only");
        List<DateOnly> away = [.. request.WeeksAway.Select((week, i) => fields.Day($"weeks_away[{i}]", week))];
        if (fields.Problem is { } bad)
            return bad;
        Proto.EmployerLog reply = new() { Day = day.Day() };
        var pack = policies.Engine.Programs[request.Program];
        SupportContact[] kinds = [.. (staff is null ? OfPerson : OfSpecialist).Where(kind => SupportContactDecision.Has(pack, kind))];
        if (kinds.Length == 0)
            return reply;
        var query = db.EmployerContacts.AsNoTracking().Where(c => c.Program == request.Program && c.Day <= day);
        if (staff is { } member)
            query = query.Where(c => c.StaffMemberId == member);
        else
        {
            var person = await db.Survivor(named!.Value, cancellationToken);
            query = query.Where(c => c.IndividualId == person);
        }

        var contacts = (await query.Select(c => new { c.Day, c.Mode }).ToListAsync(cancellationToken)).ConvertAll(c => new ContactOnFile(c.Day, ToMode(c.Mode)));
        foreach (var kind in kinds)
        {
            SupportContactFacts facts = new() { Contact = kind, StartedOn = started, Contacts = contacts, WeeksAway = kind == SupportContact.EmployerContacts ? away : null };
            if (!policies.Decide(request.Program, SupportContactDecision.Kind, day, facts).Is(out var decision, out var problem))
                return problem;
            var item = JobSupport.Item(kind, "", decision);
            if (kind == SupportContact.EmployerContacts)
                reply.Weekly = item;
            else
                reply.Item = item;
        }

        return reply;
    }

    /// <summary>Whether the person is the caller's, and allows disclosure to employers by the latest profile.</summary>
    private async Task<Result<bool>> Allow(IndividualId? named, string program, DateOnly day, CancellationToken cancellationToken)
    {
        if (named is not { } person)
            return true;
        if (!(await eligibility.Verify(person, program, day, cancellationToken)).Is(out _, out var problem))
            return problem;
        if (!(await eligibility.MayDiscloseToEmployers(person, cancellationToken)).Is(out var allowed, out problem))
            return problem;
        return allowed ? true : new Problem.Conflict("employer-disclosure",
            "the person's Career Profile does not allow disclosure to employers; record the person's choice there, or leave individual empty and name no one");
    }

    private static ContactMode? ToMode(Proto.EmployerContactMode mode) => mode switch
    {
        Proto.EmployerContactMode.InPerson => ContactMode.InPerson,
        Proto.EmployerContactMode.Phone => ContactMode.Phone,
        Proto.EmployerContactMode.Video => ContactMode.Video,
        _ => null,
    };
}
