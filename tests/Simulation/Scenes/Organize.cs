using Ips.Contracts.Common.V1;
using Ips.Contracts.Fidelity.V1;
using Ips.Contracts.Staffing.V1;

namespace Ips.Simulation.Scenes;

/// <summary>Teams, staff, caseloads and reviews.</summary>
internal static class Organize
{
    /// <summary>A staff member of the agency, with a team, made when first needed.</summary>
    public static async Task<string?> Esp(Scene scene, Agency agency)
    {
        if (!scene.Cast.Members.TryGetValue(agency, out var members))
            scene.Cast.Members[agency] = members = [];
        var team = members.Find(m => m.Kind == "team");
        if (team is null)
        {
            if (await scene.Send(agency.Provider, new CreateTeamRequest
            {
                RequestId = scene.NewId(),
                Team = new() { Provider = agency.Name, DisplayName = "Team one", Program = agency.Program, OperationStart = scene.Day(-400) },
            }) is not Team made)
                return null;
            members.Add(team = new("team", made.Name, "", "", "", ""));
        }

        var staff = members.FindAll(m => m.Kind == "staff");
        if (staff.Count > 0 && (staff.Count >= scene.StaffOf(agency) || scene.Chance(0.97)))
            return scene.Pick(staff).Name;
        if (await scene.Send(agency.Provider, new RegisterStaffMemberRequest
        {
            Provider = agency.Name,
            DisplayName = "Member",
            HireDate = scene.Day(-380),
            VocationalExperienceMonths = 30,
            Education = scene.Chance(0.9) ? Education.Bachelor : scene.Any<Education>(),
            RequestId = scene.NewId(),
        }) is not StaffMember member)
            return null;
        await scene.Send(agency.Provider, new AddCredentialRequest
        {
            StaffMember = member.Name,
            RequestId = scene.NewId(),
            Credential = new()
            {
                Type = scene.Chance(0.9) ? CredentialType.Cesp : scene.Any<CredentialType>(),
                Jurisdiction = "NC",
                ValidFrom = scene.Day(-380),
            },
        });
        if (await scene.Send(agency.Provider, new AssignRoleRequest
        {
            StaffMember = member.Name,
            Team = team.Name,
            Role = StaffRole.Esp,
            From = scene.Day(-380),
            RequestId = scene.NewId(),
        }) is null)
            return null;
        members.Add(new("staff", member.Name, "", "", "", ""));
        await scene.Send(agency.Provider, new CheckQualificationRequest
        {
            StaffMember = member.Name,
            Program = agency.Program,
            Role = StaffRole.Esp,
            AsOf = scene.Day(),
            RequestId = scene.NewId(),
        });
        return member.Name;
    }

    public static async Task Assign(Scene scene, Person person)
    {
        if (await Esp(scene, person.Agency) is not { } staff)
            return;
        await scene.Send(person.Agency.Provider, new AssignIndividualRequest
        {
            Individual = person.Name,
            StaffMember = staff,
            Program = person.Agency.Program,
            From = scene.Day(),
            RequestId = scene.NewId(),
        }, person);
    }

    public static Task EndAssignment(Scene scene, Person person) => person.Last("assignment") is not { } known ? Task.CompletedTask
        : scene.Send(person.Agency.Provider,
            new EndAssignmentRequest { Name = known.Name, Etag = known.Etag, Through = scene.Day(5), RequestId = scene.NewId() }, person);

    public static async Task CheckCaseload(Scene scene)
    {
        var agency = scene.Pick(scene.Agencies);
        if (await Esp(scene, agency) is { } staff)
            await scene.Send(agency.Provider, new CheckCaseloadRequest { StaffMember = staff, Program = agency.Program, AsOf = scene.Day() });
    }

    public static Task Review(Scene scene)
    {
        var (agency, members) = scene.Cast.Members.Count == 0 ? default : scene.Cast.Members.ElementAt(scene.Random.Next(scene.Cast.Members.Count));
        if (members?.Find(m => m.Kind == "team") is not { } team)
            return Task.CompletedTask;
        RecordReviewRequest request = new()
        {
            Team = team.Name,
            Program = agency!.Program,
            Evaluator = scene.Any<Evaluator>(),
            LastOnsiteDay = scene.Day(-30),
            FinalReportReceivedDate = scene.Chance(0.8) ? scene.Day(-3) : "",
            RequestId = scene.NewId(),
        };
        for (var item = 1; item <= 25; item++)
            request.Scores.Add(new ItemScore { Item = item, Score = scene.Random.Next(2, 6) });
        var state = Policies.PolicyEngine.Shipped.Programs[agency.Program].Jurisdiction.StateAgency;
        return scene.Send(new Caller(Roles.State, state, "client-one"), request);
    }
}
