using Grpc.Core;
using Ips.Contracts;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>How a person is reached: recorded, corrected with a reason, found by phone, and shown only to those who may reach the person.</summary>
[Collection("eligibility")]
public sealed class ContactTests(EligibilityService service)
{
    [Fact]
    public async Task Every_kind_is_stored_encrypted_and_shown_to_the_agency()
    {
        var one = await PersonBuilder.Register(service);
        Proto.ContactContent[] contents =
        [
            Phone("(919) 555-0101"),
            new() { Address = new() { Lines = { "12 Quillstreet", "Apt 3" }, City = "Raleigh", State = "NC", PostalCode = "27601" } },
            new() { Email = new() { Address = "Quill@Example.org" } },
            new() { Language = new() { Language = "es", InterpreterNeeded = true } },
            new() { Wishes = new() { Channel = Proto.ContactChannel.TextMessage, Hours = "after 17:00", Note = "not at work" } },
            new()
            {
                RelatedPerson = new()
                {
                    Role = Proto.RelatedPersonRole.Guardian, GivenName = "Quillguard", FamilyName = "Quillfamily", Relation = "aunt",
                    Phone = new() { Number = "919 555 0102" },
                },
            },
        ];
        foreach (var content in contents)
            await Record(one, content);
        var listed = (await one.Individuals.ListContactsAsync(new() { Individual = one.Name }, one.AsProvider)).Contacts;
        Assert.Equal(contents.Select(c => c.ToString()).Order(), listed.Select(c => c.Content.ToString()).Order());
        Assert.All(listed, c => Assert.Equal(("1", service.Day(-3), "", $"organizations/{one.Provider}"), (c.Etag, c.From, c.Through, c.RecordedBy)));
        Assert.Equal(listed, (await one.Read(one.AsProvider)).Contacts);
        Assert.Equal(6L, await service.Count($"contacts where individual_id = '{one.Name[12..]}'"));
        Assert.Equal(0L, await service.Count("contacts c where c::text ilike '%quill%' or c::text like '%5550101%' or position('Quill'::bytea in content) > 0"));
    }

    [Theory]
    [InlineData("""{"phone":{"number":"12345"}}""", "content.phone.number")]
    [InlineData("""{"phone":{}}""", "content.phone.number")]
    [InlineData("""{"address":{"city":"Raleigh","state":"NC","postalCode":"27601"}}""", "content.address.lines")]
    [InlineData("""{"address":{"lines":["1"],"city":"Raleigh","state":"nc","postalCode":"27601"}}""", "content.address.state")]
    [InlineData("""{"address":{"lines":["1"],"city":"Raleigh","state":"NC","postalCode":"2760"}}""", "content.address.postal_code")]
    [InlineData("""{"email":{"address":"not-an-address"}}""", "content.email.address")]
    [InlineData("""{"language":{"language":"Spanish!"}}""", "content.language.language")]
    [InlineData("""{"relatedPerson":{"givenName":"A","familyName":"B"}}""", "content.related_person.role")]
    [InlineData("{}", "content")]
    public async Task A_wrong_field_is_named(string content, string field)
    {
        var one = await PersonBuilder.Register(service);
        var refused = await service.RefusedWithoutTrace(() => Record(one, Proto.ContactContent.Parser.ParseJson(content)));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Contains($"{field}:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_keeps_the_history_and_a_retracted_contact_is_over()
    {
        var one = await PersonBuilder.Register(service);
        var first = await Record(one, Phone("919 555 0111"));
        Proto.CorrectContactRequest correct = new()
        {
            Name = first.Name,
            Etag = first.Etag,
            Content = Phone("919 555 0112"),
            From = first.From,
            Through = service.Day(10),
            Reason = Proto.CorrectionReason.WrongValue,
            Note = "Quilltypo",
            RequestId = EligibilityService.NewId(),
        };
        var second = await one.Individuals.CorrectContactAsync(correct, one.AsProvider);
        Assert.Equal((first.Name, "2", service.Day(10)), (second.Name, second.Etag, second.Through));
        Assert.Equal(second, await one.Individuals.CorrectContactAsync(correct, one.AsProvider));
        Assert.Equal((one.Name, ""), (await Find(one, "9195550112"), await Find(one, "9195550111")));

        var history = (await one.Individuals.ListContactsAsync(new() { Individual = one.Name }, one.AsProvider)).Contacts;
        Assert.Equal(["919 555 0111", "919 555 0112"], history.Select(c => c.Content.Phone.Number));
        Assert.Equal((Proto.CorrectionReason.WrongValue, "Quilltypo", $"organizations/{one.Provider}"),
            (history[0].Reason, history[0].Note, history[0].SupersededBy));
        Assert.Null(history[1].SupersedeTime);
        Assert.Equal([second], (await one.Individuals.ListContactsAsync(new() { Individual = one.Name, StandingOnly = true }, one.AsProvider)).Contacts);

        correct.RequestId = EligibilityService.NewId();
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await one.Individuals.CorrectContactAsync(correct, one.AsProvider))).Code);
        (correct.Etag, correct.Content) = ("2", new() { Language = new() { Language = "es" } });
        Assert.Equal(StatusCode.InvalidArgument,
            (await service.RefusedWithoutTrace(async () => await one.Individuals.CorrectContactAsync(correct, one.AsProvider))).Code);

        Proto.RetractContactRequest retract =
            new() { Name = first.Name, Etag = "2", Reason = Proto.CorrectionReason.EnteredByMistake, RequestId = EligibilityService.NewId() };
        await one.Individuals.RetractContactAsync(retract, one.AsProvider);
        Assert.Empty((await one.Read(one.AsProvider)).Contacts);
        Assert.Equal("", await Find(one, "9195550112"));
        (retract.RequestId, retract.Etag) = (EligibilityService.NewId(), "2");
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Individuals.RetractContactAsync(retract, one.AsProvider))).Code);
    }

    [Fact]
    public async Task A_person_is_found_by_phone_and_mail_in_any_spelling_and_a_shared_phone_is_not_guessed()
    {
        var one = await PersonBuilder.Register(service);
        var number = "984555" + Random.Shared.Next(1000, 9999);
        await Record(one, Phone(number));
        await Record(one, new() { Email = new() { Address = $"{one.Identifier}@example.org" } });
        Assert.Equal(one.Name, await Find(one, $"+1 ({number[..3]}) {number[3..6]}-{number[6..]}"));
        Assert.Equal(one.Name, (await one.Individuals.FindIndividualAsync(
            new() { Email = $" {one.Identifier.ToUpperInvariant()}@EXAMPLE.org" }, one.AsProvider)).Name);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () =>
            await one.Individuals.FindIndividualAsync(new() { Phone = number }, service.As(Roles.Provider, "agency-foreign")))).Code);
        Assert.Equal(StatusCode.InvalidArgument, (await EligibilityService.Refused(async () =>
            await one.Individuals.FindIndividualAsync(new() { Phone = "12" }, one.AsProvider))).Code);
        Assert.Equal(StatusCode.InvalidArgument, (await EligibilityService.Refused(async () =>
            await one.Individuals.FindIndividualAsync(new() { Phone = number, GivenName = "Quillgiven" }, one.AsProvider))).Code);

        var other = await PersonBuilder.Register(service, provider: one.Provider);
        await Record(other, Phone(number));
        Assert.Equal(StatusCode.FailedPrecondition, (await EligibilityService.Refused(() => Find(one, number))).Code);
        // One that ended yesterday is no phone of the person.
        await Record(other, Phone("984 555 0000"), through: service.Day(-1));
        Assert.Equal("", await Find(one, "984 555 0000"));
    }

    [Fact]
    public async Task A_payer_sees_contacts_only_while_it_covers_the_person()
    {
        var one = await PersonBuilder.Register(service);
        await Record(one, Phone("919 555 0121"));
        Assert.Single((await one.Read(one.AsPayer)).Contacts);
        Assert.Equal(1L, await Rows(Roles.Mco, one.Payer, one));
        var span = (await one.Read(one.AsPayer)).Enrollments[0];
        foreach (var (through, seen) in new[] { (0, 1), (-1, 0) })
        {
            var after = (await one.Read(one.AsPayer)).Enrollments[0];
            var ended = after.Clone();
            (ended.Through, ended.Fact, ended.Etag) = (service.Day(through), "", "");
            await one.Individuals.CorrectFactAsync(new()
            {
                Name = span.Fact,
                Etag = after.Etag,
                Fact = new() { Enrollment = ended },
                Reason = Proto.CorrectionReason.ChangedSince,
                RequestId = EligibilityService.NewId(),
            }, one.AsProvider);
            Assert.Equal(seen, (await one.Read(one.AsPayer)).Contacts.Count);
            Assert.Equal(seen, (await one.Individuals.ListContactsAsync(new() { Individual = one.Name }, one.AsPayer)).Contacts.Count);
            Assert.Equal(seen, await Rows(Roles.Mco, one.Payer, one));
        }

        Assert.Equal(StatusCode.NotFound,
            (await EligibilityService.Refused(async () => await one.Individuals.FindIndividualAsync(new() { Phone = "9195550121" }, one.AsPayer))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(() => Record(one, Phone("919 555 0122"), by: one.AsPayer))).Code);
        Assert.Equal(0L, await Rows(Roles.Provider, "agency-foreign", one));
        Assert.Equal(0L, await Rows(Roles.State, "nc-dhhs", one));
    }

    [Fact]
    public async Task Vocational_rehabilitation_reaches_the_person_of_an_open_referral_with_consent_and_no_one_else()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        await Record(one, Phone("919 555 0131"));
        await Record(one, new() { RelatedPerson = new() { Role = Proto.RelatedPersonRole.Payee, GivenName = "A", FamilyName = "B" } });
        await Record(one, Phone("919 555 0132"), through: service.Day(-1));
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Proto.GetReferralContactsRequest request = new() { Referral = referral.Name };
        Assert.Equal((true, 0), await Seen());
        Assert.Equal(0L, await Rows(Roles.Dvrs, "nc-dvrs", one));

        // A consent to disclose substance use, or to another agency, is no consent to be contacted.
        await Consent(one, "nc-dvrs", Proto.ConsentScope.SubstanceUse);
        await Consent(one, "mo-vr", Proto.ConsentScope.Contact);
        Assert.Equal((true, 0), await Seen());
        var consent = await Consent(one, "nc-dvrs", Proto.ConsentScope.Contact);
        Assert.Equal((false, 1), await Seen());
        Assert.Equal("919 555 0131", (await one.Referrals.GetReferralContactsAsync(request, one.AsDvrs)).Contacts[0].Phone.Number);
        Assert.Equal(2L, await service.Count($"ips_who_saw('{one.Name[12..]}') where role = 'dvrs' and rpc like '%/GetReferralContacts'"));
        Assert.Equal(2L, await Rows(Roles.Dvrs, "nc-dvrs", one));
        Assert.Equal(0L, await Rows(Roles.Dvrs, "mo-vr", one));
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () =>
            await one.Referrals.GetReferralContactsAsync(request, service.As(Roles.Dvrs, "mo-vr")))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(async () =>
            await one.Referrals.GetReferralContactsAsync(request, one.AsProvider))).Code);

        await one.Individuals.RevokeConsentAsync(
            new() { Name = consent.Name, Etag = consent.Etag, RevokedOn = service.Day(), RequestId = EligibilityService.NewId() }, one.AsProvider);
        Assert.Equal((true, 0), await Seen());
        Assert.Equal(0L, await Rows(Roles.Dvrs, "nc-dvrs", one));
        await Consent(one, "nc-dvrs", Proto.ConsentScope.Contact);
        Assert.Equal((false, 1), await Seen());
        await one.Referrals.RecordDvrsDecisionAsync(new()
        {
            Name = referral.Name,
            MessageId = EligibilityService.NewId(),
            Outcome = Proto.DvrsOutcome.Ineligible,
            DecidedOn = service.Day(),
        }, one.AsDvrs);
        Assert.Equal((true, 0), await Seen());
        Assert.Equal(0L, await Rows(Roles.Dvrs, "nc-dvrs", one));

        async Task<(bool, int)> Seen()
        {
            var reply = await one.Referrals.GetReferralContactsAsync(request, one.AsDvrs);
            return (reply.Withheld, reply.Contacts.Count);
        }
    }

    [Fact]
    public async Task A_merge_keeps_the_contacts_of_both()
    {
        var survivor = await PersonBuilder.Register(service);
        var merged = await PersonBuilder.Register(service, provider: survivor.Provider);
        await Record(survivor, Phone("919 555 0141"));
        var moved = await Record(merged, Phone("919 555 0142"));
        var one = await survivor.Individuals.MergeIndividualsAsync(new()
        {
            Survivor = survivor.Name,
            Merged = merged.Name,
            Etag = (await survivor.Read(survivor.AsProvider)).Etag,
            MergedEtag = (await merged.Read(merged.AsProvider)).Etag,
            RequestId = EligibilityService.NewId(),
        }, survivor.AsProvider);
        Assert.Equal(["919 555 0141", "919 555 0142"], one.Contacts.Select(c => c.Content.Phone.Number).Order());
        Assert.Equal(survivor.Name, await Find(survivor, "9195550142"));
        // Its old name still corrects it.
        Assert.Equal($"{survivor.Name}/contacts/{moved.Name.Split('/')[3]}", (await survivor.Individuals.RetractContactAsync(new()
        {
            Name = moved.Name,
            Etag = moved.Etag,
            Reason = Proto.CorrectionReason.Duplicate,
            RequestId = EligibilityService.NewId(),
        }, survivor.AsProvider)).Name);
    }

    internal static Proto.ContactContent Phone(string number) => new() { Phone = new() { Number = number, Kind = Proto.PhoneKind.Mobile, MayText = true } };

    private async Task<Proto.Contact> Record(PersonBuilder one, Proto.ContactContent content, string through = "", Metadata? by = null) =>
        await one.Individuals.RecordContactAsync(
            new() { Individual = one.Name, Content = content, From = service.Day(-3), Through = through, RequestId = EligibilityService.NewId() },
            by ?? one.AsProvider);

    private async Task<Proto.Consent> Consent(PersonBuilder one, string recipient, Proto.ConsentScope scope) => await one.Individuals.RecordConsentAsync(new()
    {
        Individual = one.Name,
        Consent = new()
        {
            Recipient = $"organizations/{recipient}",
            Purposes = { Proto.ConsentPurpose.VocationalRehabilitation },
            Scopes = { scope },
            From = service.Day(),
            Through = service.Day(),
        },
        RequestId = EligibilityService.NewId(),
    }, one.AsProvider);

    private static async Task<string> Find(PersonBuilder one, string phone)
    {
        try
        {
            return (await one.Individuals.FindIndividualAsync(new() { Phone = phone }, one.AsProvider)).Name;
        }
        catch (RpcException none) when (none.StatusCode == StatusCode.NotFound)
        {
            return "";
        }
    }

    // By row-level security alone.
    private async Task<long> Rows(string role, string organization, PersonBuilder one)
    {
        await using var connection = await service.Services.GetRequiredService<RequestDatabase>()
            .Open(new(role, organization, "client-one"), CancellationToken.None);
        await using NpgsqlCommand count = new($"select count(*) from contacts where individual_id = '{one.Name[12..]}'", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
