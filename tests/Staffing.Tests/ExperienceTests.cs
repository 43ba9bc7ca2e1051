using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Staffing.StaffMembers;
using Xunit;
using Kind = Ips.Contracts.Staffing.V1.ExperienceKind;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>Months of experience, and the qualifications that rest on them. The clock stands at 2026-03-02.</summary>
[Collection("staffing")]
public sealed class ExperienceTests(StaffingService service)
{
    [Theory]
    // A whole span, one day short of it, and one that lasts.
    [InlineData("2024-03-03..2026-03-02", 24)]
    [InlineData("2024-03-04..2026-03-02", 23)]
    [InlineData("2024-03-03..", 24)]
    // The end of a short month.
    [InlineData("2024-02-29..2025-02-27", 12)]
    [InlineData("2024-02-29..2025-02-26", 11)]
    // The same days twice, one span within another, and spans that touch.
    [InlineData("2025-01-01..2025-12-31 2025-01-01..2025-12-31", 12)]
    [InlineData("2025-01-01..2025-12-31 2025-03-01..2025-06-30", 12)]
    [InlineData("2025-01-01..2025-06-30 2025-07-01..2025-12-31", 12)]
    [InlineData("2025-01-01..2025-08-31 2025-05-01..2025-12-31", 12)]
    // Days that remain of several spans are a month for each 31.
    [InlineData("2024-01-01..2024-01-16 2025-01-01..2025-01-15", 1)]
    [InlineData("2024-01-01..2024-01-15 2025-01-01..2025-01-15", 0)]
    // What lies ahead counts for nothing.
    [InlineData("2026-03-03..2026-12-31", 0)]
    public void Months_are_counted_without_overlap(string spans, int months) =>
        Assert.Equal(months, ExperienceSpan.Months(spans.Split(' ').Select(Span), Kind.PaidWork, new(2026, 3, 2)));

    [Fact]
    public void Another_kind_and_a_withdrawn_span_count_for_nothing()
    {
        var withdrawn = Span("2024-01-01..2025-12-31");
        withdrawn.WithdrawnAt = service.Clock.GetUtcNow();
        Assert.Equal(0, ExperienceSpan.Months([withdrawn], Kind.PaidWork, new(2026, 3, 2)));
        Assert.Equal(0, ExperienceSpan.Months([Span("2024-01-01..2025-12-31")], Kind.Vocational, new(2026, 3, 2)));
    }

    [Theory]
    [InlineData("2024-03-03", "2025-03-03", Proto.Education.Ged, true)]
    [InlineData("2024-03-04", "2025-03-03", Proto.Education.Ged, false)]
    [InlineData("2024-03-03", "2025-03-04", Proto.Education.Ged, false)]
    [InlineData("2024-03-03", "2025-03-03", Proto.Education.None, false)]
    public async Task A_Louisiana_specialist_qualifies_from_two_years_of_work_and_one_with_severe_mental_illness(
        string workFrom, string illnessFrom, Proto.Education education, bool qualified)
    {
        foreach (var program in new[] { "la-acla", "la-lhcc" })
        {
            var agency = await Agency.Register(service, program);
            var member = await agency.Hire(with: r => r.Education = education);
            Assert.Equal(education == Proto.Education.None ? Verdict.NotMet : Verdict.NeedsFacts, Finding(await agency.Check(member, StaffRole.Esp), "LA-STAFF-002").Verdict);
            await agency.Worked(member, workFrom, service.Day(), Kind.PaidWork);
            await agency.Worked(member, illnessFrom, service.Day(), Kind.SevereMentalIllness);
            var answer = await agency.Check(member, StaffRole.Esp);
            Assert.Equal((qualified, qualified ? Verdict.Met : Verdict.NotMet), (answer.Qualified, Finding(answer, "LA-STAFF-002").Verdict));
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("education", false)]
    [InlineData("specialist", false)]
    [InlineData("illness", false)]
    [InlineData("services", false)]
    public async Task A_Louisiana_supervisor_qualifies_unless_one_thing_is_missing(string missing, bool qualified)
    {
        foreach (var program in new[] { "la-acla", "la-lhcc" })
        {
            var agency = await Agency.Register(service, program);
            var member = await agency.Hire(with: r => r.Education = missing == "education" ? Proto.Education.Associate : Proto.Education.Bachelor);
            await agency.Worked(member, "2020-01-01", "2020-01-31", missing == "specialist" ? Kind.PaidWork : Kind.EmploymentSpecialist);
            await agency.Worked(member, "2020-01-01", missing == "illness" ? "2020-01-29" : "2020-01-31", Kind.SevereMentalIllness);
            await agency.Worked(member, "2021-01-01", missing == "services" ? "2021-12-30" : "2021-12-31", Kind.EmploymentServices);
            var answer = await agency.Check(member, StaffRole.TeamLead);
            Assert.Equal((qualified, qualified ? Verdict.Met : Verdict.NotMet), (answer.Qualified, Finding(answer, "LA-STAFF-004").Verdict));
        }
    }

    [Fact]
    public async Task A_specialist_of_a_team_on_file_needs_no_span_for_it()
    {
        var agency = await Agency.Register(service, "la-acla");
        var member = await agency.Hire(-100, r => r.Education = Proto.Education.Bachelor);
        await agency.Worked(member, "2021-01-01", "2021-12-31", Kind.EmploymentServices, Kind.SevereMentalIllness);
        Assert.False((await agency.Check(member, StaffRole.TeamLead)).Qualified);
        await agency.Assign(member, StaffRole.Esp, -100);
        Assert.True((await agency.Check(member, StaffRole.TeamLead)).Qualified);
    }

    [Fact]
    public async Task In_Missouri_a_specialist_who_bills_Community_Support_needs_its_qualifications_on_the_day()
    {
        var agency = await Agency.Register(service, "mo-dmh-vr");
        var free = await agency.Hire();
        Assert.True((await agency.Check(free, StaffRole.Esp)).Qualified);
        var member = await agency.Hire(with: r => r.Particulars = new() { BillsCommunitySupport = true });
        Assert.Equal(Verdict.NotMet, Finding(await agency.Check(member, StaffRole.Esp), "MO-BILL-013").Verdict);
        await agency.Staff.AddCredentialAsync(new()
        {
            StaffMember = member,
            Credential = new() { Type = Proto.CredentialType.CssMo, Jurisdiction = "MO", ValidFrom = service.Day(-5), ValidThrough = service.Day(5) },
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        foreach (var (day, qualified) in new[] { (-6, false), (-5, true), (5, true), (6, false) })
            Assert.Equal(qualified, (await agency.Check(member, StaffRole.Esp, service.Day(day))).Qualified);
        Assert.True((await agency.Check(member, StaffRole.TeamLead)).Qualified);
    }

    [Theory]
    [InlineData("2025-09-03", true)]
    [InlineData("2025-09-04", false)]
    public async Task Six_vocational_months_of_a_Team_Lead_are_counted_from_spans_and_not_typed(string from, bool qualified)
    {
        var agency = await Agency.Register(service, "nc-state");
        var member = await agency.Member(StaffRole.TeamLead);
        await agency.Worked(member, from, service.Day(), Kind.Vocational);
        Assert.Equal(qualified, (await agency.Check(member, StaffRole.TeamLead)).Qualified);
    }

    [Theory]
    [InlineData(true, "qualified")]
    [InlineData(false, "qualified_with_advice")]
    public async Task Recent_employment_of_a_peer_mentor_is_advice(bool recent, string status)
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire(with: r => r.Particulars = new() { RecentEmploymentHistory = recent });
        await agency.Staff.AddCredentialAsync(
            new() { StaffMember = member, Credential = new() { Type = Proto.CredentialType.Cpss, Jurisdiction = "NC" }, RequestId = StaffingService.NewId() }, agency.Own);
        Assert.Equal((true, status), ((await agency.Check(member, StaffRole.Epm)).Qualified, (await agency.Check(member, StaffRole.Epm)).Status));
    }

    [Fact]
    public async Task A_span_is_checked_recorded_once_and_withdrawn_with_a_reason()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Hire();
        var span = await agency.Worked(member, "2024-01-01", "2024-12-31", Kind.PaidWork);
        Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(() => agency.Worked(member, "2024-01-01", "2024-12-31", Kind.PaidWork))).Code);
        var bad = await service.RefusedWithoutTrace(() => agency.Worked(member, "2024-01-01", service.Day(1)));
        Assert.Equal((StatusCode.InvalidArgument, "experience.through"), (bad.Code, string.Join(' ', bad.Fields)));
        bad = await service.RefusedWithoutTrace(async () => await agency.Staff.RecordExperienceAsync(
            new() { StaffMember = member, Experience = new() { HoursPerWeek = 101 }, RequestId = StaffingService.NewId() }, agency.Own));
        Assert.Equal("experience.from experience.hours_per_week experience.kinds", string.Join(' ', bad.Fields.Order(StringComparer.Ordinal)));
        Proto.WithdrawStaffRecordRequest withdraw = new()
        {
            StaffMember = member,
            RecordId = span.Id,
            Reason = Proto.CorrectionReason.TypingError,
            RequestId = StaffingService.NewId(),
        };
        Assert.Empty((await agency.Staff.WithdrawStaffRecordAsync(withdraw, agency.Own)).Experience);
        Assert.Equal("TypingError", await service.Scalar($"select withdrawn_for from experience where id = '{span.Id}'"));
        withdraw.RequestId = StaffingService.NewId();
        Assert.Equal(StatusCode.NotFound, (await service.RefusedWithoutTrace(async () => await agency.Staff.WithdrawStaffRecordAsync(withdraw, agency.Own))).Code);
    }

    private static Finding Finding(Proto.Qualification answer, string rule) => Assert.Single(answer.Decision.Findings, f => f.RuleId == rule);

    private static ExperienceSpan Span(string text) => new()
    {
        Id = Guid.CreateVersion7(),
        StaffMemberId = default,
        Kinds = ["PAID_WORK"],
        From = DateOnly.Parse(text.Split("..")[0], System.Globalization.CultureInfo.InvariantCulture),
        Through = text.Split("..")[1] is { Length: > 0 } last ? DateOnly.Parse(last, System.Globalization.CultureInfo.InvariantCulture) : null,
        HoursPerWeek = 40,
        RecordedAt = default,
    };
}
