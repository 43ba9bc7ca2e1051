using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>What is on file is not recorded a second time, and no role or assignment begins before the day of hire.</summary>
[Collection("staffing")]
public sealed class RecordTwiceTests(StaffingService service)
{
    [Fact]
    public async Task A_credential_is_recorded_once_per_span()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        Proto.AddCredentialRequest again = new()
        {
            StaffMember = member,
            Credential = new() { Type = Proto.CredentialType.Cesp, Jurisdiction = "NC", ValidFrom = service.Day(-380) },
            RequestId = StaffingService.NewId(),
        };
        var refused = await service.RefusedWithoutTrace(async () => await agency.Staff.AddCredentialAsync(again, agency.Own));
        Assert.Equal(StatusCode.AlreadyExists, refused.Code);
        (again.Credential.ValidFrom, again.Credential.ValidThrough) = (service.Day(), service.Day(365));
        await agency.Staff.AddCredentialAsync(again, agency.Own);
    }

    [Fact]
    public async Task A_role_in_a_team_is_held_once_on_a_day()
    {
        var agency = await Agency.Register(service);
        var member = (await agency.Staff.RegisterStaffMemberAsync(agency.Registration(), agency.Own)).Name;
        Task Assign(StaffRole role, int from, int? through) => agency.Staff.AssignRoleAsync(new()
        {
            StaffMember = member,
            Team = agency.Team,
            Role = role,
            From = service.Day(from),
            Through = through is { } last ? service.Day(last) : "",
            RequestId = StaffingService.NewId(),
        }, agency.Own).ResponseAsync;
        await Assign(StaffRole.Esp, -100, -51);
        foreach (var (from, through) in new (int, int?)[] { (-100, -51), (-51, null), (-120, -100), (-70, -60), (-120, null) })
            Assert.Equal(StatusCode.AlreadyExists, (await service.RefusedWithoutTrace(() => Assign(StaffRole.Esp, from, through))).Code);
        await Assign(StaffRole.Esp, -50, null);
        await Assign(StaffRole.TeamLead, -100, -51);
    }

    [Fact]
    public void Every_day_after_one_on_file_has_a_case() => Assert.Equal(
        ["AssignIndividualRequest.from", "AssignRoleRequest.from", "EndAssignmentRequest.through", "EndContractRequest.through",
            "EndOrganizationFactRequest.through", "EndRoleRequest.through", "SeparateStaffMemberRequest.last_day", "SetTreatmentTeamsRequest.from",
            "TransferCaseloadRequest.from"],
        DaysOfRequests.AfterOthers("ips.staffing.v1").Order());

    [Fact]
    public async Task No_role_or_assignment_begins_before_the_day_of_hire_and_none_ends_before_it_began()
    {
        var agency = await Agency.Register(service);
        var member = await agency.Member(StaffRole.Esp);
        Proto.AssignRoleRequest role = new()
        {
            StaffMember = member,
            Team = agency.Team,
            Role = StaffRole.TeamLead,
            From = service.Day(-381),
            RequestId = StaffingService.NewId(),
        };
        Early("from", await service.RefusedWithoutTrace(async () => await agency.Staff.AssignRoleAsync(role, agency.Own)));
        var assignment = agency.Assignment(member);
        assignment.From = service.Day(-381);
        Early("from", await service.RefusedWithoutTrace(async () => await agency.Caseloads.AssignIndividualAsync(assignment, agency.Own)));
        var made = (await agency.Caseloads.AssignIndividualAsync(agency.Assignment(member), agency.Own)).Assignment;
        Proto.EndAssignmentRequest end = new() { Name = made.Name, Etag = made.Etag, Through = service.Day(-1), RequestId = StaffingService.NewId() };
        Early("through", await service.RefusedWithoutTrace(async () => await agency.Caseloads.EndAssignmentAsync(end, agency.Own)));
    }

    private static void Early(string field, Refusal refused) =>
        Assert.Equal((StatusCode.InvalidArgument, field), (refused.Code, Assert.Single(refused.Fields)));
}
