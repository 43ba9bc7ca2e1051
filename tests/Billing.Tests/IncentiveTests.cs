using Google.Protobuf;
using Grpc.Core;
using Ips.Billing.Claims;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Testing;
using MiniExcelLibs;
using UglyToad.PdfPig;
using Xunit;
using Proto = Ips.Contracts.Billing.V1;
using State = Ips.Contracts.Billing.V1.IncentiveInvoiceState;
using Step = Ips.Contracts.Billing.V1.IncentiveStep;

namespace Ips.Billing.Tests;

/// <summary>Billing on a day on which letters, invoices and documents of the spring of 2024 are known, with deadlines that are looked at all the time.</summary>
public sealed class IncentiveService : BillingService
{
    public IncentiveService() : base(FixedClock.At("2024-06-10")) => Settings["Deadlines:Interval"] = "00:00:00.2";

    public Proto.Incentives.IncentivesClient Incentives => new(Calls);

    public Proto.BillingDeadlines.BillingDeadlinesClient Deadlines => new(Calls);

    public string Person(string given = "Sealed", string family = "Name")
    {
        var (name, person) = Eligibility.Person();
        person.Record = new() { GivenName = given, FamilyName = family };
        return name;
    }

    public static Proto.RecordIncentiveLetterRequest LetterOf(IEnumerable<string> people, int milestone = 3, string received = "2024-04-18") => new()
    {
        Provider = $"organizations/{Provider}",
        Program = "nc-core",
        Quarter = "2024-Q1",
        Milestones = { milestone },
        ReceivedDate = received,
        Individuals = { people },
        Content = ByteString.CopyFromUtf8($"%PDF-1.4 letter {NewId()}"),
        RequestId = NewId(),
    };

    public async Task<Proto.IncentiveLetter> Letter(params string[] people) => await Incentives.RecordIncentiveLetterAsync(LetterOf(people), Us);

    public async Task<Proto.IncentiveInvoice> Invoice(Proto.IncentiveLetter letter, Action<Proto.CreateIncentiveInvoiceRequest>? change = null)
    {
        Proto.CreateIncentiveInvoiceRequest request = new() { Letter = letter.Name, RequestId = NewId() };
        change?.Invoke(request);
        return await Incentives.CreateIncentiveInvoiceAsync(request, Us);
    }

    public AsyncUnaryCall<Proto.IncentiveInvoice> Sent(Proto.IncentiveInvoice invoice, string day = "2024-05-20",
        Proto.IncentiveChannel channel = Proto.IncentiveChannel.InvoiceEmail) => Incentives.SubmitIncentiveInvoiceAsync(
        new() { Name = invoice.Name, Etag = invoice.Etag, SubmittedDate = day, Channel = channel, RequestId = NewId() }, Us);

    public AsyncUnaryCall<Proto.IncentiveInvoice> Done(Proto.IncentiveInvoice invoice, Step step, string day, string transfer = "") =>
        Incentives.RecordIncentiveStepAsync(
            new() { Name = invoice.Name, Etag = invoice.Etag, Step = step, Date = day, Transfer = transfer, RequestId = NewId() }, Us);

    public async Task<IReadOnlyList<Proto.BillingDeadline>> Due(string subject, params Proto.BillingDeadlineState[] states) =>
        (await Deadlines.ListBillingDeadlinesAsync(new() { Subject = subject, States = { states } }, Us)).Deadlines;

    public static string[] Unmet(Proto.IncentiveInvoice invoice) =>
        [.. invoice.Decision.Findings.Where(f => f.Verdict == Verdict.NotMet).Select(f => f.RuleId)];
}

/// <summary>Incentives for people of the Transitions to Community Living program, section 8 of the lifecycles.</summary>
[AnsweredRule.Named]
public sealed class IncentiveTests(IncentiveService service) : IClassFixture<IncentiveService>
{
    [Fact]
    public async Task A_letter_becomes_one_invoice_that_is_paid_NCC_TCL_001_to_008()
    {
        var people = new[] { service.Person("Ana", "Alpha"), service.Person("Łucja", "Zoë") };
        var letter = await service.Letter(people);
        Assert.Equal((Proto.IncentiveLetterState.Received, "2024-05-20", "application/pdf"), (letter.State, letter.DueDate, letter.MediaType));
        Assert.Equal(people, letter.Individuals);
        var due = Assert.Single(await service.Due(letter.Name));
        Assert.Equal(("NCC-TCL-006", "2024-05-20", "tcl-invoice"), (due.RuleId, due.DueOn, due.Kind));

        var draft = await service.Invoice(letter);
        Assert.Equal((State.Draft, "2000.00", Verdict.NeedsFacts), (draft.State, draft.Amount.Amount, draft.Decision.Verdict));
        Assert.Equal(people, draft.People.Select(p => p.Individual));
        var sent = await service.Sent(draft);
        Assert.Equal((State.Submitted, Verdict.Met), (sent.State, sent.Decision.Verdict));
        Assert.Equal(["NCC-TCL-001", "NCC-TCL-003", "NCC-TCL-004", "NCC-TCL-005", "NCC-TCL-006", "NCC-TCL-007", "NCC-TCL-008"],
            sent.Decision.Findings.Where(f => f.Verdict == Verdict.Met).Select(f => f.RuleId).Order(StringComparer.Ordinal));
        Assert.Empty(await service.Due(letter.Name));

        var paid = await service.Done(sent, Step.Paid, "2024-06-07", "EFT-42");
        Assert.Equal((State.Paid, "2024-06-07", "EFT-42"), (paid.State, paid.PaidDate, paid.Transfer));
        Assert.Equal(paid, await service.Incentives.GetIncentiveInvoiceAsync(new() { Name = paid.Name }, service.Us));
        Assert.Contains(paid, (await service.Incentives.ListIncentiveInvoicesAsync(new() { Quarter = "2024-Q1" }, service.Us)).IncentiveInvoices);
        Assert.Contains(letter, (await service.Incentives.ListIncentiveLettersAsync(new() { Quarter = "2024-Q1" }, service.Us)).IncentiveLetters);
        Assert.Equal(letter, await service.Incentives.GetIncentiveLetterAsync(new() { Name = letter.Name }, service.Us));
        await service.Incentives.VoidIncentiveInvoiceAsync(
            new() { Name = paid.Name, Etag = paid.Etag, Reason = "Check", RequestId = BillingService.NewId() }, service.Us).Refused(StatusCode.FailedPrecondition);
        Assert.Equal(paid.Decision, await service.Decisions.GetDecisionAsync(new() { Name = $"decisions/{paid.Decision.DecisionId}" }, service.Us));
    }

    [Theory]
    [InlineData("a name too many", "NCC-TCL-004")]
    [InlineData("a name is missing", "NCC-TCL-004")]
    [InlineData("the other milestone", "NCC-TCL-004")]
    [InlineData("two milestones", "NCC-TCL-004")]
    [InlineData("a cent too much", "NCC-TCL-001")]
    [InlineData("a form of its own", "NCC-TCL-005")]
    public async Task An_invoice_that_is_not_that_of_its_letter_is_refused_and_takes_up_nothing(string what, string rule)
    {
        var (first, second, third) = (service.Person(), service.Person(), service.Person());
        var letter = await service.Letter(first, second);
        var refused = await service.Invoice(letter, request =>
        {
            switch (what)
            {
                case "a name too many":
                    request.Individuals.Add([first, second, third]);
                    break;
                case "a name is missing":
                    request.Individuals.Add(second);
                    break;
                case "the other milestone":
                    request.Milestones.Add(9);
                    break;
                case "two milestones":
                    request.Milestones.Add([3, 9]);
                    break;
                case "a cent too much":
                    request.Amount = new() { Amount = "2000.01", CurrencyCode = "USD" };
                    break;
                default:
                    request.OwnForm = true;
                    break;
            }
        });
        Assert.Equal((State.Refused, rule), (refused.State, Assert.Single(IncentiveService.Unmet(refused))));
        await service.Sent(refused).Refused(StatusCode.FailedPrecondition);
        await service.Incentives.DownloadIncentiveInvoiceAsync(new() { Name = refused.Name }, service.Us).Refused(StatusCode.FailedPrecondition);
        Assert.Equal(State.Draft, (await service.Invoice(letter)).State);
    }

    [Fact]
    public async Task A_letter_that_mixes_milestones_is_recorded_and_cannot_be_invoiced_NCC_TCL_003()
    {
        var request = IncentiveService.LetterOf([service.Person()]);
        request.Milestones.Add(9);
        var letter = await service.Incentives.RecordIncentiveLetterAsync(request, service.Us);
        Assert.Equal(Proto.IncentiveLetterState.Mixed, letter.State);
        Assert.Empty(await service.Due(letter.Name));
        Assert.Equal(["NCC-TCL-003", "NCC-TCL-004"], IncentiveService.Unmet(await service.Invoice(letter, r => r.Milestones.Add(3))).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("2024-05-20", State.Submitted, "")]
    [InlineData("2024-05-21", State.Held, "2024-06-30")]
    public async Task An_invoice_is_in_time_until_the_20th_of_the_next_month(string day, State state, string held)
    {
        var sent = await service.Sent(await service.Invoice(await service.Letter(service.Person())), day);
        Assert.Equal((state, held), (sent.State, sent.HeldUntil));
        Assert.Equal(state == State.Held ? ["NCC-TCL-006", "NCC-TCL-007"] : [], IncentiveService.Unmet(sent));
        // Held, it is paid when funds remain.
        Assert.Equal(State.Paid, (await service.Done(sent, Step.Paid, "2024-06-10", "EFT-1")).State);
    }

    [Fact]
    public async Task An_invoice_sent_as_a_claim_stays_a_draft_NCC_TCL_008()
    {
        var draft = await service.Invoice(await service.Letter(service.Person()));
        var wrong = await service.Sent(draft, channel: Proto.IncentiveChannel.Acs);
        Assert.Equal((State.Draft, "", "NCC-TCL-008"), (wrong.State, wrong.SubmittedDate, Assert.Single(IncentiveService.Unmet(wrong))));
        Assert.Equal(State.Submitted, (await service.Sent(wrong)).State);
    }

    [Theory]
    [InlineData("2024-06-03", "2024-06-10", State.Accepted)]
    [InlineData("2024-05-31", "2024-06-10", State.Held)]
    public async Task Documents_are_in_time_until_the_fifth_business_day_NCC_TCL_007(string requested, string sent, State state)
    {
        var invoice = await service.Sent(await service.Invoice(await service.Letter(service.Person())));
        invoice = await service.Done(invoice, Step.DocumentsRequested, requested);
        // Without anyone recording it, it is held once the last day has passed.
        Assert.Equal(state == State.Held ? (State.Held, "2024-06-30") : (State.DocumentsRequested, ""), (invoice.State, invoice.HeldUntil));
        Assert.Equal(("NCC-TCL-007", invoice.DocumentsDueDate), (await service.Due(invoice.Name)).Select(d => (d.RuleId, d.DueOn)).Single());
        var done = await service.Done(invoice, Step.DocumentsSent, sent);
        Assert.Equal((state, state == State.Held ? "2024-06-30" : ""), (done.State, done.HeldUntil));
        Assert.Empty(await service.Due(invoice.Name));
    }

    [Fact]
    public async Task A_person_is_on_one_invoice_for_a_milestone_also_between_agencies()
    {
        var person = service.Person();
        var letter = await service.Letter(person);
        var draft = await service.Invoice(letter);
        Assert.Equal("NCC-TCL-001", Assert.Single(IncentiveService.Unmet(await service.Invoice(letter))));

        // Another agency does not see it, and cannot have it either.
        var they = service.As(Roles.Provider, "another-agency");
        var request = IncentiveService.LetterOf([person]);
        request.Provider = "organizations/another-agency";
        var theirs = await service.Incentives.RecordIncentiveLetterAsync(request, they);
        var again = await service.Incentives.CreateIncentiveInvoiceAsync(new() { Letter = theirs.Name, RequestId = BillingService.NewId() }, they)
            .Refused(StatusCode.FailedPrecondition);
        Assert.DoesNotContain(person, again.ToString());

        // The other milestone is another incentive; a void one can be made again.
        var ninth = await service.Incentives.RecordIncentiveLetterAsync(IncentiveService.LetterOf([person], 9), service.Us);
        Assert.Equal(State.Draft, (await service.Invoice(ninth)).State);
        var gone = await service.Incentives.VoidIncentiveInvoiceAsync(
            new() { Name = draft.Name, Etag = draft.Etag, Reason = "Wrong contact", RequestId = BillingService.NewId() }, service.Us);
        Assert.Equal(State.Void, gone.State);
        Assert.Equal(State.Draft, (await service.Incentives.CreateIncentiveInvoiceAsync(
            new() { Letter = theirs.Name, RequestId = BillingService.NewId() }, they)).State);
    }

    [Fact]
    public async Task Of_two_invoices_made_at_once_one_stands()
    {
        var letter = await service.Letter(service.Person());
        var made = await BillingService.AtOnce(invoice => invoice.State.ToString(), () => service.Invoice(letter), () => service.Invoice(letter));
        Assert.Single(made, "Draft");
        Assert.Equal(1, await service.Count("incentive_people", $"live and invoice_id in (select id from incentive_invoices where letter_id = '{letter.Name["incentiveLetters/".Length..]}')"));
    }

    [Fact]
    public async Task A_retry_gets_the_first_answer_and_validate_only_stores_nothing()
    {
        var request = IncentiveService.LetterOf([service.Person()]);
        request.ValidateOnly = true;
        Assert.Equal(("", "2024-05-20"), ((await service.Incentives.RecordIncentiveLetterAsync(request, service.Us)) is var shown ? shown.Name : "", shown.DueDate));
        request.ValidateOnly = false;
        var letter = await service.Incentives.RecordIncentiveLetterAsync(request, service.Us);
        Assert.Equal(letter, await service.Incentives.RecordIncentiveLetterAsync(request, service.Us));
        var tried = await service.Incentives.CreateIncentiveInvoiceAsync(new() { Letter = letter.Name, ValidateOnly = true }, service.Us);
        Assert.Equal(("", "", State.Draft), (tried.Name, tried.Etag, tried.State));
        Proto.CreateIncentiveInvoiceRequest create = new() { Letter = letter.Name, RequestId = BillingService.NewId() };
        var draft = await service.Incentives.CreateIncentiveInvoiceAsync(create, service.Us);
        Assert.Equal(draft, await service.Incentives.CreateIncentiveInvoiceAsync(create, service.Us));
        Proto.SubmitIncentiveInvoiceRequest submit = new()
        {
            Name = draft.Name,
            Etag = draft.Etag,
            SubmittedDate = "2024-05-20",
            Channel = Proto.IncentiveChannel.InvoiceEmail,
            RequestId = BillingService.NewId(),
        };
        var trial = submit.Clone();
        trial.ValidateOnly = true;
        var would = await service.Incentives.SubmitIncentiveInvoiceAsync(trial, service.Us);
        Assert.Equal(("", State.Submitted), (would.Name, would.State));
        var sent = await service.Incentives.SubmitIncentiveInvoiceAsync(submit, service.Us);
        Assert.Equal(sent, await service.Incentives.SubmitIncentiveInvoiceAsync(submit, service.Us));
        submit.RequestId = BillingService.NewId();
        await service.Incentives.SubmitIncentiveInvoiceAsync(submit, service.Us).Refused(StatusCode.Aborted);
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_nothing_is_stored()
    {
        var person = service.Person();
        foreach (var (field, change) in new (string, Action<Proto.RecordIncentiveLetterRequest>)[]
        {
            ("provider", r => r.Provider = ""), ("program", r => r.Program = "nc"), ("quarter", r => r.Quarter = "2024-03"), ("quarter", r => r.Quarter = ""),
            ("milestones", r => r.Milestones.Clear()), ("milestones", r => r.Milestones.Add(4)), ("milestones", r => r.Milestones.Add(3)),
            ("received_date", r => r.ReceivedDate = "2024-03-31"), ("received_date", r => r.ReceivedDate = "2199-01-01"),
            ("individuals", r => r.Individuals.Clear()), ("individuals", r => r.Individuals.Add(person)), ("individuals[1]", r => r.Individuals.Add("people/1")),
            ("content", r => r.Content = ByteString.Empty), ("content", r => r.Content = ByteString.CopyFromUtf8("MZ")),
            ("content", r => r.Content = ByteString.CopyFromUtf8("%PDF-" + new string('x', 1024 * 1024))),
        })
        {
            var request = IncentiveService.LetterOf([person]);
            change(request);
            Assert.Equal([field], (await service.Incentives.RecordIncentiveLetterAsync(request, service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        var missouri = IncentiveService.LetterOf([person]);
        missouri.Program = "mo-dmh-vr";
        Assert.Contains("program", (await service.Incentives.RecordIncentiveLetterAsync(missouri, service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        var foreign = IncentiveService.LetterOf([person]);
        foreign.Provider = "organizations/another-agency";
        await service.Incentives.RecordIncentiveLetterAsync(foreign, service.Us).Refused(StatusCode.PermissionDenied);
        await service.Incentives.RecordIncentiveLetterAsync(IncentiveService.LetterOf([$"individuals/{Guid.CreateVersion7()}"]), service.Us)
            .Refused(StatusCode.NotFound);
        Assert.Equal(0, await service.Count("incentive_letter_people", $"individual_id = '{person["individuals/".Length..]}'"));

        var letter = await service.Letter(person);
        var draft = await service.Invoice(letter);
        Proto.SubmitIncentiveInvoiceRequest Send() => new()
        {
            Name = draft.Name,
            Etag = draft.Etag,
            SubmittedDate = "2024-05-20",
            Channel = Proto.IncentiveChannel.InvoiceEmail,
            RequestId = BillingService.NewId(),
        };
        foreach (var (field, change) in new (string, Action<Proto.SubmitIncentiveInvoiceRequest>)[]
        {
            ("etag", r => r.Etag = ""), ("channel", r => r.Channel = default), ("submitted_date", r => r.SubmittedDate = "2024-04-17"),
            ("submitted_date", r => r.SubmittedDate = ""),
        })
        {
            var request = Send();
            change(request);
            Assert.Equal([field], (await service.Incentives.SubmitIncentiveInvoiceAsync(request, service.Us).Refused(StatusCode.InvalidArgument)).Fields());
        }

        // No step goes before the one before it.
        await service.Done(draft, Step.Paid, "2024-06-01", "EFT").Refused(StatusCode.FailedPrecondition);
        var sent = await service.Sent(draft);
        Assert.Equal(["transfer"], (await service.Done(sent, Step.Paid, "2024-06-01").Refused(StatusCode.InvalidArgument)).Fields());
        Assert.Equal(["date"], (await service.Done(sent, Step.Accepted, "2024-05-19").Refused(StatusCode.InvalidArgument)).Fields());
        await service.Done(sent, Step.DocumentsSent, "2024-06-01").Refused(StatusCode.FailedPrecondition);
        await service.Done(sent, Step.Lapsed, "2024-06-01").Refused(StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Only_the_agency_sees_letters_and_invoices()
    {
        var letter = await service.Letter(service.Person());
        var invoice = await service.Invoice(letter);
        var they = service.As(Roles.Provider, "another-agency");
        await service.Incentives.GetIncentiveLetterAsync(new() { Name = letter.Name }, they).Refused(StatusCode.NotFound);
        await service.Incentives.GetIncentiveInvoiceAsync(new() { Name = invoice.Name }, they).Refused(StatusCode.NotFound);
        await service.Incentives.DownloadIncentiveInvoiceAsync(new() { Name = invoice.Name }, they).Refused(StatusCode.NotFound);
        await service.Incentives.CreateIncentiveInvoiceAsync(new() { Letter = letter.Name, RequestId = BillingService.NewId() }, they).Refused(StatusCode.NotFound);
        Assert.DoesNotContain(letter, (await service.Incentives.ListIncentiveLettersAsync(new(), they)).IncentiveLetters);
        Assert.Empty((await service.Deadlines.ListBillingDeadlinesAsync(new() { Subject = letter.Name }, they)).Deadlines);
        foreach (var role in new[] { Roles.Mco, Roles.Dvrs, Roles.State })
            await service.Incentives.GetIncentiveLetterAsync(new() { Name = letter.Name }, service.As(role, "alliance")).Refused(StatusCode.PermissionDenied);
    }

    [Fact]
    public async Task The_files_have_exactly_the_names_of_the_letter_and_nothing_stored_has_one()
    {
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.Profiles.RecordBillingProfileAsync(new() { Provider = $"organizations/{BillingService.Provider}", From = "2024-01-01", Content = Profile(), RequestId = BillingService.NewId() }, service.Us);
        var letterRequest = IncentiveService.LetterOf([service.Person("Łucja", "Sealed-Núñez"), service.Person("Ana", "Sealed-Alpha")]);
        var letter = await service.Incentives.RecordIncentiveLetterAsync(letterRequest, service.Us);
        var invoice = await service.Invoice(letter);

        var workbook = await service.Incentives.DownloadIncentiveInvoiceAsync(new() { Name = invoice.Name }, service.Us);
        Assert.Equal("incentive-2024-Q1-milestone-3.xlsx", workbook.FileName);
        using MemoryStream content = new(workbook.Content.ToByteArray());
        var rows = content.Query().Cast<IDictionary<string, object?>>().Select(r => string.Join('|', r.Values.Select(v => v?.ToString() ?? ""))).ToList();
        Assert.Contains("1|Sealed-Alpha|Ana|1000", rows);
        Assert.Contains("2|Sealed-Núñez|Łucja|1000", rows);
        Assert.Contains("|Total||2000", rows);
        Assert.Equal(2, rows.Count(r => r.Contains("Sealed-", StringComparison.Ordinal)));

        var pdf = await service.Incentives.DownloadIncentiveInvoiceAsync(new() { Name = invoice.Name, Format = Proto.IncentiveFormat.Pdf }, service.Us);
        if (Environment.GetEnvironmentVariable("IPS_PAPER") is { } dir) File.WriteAllBytes(Path.Combine(dir, "invoice.pdf"), pdf.Content.ToByteArray());
        using (var document = PdfDocument.Open(pdf.Content.ToByteArray()))
        {
            var text = string.Concat(document.GetPages().SelectMany(page => page.GetWords()).Select(w => w.Text));
            Assert.Contains("SEALED-NUNEZ,LUCJA", text, StringComparison.Ordinal);
            Assert.Contains("Total2000.00", text, StringComparison.Ordinal);
            Assert.Contains(letter.Sha256, text, StringComparison.Ordinal);
        }

        var proof = await service.Incentives.DownloadIncentiveInvoiceAsync(new() { Name = invoice.Name, Format = Proto.IncentiveFormat.Letter }, service.Us);
        Assert.Equal((letterRequest.Content, letter.Sha256, "incentive-2024-Q1-milestone-3-letter.pdf"), (proof.Content, proof.Sha256, proof.FileName));
        Assert.Equal(0, await service.Count("decisions", "position('Sealed-'::bytea in facts) > 0"));
        Assert.Equal(0, await service.Count("incentive_letter_files", "position('%PDF-'::bytea in encrypted_file) > 0"));
    }

    [Fact]
    public async Task A_merge_shows_an_incentive_that_two_records_had()
    {
        var (survivor, merged) = (service.Person(), service.Person());
        var first = await service.Sent(await service.Invoice(await service.Letter(survivor)));
        var letter = await service.Letter(merged);
        var second = await service.Invoice(letter);
        await service.Use<FollowMerge>(merges => merges.Handle(new IndividualsMergedV1
        {
            IndividualId = IdOf(survivor),
            MergedId = IdOf(merged),
            Provider = BillingService.Provider,
        }, new InboxRow { MessageId = Guid.CreateVersion7(), Consumer = "test", ReceivedAt = service.Clock.GetUtcNow() }, default));
        second = await service.Incentives.GetIncentiveInvoiceAsync(new() { Name = second.Name }, service.Us);
        Assert.Equal((survivor, true), (second.People[0].Individual, second.People[0].Doubled));
        Assert.False((await service.Incentives.GetIncentiveInvoiceAsync(new() { Name = first.Name }, service.Us)).People[0].Doubled);
        var refused = await service.Sent(second);
        Assert.Equal((State.Draft, "NCC-TCL-001"), (refused.State, Assert.Single(IncentiveService.Unmet(refused))));
    }

    [Fact]
    public async Task The_review_of_a_quarter_lists_what_was_reached_in_it_NCC_TCL_002()
    {
        var people = await Task.WhenAll(new[] { "2024-01-01", "2024-03-31", "2024-04-01" }.Select(async day =>
        {
            var (individual, _) = service.Eligibility.Person();
            await service.Hired(individual, "2023-12-01", "", "2023-12-01", "2023-12-04", "2023-12-05");
            var milestone = await service.Submitted(BillingService.Later(individual, 3, day, new()
            {
                Documents =
                {
                    Proto.MilestoneDocument.CareerProfileWithFasp, Proto.MilestoneDocument.MonthlyJobDevNotesWithEmployerContacts,
                    Proto.MilestoneDocument.JobStartForm,
                },
                VrStatement = Proto.VrStatement.Paid,
                VrDocumentDate = "2024-01-01",
            }));
            Assert.Equal(Proto.MilestoneState.PaidByVr, milestone.State);
            return individual;
        }));
        var letter = await service.Letter(people[0]);
        await service.Invoice(letter);
        var review = await service.Incentives.CheckIncentiveReviewAsync(new() { Program = "nc-core", Quarter = "2024-Q1", Milestone = 3 }, service.Us);
        Assert.Contains(letter.Name, review.Letters);
        var items = review.Items.ToDictionary(i => i.Individual);
        Assert.Equal((true, true, Verdict.Met), (items[people[0]].Listed, items[people[0]].Invoiced, items[people[0]].Decision.Verdict));
        Assert.Equal((false, false, Verdict.Met), (items[people[1]].Listed, items[people[1]].Invoiced, items[people[1]].Decision.Verdict));
        Assert.False(items.ContainsKey(people[2]));
        Assert.Equal("NCC-TCL-002", items[people[0]].Decision.Findings.Single().RuleId);

        // The quarter that is not over is not reviewed yet.
        var next = await service.Incentives.CheckIncentiveReviewAsync(new() { Program = "nc-core", Quarter = "2024-Q2", Milestone = 3 }, service.Us);
        Assert.Equal(Verdict.NotMet, next.Items.Single(i => i.Individual == people[2]).Decision.Verdict);
        Assert.Equal(["milestone", "quarter"], (await service.Incentives.CheckIncentiveReviewAsync(
            new() { Program = "nc-core", Quarter = "2024-13", Milestone = 4 }, service.Us).Refused(StatusCode.InvalidArgument)).Fields().Order());
    }

    private static IndividualId IdOf(string name) => new(Guid.Parse(name["individuals/".Length..]));

    private static Proto.BillingProfileContent Profile() => new()
    {
        Name = "Harbor Works",
        Npi = CashService.Npi,
        Taxonomy = "251S00000X",
        TaxNumber = "561234567",
        Address = new() { Line = "12 Harbor St", City = "Durham", State = "NC", PostalCode = "277010001" },
        Contact = "Claims office",
        ContactPhone = "9195550101",
        UsualPlace = "99",
        Payers =
        {
            new Proto.PayerEnrollment
            {
                Payer = "organizations/alliance", Companion = "alliance-nc", SubmitterId = "IPSHARBOR", ReceiverId = "ALLIANCENC", PayerName = "Alliance Health",
                PayerId = "ALNC1", MemberIdSystem = "medicaid-nc", Test = true,
            },
        },
    };
}
