using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using Body = Ips.Contracts.Staffing.V1.OrganizationFactBody;
using Kind = Ips.Contracts.Staffing.V1.OrganizationFactKind;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Records about providers, and what a provider lacks in a program on a day. The clock stands at 2026-03-02.</summary>
[Collection("staffing")]
public sealed class ProviderTests(StaffingService service)
{
    private const string Npi = "1234567893";

    [Fact]
    public async Task An_NPI_has_its_check_digit_is_published_and_is_corrected_with_a_reason()
    {
        var agency = await Agency.Register(service);
        var code = StaffingService.NewCode("agency");
        Proto.CreateOrganizationRequest request = new()
        {
            OrganizationId = code,
            RequestId = StaffingService.NewId(),
            Organization = new() { DisplayName = "An agency", Kind = Proto.OrganizationKind.Provider, Programs = { "nc-core" }, Npi = "1234567894" },
        };
        Assert.Equal("organization.npi", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Organizations.CreateOrganizationAsync(request, agency.Ops))).Fields));
        request.Organization.Npi = Npi;
        var created = await agency.Organizations.CreateOrganizationAsync(request, agency.Ops);
        Assert.Equal((Npi, Npi), (created.Npi, await Published("organization-registered", code, "npi")));

        Proto.CorrectOrganizationRequest correction = new()
        {
            Name = created.Name,
            Etag = created.Etag,
            Npi = "1679576722",
            UsState = "NC",
            Reason = Proto.CorrectionReason.TypingError,
            RequestId = StaffingService.NewId(),
        };
        var corrected = await agency.Organizations.CorrectOrganizationAsync(correction, agency.Ops);
        Assert.Equal(("1679576722", "NC", "An agency"), (corrected.Npi, corrected.UsState, corrected.DisplayName));
        Assert.Equal("1679576722", await Published("organization-corrected", code, "npi"));
        // A retry changes nothing; the same with the etag of before is refused.
        Assert.Equal(corrected, await agency.Organizations.CorrectOrganizationAsync(correction, agency.Ops));
        correction.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.Aborted, (await service.RefusedWithoutTrace(async () => await agency.Organizations.CorrectOrganizationAsync(correction, agency.Ops))).Code);
        var change = Assert.Single((await agency.Organizations.ListOrganizationChangesAsync(new() { Organization = created.Name }, agency.Ops)).Changes);
        Assert.Equal((Npi, Proto.CorrectionReason.TypingError), (change.Organization.Npi, change.Reason));
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(async () =>
            await agency.Organizations.CorrectOrganizationAsync(correction, service.As(Roles.Provider, code)))).Code);

        // One that changes has its first day; without a number there is none.
        (correction.Etag, correction.NpiFrom, correction.RequestId) = (corrected.Etag, service.Day(30), StaffingService.NewId());
        correction.Npi = "";
        Assert.Equal("npi_from", Assert.Single((await service.RefusedWithoutTrace(async () => await agency.Organizations.CorrectOrganizationAsync(correction, agency.Ops))).Fields));
        correction.Npi = "1003000126";
        await agency.Organizations.CorrectOrganizationAsync(correction, agency.Ops);
        Assert.Equal(service.Day(30), await Published("organization-corrected", code, "npiFrom"));
    }

    [Theory]
    [InlineData("fact.kind", Kind.Unspecified, Body.Unspecified, "2026-01-01", "")]
    [InlineData("fact.from", Kind.Colocation, Body.Unspecified, "", "")]
    [InlineData("fact.through", Kind.Colocation, Body.Unspecified, "2026-01-02", "2026-01-01")]
    [InlineData("fact.body", Kind.License, Body.Unspecified, "2026-01-01", "")]
    [InlineData("fact.body", Kind.Colocation, Body.Carf, "2026-01-01", "")]
    [InlineData("fact.reference", Kind.WrittenPolicy, Body.Unspecified, "2026-01-01", "")]
    public async Task A_record_that_is_wrong_names_the_field_and_nothing_is_stored(string field, Kind kind, Body body, string from, string through)
    {
        var agency = await Agency.Register(service);
        Proto.OrganizationFact fact = new() { Kind = kind, Body = body, From = from, Through = through };
        Assert.Contains(field, (await service.RefusedWithoutTrace(async () => await Record(agency, fact))).Fields);
    }

    [Fact]
    public async Task A_day_of_an_act_lies_not_ahead_and_belongs_to_its_kind()
    {
        var agency = await Agency.Register(service, "la-acla");
        Assert.Equal(["fact.applied_on"], (await service.RefusedWithoutTrace(async () =>
            await Record(agency, new() { Kind = Kind.Accreditation, Body = Body.Carf, AppliedOn = service.Day(1) }))).Fields);
        Assert.Equal(["fact.adverse_change", "fact.adverse_notified_on", "fact.all_components", "fact.fee_paid_on", "fact.proof_on_file", "fact.submitted_on"],
            (await service.RefusedWithoutTrace(async () => await Record(agency, new()
            {
                Kind = Kind.Colocation,
                From = service.Day(),
                FeePaidOn = service.Day(),
                ProofOnFile = true,
                AllComponents = true,
                SubmittedOn = service.Day(),
                AdverseChange = Proto.AdverseAccreditationChange.Lost,
            }))).Fields.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_overlapping_license_is_refused_and_the_next_one_follows_on_the_day_after()
    {
        var agency = await Agency.Register(service);
        Proto.OrganizationFact first = new() { Kind = Kind.License, Body = Body.NorthCarolina27G, Reference = "MHL-1", From = "2025-01-01", Through = "2025-12-31" };
        await Record(agency, first);
        Proto.OrganizationFact second = new(first) { From = "2025-12-31", Through = "2026-12-31" };
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(async () => await Record(agency, second))).Code);
        second.From = "2026-01-01";
        await Record(agency, second);
        Assert.Equal(2, (await agency.Organizations.ListOrganizationFactsAsync(new() { Organization = agency.Name, Kind = Kind.License }, agency.Own)).Facts.Count);
    }

    [Fact]
    public async Task A_record_is_corrected_ended_and_withdrawn_and_each_state_before_stays_on_file()
    {
        var agency = await Agency.Register(service, "nc-state");
        var fact = await Record(agency, new() { Kind = Kind.StatePlanParticipation, From = "2025-01-01" });
        fact = await agency.Organizations.CorrectOrganizationFactAsync(new()
        {
            Name = fact.Name,
            Etag = fact.Etag,
            Reason = Proto.CorrectionReason.NewEvidence,
            Fact = new() { Kind = Kind.StatePlanParticipation, From = "2025-02-01" },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Proto.EndOrganizationFactRequest end = new()
        {
            Name = fact.Name,
            Etag = fact.Etag,
            Through = "2025-01-31",
            Reason = Proto.CorrectionReason.NewEvidence,
            RequestId = StaffingService.NewId(),
        };
        Assert.Equal(["through"], (await service.RefusedWithoutTrace(async () => await agency.Organizations.EndOrganizationFactAsync(end, agency.Own))).Fields);
        end.Through = service.Day(-1);
        fact = await agency.Organizations.EndOrganizationFactAsync(end, agency.Own);
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(agency, "NC-PROV-001", service.Day(-1)), await Standing(agency, "NC-PROV-001")));
        (end.Etag, end.Through, end.RequestId) = (fact.Etag, "", StaffingService.NewId());
        fact = await agency.Organizations.EndOrganizationFactAsync(end, agency.Own);
        Assert.Equal(Proto.CorrectionReason.NewEvidence, fact.WithdrawnFor);
        Assert.Equal(Verdict.NotMet, await Standing(agency, "NC-PROV-001", service.Day(-1)));
        var before = (await agency.Organizations.ListOrganizationChangesAsync(new() { Organization = agency.Name }, agency.Own)).Changes.Select(c => (c.Fact.From, c.Fact.Through));
        // All were stored at one instant of the clock.
        Assert.Equal([("2025-01-01", ""), ("2025-02-01", ""), ("2025-02-01", service.Day(-1))], before.Order());
        (end.Etag, end.RequestId) = (fact.Etag, StaffingService.NewId());
        Assert.Equal(StatusCode.FailedPrecondition, (await service.RefusedWithoutTrace(async () => await agency.Organizations.EndOrganizationFactAsync(end, agency.Own))).Code);
    }

    [Fact]
    public async Task A_provider_records_its_own_and_a_payer_reads_only_its_network()
    {
        var agency = await Agency.Register(service, "nc-state");
        Proto.OrganizationFact fact = new() { Kind = Kind.LegalEntity, From = "2010-01-01" };
        Proto.RecordOrganizationFactRequest request = new() { Organization = agency.Name, Fact = fact, RequestId = StaffingService.NewId() };
        var foreign = service.As(Roles.Provider, "agency-foreign");
        Assert.Equal(StatusCode.PermissionDenied, (await service.RefusedWithoutTrace(async () => await agency.Organizations.RecordOrganizationFactAsync(request, foreign))).Code);
        var stored = await agency.Organizations.RecordOrganizationFactAsync(request, agency.Own);
        Assert.Equal(stored, await agency.Organizations.RecordOrganizationFactAsync(request, agency.Own));
        Assert.Equal(agency.Code, stored.RecordedBy);
        foreach (var stranger in new[] { foreign, service.As(Roles.Mco, "payer-foreign") })
        {
            Assert.Empty((await agency.Organizations.ListOrganizationFactsAsync(new() { Organization = agency.Name }, stranger)).Facts);
            Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await agency.Organizations.CheckProviderReadinessAsync(
                new() { Provider = agency.Name, Program = "nc-state" }, stranger))).Code);
            Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await agency.Organizations.EndOrganizationFactAsync(
                new() { Name = stored.Name, Etag = stored.Etag, Reason = Proto.CorrectionReason.NewEvidence, RequestId = StaffingService.NewId() }, foreign))).Code);
        }

        var payer = await Payer(agency, "nc-state", service.Day(-1));
        Assert.Single((await agency.Organizations.ListOrganizationFactsAsync(new() { Organization = agency.Name }, service.As(Roles.Mco, payer))).Facts);
        Assert.NotNull(await agency.Organizations.CheckProviderReadinessAsync(new() { Provider = agency.Name, Program = "nc-state" }, service.As(Roles.Mco, payer)));
    }

    [Theory]
    [InlineData("nc-state")]
    [InlineData("nc-core")]
    public async Task A_provider_of_North_Carolina_is_ready_when_everything_is_on_file(string program)
    {
        var agency = await Agency.Register(service, program);
        var lacks = await Check(agency);
        Assert.False(lacks.Ready);
        Assert.Equal(
            [("NC-PROV-001", "payer"), ("NC-PROV-002", "state_agency"), ("NC-PROV-004", "provider"), ("NC-PROV-006", "provider"), ("NC-DVRS-005", "provider"),
                ("NC-PROG-004", "provider"), ("NC-PROV-005", "payer"), ("NC-PROG-005", "provider")], lacks.Items.Select(i => (i.RuleId, i.WhoActs)));
        await Record(agency, new() { Kind = Kind.StatePlanParticipation, From = "2024-01-01" });
        await Record(agency, new() { Kind = Kind.ParticipationAgreement, From = "2024-01-01" });
        await Record(agency, new() { Kind = Kind.License, Body = Body.NorthCarolina27G, From = "2024-01-01" });
        await Record(agency, new() { Kind = Kind.LegalEntity, From = "2010-01-01" });
        await Record(agency, new() { Kind = Kind.VrVendor, AppliedOn = "2025-03-02" });
        // The team began on 2025-01-26: its agreement was sent on the day before.
        await Record(agency, new() { Kind = Kind.IntegrationAgreement, From = "2024-12-15", SubmittedOn = "2025-01-25", AllComponents = true });
        await Record(agency, new() { Kind = Kind.Credentialing, From = "2024-01-01" });
        Assert.Equal(["NC-PROV-005"], (await Check(agency)).Items.Select(i => i.RuleId));
        await Payer(agency, program, service.Day());
        var ready = await Check(agency);
        Assert.True(ready.Ready, string.Join(", ", ready.Items.Select(i => i.RuleId)));
        Assert.False((await Check(agency, service.Day(-1))).Ready);
    }

    [Fact]
    public async Task An_agreement_that_was_sent_on_the_first_day_of_service_is_late_and_one_place_needs_none()
    {
        var agency = await Agency.Register(service, "nc-state");
        var sent = await Record(agency, new() { Kind = Kind.IntegrationAgreement, From = "2024-12-15", SubmittedOn = "2025-01-26", AllComponents = true });
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(agency, "NC-PROG-004"), await Standing(agency, "NC-PROG-005")));
        await Record(agency, new() { Kind = Kind.Colocation, From = service.Day() });
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(agency, "NC-PROG-005"), await Standing(agency, "NC-PROG-005", service.Day(-1))));
        Assert.NotEmpty(sent.Name);
    }

    [Fact]
    public async Task An_agreement_is_due_on_the_day_before_a_team_begins()
    {
        var agency = await Agency.Register(service, "nc-state");
        Assert.DoesNotContain(await Deadlines(agency, agency.Name), d => d.Kind == "integration-agreement");
        var later = await Later("nc-state");
        var due = Assert.Single(await Deadlines(later, later.Name), d => d.Kind == "integration-agreement");
        Assert.Equal(("NC-PROG-005", service.Day(19)), (due.RuleId, due.DueOn));
        var item = Assert.Single((await Check(later)).Items, i => i.RuleId == "NC-PROG-005");
        Assert.Equal((service.Day(19), true), (item.DueOn, item.InTime));
        Assert.False(Assert.Single((await Check(later, service.Day(20))).Items, i => i.RuleId == "NC-PROG-005").InTime);
        await Record(later, new() { Kind = Kind.IntegrationAgreement, From = service.Day(-5), SubmittedOn = service.Day(), AllComponents = true });
        Assert.DoesNotContain(await Deadlines(later, later.Name), d => d.Kind == "integration-agreement");
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task An_agency_of_Louisiana_that_applied_is_accredited_in_full_within_18_months(string program)
    {
        var agency = await Agency.Register(service, program);
        Assert.Equal(["LA-PROV-002", "LA-PROV-003", "LA-PROV-001", "LA-PROV-004", "LA-PROV-006"], (await Check(agency)).Items.Select(i => i.RuleId));
        await Record(agency, new() { Kind = Kind.LgeOversight, From = "2024-01-01" });
        await Record(agency, new() { Kind = Kind.PlanEnrollment, Body = Body.Other, From = "2024-01-01" });
        Assert.Equal(("payer", Verdict.NotMet), ((await Check(agency)).Items.Single(i => i.RuleId == "LA-PROV-001").WhoActs, await Standing(agency, "LA-PROV-001")));
        await Record(agency, new() { Kind = Kind.PlanEnrollment, Body = Body.Louisiana74708E, From = "2024-01-01", Through = service.Day() });
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(agency, "LA-PROV-001"), await Standing(agency, "LA-PROV-001", service.Day(1))));
        await Record(agency, new() { Kind = Kind.License, Body = Body.Louisiana2151, From = "2025-03-03", Through = "2026-03-02" });
        await Record(agency, new() { Kind = Kind.Accreditation, Body = Body.Carf, AppliedOn = "2025-01-15", FeePaidOn = "2025-01-20", ProofOnFile = true });
        var answer = await Check(agency);
        Assert.True(answer.Ready, string.Join(", ", answer.Items.Select(i => i.RuleId)));
        var open = Assert.Single(answer.Items);
        Assert.Equal(("LA-PROV-007", "provider", "2026-07-15", true), (open.RuleId, open.WhoActs, open.DueOn, open.InTime));
        // The license ends on this day; the application counts until its day.
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(agency, "LA-PROV-003"), await Standing(agency, "LA-PROV-003", service.Day(1))));
        foreach (var rule in new[] { "LA-PROV-004", "LA-PROV-007" })
            Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(agency, rule, "2026-07-15"), await Standing(agency, rule, "2026-07-16")));
        var due = Assert.Single(await Deadlines(agency, agency.Name), d => d.Kind == "accreditation");
        Assert.Equal(("LA-PROV-007", "2026-07-15"), (due.RuleId, due.DueOn));

        // The contract began before the fee was paid.
        await Payer(agency, program, "2025-01-20");
        Assert.Equal(Verdict.NotMet, await Standing(agency, "LA-PROV-006"));
        await Record(agency, new() { Kind = Kind.Accreditation, Body = Body.JointCommission, From = "2025-01-20" });
        Assert.Equal(Verdict.Met, await Standing(agency, "LA-PROV-006"));
        Assert.DoesNotContain(await Deadlines(agency, agency.Name), d => d.Kind == "accreditation");
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task A_loss_of_the_accreditation_is_reported_by_the_next_business_day(string program)
    {
        var agency = await Agency.Register(service, program);
        Proto.OrganizationFact lost = new()
        {
            Kind = Kind.Accreditation,
            Body = Body.Coa,
            From = "2025-01-01",
            Through = "2026-02-28",
            // A Friday: Monday is the last day.
            AdverseChange = Proto.AdverseAccreditationChange.Lost,
            AdverseNotifiedOn = "2026-02-27",
        };
        var fact = await Record(agency, lost);
        var due = Assert.Single(await Deadlines(agency, fact.Name));
        Assert.Equal(("LA-PROV-005", "2026-03-02"), (due.RuleId, due.DueOn));
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Notice(service.Day()), await Notice(service.Day(1))));
        Assert.Contains((await Check(agency)).Items, i => i is { RuleId: "LA-PROV-005", DueOn: "2026-03-02", InTime: true });
        lost.AdverseReportedOn = "2026-03-02";
        await agency.Organizations.CorrectOrganizationFactAsync(new()
        {
            Name = fact.Name,
            Etag = fact.Etag,
            Reason = Proto.CorrectionReason.NewEvidence,
            Fact = lost,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal(Verdict.Met, await Notice(service.Day(1)));
        Assert.Empty(await Deadlines(agency, fact.Name));

        async Task<Verdict> Notice(string day) => Assert.Single(Assert.Single((await Check(agency, day)).Notices).Findings, f => f.RuleId == "LA-PROV-005").Verdict;
    }

    [Fact]
    public async Task Further_documents_are_due_on_the_thirtieth_day_after_the_notice_NCC_DOC_002()
    {
        var agency = await Agency.Register(service, "nc-core");
        Proto.OrganizationFact request = new() { Kind = Kind.DocumentRequest, From = service.Day(-30) };
        Assert.Equal(["fact.reference"], (await service.RefusedWithoutTrace(async () => await Record(agency, request))).Fields);
        request.Reference = "Minutes of the steering committee";
        var fact = await Record(agency, request);
        Assert.Equal(("NCC-DOC-002", service.Day()), Assert.Single(await Deadlines(agency, fact.Name)) is var due ? (due.RuleId, due.DueOn) : default);
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Notice(service.Day()), await Notice(service.Day(1))));
        Assert.Contains((await Check(agency)).Items, i => i is { RuleId: "NCC-DOC-002", InTime: true } && i.DueOn == service.Day());
        // Other programs of the state know no such notice.
        Assert.Empty((await Check(await Agency.Register(service, "nc-state"))).Notices);
        request.SubmittedOn = service.Day();
        await agency.Organizations.CorrectOrganizationFactAsync(new()
        {
            Name = fact.Name,
            Etag = fact.Etag,
            Reason = Proto.CorrectionReason.NewEvidence,
            Fact = request,
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal(Verdict.Met, await Notice(service.Day(1)));
        Assert.Empty(await Deadlines(agency, fact.Name));

        async Task<Verdict> Notice(string day) => Assert.Single(Assert.Single((await Check(agency, day)).Notices).Findings, f => f.RuleId == "NCC-DOC-002").Verdict;
    }

    [Fact]
    public async Task An_agency_of_Missouri_that_wants_to_be_a_VR_provider_is_accredited_by_CARF()
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        Assert.Equal(Verdict.Met, await Standing(agency, "MO-FUND-001"));
        await Record(agency, new() { Kind = Kind.VrVendor, AppliedOn = service.Day(-1) });
        await Record(agency, new() { Kind = Kind.Accreditation, Body = Body.Coa, From = "2025-01-01" });
        Assert.Equal(Verdict.NotMet, await Standing(agency, "MO-FUND-001"));
        await Record(agency, new() { Kind = Kind.Accreditation, Body = Body.Carf, From = service.Day(), Through = service.Day(1) });
        Assert.Equal((Verdict.Met, Verdict.NotMet), (await Standing(agency, "MO-FUND-001", service.Day(1)), await Standing(agency, "MO-FUND-001", service.Day(2))));
    }

    /// <summary>An agency whose only team begins in twenty days.</summary>
    private async Task<Agency> Later(string program) => await Agency.Register(service, program, start: 20);

    private static async Task<Proto.OrganizationFact> Record(Agency agency, Proto.OrganizationFact fact) => await agency.Organizations.RecordOrganizationFactAsync(
        new() { Organization = agency.Name, Fact = fact, RequestId = StaffingService.NewId() }, agency.Own);

    private static async Task<Proto.ProviderReadiness> Check(Agency agency, string asOf = "") => await agency.Organizations.CheckProviderReadinessAsync(
        new() { Provider = agency.Name, Program = agency.Program, AsOf = asOf }, agency.Own);

    private static async Task<Verdict> Standing(Agency agency, string rule, string asOf = "") => (await Check(agency, asOf)).Decision.Findings.Single(f => f.RuleId == rule).Verdict;

    private static async Task<IReadOnlyList<Proto.StaffDeadline>> Deadlines(Agency agency, string subject) =>
        (await agency.Deadlines.ListStaffDeadlinesAsync(new() { Subject = subject }, agency.Own)).Deadlines;

    /// <summary>A payer with a contract from a day.</summary>
    private async Task<string> Payer(Agency agency, string program, string from)
    {
        var code = StaffingService.NewCode("payer");
        await agency.Organizations.CreateOrganizationAsync(new()
        {
            OrganizationId = code,
            RequestId = StaffingService.NewId(),
            Organization = new() { DisplayName = "A payer", Kind = Proto.OrganizationKind.Payer, Programs = { program } },
        }, agency.Ops);
        await new Proto.Contracts.ContractsClient(service.Channel).CreateContractAsync(new()
        {
            Contract = new() { Payer = $"organizations/{code}", Provider = agency.Name, Program = program, From = from },
            RequestId = StaffingService.NewId(),
        }, agency.Ops);
        return code;
    }

    private async Task<string> Published(string type, string organization, string property) => (string)(await service.Scalar(
        $"select body->>'{property}' from outbox_rows where type = 'ips.staffing.{type}.v1' and body->>'organization' = '{organization}' order by sequence desc limit 1"))!;
}
