using System.Globalization;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Xunit;
using Kind = Ips.Contracts.Staffing.V1.ClearanceKind;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Clearance in Louisiana on both sides of each boundary. The clock stands at 2026-03-02; the person is hired 10 days earlier.</summary>
[Collection("staffing")]
public sealed class ClearanceTests(StaffingService service)
{
    private const int Hired = -10;

    [Theory]
    [InlineData(1, 1, 1, "")]
    [InlineData(90, 30, 1, "")]
    [InlineData(91, 30, 1, "LA-BGC-003")]
    [InlineData(90, 31, 1, "LA-BGC-010")]
    [InlineData(0, 1, 1, "LA-BGC-001")]
    [InlineData(1, 0, 1, "LA-BGC-010")]
    [InlineData(1, 1, 0, "LA-BGC-005")]
    public async Task Checks_count_before_the_first_day_and_not_when_they_are_too_old(int background, int tuberculosis, int lists, string unmet)
    {
        foreach (var program in new[] { "la-acla", "la-lhcc" })
        {
            var agency = await Agency.Register(service, program);
            var member = await agency.Hire(Hired);
            await agency.ClearedForHire(member, Hired, background, tuberculosis, lists);
            var status = await Check(agency, member);
            Assert.Equal(unmet, string.Join(' ', status.Decision.Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met).Select(f => f.RuleId)));
            Assert.Equal(unmet.Length == 0, status.Cleared);
        }
    }

    [Theory]
    [InlineData("la-acla", null, Verdict.Met)]
    [InlineData("la-acla", "", Verdict.NotMet)]
    [InlineData("la-lhcc", null, Verdict.Met)]
    [InlineData("la-lhcc", "", Verdict.NotMet)]
    public async Task A_result_of_the_lists_that_is_not_kept_is_reported_and_clears(string program, string? document, Verdict expected)
    {
        var agency = await Agency.Register(service, program);
        var member = await agency.Hire(Hired);
        await agency.ClearedForHire(member, Hired);
        await agency.Cleared(member, Kind.Leie, Hired + 5, document: document);
        var status = await Check(agency, member);
        var finding = Assert.Single(status.Decision.Findings, f => f.RuleId == "LA-BGC-008");
        Assert.Equal((expected, false, true), (finding.Verdict, finding.Deciding, status.Cleared));
    }

    [Fact]
    public async Task A_start_that_slips_sends_the_person_back_to_clearance()
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire(Hired);
        await agency.ClearedForHire(member, Hired, 60, 25);
        Assert.True((await Check(agency, member)).Cleared);
        Assert.True((await Check(agency, member, service.Day(Hired + 5))).Cleared);
        Assert.Equal("LA-BGC-010", Unmet(await Check(agency, member, service.Day(Hired + 6))));
        Assert.Equal("LA-BGC-003 LA-BGC-010", Unmet(await Check(agency, member, service.Day(Hired + 31))));

        await agency.Assign(member, StaffRole.Esp, 5);
        await agency.Staff.CorrectStaffMemberAsync(new()
        {
            Name = member,
            Etag = (await agency.Get(member)).Etag,
            Reason = Proto.CorrectionReason.StartMoved,
            HireDate = service.Day(Hired + 6),
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal("LA-BGC-010", Unmet(await Check(agency, member)));
    }

    [Theory]
    [InlineData("la-acla", Kind.Background, Proto.ClearanceResult.Fail, "LA-BGC-001 LA-BGC-002")]
    [InlineData("la-acla", Kind.Tuberculosis, Proto.ClearanceResult.Fail, "LA-BGC-009")]
    [InlineData("la-acla", Kind.DrugScreen, Proto.ClearanceResult.Fail, "LA-BGC-011")]
    [InlineData("la-acla", Kind.Leie, Proto.ClearanceResult.Fail, "LA-BGC-007 ACLA-STAFF-003")]
    [InlineData("la-acla", Kind.AdverseActions, Proto.ClearanceResult.Fail, "LA-BGC-007 ACLA-STAFF-003")]
    [InlineData("la-acla", Kind.Tuberculosis, Proto.ClearanceResult.PositiveCleared, "")]
    [InlineData("la-lhcc", Kind.Background, Proto.ClearanceResult.Fail, "LA-BGC-001 LA-BGC-002")]
    [InlineData("la-lhcc", Kind.Tuberculosis, Proto.ClearanceResult.Fail, "LA-BGC-009")]
    [InlineData("la-lhcc", Kind.DrugScreen, Proto.ClearanceResult.Fail, "LA-BGC-011")]
    public async Task A_result_that_fails_is_no(string program, Kind kind, Proto.ClearanceResult result, string unmet)
    {
        var agency = await Agency.Register(service, program);
        var member = await agency.Hire(Hired);
        await agency.ClearedForHire(member, Hired, 2, 2, 2);
        var recorded = await agency.Cleared(member, kind, Hired - 1, result);
        Assert.Equal(unmet, Unmet(await Check(agency, member)));
        await agency.Clearances.WithdrawClearanceAsync(
            new() { Name = recorded.Name, Reason = Proto.CorrectionReason.WrongPerson, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal("", Unmet(await Check(agency, member)));
        Assert.Contains(Proto.CorrectionReason.WrongPerson,
            (await agency.Clearances.ListClearancesAsync(new() { StaffMember = member }, agency.Own)).Clearances.Select(c => c.WithdrawnFor));
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task Without_a_document_the_result_is_not_on_file_and_without_a_check_nothing_is_known(string program)
    {
        var agency = await Agency.Register(service, program);
        var member = await agency.Hire(Hired);
        var nothing = await Check(agency, member);
        Assert.Equal((false, Verdict.NeedsFacts), (nothing.Cleared, nothing.Decision.Verdict));
        await agency.ClearedForHire(member, Hired, background: 2);
        var filed = await agency.Cleared(member, Kind.Background, Hired - 1, document: "");
        Assert.Equal("LA-BGC-004", Unmet(await Check(agency, member)));
        await agency.Clearances.WithdrawClearanceAsync(
            new() { Name = filed.Name, Reason = Proto.CorrectionReason.NewEvidence, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.True((await Check(agency, member)).Cleared);
    }

    [Fact]
    public async Task A_peer_specialist_needs_no_tuberculosis_test_and_North_Carolina_has_no_such_decision()
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire(Hired);
        foreach (var kind in new[] { Kind.Background, Kind.DrugScreen, Kind.Leie, Kind.AdverseActions })
            await agency.Cleared(member, kind, Hired - 1);
        Assert.False((await Check(agency, member)).Cleared);
        Assert.True((await Check(agency, member, role: StaffRole.Epm)).Cleared);
        var refused = await service.RefusedWithoutTrace(async () => await agency.Clearances.CheckClearanceAsync(
            new() { StaffMember = member, Program = "nc-core", Role = StaffRole.Esp, RequestId = StaffingService.NewId() }, agency.Own));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
    }

    [Theory]
    [InlineData("la-acla")]
    [InlineData("la-lhcc")]
    public async Task Both_lists_are_checked_in_every_month_that_has_ended(string program)
    {
        var agency = await Agency.Register(service, program);
        var member = await agency.Hire(-80);
        await agency.ClearedForHire(member, -80);
        // Hired on 2025-12-12: January and February have ended on 2026-03-02.
        var missed = Assert.Single((await Check(agency, member)).Decision.Findings, f => f.RuleId == "LA-BGC-006");
        Assert.Equal(Verdict.NotMet, missed.Verdict);
        foreach (var day in new[] { -40, -10 })
        {
            await agency.Cleared(member, Kind.Leie, day);
            if (day == -40)
                await agency.Cleared(member, Kind.AdverseActions, day);
        }

        Assert.Equal("LA-BGC-006", Unmet(await Check(agency, member)));
        await agency.Cleared(member, Kind.AdverseActions, -2);
        Assert.True((await Check(agency, member)).Cleared);
    }

    [Fact]
    public async Task A_decision_on_clearance_is_stored_once_and_not_when_it_is_tried()
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire(Hired);
        Proto.CheckClearanceRequest request = new() { StaffMember = member, Program = "la-acla", Role = StaffRole.Esp, ValidateOnly = true };
        var before = await service.Everything();
        Assert.Equal("", (await agency.Clearances.CheckClearanceAsync(request, agency.Own)).Decision.DecisionId);
        Assert.Equal(before, await service.Everything());
        (request.ValidateOnly, request.RequestId) = (false, StaffingService.NewId());
        var stored = await agency.Clearances.CheckClearanceAsync(request, agency.Own);
        Assert.Equal(stored, await agency.Clearances.CheckClearanceAsync(request, agency.Own));
        Assert.Equal(1, await service.Count($"decisions where id = '{stored.Decision.DecisionId}'"));
    }

    [Fact]
    public async Task A_check_is_refused_with_every_wrong_field()
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire(Hired);
        Proto.RecordClearanceRequest request = new() { StaffMember = member, Clearance = new() { DocumentSha256 = "x" }, RequestId = StaffingService.NewId() };
        Assert.Equal("clearance.document_sha256 clearance.done_on clearance.kind clearance.result", await Wrong());
        request.Clearance = new() { Kind = Kind.Leie, Result = Proto.ClearanceResult.PositiveCleared, DoneOn = service.Day(), SexOffenderRegistry = true, UnderWrittenPolicy = true };
        Assert.Equal("clearance.result clearance.sex_offender_registry clearance.under_written_policy", await Wrong());
        request.Clearance = new() { Kind = Kind.Leie, Result = Proto.ClearanceResult.Possible, DoneOn = service.Day() };
        Assert.Equal("clearance.result", await Wrong());
        (request.Clearance.Result, request.Clearance.DoneOn) = (Proto.ClearanceResult.Pass, service.Day(1));
        Assert.Equal("clearance.done_on", await Wrong());

        async Task<string> Wrong() => string.Join(' ', (await service.RefusedWithoutTrace(async () =>
            await agency.Clearances.RecordClearanceAsync(request, agency.Own))).Fields.Order(StringComparer.Ordinal));
    }

    private async Task<Proto.ClearanceStatus> Check(Agency agency, string member, string employment = "", StaffRole role = StaffRole.Esp) =>
        await agency.Clearances.CheckClearanceAsync(
            new() { StaffMember = member, Program = agency.Program, Role = role, EmploymentDate = employment, ValidateOnly = true }, agency.Own);

    private static string Unmet(Proto.ClearanceStatus status) =>
        string.Join(' ', status.Decision.Findings.Where(f => f.Deciding && f.Verdict != Verdict.Met).Select(f => f.RuleId));
}
