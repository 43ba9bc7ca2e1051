using System.Collections.Concurrent;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;

namespace Ips.Portal.Tests.Scenes;

/// <summary>A fake Staffing with one team of two, of whom one may not serve, and one person on the caseload.</summary>
public sealed class StaffingScene(string person)
{
    /// <summary>The team.</summary>
    public Team Team { get; } = new()
    {
        Name = $"teams/{Guid.CreateVersion7()}",
        Provider = "organizations/harbor-works",
        DisplayName = "Harbor team",
        Program = "nc-core",
        OperationStart = "2025-01-01",
    };

    /// <summary>The specialist who may serve.</summary>
    public string Specialist { get; } = $"staff/{Guid.CreateVersion7()}";

    /// <summary>The specialist who may not.</summary>
    public string Blocked { get; } = $"staff/{Guid.CreateVersion7()}";

    /// <summary>The days for which Staffing was asked who may serve.</summary>
    public ConcurrentQueue<string> Days { get; } = new();

    /// <summary>Members by resource name.</summary>
    public ConcurrentDictionary<string, Member> Members { get; } = new();

    /// <summary>Delegations, in the order in which they were made.</summary>
    public ConcurrentQueue<Delegation> Delegations { get; } = new();

    /// <summary>Adds its rpcs to a fake service.</summary>
    public FakeService On(FakeService service) => service.Serve(new TeamsFake(this)).Serve(new StaffFake(this)).Serve(new TrainingFake(this))
        .Serve(new DeadlinesFake(this)).Serve(new CaseloadsFake(this, person)).Serve(new MembersFake(this));

    private sealed class TeamsFake(StaffingScene scene) : Teams.TeamsBase
    {
        public override Task<ListTeamsResponse> ListTeams(ListTeamsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListTeamsResponse { Teams = { scene.Team } });

        public override Task<Team> GetTeam(GetTeamRequest request, ServerCallContext context) =>
            Task.FromResult(request.Name == scene.Team.Name ? scene.Team : throw Refuse.NotFound(request.Name));
    }

    private sealed class StaffFake(StaffingScene scene) : Staff.StaffBase
    {
        public override Task<ListStaffResponse> ListStaff(ListStaffRequest request, ServerCallContext context) =>
            Task.FromResult(new ListStaffResponse { Staff = { Member(scene.Specialist, "Specialist One"), Member(scene.Blocked, "Specialist Two") } });

        public override Task<Qualification> VerifyQualification(VerifyQualificationRequest request, ServerCallContext context)
        {
            scene.Days.Enqueue(request.ServiceDate);
            Qualification answer = new() { StaffMember = request.StaffMember, Role = request.Role, Day = request.ServiceDate, Gate = QualificationGate.Qualified };
            if (request.StaffMember == scene.Blocked)
            {
                answer.Gate = QualificationGate.Blocked;
                answer.OpenItems.Add(new OpenItem { RuleId = "NC-STF-004", Blocks = true, WouldBeMet = "a high school diploma on file" });
            }

            return Task.FromResult(answer);
        }

        private StaffMember Member(string name, string display) => new()
        {
            Name = name,
            Provider = scene.Team.Provider,
            DisplayName = display,
            Roles = { new RoleAssignment { StaffMember = name, Team = scene.Team.Name, Role = StaffRole.Esp, From = "2025-01-01" } },
        };
    }

    private sealed class TrainingFake(StaffingScene scene) : Training.TrainingBase
    {
        public override Task<TrainingMatrix> GetTrainingMatrix(GetTrainingMatrixRequest request, ServerCallContext context) => Task.FromResult(new TrainingMatrix
        {
            Team = request.Team,
            Day = request.AsOf,
            Rows =
            {
                new Transcript
                {
                    StaffMember = scene.Specialist,
                    Requirements =
                    {
                        new TrainingRequirement { Name = "motivational_interviewing", RuleId = "NC-TRN-003", DueOn = EligibilityScene.Day(-3), State = RequirementState.Overdue },
                    },
                },
            },
        });
    }

    private sealed class DeadlinesFake(StaffingScene scene) : StaffDeadlines.StaffDeadlinesBase
    {
        public override Task<ListStaffDeadlinesResponse> ListStaffDeadlines(ListStaffDeadlinesRequest request, ServerCallContext context)
        {
            StaffDeadline overdue = new()
            {
                Name = $"staffDeadlines/{Guid.CreateVersion7()}",
                Kind = "training",
                RuleId = "NC-TRN-003",
                StaffMember = scene.Specialist,
                DueOn = EligibilityScene.Day(-3),
                DaysLeft = -3,
                State = StaffDeadlineState.Overdue,
            };
            return Task.FromResult(new ListStaffDeadlinesResponse { Deadlines = { overdue } });
        }
    }

    private sealed class MembersFake(StaffingScene scene) : Members.MembersBase
    {
        public override Task<ListMembersResponse> ListMembers(ListMembersRequest request, ServerCallContext context) =>
            Task.FromResult(new ListMembersResponse { Members = { scene.Members.Values } });

        public override Task<Member> GetMember(GetMemberRequest request, ServerCallContext context) => Task.FromResult(Found(request.Name));

        public override Task<Member> CreateMember(CreateMemberRequest request, ServerCallContext context)
        {
            if (request.Member.Roles.Count == 0)
                throw Refuse.Field("member.roles", "is empty; send at least one role");
            var member = request.Member.Clone();
            (member.Name, member.Etag) = ($"members/{request.RequestId}", "1");
            return Task.FromResult(scene.Members.GetOrAdd(member.Name, member));
        }

        public override Task<Member> ChangeMember(ChangeMemberRequest request, ServerCallContext context)
        {
            var member = Found(request.Name);
            member.Roles.Clear();
            member.Roles.Add(request.Roles);
            (member.StaffMember, member.Through, member.Reason) = (request.StaffMember, request.Through, request.Reason);
            return Task.FromResult(member);
        }

        public override Task<Member> EndMember(EndMemberRequest request, ServerCallContext context)
        {
            var member = Found(request.Name);
            (member.Through, member.Reason) = (EligibilityScene.Day(-1), request.Reason);
            return Task.FromResult(member);
        }

        public override Task<Delegation> CreateDelegation(CreateDelegationRequest request, ServerCallContext context)
        {
            var delegation = request.Delegation.Clone();
            (delegation.Name, delegation.Member, delegation.Etag) = ($"delegations/{request.RequestId}", request.Member, "1");
            scene.Delegations.Enqueue(delegation);
            return Task.FromResult(delegation);
        }

        public override Task<Delegation> EndDelegation(EndDelegationRequest request, ServerCallContext context)
        {
            var delegation = scene.Delegations.Single(one => one.Name == request.Name);
            delegation.Through = EligibilityScene.Day(-1);
            return Task.FromResult(delegation);
        }

        public override Task<ListDelegationsResponse> ListDelegations(ListDelegationsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListDelegationsResponse { Delegations = { scene.Delegations } });

        private Member Found(string name) => scene.Members.GetValueOrDefault(name) ?? throw Refuse.NotFound(name);
    }

    private sealed class CaseloadsFake(StaffingScene scene, string person) : Caseloads.CaseloadsBase
    {
        public override Task<ListAssignmentsResponse> ListAssignments(ListAssignmentsRequest request, ServerCallContext context) => Task.FromResult(new ListAssignmentsResponse
        {
            Assignments = { new Assignment { Name = "assignments/one", Individual = person, StaffMember = scene.Specialist, From = "2025-06-01", Etag = "1" } },
        });
    }
}
