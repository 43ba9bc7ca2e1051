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

    public Proto.Organizations.OrganizationsClient Organizations => new(service.Channel);
    public Proto.Teams.TeamsClient Teams => new(service.Channel);
    public Proto.Staff.StaffClient Staff => new(service.Channel);
    public Proto.Caseloads.CaseloadsClient Caseloads => new(service.Channel);

    public static async Task<Agency> Register(StaffingService service)
    {
        Agency agency = new(service);
        await agency.Organizations.CreateOrganizationAsync(new()
        {
            OrganizationId = agency.Code,
            RequestId = StaffingService.NewId(),
            Organization = new() { DisplayName = "An agency", Kind = Proto.OrganizationKind.Provider, Programs = { "nc-core" } },
        }, agency.Ops);
        agency.Team = (await agency.Teams.CreateTeamAsync(agency.Formation(), agency.Own)).Name;
        return agency;
    }

    public Proto.CreateTeamRequest Formation() => new()
    {
        Team = new() { Provider = Name, DisplayName = "A team", Program = "nc-core", OperationStart = service.Day(-400) },
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
        Program = "nc-core",
        From = service.Day(),
        RequestId = StaffingService.NewId(),
    };
}
