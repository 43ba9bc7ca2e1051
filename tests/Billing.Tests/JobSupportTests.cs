using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Tests;

/// <summary>Contacts that Louisiana requires around a job, contacts with employers, and the events of jobs.</summary>
[Collection("billing")]
public sealed class JobSupportTests(BillingService billing)
{
    private const string Program = "la-lhcc";

    [Fact]
    public async Task Contacts_around_a_job_are_decided_and_have_deadlines_until_they_are_made()
    {
        var (individual, _) = billing.Eligibility.Person();
        var (start, today) = (Day(-2), Day(0));
        await billing.Noted(individual, day: Day(-9), program: Program);
        var job = await Hired(individual, start);
        var items = await Items(individual);
        Assert.Equal(
            [
                (Proto.SupportContactKind.BeforeJobStart, Proto.SupportContactState.Done, start),
                (Proto.SupportContactKind.AfterJobStart, Proto.SupportContactState.Open, Day(1)),
                (Proto.SupportContactKind.FirstMonth, Proto.SupportContactState.Open, Day(4)),
            ], items.Take(3));
        Assert.Equal((Proto.SupportContactKind.FollowAlong, Proto.SupportContactState.Done), (items[3].Item1, items[3].Item2));
        Assert.Equal(4, items.Count);
        Assert.Equal(3, await billing.Count("deadlines", $"subject = '{job.Name}' and state in ('Open', 'DueSoon', 'Due')"));

        // A call is a contact of no kind that counts here; a visit is, until its note is void.
        await billing.Noted(individual, day: today, program: Program, change: e => e.ContactType = Proto.ContactType.Phone);
        Assert.Equal(Proto.SupportContactState.Open, (await Items(individual))[1].Item2);
        var visit = await billing.Noted(individual, day: today, program: Program);
        items = await Items(individual);
        Assert.Equal((Proto.SupportContactState.Done, Proto.SupportContactState.Done, Day(11)), (items[1].Item2, items[2].Item2, items[2].Item3));
        Assert.Equal(1, await billing.Count("deadlines", $"subject = '{job.Name}' and kind = 'after-job-start' and state = 'Met'"));
        await billing.Notes.VoidServiceNoteAsync(
            new() { Name = visit, Reason = Proto.NoteVoidReason.RecordedByMistake, RequestId = BillingService.NewId() }, billing.Us);
        Assert.Equal(1, await billing.Count("deadlines", $"subject = '{job.Name}' and kind = 'after-job-start' and state not in ('Met', 'Cancelled')"));

        // The job is lost: the next contact is due three days after the agency learned of it; nothing else is due after the end.
        var facts = job.Facts.Clone();
        (facts.EndDate, facts.EndReason, facts.LossLearnedDate) = (today, Proto.JobEndReason.EndedByEmployer, today);
        job = await billing.Employment.UpdateJobAsync(Update(job, facts), billing.Us);
        var loss = Assert.Single(await Items(individual), i => i.Item1 == Proto.SupportContactKind.AfterJobLoss);
        Assert.Equal((Proto.SupportContactState.Done, Day(3)), (loss.Item2, loss.Item3));
        Assert.Equal(["LA-SVC-022"], (await Check(individual)).Items.Single(i => i.Kind == Proto.SupportContactKind.AfterJobLoss).Decision.Findings.Select(f => f.RuleId));

        // There was no such job: nothing is due.
        facts.Withdrawn = true;
        await billing.Employment.UpdateJobAsync(Update(job, facts, "another person's"), billing.Us);
        Assert.Empty((await Check(individual)).Items);
        Assert.Equal(0, await billing.Count("deadlines", $"subject = '{job.Name}' and state not in ('Met', 'Cancelled')"));
    }

    [Fact]
    public async Task A_program_without_such_rules_requires_nothing()
    {
        var (individual, _) = billing.Eligibility.Person();
        var job = await billing.Hired(individual, "2025-02-03");
        Assert.Empty((await billing.Employment.CheckJobSupportAsync(new() { Individual = individual, Program = "nc-core" }, billing.Us)).Items);
        Assert.Equal(0, await billing.Count("deadlines", $"subject = '{job.Name}'"));
        Assert.Null((await billing.Employment.CheckEmployerLogAsync(
            new() { Program = "nc-core", StaffMember = billing.Esp, StartedOn = "2025-02-03" }, billing.Us)).Item);
    }

    [Fact]
    public async Task A_job_has_terms_an_employer_and_parts_of_its_definition()
    {
        var (individual, _) = billing.Eligibility.Person();
        var request = Record(individual, "2025-02-03");
        request.Employer = "Sealed Employer";
        var facts = request.Facts;
        (facts.Occupation, facts.Disclosure, facts.Permanent, facts.SetAside) = ("35", Proto.JobDisclosure.Partial, true, false);
        facts.Terms.Add(new Proto.JobTerms { FromDate = "2025-02-03", WeeklyHours = 12, HourlyWage = "15.25" });
        var job = await billing.Employment.RecordJobAsync(request, billing.Us);
        Assert.Equal("Sealed Employer", job.Employer);
        Assert.DoesNotContain("Sealed Employer", await billing.Everything());

        // A raise with a promotion is added without a reason, and the employer stays.
        var raised = job.Facts.Clone();
        raised.Terms.Add(new Proto.JobTerms { FromDate = "2025-03-03", WeeklyHours = 20, HourlyWage = "17", Promotion = true });
        job = await billing.Employment.UpdateJobAsync(Update(job, raised), billing.Us);
        Assert.Equal(("Sealed Employer", 0, 2), (job.Employer, job.Corrections.Count, job.Facts.Terms.Count));
        var events = await Published<JobChangedV1>(job.Name);
        Assert.Equal((20, 1, "35", false), (events[^1].WeeklyHours, events[^1].Promotions, events[^1].Code, events[^1].Withdrawn));
        Assert.Single(await Published<JobStartedV1>(job.Name));

        foreach (var (field, change) in new (string, Action<Proto.JobFacts>)[]
        {
            ("facts.occupation", f => f.Occupation = "12"), ("facts.loss_learned_date", f => f.LossLearnedDate = "2025-03-01"),
            ("facts.terms", f => f.Terms.Add(f.Terms[0].Clone())), ("facts.terms[0].from_date", f => f.Terms[0].FromDate = "2025-02-02"),
            ("facts.terms[0].weekly_hours", f => f.Terms[0].WeeklyHours = -1), ("facts.terms[1].hourly_wage", f => f.Terms[1].HourlyWage = "15,25"),
            ("facts.terms[1].hourly_wage", f => f.Terms[1].HourlyWage = "1000.01"), ("facts.terms[1].hourly_wage", f => f.Terms[1].HourlyWage = "15.255"),
            ("facts.integrated_competitive", f => f.Permanent = false), ("facts.integrated_competitive", f => f.SetAside = true),
            ("facts.integrated_competitive", f => f.AtLeastMinimumWage = false), ("facts.integrated_competitive", f => f.OpenToAnyone = false),
        })
        {
            var bad = job.Facts.Clone();
            change(bad);
            Assert.Equal([field], (await billing.Employment.UpdateJobAsync(Update(job, bad, "why"), billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        // Its end is published with the reason.
        var ended = job.Facts.Clone();
        (ended.EndDate, ended.EndReason) = ("2025-04-01", Proto.JobEndReason.Left);
        await billing.Employment.UpdateJobAsync(Update(job, ended), billing.Us);
        var end = Assert.Single(await Published<JobEndedV1>(job.Name));
        Assert.Equal((new DateOnly(2025, 4, 1), "left", true), (end.Through, end.Outcome, end.Competitive));
    }

    [Fact]
    public async Task An_education_has_terms_and_its_completion_is_published()
    {
        var (individual, _) = billing.Eligibility.Person();
        Proto.RecordEducationRequest request = new()
        {
            Individual = individual,
            Provider = $"organizations/{BillingService.Provider}",
            Program = "nc-core",
            Facts = new()
            {
                Kind = Proto.EducationKind.HigherEducation,
                EnrolledDate = "2025-01-10",
                Terms = { new Proto.EducationTerm { StartDate = "2025-01-10", EndDate = "2025-02-28", Credits = 6 } },
            },
            RequestId = BillingService.NewId(),
        };
        var education = await billing.Employment.RecordEducationAsync(request, billing.Us);
        Assert.Empty(await Published<EducationCompletedV1>(education.Name));
        var facts = education.Facts.Clone();
        facts.CompletedDate = "2025-03-01";
        await billing.Employment.UpdateEducationAsync(
            new() { Name = education.Name, Etag = education.Etag, Facts = facts, RequestId = BillingService.NewId() }, billing.Us);
        var completed = Assert.Single(await Published<EducationCompletedV1>(education.Name));
        Assert.Equal((new DateOnly(2025, 3, 1), "higher_education", false), (completed.On, completed.Kind, completed.Withdrawn));
        request.RequestId = BillingService.NewId();
        request.Facts.Terms[0].StartDate = "2025-01-09";
        Assert.Equal(["facts.terms[0].start_date"],
            (await billing.Employment.RecordEducationAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Fact]
    public async Task A_contact_with_an_employer_about_a_person_needs_the_persons_choice()
    {
        var (individual, person) = billing.Eligibility.Person();
        var request = Employer(individual, Day(-1));
        foreach (var choice in new DisclosureChoice?[] { null, DisclosureChoice.Unspecified, DisclosureChoice.DoNotDisclose })
        {
            person.Disclosure = choice;
            await billing.Employment.RecordEmployerContactAsync(request, billing.Us).Refused(StatusCode.FailedPrecondition);
        }

        Assert.Equal(0, await billing.Count("employer_contacts", $"individual_id = '{individual[12..]}'"));
        person.Disclosure = DisclosureChoice.Partial;
        var contact = await billing.Employment.RecordEmployerContactAsync(request, billing.Us);
        Assert.Equal(contact, await billing.Employment.RecordEmployerContactAsync(request, billing.Us));
        Assert.DoesNotContain("Sealed Employer", await billing.Everything());
        var listed = await billing.Employment.ListEmployerContactsAsync(new() { StaffMember = request.StaffMember, From = Day(-1), Through = Day(0) }, billing.Us);
        Assert.Equal([contact], listed.EmployerContacts);

        // The first one face to face within thirty days of the entry, and one in each week.
        var first = await billing.Employment.CheckEmployerLogAsync(new() { Program = Program, Individual = individual, StartedOn = Day(-31) }, billing.Us);
        Assert.Equal((Proto.SupportContactState.Done, Verdict.Met), (first.Item.State, first.Item.Decision.Verdict));
        first = await billing.Employment.CheckEmployerLogAsync(new() { Program = Program, Individual = individual, StartedOn = Day(-32) }, billing.Us);
        Assert.Equal((Proto.SupportContactState.DoneLate, Verdict.NotMet), (first.Item.State, first.Item.Decision.Verdict));
        var log = await billing.Employment.CheckEmployerLogAsync(new() { Program = Program, StaffMember = request.StaffMember, StartedOn = Day(-30) }, billing.Us);
        Assert.Equal(Verdict.NotMet, log.Item.Decision.Verdict);
        Assert.Equal(["LA-SVC-013"], log.Item.Decision.Findings.Select(f => f.RuleId));

        // No other agency and no other role sees it.
        Assert.Empty((await billing.Employment.ListEmployerContactsAsync(new() { StaffMember = request.StaffMember }, billing.As(Roles.Provider, "another-agency"))).EmployerContacts);
        foreach (var role in new[] { Roles.Mco, Roles.Dvrs, Roles.State, Roles.Ops })
            await billing.Employment.ListEmployerContactsAsync(new(), billing.As(role, "alliance")).Refused(StatusCode.PermissionDenied);
    }

    [Theory]
    [InlineData("la-acla", 6, false, Verdict.Met)]
    [InlineData("la-acla", 5, false, Verdict.NotMet)]
    [InlineData("la-lhcc", 6, false, Verdict.Met)]
    [InlineData("la-lhcc", 5, false, Verdict.NotMet)]
    [InlineData("la-lhcc", 5, true, Verdict.Met)]
    public async Task A_specialist_meets_six_employers_a_week_on_average_LA_SVC_011(string program, int contacts, bool away, Verdict verdict)
    {
        var monday = DateOnly.Parse(Day(-14), null);
        monday = monday.AddDays(-(((int)monday.DayOfWeek + 6) % 7));
        var staff = $"staff/{Guid.CreateVersion7()}";
        for (var i = 0; i < contacts; i++)
        {
            var request = Employer("", monday.AddDays(i % 5).ToString("yyyy-MM-dd", null));
            (request.Program, request.StaffMember) = (program, staff);
            await billing.Employment.RecordEmployerContactAsync(request, billing.Us);
        }

        Proto.CheckEmployerLogRequest check = new()
        {
            Program = program,
            StaffMember = staff,
            StartedOn = monday.ToString("yyyy-MM-dd", null),
            AsOf = monday.AddDays(6).ToString("yyyy-MM-dd", null),
        };
        if (away)
            check.WeeksAway.Add(monday.AddDays(2).ToString("yyyy-MM-dd", null));
        var log = await billing.Employment.CheckEmployerLogAsync(check, billing.Us);
        Assert.Equal((Proto.SupportContactKind.EmployerContacts, verdict), (log.Weekly.Kind, log.Weekly.Decision.Verdict));
        Assert.Equal(["LA-SVC-011"], log.Weekly.Decision.Findings.Where(f => f.Deciding).Select(f => f.RuleId));
        Assert.Equal(verdict == Verdict.Met ? Proto.SupportContactState.Done : Proto.SupportContactState.Overdue, log.Weekly.State);
        Assert.Equal(Proto.SupportContactKind.EmployerLog, log.Item.Kind);

        check.WeeksAway.Add("soon");
        Assert.Equal([$"weeks_away[{check.WeeksAway.Count - 1}]"], (await billing.Employment.CheckEmployerLogAsync(check, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    [Theory]
    [InlineData("day")]
    [InlineData("mode")]
    [InlineData("employer")]
    [InlineData("staff_member")]
    [InlineData("program")]
    public async Task A_contact_with_an_employer_that_cannot_be_is_refused_by_field(string field)
    {
        var request = Employer("", Day(-1));
        switch (field)
        {
            case "day": request.Day = Day(1); break;
            case "mode": request.Mode = default; break;
            case "employer": request.Employer = " "; break;
            case "staff_member": request.StaffMember = "staff/none"; break;
            default: request.Program = "none"; break;
        }

        Assert.Equal([field], (await billing.Employment.RecordEmployerContactAsync(request, billing.Us).Refused(StatusCode.InvalidArgument)).Fields());
    }

    private async Task<List<T>> Published<T>(string subject) where T : DomainEvent => await billing.WithDb(async db =>
        (await db.Outbox.AsNoTracking().Where(row => row.Subject == subject && row.Type == EventCatalog.Of(typeof(T)).WireName).OrderBy(row => row.Sequence)
            .ToListAsync()).ConvertAll(row => JsonSerializer.Deserialize<T>(row.Body, EventCatalog.Json)!));

    private async Task<Proto.JobSupport> Check(string individual) =>
        await billing.Employment.CheckJobSupportAsync(new() { Individual = individual, Program = Program }, billing.Us);

    private async Task<List<(Proto.SupportContactKind, Proto.SupportContactState, string)>> Items(string individual) =>
        [.. (await Check(individual)).Items.Select(i => (i.Kind, i.State, i.DueOn))];

    private async Task<Proto.Job> Hired(string individual, string start) => await billing.Employment.RecordJobAsync(Record(individual, start), billing.Us);

    private static Proto.RecordJobRequest Record(string individual, string start) => new()
    {
        Individual = individual,
        Provider = $"organizations/{BillingService.Provider}",
        Program = Program,
        Facts = new() { StartDate = start, IntegratedCompetitive = true },
        RequestId = BillingService.NewId(),
    };

    private static Proto.UpdateJobRequest Update(Proto.Job job, Proto.JobFacts facts, string reason = "") =>
        new() { Name = job.Name, Etag = job.Etag, Facts = facts, Reason = reason, RequestId = BillingService.NewId() };

    private static Proto.RecordEmployerContactRequest Employer(string individual, string day) => new()
    {
        RequestId = BillingService.NewId(),
        Program = Program,
        StaffMember = $"staff/{Guid.CreateVersion7()}",
        Individual = individual,
        Day = day,
        Mode = Proto.EmployerContactMode.InPerson,
        Employer = "Sealed Employer",
    };

    // Today of Louisiana: the service runs on the clock of the machine.
    private static string Day(int days) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(
        TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/Chicago")).DateTime).AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
