using Ips.Contracts.Common.V1;
using Xunit;
using Course = Ips.Contracts.Staffing.V1.TrainingCourse;
using Gate = Ips.Contracts.Staffing.V1.QualificationGate;
using Kind = Ips.Contracts.Staffing.V1.ExperienceKind;
using Meeting = Ips.Contracts.Staffing.V1.TeamMeetingKind;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>
/// The staff steps of the journey in each program: someone is hired, gets a role, is cleared where the program asks, trained, given a caseload, and meets with the team;
/// then the gate answers for the day of service. The clock stands at 2026-03-02, a Monday.
/// </summary>
[Collection("staffing")]
public sealed class StaffJourneyTests(StaffingService service)
{
    [Theory]
    [InlineData("nc-state", Meeting.VocationalUnit, Course.Ips101, Course.PcEmploymentPlanning, Course.Mi, Course.MiEmployment)]
    [InlineData("nc-core", Meeting.VocationalUnit, Course.Ips101, Course.PcEmploymentPlanning, Course.Mi, Course.MiEmployment)]
    [InlineData("la-acla", Meeting.UnitSupervision, Course.IpsTraining, Course.CrisisIntervention, Course.FirstAidCpr, Course.BasicClinicalCompetency, Course.Cips,
        Course.Confidentiality, Course.Hipaa, Course.MandatedReporting)]
    [InlineData("la-lhcc", Meeting.UnitSupervision, Course.IpsTraining, Course.CrisisIntervention, Course.FirstAidCpr, Course.BasicClinicalCompetency, Course.Cips,
        Course.Confidentiality, Course.Hipaa, Course.MandatedReporting)]
    [InlineData("mo-dmh-vr", Meeting.UnitSupervision, Course.IpsPrinciples, Course.EmployerRelationships, Course.Disclosure, Course.ActiveListening, Course.JobSupports)]
    public async Task From_hire_to_the_day_of_service(string program, Meeting meeting, params Course[] courses)
    {
        var agency = await Agency.Register(service, program);
        var lead = await agency.Hire(-100, r => r.Education = Proto.Education.Bachelor);
        await agency.Assign(lead, StaffRole.TeamLead, -100);

        // Hired and without a role, no one serves.
        var esp = await agency.Hire(-10, r => r.Particulars = new() { Licensed = true, RecentEmploymentHistory = true, BillsCommunitySupport = true });
        Assert.Equal(Gate.Blocked, (await agency.Verify(esp)).Gate);
        await agency.Worked(esp, "2020-01-01", "2025-12-31", Kind.PaidWork, Kind.Vocational, Kind.SevereMentalIllness);
        foreach (var (type, state) in new[] { (Proto.CredentialType.Cesp, "NC"), (Proto.CredentialType.CssMo, "MO") })
        {
            await agency.Staff.AddCredentialAsync(new()
            {
                StaffMember = esp,
                Credential = new() { Type = type, Jurisdiction = state, ValidFrom = service.Day(-10) },
                RequestId = StaffingService.NewId(),
            }, agency.Own);
        }

        await agency.Assign(esp, StaffRole.Esp);

        // Louisiana asks for a clearance besides; the other programs have no such decision.
        var cleared = program.StartsWith("la-", StringComparison.Ordinal);
        var hired = await agency.Verify(esp);
        Assert.Equal((cleared, cleared), (hired.Gate == Gate.Blocked, hired.Clearance is not null));
        if (cleared)
        {
            await agency.ClearedForHire(esp, -10);
            Assert.True((await agency.Clearances.CheckClearanceAsync(
                new() { StaffMember = esp, Program = program, Role = StaffRole.Esp, RequestId = StaffingService.NewId() }, agency.Own)).Cleared);
        }

        foreach (var course in courses)
        {
            await agency.Training.RecordCompletionAsync(new()
            {
                StaffMember = esp,
                Completion = new() { Course = course, CompletedOn = service.Day(-1), DocumentSha256 = new('a', 64) },
                RequestId = StaffingService.NewId(),
            }, agency.Own);
        }

        var transcript = await agency.Training.GetTranscriptAsync(new() { StaffMember = esp }, agency.Own);
        Assert.NotEmpty(transcript.Requirements);
        Assert.All(transcript.Requirements.Where(r => r.TrainingYear == 0), r =>
            Assert.True(r.State is Proto.RequirementState.Completed or Proto.RequirementState.Exempt, $"{r.RuleId} is {r.State}"));

        await agency.Caseloads.AssignIndividualAsync(agency.Assignment(esp), agency.Own);
        Assert.Equal(1, (await agency.Caseloads.CheckCaseloadAsync(new() { StaffMember = esp, Program = program }, agency.Own)).ActiveCount);

        var planned = await agency.Meetings.PlanMeetingAsync(
            new() { Team = agency.Team, Kind = meeting, Day = service.Day(), RequestId = StaffingService.NewId() }, agency.Own);
        await agency.Meetings.HoldMeetingAsync(new()
        {
            Name = planned.Name,
            Etag = planned.Etag,
            Attendees = { new[] { lead, esp }.Select(one => new Proto.Attendee { StaffMember = one, Attendance = Proto.Attendance.InPerson }) },
            WholeMeeting = true,
            MinutesSha256 = new string('b', 64),
            RequestId = StaffingService.NewId(),
        }, agency.Own);
        Assert.Equal(1, (await agency.Meetings.CheckMeetingsAsync(new() { Team = agency.Team, Kind = meeting, MonthStart = "2026-03-01" }, agency.Own)).Held);

        // The day of service is answered with its findings; the day before hire is not.
        var serves = await agency.Verify(esp);
        Assert.Equal((Gate.Qualified, true), (serves.Gate, serves.Qualified));
        Assert.NotEmpty(serves.Decision.Findings);
        Assert.DoesNotContain(serves.OpenItems, item => item.Blocks);
        Assert.Equal(Gate.Blocked, (await agency.Verify(esp, -11)).Gate);
    }
}
