using Grpc.Core;
using Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Tests;

/// <summary>A provider organization with one team, and the calls it makes.</summary>
public sealed class Agency
{
    private readonly StaffingService service;

    private Agency(StaffingService service) => this.service = service;

    public string Code { get; } = StaffingService.NewCode("agency");
    public string Team { get; private set; } = "";
    public string Name => $"organizations/{Code}";
    public Metadata Own => service.As(Roles.Provider, Code);
    public Metadata Ops => service.As(Roles.Ops, "platform");

    public Proto.Organizations.OrganizationsClient Organizations => new(service.Calls);
    public Proto.Teams.TeamsClient Teams => new(service.Calls);
    public Proto.Staff.StaffClient Staff => new(service.Calls);
    public Proto.Caseloads.CaseloadsClient Caseloads => new(service.Calls);
    public Proto.Clearances.ClearancesClient Clearances => new(service.Calls);
    public Proto.Training.TrainingClient Training => new(service.Calls);
    public Proto.Meetings.MeetingsClient Meetings => new(service.Calls);
    public Proto.StaffDeadlines.StaffDeadlinesClient Deadlines => new(service.Calls);
    public string Program { get; private init; } = "nc-core";

    public static async Task<Agency> Register(StaffingService service, string program = "nc-core", int start = -400)
    {
        Agency agency = new(service) { Program = program };
        await agency.Organizations.CreateOrganizationAsync(new()
        {
            OrganizationId = agency.Code,
            RequestId = StaffingService.NewId(),
            Organization = new() { DisplayName = "An agency", Kind = Proto.OrganizationKind.Provider, Programs = { program } },
        }, agency.Ops);
        agency.Team = (await agency.Teams.CreateTeamAsync(agency.Formation(start), agency.Own)).Name;
        return agency;
    }

    public Proto.CreateTeamRequest Formation(int start = -400) => new()
    {
        Team = new() { Provider = Name, DisplayName = "A team", Program = Program, OperationStart = service.Day(start) },
        RequestId = StaffingService.NewId(),
    };

    public Proto.RegisterStaffMemberRequest Registration() => new()
    {
        Provider = Name,
        DisplayName = "Quillstaff",
        HireDate = service.Day(-380),
        VocationalExperienceMonths = 30,
        Education = Proto.Education.Bachelor,
        RequestId = StaffingService.NewId(),
    };

    /// <summary>A staff member with a role in the team, and the credential that the role requires.</summary>
    public async Task<string> Member(StaffRole role, bool qualified = true)
    {
        var request = Registration();
        if (!qualified)
        {
            request.ClearVocationalExperienceMonths();
            (request.VocationalExperienceMonths, request.Education, request.HireDate) = (0, Proto.Education.Hs, service.Day(-1));
        }

        var member = (await Staff.RegisterStaffMemberAsync(request, Own)).Name;
        if (qualified)
        {
            await Staff.AddCredentialAsync(new()
            {
                StaffMember = member,
                RequestId = StaffingService.NewId(),
                Credential = new()
                {
                    Type = role == StaffRole.TeamLead ? Proto.CredentialType.Qmhp
                    : Proto.CredentialType.Cesp,
                    Jurisdiction = "NC",
                    ValidFrom = service.Day(-380)
                },
            }, Own);
        }

        await Staff.AssignRoleAsync(
            new() { StaffMember = member, Team = Team, Role = role, From = service.Day(qualified ? -380 : -1), RequestId = StaffingService.NewId() }, Own);
        return member;
    }

    public Proto.AssignIndividualRequest Assignment(string member) => new()
    {
        Individual = service.Eligibility.Person().Name,
        StaffMember = member,
        Program = Program,
        From = service.Day(),
        RequestId = StaffingService.NewId(),
    };

    /// <summary>A staff member with names on file and nothing else.</summary>
    public async Task<string> Hire(int hired = -10, Action<Proto.RegisterStaffMemberRequest>? with = null)
    {
        Proto.RegisterStaffMemberRequest request = new()
        {
            Provider = Name,
            DisplayName = "Quillstaff",
            HireDate = service.Day(hired),
            Education = Proto.Education.Ged,
            RequestId = StaffingService.NewId(),
        };
        with?.Invoke(request);
        return (await Staff.RegisterStaffMemberAsync(request, Own)).Name;
    }

    public async Task<Proto.Experience> Worked(string member, string from, string through, params Proto.ExperienceKind[] kinds) =>
        await Staff.RecordExperienceAsync(new()
        {
            StaffMember = member,
            Experience = new() { Kinds = { kinds }, From = from, Through = through, HoursPerWeek = 40 },
            RequestId = StaffingService.NewId(),
        }, Own);

    public async Task<Proto.RoleAssignment> Assign(string member, StaffRole role, int from = -10, int? through = null, int? percent = null)
    {
        Proto.AssignRoleRequest request = new() { StaffMember = member, Team = Team, Role = role, From = service.Day(from), RequestId = StaffingService.NewId() };
        if (through is { } last)
            request.Through = service.Day(last);
        if (percent is { } share)
            request.FtePercent = share;
        return await Staff.AssignRoleAsync(request, Own);
    }

    public async Task<Proto.Qualification> Check(string member, StaffRole role, string asOf = "") => await Staff.CheckQualificationAsync(
        new() { StaffMember = member, Program = Program, Role = role, AsOf = asOf, ValidateOnly = true }, Own);

    public async Task<Proto.Qualification> Verify(string member, int day = 0, Metadata? caller = null) => await Staff.VerifyQualificationAsync(
        new() { StaffMember = member, Program = Program, ServiceDate = service.Day(day) }, caller ?? Own);

    public async Task<Proto.StaffMember> Get(string member) => await Staff.GetStaffMemberAsync(new() { Name = member }, Own);

    public async Task<Proto.Clearance> Cleared(
        string member, Proto.ClearanceKind kind, int day, Proto.ClearanceResult result = Proto.ClearanceResult.Pass, string? document = null) =>
        await Clearances.RecordClearanceAsync(new()
        {
            StaffMember = member,
            Clearance = new()
            {
                Kind = kind,
                DoneOn = service.Day(day),
                Result = result,
                SexOffenderRegistry = kind == Proto.ClearanceKind.Background,
                UnderWrittenPolicy = kind == Proto.ClearanceKind.DrugScreen,
                DocumentSha256 = document ?? new string('a', 64),
            },
            RequestId = StaffingService.NewId(),
        }, Own);

    /// <summary>Every check that Louisiana requires, so many days before the day of hire.</summary>
    public async Task ClearedForHire(string member, int hired, int background = 1, int tuberculosis = 1, int lists = 1)
    {
        await Cleared(member, Proto.ClearanceKind.Background, hired - background);
        await Cleared(member, Proto.ClearanceKind.Tuberculosis, hired - tuberculosis);
        await Cleared(member, Proto.ClearanceKind.DrugScreen, hired - 1);
        await Cleared(member, Proto.ClearanceKind.Leie, hired - lists);
        await Cleared(member, Proto.ClearanceKind.AdverseActions, hired - lists);
    }
}
