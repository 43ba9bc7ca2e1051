using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Facts and personal data are corrected and retracted; the previous values stay, with who changed them, when and why.</summary>
[Collection("eligibility")]
public sealed class CorrectionTests(EligibilityService service)
{
    [Fact]
    public async Task A_corrected_enrollment_counts_at_once_and_its_payer_sees_the_person_instead_of_the_previous_payer()
    {
        var one = await PersonBuilder.Register(service);
        var other = EligibilityService.NewCode("payer");
        var wrong = Assert.Single((await one.Read()).Enrollments);
        var right = wrong.Clone();
        (right.Payer, right.From) = ($"organizations/{other}", service.Day(-60));

        Proto.CorrectFactRequest request = new()
        {
            Name = wrong.Fact,
            Etag = wrong.Etag,
            Fact = new() { Enrollment = right },
            Reason = Proto.CorrectionReason.WrongValue,
            Note = "Quillnote in words",
            RequestId = EligibilityService.NewId(),
        };
        var corrected = await one.Individuals.CorrectFactAsync(request, one.AsProvider);
        Assert.Equal((wrong.Fact, "2", $"organizations/{other}"), (corrected.Name, corrected.Etag, corrected.Enrollment.Payer));
        Assert.Equal(corrected, await one.Individuals.CorrectFactAsync(request, one.AsProvider));

        Assert.Equal(service.Day(-60), Assert.Single((await one.Read(service.As(Roles.Mco, other))).Enrollments).From);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(() => one.Read(one.AsPayer))).Code);
        var finding = Assert.Single((await one.Determined("nc-core", service.Day(-61))).Decision.Findings, f => f.RuleId == "NC-ELIG-001");
        Assert.Equal(Contracts.Common.V1.Verdict.NotMet, finding.Verdict);

        var history = await one.History();
        Assert.Equal(["1", "2"], history.Select(f => f.Etag));
        var before = history[0];
        Assert.Equal(($"organizations/{one.Payer}", $"organizations/{one.Provider}", $"organizations/{one.Provider}"),
            (before.Enrollment.Payer, before.RecordedBy, before.SupersededBy));
        Assert.Equal((Proto.CorrectionReason.WrongValue, "Quillnote in words"), (before.Reason, before.Note));
        Assert.Equal(service.Clock.GetUtcNow(), before.SupersedeTime.ToDateTimeOffset());
        Assert.Null(history[1].SupersedeTime);
        Assert.Single(await one.History(standing: true));
        Assert.Equal(0, await service.Count("facts t where t::text ilike '%Quillnote%'"));
        Assert.Equal(1, await service.Count($"outbox_rows where subject = '{one.Name}' and body::text like '%\"kind\":\"enrollment\",\"retracted\":false%'"));
    }

    [Fact]
    public async Task A_retracted_enrollment_covers_no_day_and_stays_in_the_history()
    {
        var one = await PersonBuilder.Register(service);
        var second = EligibilityService.NewCode("payer");
        var mistake = await one.Record(
            new() { Enrollment = new() { Payer = $"organizations/{second}", From = service.Day(-10), Funding = Contracts.Common.V1.Funding.Medicaid } });
        await one.Read(service.As(Roles.Mco, second));
        await one.Retract(mistake.Name, mistake.Etag);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(() => one.Read(service.As(Roles.Mco, second)))).Code);
        Assert.Equal(one.Payer, Assert.Single((await one.Read()).Enrollments).Payer["organizations/".Length..]);
        Assert.Equal(Proto.CorrectionReason.EnteredByMistake, Assert.Single(await one.History(), f => f.Name == mistake.Name).Reason);
        var again = await service.RefusedWithoutTrace(() => one.Retract(mistake.Name, mistake.Etag));
        Assert.Equal(StatusCode.FailedPrecondition, again.Code);
    }

    [Fact]
    public async Task A_payer_whose_enrollment_is_retracted_neither_sees_nor_decides_what_it_was_asked()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var requested = await one.Requested();
        Assert.Equal(requested.Name, (await one.Authorizations.GetAuthorizationAsync(new() { Name = requested.Name }, one.AsPayer)).Name);
        var enrollment = Assert.Single((await one.Read()).Enrollments);
        await one.Retract(enrollment.Fact, enrollment.Etag);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(
            async () => await one.Authorizations.GetAuthorizationAsync(new() { Name = requested.Name }, one.AsPayer))).Code);
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(
            async () => await one.Authorizations.DecideAuthorizationAsync(PersonBuilder.Approval(requested), one.AsPayer))).Code);
        Assert.Equal(requested.State, (await one.Authorizations.GetAuthorizationAsync(new() { Name = requested.Name }, one.AsProvider)).State);
    }

    [Fact]
    public async Task A_correction_of_an_older_version_is_refused_and_one_of_two_concurrent_corrections_fails()
    {
        var one = await PersonBuilder.Register(service);
        var wrong = await one.Record(Records.Service(Proto.OtherServiceKind.Act, service.Day(-5)));
        var answers = await Task.WhenAll(Enumerable.Range(1, 6).Select(async day =>
        {
            try
            {
                return (await one.Correct(wrong, Records.Service(Proto.OtherServiceKind.Act, service.Day(-5 - day)))).Etag;
            }
            catch (RpcException refused)
            {
                Assert.Equal(StatusCode.Aborted, refused.StatusCode);
                return "";
            }
        }));
        Assert.Equal("2", Assert.Single(answers, a => a.Length > 0));
        Assert.Equal(2, (await one.History()).Count(f => f.Name == wrong.Name));
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(() => one.Retract(wrong.Name, "1"))).Code);
    }

    [Fact]
    public async Task A_correction_keeps_the_kind_and_a_reason_and_each_party_changes_its_own()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var record = await one.Read();
        Proto.Fact assessment = new() { Name = record.Assessments[0].Fact, Etag = record.Assessments[0].Etag };
        var kind = await service.RefusedWithoutTrace(() => one.Correct(assessment, Records.Service(Proto.OtherServiceKind.Act, service.Day())));
        Assert.Equal((StatusCode.InvalidArgument, "fact"), (kind.Code, Assert.Single(kind.Fields)));
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(() => one.Retract(assessment.Name, assessment.Etag, one.AsPayer))).Code);
        Proto.Fact finding = new() { Name = record.MedicalNecessityFindings[0].Fact, Etag = record.MedicalNecessityFindings[0].Etag };
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(() => one.Retract(finding.Name, finding.Etag))).Code);
        await one.Retract(finding.Name, finding.Etag, one.AsPayer);
        Assert.Empty((await one.Read()).MedicalNecessityFindings);
        var reason = await service.RefusedWithoutTrace(async () => await one.Individuals.RetractFactAsync(new()
        {
            Name = assessment.Name,
            Reason = Proto.CorrectionReason.Other,
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider));
        Assert.Equal(["etag", "note"], reason.Fields.Order());
        var stranger = service.As(Roles.Provider, EligibilityService.NewCode("agency"));
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(() => one.Retract(assessment.Name, assessment.Etag, stranger))).Code);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(() => one.History(stranger))).Code);
    }

    [Fact]
    public async Task A_span_recorded_twice_is_refused_and_two_coverages_are_accepted_NC_ELIG_002()
    {
        var one = await PersonBuilder.Register(service);
        Proto.Enrollment again =
            new() { Payer = $"organizations/{one.Payer}", From = service.Day(-10), Funding = Contracts.Common.V1.Funding.State, BenefitPlan = "ASWOM" };
        Assert.Equal(["enrollment.from"], (await service.RefusedWithoutTrace(() => one.Record(new() { Enrollment = again }))).Fields);
        again.Funding = Contracts.Common.V1.Funding.Medicaid;
        await one.Record(new() { Enrollment = again });
        Assert.Equal(2, (await one.Read()).Enrollments.Count);

        // A verification names both: which of them pays is no one's silent choice.
        var verified = await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day() }, one.AsProvider);
        Assert.Equal([Contracts.Common.V1.Funding.Medicaid, Contracts.Common.V1.Funding.State], verified.Coverages.Select(c => c.Funding));
        Assert.All(verified.Coverages, c => Assert.Equal($"organizations/{one.Payer}", c.Payer));
        var later = await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day(-11) }, one.AsProvider);
        Assert.DoesNotContain(later.Coverages, c => c.Funding == Contracts.Common.V1.Funding.Medicaid);
    }

    // nc-core orders payers, Medicaid first; a program without an order takes the latest enrollment.
    [Theory]
    [InlineData("nc-core", Contracts.Common.V1.Funding.Medicaid)]
    [InlineData("la-acla", Contracts.Common.V1.Funding.State)]
    public async Task Of_two_coverages_the_order_of_payers_of_the_program_names_the_first_NC_EXCL_024(string program, Contracts.Common.V1.Funding pays)
    {
        var one = await PersonBuilder.Register(service, funding: Contracts.Common.V1.Funding.Medicaid);
        await one.Record(new()
        {
            Enrollment = new() { Payer = $"organizations/{one.Payer}", From = service.Day(-10), Funding = Contracts.Common.V1.Funding.State, BenefitPlan = "ASWOM" },
        });
        var verified = await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = program, ServiceDate = service.Day() }, one.AsProvider);
        Assert.Equal((pays, 2), (verified.Funding, verified.Coverages.Count));
        var before = await one.Determinations.VerifyAsync(new() { Individual = one.Name, Program = program, ServiceDate = service.Day(-11) }, one.AsProvider);
        Assert.Equal(Contracts.Common.V1.Funding.Medicaid, before.Funding);
    }

    [Fact]
    public async Task Corrected_personal_data_is_found_and_the_wrong_identifier_is_free_for_its_person()
    {
        var one = await PersonBuilder.Register(service);
        var read = await one.Read();
        var right = EligibilityService.NewCode("member");
        var corrected = await one.Individuals.CorrectIndividualAsync(Particulars(one, read.Etag, right), one.AsProvider);
        Assert.Equal(("Quillright", "1992-07-23", right), (corrected.GivenName, corrected.BirthDate, Assert.Single(corrected.Identifiers).Value));
        Assert.NotEqual(read.Etag, corrected.Etag);
        Assert.Equal(one.Name, (await Find(one, right)).Name);
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(() => Find(one, one.Identifier))).Code);
        Assert.NotEqual(one.Name, (await PersonBuilder.Register(service, one.Identifier, one.Provider)).Name);
        Assert.Equal(StatusCode.Aborted,
            (await service.RefusedWithoutTrace(async () => await one.Individuals.CorrectIndividualAsync(Particulars(one, read.Etag, right), one.AsProvider)))
            .Code);
        Assert.Equal(StatusCode.AlreadyExists,
            (await service.RefusedWithoutTrace(
                async () => await one.Individuals.CorrectIndividualAsync(Particulars(one, corrected.Etag, one.Identifier), one.AsProvider))).Code);

        var before = Assert.Single(await one.History(), f => f.ContentCase == Proto.Fact.ContentOneofCase.Particulars);
        Assert.Equal(("Quillgiven", "1991-07-23", one.Identifier),
            (before.Particulars.GivenName, before.Particulars.BirthDate, Assert.Single(before.Particulars.Identifiers).Value));
        Assert.Equal(Proto.CorrectionReason.WrongValue, before.Reason);
        Assert.Equal(0, await service.Count("facts t where t::text ilike '%Quillgiven%'"));
        Assert.Equal(33, (await one.Determined("nc-core", "2026-03-02")).Decision.Values.Fields["age"].NumberValue);
    }

    [Fact]
    public async Task A_payer_corrects_personal_data_only_of_people_whom_it_registered()
    {
        var one = await PersonBuilder.Register(service);
        var etag = (await one.Read()).Etag;
        Assert.Equal(StatusCode.PermissionDenied,
            (await service.RefusedWithoutTrace(async () => await one.Individuals.CorrectIndividualAsync(Particulars(one, etag, one.Identifier), one.AsPayer)))
                .Code);
    }

    [Fact]
    public async Task The_history_is_read_as_known_at_an_instant_in_pages()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var service_ = await one.Record(Records.Service(Proto.OtherServiceKind.Act, service.Day(-5)));
        await one.Correct(service_, Records.Service(Proto.OtherServiceKind.Act, service.Day(-4)));
        var known = await one.Individuals.ListFactsAsync(
            new() { Individual = one.Name, KnownAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(service.Clock.GetUtcNow()) }, one.AsProvider);
        Assert.Equal("2", Assert.Single(known.Facts, f => f.Name == service_.Name).Etag);
        var before = await one.Individuals.ListFactsAsync(
            new() { Individual = one.Name, KnownAt = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(service.Clock.GetUtcNow().AddMinutes(-1)) },
            one.AsProvider);
        Assert.Empty(before.Facts);

        List<string> paged = [];
        Proto.ListFactsRequest page = new() { Individual = one.Name, PageSize = 3 };
        do
        {
            var reply = await one.Individuals.ListFactsAsync(page, one.AsProvider);
            Assert.InRange(reply.Facts.Count, 1, 3);
            paged.AddRange(reply.Facts.Select(f => f.Name + f.Etag));
            page.PageToken = reply.NextPageToken;
        }
        while (page.PageToken.Length > 0);
        Assert.Equal((await one.History()).Select(f => f.Name + f.Etag), paged);
    }

    // The event that authorizations consume for NC-LIM-002.
    [Fact]
    public async Task ACT_is_published_when_it_starts_is_corrected_and_is_retracted_NC_LIM_002()
    {
        var one = await PersonBuilder.Register(service);
        var act = await one.Record(Records.Service(Proto.OtherServiceKind.Act, service.Day(-5)));
        var moved = await one.Correct(act, Records.Service(Proto.OtherServiceKind.Act, service.Day(-3)));
        await one.Retract(moved.Name, moved.Etag);
        await one.Record(Records.Service(Proto.OtherServiceKind.EnhancedService, service.Day(-5)));
        var published = await service.Scalar(
            $"select string_agg((body->>'from') || ' ' || (body->>'retracted'), ', ' order by sequence) from outbox_rows "
                + $"where subject = '{one.Name}' and type like '%act%started%'");
        Assert.Equal($"{service.Day(-5)} false, {service.Day(-3)} false, {service.Day(-3)} true", published);
    }

    private static Proto.CorrectIndividualRequest Particulars(PersonBuilder one, string etag, string identifier) => new()
    {
        Name = one.Name,
        Etag = etag,
        Particulars = new()
        {
            GivenName = "Quillright",
            FamilyName = "Quillfamily",
            BirthDate = "1992-07-23",
            Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = identifier } },
        },
        Reason = Proto.CorrectionReason.WrongValue,
        RequestId = EligibilityService.NewId(),
    };

    private static async Task<Proto.Individual> Find(PersonBuilder one, string identifier) =>
        await one.Individuals.FindIndividualAsync(new() { Identifier = new() { System = "medicaid-nc", Value = identifier } }, one.AsProvider);
}
