using Grpc.Core;
using Ips.Contracts;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Common = Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A referral is a record of its own before there is a person, and becomes one person however often it is converted.</summary>
[Collection("eligibility")]
public sealed class IntakeReferralTests(EligibilityService service)
{
    private static readonly string Owner = "staff/01900000-0000-7000-8000-0000000000ab";

    private readonly string provider = EligibilityService.NewCode("agency");

    private Proto.IntakeReferrals.IntakeReferralsClient Intake => new(service.Channel);
    private Proto.Individuals.IndividualsClient Individuals => new(service.Channel);
    private Metadata AsProvider => service.As(Roles.Provider, provider);

    [Fact]
    public async Task The_agency_records_a_referral_and_nothing_of_the_person_is_readable_in_the_database_or_an_event()
    {
        var received = await Receive(on: service.Day(-4));
        Assert.Equal(
            (Proto.IntakeReferralState.Received, service.Day(-4), 4, Proto.IntakeStep.Contact, "Quillgiven", "Quillreason"),
            (received.State, received.ReceivedOn, received.AgeDays, received.NextStep, received.Content.Person.GivenName, received.Content.Reason));
        Assert.Equal(received, await Get(received));
        Assert.Equal(0L, await service.Count($"intake_referrals r where id = '{Id(received)}' and (r::text ilike '%quill%' or r::text like '%5550161%')"));
        Assert.Equal(1L, await service.Count($"outbox_rows o where subject = '{received.Name}' and type = 'ips.eligibility.intake-referral-moved.v1' "
            + "and body->>'toState' = 'received' and body->>'source' = 'clinic' and body::text not ilike '%quill%'"));
        foreach (var other in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Provider, EligibilityService.NewCode("agency")) })
        {
            Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await Intake.GetIntakeReferralAsync(new() { Name = received.Name }, other))).Code);
            Assert.Empty((await Intake.ListIntakeReferralsAsync(new(), other)).IntakeReferrals);
        }

        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(async () => await Intake.ReceiveIntakeReferralAsync(
            new() { Provider = "organizations/agency-other", Content = Content(), RequestId = EligibilityService.NewId() }, AsProvider))).Code);
    }

    [Fact]
    public async Task The_sender_learns_where_it_stands_and_nothing_about_agency_or_person()
    {
        var one = await PersonBuilder.Register(service);
        var payer = EligibilityService.NewCode("payer");
        foreach (var (agency, sender) in new[]
        {
            (one.Provider, service.As(Roles.Mco, payer)), (EligibilityService.NewCode("nowhere"), service.As(Roles.Mco, payer)),
            (one.Provider, service.As(Roles.Dvrs, "nc-dvrs")), (one.Provider, service.As(Roles.State, "nc-dhhs")),
        })
        {
            var content = Content();
            content.Person.Identifiers[0].Value = one.Identifier;
            var sent = await Intake.SendIntakeReferralAsync(
                new() { Provider = $"organizations/{agency}", Content = content, RequestId = EligibilityService.NewId() }, sender);
            Proto.SentIntakeReferral wanted = new()
            {
                Name = sent.Name,
                Etag = sent.Etag,
                Provider = $"organizations/{agency}",
                Program = "nc-core",
                State = Proto.IntakeReferralState.Received,
                ReceivedOn = service.Day(),
                CreateTime = sent.CreateTime,
            };
            Assert.Equal(wanted, sent);
            Assert.Equal(sent, await Intake.GetSentIntakeReferralAsync(new() { Name = sent.Name }, sender));
            Assert.Contains(sent, (await Intake.ListSentIntakeReferralsAsync(new(), sender)).IntakeReferrals);
            Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () =>
                await Intake.GetSentIntakeReferralAsync(new() { Name = sent.Name }, service.As(Roles.Mco, "payer-foreign")))).Code);
            Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(async () =>
                await Intake.GetIntakeReferralAsync(new() { Name = sent.Name }, sender))).Code);
        }

        var got = (await Intake.ListIntakeReferralsAsync(new(), one.AsProvider)).IntakeReferrals;
        Assert.Equal(new[] { $"organizations/{payer}", "organizations/nc-dvrs", "organizations/nc-dhhs" }.Order(), got.Select(r => r.Sender).Order());
        Assert.All(got, r => Assert.Equal("Quillgiven", r.Content.Person.GivenName));

        // It may withdraw, once; another sender may not.
        var mine = got.Single(r => r.Sender == $"organizations/{payer}");
        Proto.WithdrawIntakeReferralRequest withdraw = new() { Name = mine.Name, Etag = mine.Etag, RequestId = EligibilityService.NewId() };
        Assert.Equal(StatusCode.NotFound,
            (await service.RefusedWithoutTrace(async () => await Intake.WithdrawIntakeReferralAsync(withdraw, service.As(Roles.Mco, "payer-foreign")))).Code);
        Assert.Equal(Proto.IntakeReferralState.Withdrawn, (await Intake.WithdrawIntakeReferralAsync(withdraw, service.As(Roles.Mco, payer))).State);
        (withdraw.Etag, withdraw.RequestId) = ("v2", EligibilityService.NewId());
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await Intake.WithdrawIntakeReferralAsync(withdraw, one.AsProvider))).Code);
    }

    [Theory]
    [InlineData(Roles.Dvrs, "mo-vr")]
    [InlineData(Roles.State, "la-ldh")]
    public async Task A_state_refers_for_its_own_programs(string role, string organization) =>
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(async () => await Intake.SendIntakeReferralAsync(
            new() { Provider = $"organizations/{provider}", Content = Content(), RequestId = EligibilityService.NewId() }, service.As(role, organization)))).Code);

    [Theory]
    [InlineData("""{"program":"nc-core","person":{"givenName":"A","familyName":"B"}}""", "content.source")]
    [InlineData("""{"source":"INTAKE_SOURCE_SELF","program":"nc-other","person":{"givenName":"A","familyName":"B"}}""", "content.program")]
    [InlineData("""{"source":"INTAKE_SOURCE_SELF","program":"nc-core"}""", "content.person")]
    [InlineData("""{"source":"INTAKE_SOURCE_SELF","program":"nc-core","person":{"givenName":"A"}}""", "content.person.family_name")]
    [InlineData("""{"source":"INTAKE_SOURCE_SELF","program":"nc-core","person":{"givenName":"A","familyName":"B","birthDate":"2199-01-01"}}""", "content.person.birth_date")]
    [InlineData("""{"source":"INTAKE_SOURCE_SELF","program":"nc-core","person":{"givenName":"A","familyName":"B","contacts":[{"phone":{"number":"1"}}]}}""", "content.person.contacts[0].phone.number")]
    [InlineData("""{"source":"INTAKE_SOURCE_SELF","program":"nc-core","person":{"givenName":"A","familyName":"B","consents":[{"recipient":"organizations/nc-dvrs"}]}}""", "content.person.consents[0]")]
    [InlineData("""{"source":"INTAKE_SOURCE_SELF","sourceOrganization":"x","program":"nc-core","person":{"givenName":"A","familyName":"B"}}""", "content.source_organization")]
    public async Task A_wrong_field_is_named(string content, string field)
    {
        var refused = await service.RefusedWithoutTrace(() => Receive(Proto.IntakeReferralContent.Parser.ParseJson(content)));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_contact_is_counted_from_the_day_of_receipt_and_recorded_once()
    {
        foreach (var (days, on) in new[] { (0, -4), (3, -1), (4, 0) })
        {
            var received = await Receive(on: service.Day(-4));
            var contacted = await Contact(received, service.Day(on));
            Assert.Equal((Proto.IntakeReferralState.Contacted, days, "received-to-first-contact.1", Owner, Proto.IntakeStep.Answer),
                (contacted.State, contacted.FirstContact.Days, contacted.FirstContact.Definition, contacted.FirstContact.StaffMember, contacted.NextStep));
            Assert.Equal(1L, await service.Count(
                $"outbox_rows where subject = '{received.Name}' and body->>'toState' = 'contacted' and (body->>'daysToFirstContact')::int = {days}"));
            Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(() => Contact(contacted, service.Day()))).Code);
        }

        var other = await Receive(on: service.Day(-4));
        foreach (var day in new[] { -5, 1 })
            Assert.Equal(StatusCode.InvalidArgument, (await service.RefusedWithoutTrace(() => Contact(other, service.Day(day)))).Code);
        Proto.RecordFirstContactRequest request =
            new() { Name = other.Name, Etag = other.Etag, On = service.Day(), Channel = Proto.ContactChannel.Phone, RequestId = EligibilityService.NewId() };
        Assert.Contains("staff_member:", (await service.RefusedWithoutTrace(async () => await Intake.RecordFirstContactAsync(request, AsProvider))).Message,
            StringComparison.Ordinal);
        (request.Role, request.StaffMember) = (Common.StaffRole.Esp, Owner);
        Assert.Contains("staff_member:", (await service.RefusedWithoutTrace(async () => await Intake.RecordFirstContactAsync(request, AsProvider))).Message,
            StringComparison.Ordinal);
        request.StaffMember = "";
        Assert.Equal(Common.StaffRole.Esp, (await Intake.RecordFirstContactAsync(request, AsProvider)).FirstContact.Role);
    }

    [Theory]
    [InlineData("nc-core", Proto.DenialReason.ActiveSubstanceUse, false)]
    [InlineData("nc-state", Proto.DenialReason.CriminalBackground, false)]
    [InlineData("la-acla", Proto.DenialReason.Homelessness, false)]
    [InlineData("mo-dmh-vr", Proto.DenialReason.JobReadiness, false)]
    [InlineData("nc-core", Proto.DenialReason.UnderMinimumAge, true)]
    public async Task A_readiness_factor_declines_no_one(string program, Proto.DenialReason reason, bool declines)
    {
        var content = Content();
        content.Program = program;
        var received = await Receive(content);
        Proto.DeclineIntakeReferralRequest decline =
            new() { Name = received.Name, Etag = received.Etag, Reason = reason, ValidateOnly = true, RequestId = EligibilityService.NewId() };
        var tried = await Intake.DeclineIntakeReferralAsync(decline, AsProvider);
        Assert.Equal("", tried.Decision);
        Assert.Equal(received, await Get(received));
        decline.ValidateOnly = false;
        var answered = await Intake.DeclineIntakeReferralAsync(decline, AsProvider);
        Assert.Equal(declines ? Proto.IntakeReferralState.Declined : Proto.IntakeReferralState.Received, answered.State);
        Assert.Equal(tried.DeclineFindings, answered.DeclineFindings);
        Assert.Equal(!declines, answered.DeclineFindings.Any(f => f is { Deciding: true, Verdict: not Common.Verdict.Met }));
        Assert.All(answered.DeclineFindings, f => Assert.NotEmpty(f.Citation.Section));
        Assert.Equal(declines ? 1L : 0L, await service.Count($"outbox_rows where subject = '{received.Name}' and body->>'toState' = 'declined'"));

        // The attempt is stored with its receipt, for the agency alone.
        Proto.Decisions.DecisionsClient decisions = new(service.Channel);
        Assert.Equal("denial-reason", (await decisions.GetDecisionAsync(new() { Name = answered.Decision }, AsProvider)).Question);
        foreach (var other in new[] { service.As(Roles.Provider, "agency-foreign"), service.As(Roles.Mco, "payer-foreign") })
            Assert.Equal(StatusCode.NotFound,
                (await EligibilityService.Refused(async () => await decisions.GetDecisionAsync(new() { Name = answered.Decision }, other))).Code);
        if (declines)
            Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(() => Convert(answered))).Code);
    }

    [Fact]
    public async Task Converting_carries_everything_over_in_one_write()
    {
        var received = await Receive(on: service.Day(-4));
        var accepted = await Intake.AcceptIntakeReferralAsync(
            new() { Name = received.Name, Etag = received.Etag, RequestId = EligibilityService.NewId() }, AsProvider);
        Assert.Equal(Proto.IntakeStep.Contact, accepted.NextStep);
        var contacted = await Contact(accepted, service.Day(-2));
        Assert.Equal((Proto.IntakeReferralState.Accepted, Proto.IntakeStep.Convert), (contacted.State, contacted.NextStep));
        var converted = await Convert(contacted);
        Assert.Equal(Proto.IntakeReferralState.Converted, converted.State);

        var one = await Individuals.GetIndividualAsync(new() { Name = converted.Individual }, AsProvider);
        var person = received.Content.Person;
        Assert.Equal((person.GivenName, person.FamilyName, person.BirthDate), (one.GivenName, one.FamilyName, one.BirthDate));
        Assert.Equal(person.Identifiers, one.Identifiers);
        Assert.Equal(person.Contacts.Select(c => c.ToString()).Order(), one.Contacts.Select(c => c.Content.ToString()).Order());
        Assert.All(one.Contacts, c => Assert.Equal(service.Day(-4), c.From));
        var source = Assert.Single(one.ReferralSources);
        Assert.Equal((received.Name, "CLINIC", "organizations/quill-clinic", service.Day(-4)),
            (source.IntakeReferral, source.Source, source.Organization, source.ReceivedOn));
        var consent = Assert.Single((await Individuals.ListConsentsAsync(new() { Individual = one.Name }, AsProvider)).Consents);
        Assert.Equal(("organizations/nc-dvrs", Proto.ConsentScope.Contact), (consent.Recipient, Assert.Single(consent.Scopes)));
        Assert.Equal(one.Name, Assert.Single((await Individuals.ListMatchingIndividualsAsync(new() { PersonName = "Quillgiven" }, AsProvider)).Matches).Individual);
        Assert.Equal(converted.Name, Assert.Single((await Intake.ListIntakeReferralsAsync(new() { Individual = one.Name }, AsProvider)).IntakeReferrals).Name);
        Assert.Equal(1L, await service.Count($"outbox_rows where subject = '{received.Name}' and body->>'toState' = 'converted' and body->>'individualId' = '{one.Name[12..]}'"));
        Assert.Equal(1L, await service.Count($"outbox_rows where subject = '{one.Name}' and type = 'ips.eligibility.individual-registered.v1'"));

        // The worklist now names the facts that admission lacks, by rule, and what comes next.
        Assert.Equal(Proto.IntakeStep.RecordFacts, converted.NextStep);
        Assert.NotEmpty(converted.Checklist);
        Assert.All(converted.Checklist, f => Assert.True(f.MissingFacts.Count > 0 && f.Verdict == Common.Verdict.NeedsFacts, f.ToString()));
    }

    [Fact]
    public async Task Converting_twice_at_once_gives_one_person()
    {
        var received = await Receive();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            try
            {
                return (await Convert(received)).Individual;
            }
            catch (RpcException late)
            {
                return late.StatusCode.ToString();
            }
        }));
        Assert.Single(answers, a => a.StartsWith("individuals/", StringComparison.Ordinal));
        Assert.All(answers.Where(a => !a.StartsWith("individuals/", StringComparison.Ordinal)), a => Assert.Equal("Aborted", a));
        Assert.Equal(1L, await service.Count($"individuals where provider = '{provider}'"));
        Assert.Equal(2L, await service.Count($"contacts where provider = '{provider}'"));
    }

    [Fact]
    public async Task A_person_on_file_is_joined_and_what_is_new_is_added()
    {
        var one = await PersonBuilder.Register(service, provider: provider);
        await one.Individuals.RecordContactAsync(
            new() { Individual = one.Name, Content = ContactTests.Phone("919 555 0161"), From = service.Day(-9), RequestId = EligibilityService.NewId() }, AsProvider);
        var content = Content();
        content.Person.GivenName = "Quillgivn";
        content.Person.Identifiers.Clear();
        content.Person.Identifiers.Add(new Proto.Identifier { System = "medicaid-nc", Value = one.Identifier });
        content.Person.Identifiers.Add(new Proto.Identifier { System = "school-id", Value = EligibilityService.NewCode("pupil") });
        var received = await Receive(content);
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(() => Convert(received))).Code);
        var stranger = await PersonBuilder.Register(service);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => Convert(received, stranger.Name))).Code);

        var before = await one.Read(AsProvider);
        Assert.Equal(one.Name, (await Convert(received, one.Name)).Individual);
        var after = await one.Read(AsProvider);
        Assert.Equal(("Quillgiven", "medicaid-nc school-id"), (after.GivenName, string.Join(' ', after.Identifiers.Select(i => i.System))));
        Assert.NotEqual(before.Etag, after.Etag);
        Assert.Equal(["", "919 555 0161"], after.Contacts.Select(c => c.Content.Phone?.Number ?? "").Order());
        Assert.Single(after.ReferralSources);
        Assert.Equal(one.Name, (await Individuals.FindIndividualAsync(
            new() { Identifier = new() { System = "school-id", Value = content.Person.Identifiers[1].Value } }, AsProvider)).Name);
        // Its payer does not learn who referred.
        Assert.Empty((await one.Read(one.AsPayer)).ReferralSources);
    }

    [Fact]
    public async Task What_the_referral_lacks_is_sent_with_the_conversion()
    {
        var content = Content();
        content.Person.BirthDate = "";
        content.Person.Identifiers.Clear();
        var received = await Receive(content);
        Assert.Contains(received.Checklist, f => f.MissingFacts.Count > 0);
        var refused = await service.RefusedWithoutTrace(() => Convert(received));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Contains("particulars.birth_date", refused.Message, StringComparison.Ordinal);
        var converted = await Intake.ConvertIntakeReferralAsync(new()
        {
            Name = received.Name,
            Etag = received.Etag,
            Particulars = new()
            {
                GivenName = "Quillgiven",
                FamilyName = "Quillright",
                BirthDate = "1991-07-23",
                Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = EligibilityService.NewCode("member") } },
            },
            RequestId = EligibilityService.NewId(),
        }, AsProvider);
        Assert.Equal("Quillright", (await Individuals.GetIndividualAsync(new() { Name = converted.Individual }, AsProvider)).FamilyName);
    }

    [Theory]
    [InlineData("Quillgiven", "Quillfamily", "1991-07-23", "NameAndBirthDate SimilarName")]
    [InlineData("QUILLFÁMILY", "quill-given", "1991-07-23", "NameAndBirthDate SimilarName")]
    [InlineData("Kwillgiven", "Quillfamilie", "1991-07-23", "SimilarName")]
    [InlineData("Quillgiven", "Quillfamily", "", "SimilarName")]
    [InlineData("Quillgiven", "Quillfamily", "1991-07-24", "")]
    [InlineData("Quillgiven", "Otherwise", "1991-07-23", "")]
    public async Task Duplicates_are_found_across_spellings_among_people_and_open_referrals(string given, string family, string born, string grounds)
    {
        var one = await PersonBuilder.Register(service, provider: provider);
        var other = await Receive(WithoutContacts("Quillgiven", "Quillfamily", "1991-07-23"));
        await PersonBuilder.Register(service);
        var ended = await Receive(WithoutContacts("Quillgiven", "Quillfamily", "1991-07-23"));
        await Intake.WithdrawIntakeReferralAsync(new() { Name = ended.Name, Etag = ended.Etag, RequestId = EligibilityService.NewId() }, AsProvider);

        var received = await Receive(WithoutContacts(given, family, born));
        var found = (await Intake.ListIntakeDuplicatesAsync(new() { IntakeReferral = received.Name }, AsProvider)).Duplicates;
        Assert.Equal(grounds.Length == 0 ? [] : [(one.Name, ""), ("", other.Name)], found.Select(d => (d.Individual, d.OtherReferral)));
        Assert.All(found, d => Assert.Equal(grounds, string.Join(' ', d.Grounds)));
    }

    [Fact]
    public async Task Duplicates_are_found_by_phone_and_identifier_of_any_system()
    {
        var one = await PersonBuilder.Register(service, provider: provider);
        await one.Individuals.RecordContactAsync(
            new() { Individual = one.Name, Content = ContactTests.Phone("(919) 555-0161"), From = service.Day(-9), RequestId = EligibilityService.NewId() }, AsProvider);
        var content = Content();
        (content.Person.GivenName, content.Person.FamilyName) = ("Other", "Person");
        content.Person.Identifiers[0] = new Proto.Identifier { System = "alliance-member", Value = one.Identifier.ToUpperInvariant().Replace('-', ' ') };
        var received = await Receive(content);
        var again = await Receive(content);
        var found = (await Intake.ListIntakeDuplicatesAsync(new() { IntakeReferral = received.Name }, AsProvider)).Duplicates;
        Assert.Equal([Proto.DuplicateGround.Identifier, Proto.DuplicateGround.Phone], Assert.Single(found, d => d.Individual == one.Name).Grounds);
        Assert.Contains(Proto.DuplicateGround.Phone, Assert.Single(found, d => d.OtherReferral == again.Name).Grounds);
        var first = await Intake.ListIntakeDuplicatesAsync(new() { IntakeReferral = received.Name, PageSize = 1 }, AsProvider);
        var second = await Intake.ListIntakeDuplicatesAsync(new() { IntakeReferral = received.Name, PageSize = 1, PageToken = first.NextPageToken }, AsProvider);
        Assert.Equal(found, first.Duplicates.Concat(second.Duplicates));
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () =>
            await Intake.ListIntakeDuplicatesAsync(new() { IntakeReferral = received.Name }, service.As(Roles.Provider, "agency-foreign")))).Code);
    }

    [Fact]
    public async Task The_worklist_has_owner_age_next_step_and_filters()
    {
        var early = await Receive(on: service.Day(-9));
        var late = await Receive(on: service.Day(-2));
        var content = Content();
        (content.Program, content.Source) = ("la-acla", Proto.IntakeSource.Self);
        var other = await Receive(content);
        early = await Intake.AssignIntakeReferralAsync(
            new() { Name = early.Name, Etag = early.Etag, Owner = Owner, RequestId = EligibilityService.NewId() }, AsProvider);
        await Intake.WithdrawIntakeReferralAsync(new() { Name = late.Name, Etag = late.Etag, RequestId = EligibilityService.NewId() }, AsProvider);
        Assert.Equal(Owner, early.Owner);
        foreach (var (filter, wanted) in new (Proto.ListIntakeReferralsRequest, string[])[]
        {
            (new(), [early.Name, late.Name, other.Name]),
            (new() { OpenOnly = true }, [early.Name, other.Name]),
            (new() { State = Proto.IntakeReferralState.Withdrawn }, [late.Name]),
            (new() { Source = Proto.IntakeSource.Self }, [other.Name]),
            (new() { Program = "nc-core" }, [early.Name, late.Name]),
            (new() { Owner = Owner }, [early.Name]),
            (new() { Provider = "organizations/agency-other" }, []),
            (new() { ReceivedFrom = service.Day(-9), ReceivedThrough = service.Day(-2) }, [early.Name, late.Name]),
            (new() { ReceivedFrom = service.Day(-8) }, [late.Name, other.Name]),
            (new() { ReceivedThrough = service.Day(-3) }, [early.Name]),
        })
            Assert.Equal(wanted, (await Intake.ListIntakeReferralsAsync(filter, AsProvider)).IntakeReferrals.Select(r => r.Name));

        var first = await Intake.ListIntakeReferralsAsync(new() { PageSize = 2 }, AsProvider);
        var second = await Intake.ListIntakeReferralsAsync(new() { PageSize = 2, PageToken = first.NextPageToken }, AsProvider);
        Assert.Equal((2, 1, ""), (first.IntakeReferrals.Count, second.IntakeReferrals.Count, second.NextPageToken));
        Assert.Equal(StatusCode.InvalidArgument, (await EligibilityService.Refused(async () =>
            await Intake.ListIntakeReferralsAsync(new() { PageSize = 2, PageToken = first.NextPageToken, OpenOnly = true }, AsProvider))).Code);
        Assert.Equal((9, Proto.IntakeStep.Contact), (first.IntakeReferrals[0].AgeDays, first.IntakeReferrals[0].NextStep));
        Assert.Empty(first.IntakeReferrals[1].Checklist);
    }

    [Fact]
    public async Task The_checklist_shrinks_with_the_facts_and_ends_with_the_determination()
    {
        var received = await Receive();
        var converted = await Convert(received);
        await Individuals.RecordIntakeAsync(new()
        {
            Individual = converted.Individual,
            Intake = new() { DesireToWork = true, DesireToWorkDate = service.Day(-1) },
            RequestId = EligibilityService.NewId(),
        }, AsProvider);
        var after = await Get(converted);
        Assert.True(after.Checklist.Count < converted.Checklist.Count, $"{after.Checklist.Count} of {converted.Checklist.Count}");
        await new Proto.Determinations.DeterminationsClient(service.Channel).DetermineAsync(new()
        {
            Individual = converted.Individual,
            Provider = $"organizations/{provider}",
            Program = "nc-core",
            AsOf = service.Day(),
            RequestId = EligibilityService.NewId(),
        }, AsProvider);
        var determined = await Get(converted);
        Assert.Equal((0, Proto.IntakeStep.Unspecified), (determined.Checklist.Count, determined.NextStep));
    }

    [Fact]
    public async Task Row_level_security_shows_a_referral_to_its_agency_and_its_sender()
    {
        var payer = EligibilityService.NewCode("payer");
        var sent = await Intake.SendIntakeReferralAsync(
            new() { Provider = $"organizations/{provider}", Content = Content(), RequestId = EligibilityService.NewId() }, service.As(Roles.Mco, payer));
        foreach (var (role, organization, rows) in new[]
        {
            (Roles.Provider, provider, 1L), (Roles.Mco, payer, 1L), (Roles.Provider, "agency-foreign", 0L), (Roles.Mco, "payer-foreign", 0L),
            (Roles.Dvrs, "nc-dvrs", 0L), (Roles.State, "nc-dhhs", 0L), ("no-role", payer, 0L), (Roles.Provider, payer, 0L),
        })
        {
            await using var connection = await service.Services.GetRequiredService<RequestDatabase>()
                .Open(new(role, organization, "client-one"), CancellationToken.None);
            await using NpgsqlCommand count = new($"select count(*) from intake_referrals where id = '{sent.Name[16..]}'", connection);
            Assert.Equal((role, rows), (role, (long)(await count.ExecuteScalarAsync())!));
        }
    }

    private static Proto.IntakeReferralContent Content() => new()
    {
        Source = Proto.IntakeSource.Clinic,
        SourceOrganization = "organizations/quill-clinic",
        Program = "nc-core",
        Urgency = Proto.IntakeUrgency.Urgent,
        Reason = "Quillreason",
        ConsentOnFile = true,
        Person = new()
        {
            GivenName = "Quillgiven",
            FamilyName = "Quillfamily",
            BirthDate = "1991-07-23",
            Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = EligibilityService.NewCode("member") } },
            Contacts = { ContactTests.Phone("919 555 0161"), new Proto.ContactContent { Wishes = new() { Channel = Proto.ContactChannel.Phone, Hours = "evenings" } } },
            Consents =
            {
                new Proto.Consent
                {
                    Recipient = "organizations/nc-dvrs", Purposes = { Proto.ConsentPurpose.VocationalRehabilitation }, Scopes = { Proto.ConsentScope.Contact },
                    From = "2026-01-01", Through = "2027-01-01",
                },
            },
        },
    };

    private static Proto.IntakeReferralContent WithoutContacts(string given, string family, string born)
    {
        var content = Content();
        (content.Person.GivenName, content.Person.FamilyName, content.Person.BirthDate) = (given, family, born);
        content.Person.Contacts.Clear();
        return content;
    }

    private static string Id(Proto.IntakeReferral referral) => referral.Name[16..];

    private async Task<Proto.IntakeReferral> Get(Proto.IntakeReferral referral) => await Intake.GetIntakeReferralAsync(new() { Name = referral.Name }, AsProvider);

    private async Task<Proto.IntakeReferral> Receive(Proto.IntakeReferralContent? content = null, string on = "") => await Intake.ReceiveIntakeReferralAsync(
        new() { Provider = $"organizations/{provider}", Content = content ?? Content(), ReceivedOn = on, RequestId = EligibilityService.NewId() }, AsProvider);

    private async Task<Proto.IntakeReferral> Contact(Proto.IntakeReferral referral, string on) => await Intake.RecordFirstContactAsync(new()
    {
        Name = referral.Name,
        Etag = referral.Etag,
        On = on,
        Channel = Proto.ContactChannel.Phone,
        StaffMember = Owner,
        RequestId = EligibilityService.NewId(),
    }, AsProvider);

    private async Task<Proto.IntakeReferral> Convert(Proto.IntakeReferral referral, string individual = "") => await Intake.ConvertIntakeReferralAsync(
        new() { Name = referral.Name, Etag = referral.Etag, Individual = individual, RequestId = EligibilityService.NewId() }, AsProvider);
}
