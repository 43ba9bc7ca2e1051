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

    /// <summary>Meetings by resource name.</summary>
    public ConcurrentDictionary<string, Meeting> Meetings { get; } = new();

    /// <summary>Calendars that were imported.</summary>
    public ConcurrentQueue<ImportMeetingsRequest> Calendars { get; } = new();

    /// <summary>Completions that were recorded.</summary>
    public ConcurrentQueue<Completion> Completions { get; } = new();

    /// <summary>Transfers of caseloads that were asked for.</summary>
    public ConcurrentQueue<TransferCaseloadRequest> Transfers { get; } = new();

    /// <summary>Files of lists that were imported, with the list.</summary>
    public ConcurrentQueue<(ExclusionList List, string File)> Lists { get; } = new();

    /// <summary>Entries of lists.</summary>
    public ConcurrentDictionary<string, ExclusionHit> Hits { get; } = new();

    /// <summary>An entry that waits for an answer.</summary>
    public ExclusionHit Hit()
    {
        ExclusionHit hit = new()
        {
            Name = $"exclusionHits/{Guid.CreateVersion7()}",
            StaffMember = Specialist,
            List = ExclusionList.OigLeie,
            Line = 7,
            Match = ExclusionMatch.NameAndBirthDate,
            Entry = "LASTNAME=ONE; FIRSTNAME=SPECIALIST",
            State = ExclusionHitState.Possible,
            Etag = "1",
        };
        return Hits.GetOrAdd(hit.Name, hit);
    }

    /// <summary>Adds its rpcs to a fake service.</summary>
    public FakeService On(FakeService service) => service.Serve(new TeamsFake(this)).Serve(new StaffFake(this)).Serve(new TrainingFake(this))
        .Serve(new DeadlinesFake(this)).Serve(new CaseloadsFake(this, person)).Serve(new MembersFake(this))
        .Serve(new MeetingsFake(this)).Serve(new ClearancesFake(this)).Serve(new DecisionsFake());

    private sealed class DecisionsFake : Decisions.DecisionsBase
    {
        public override Task SimulatePolicies(
            SimulatePoliciesRequest request, IServerStreamWriter<PolicyChanges> responseStream, ServerCallContext context) =>
            responseStream.WriteAsync(new() { Complete = true, Decisions = 9 });

        public override Task<PolicyChanges> ReportShadow(ReportShadowRequest request, ServerCallContext context) =>
            Task.FromResult(new PolicyChanges { Complete = true, Decisions = 9 });
    }

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
                        new TrainingRequirement { RuleSays = "Motivational interviewing within six months", RuleId = "NC-TRN-003", DueOn = EligibilityScene.Day(-3), State = RequirementState.Overdue },
                    },
                },
            },
        });

        public override Task<Completion> RecordCompletion(RecordCompletionRequest request, ServerCallContext context)
        {
            if (request.Completion.Course == TrainingCourse.Unspecified)
                throw Refuse.Field("completion.course", "is missing; send one of the courses");
            scene.Completions.Enqueue(request.Completion);
            return Task.FromResult(request.Completion);
        }

        public override Task<CompletionImport> ImportCompletions(ImportCompletionsRequest request, ServerCallContext context) => Task.FromResult(new CompletionImport
        {
            Stored = request.Csv.Count(c => c == '\n') - 1,
            Refused = 1,
            Errors = { new LineError { Line = 3, Column = "course", Why = "is no course; send a code such as IPS_101" } },
        });
    }

    private sealed class MeetingsFake(StaffingScene scene) : Contracts.Staffing.V1.Meetings.MeetingsBase
    {
        public override Task<ListMeetingsResponse> ListMeetings(ListMeetingsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListMeetingsResponse { Meetings = { scene.Meetings.Values } });

        public override Task<Meeting> PlanMeeting(PlanMeetingRequest request, ServerCallContext context)
        {
            if (request.Kind == TeamMeetingKind.Unspecified)
                throw Refuse.Field("kind", "is missing; send one of the kinds");
            Meeting meeting = new()
            {
                Name = $"meetings/{request.RequestId}",
                Team = request.Team,
                Kind = request.Kind,
                StaffMember = request.StaffMember,
                Day = request.Day,
                State = TeamMeetingState.Planned,
                Etag = "1",
            };
            return Task.FromResult(scene.Meetings.GetOrAdd(meeting.Name, meeting));
        }

        public override Task<Meeting> HoldMeeting(HoldMeetingRequest request, ServerCallContext context)
        {
            var meeting = scene.Meetings[request.Name];
            Refuse.Stale(meeting.Etag, request.Etag);
            if (request.Attendees.Count == 0)
                throw Refuse.Field("attendees", "holds no one who took part");
            meeting.Attendees.Add(request.Attendees);
            (meeting.State, meeting.Day, meeting.MinutesSha256, meeting.WholeMeeting) = (TeamMeetingState.Held, request.HeldOn, request.MinutesSha256, request.WholeMeeting);
            meeting.Topics.Add(request.Topics);
            return Task.FromResult(meeting);
        }

        public override Task<Meeting> CancelMeeting(CancelMeetingRequest request, ServerCallContext context)
        {
            var meeting = scene.Meetings[request.Name];
            meeting.State = TeamMeetingState.Cancelled;
            return Task.FromResult(meeting);
        }

        public override Task<MeetingImport> ImportMeetings(ImportMeetingsRequest request, ServerCallContext context)
        {
            if (request.Calendar.Length == 0)
                throw Refuse.Field("calendar", "is missing; send the file");
            scene.Calendars.Enqueue(request);
            return Task.FromResult(new MeetingImport { Planned = 4, Unchanged = 2 });
        }
    }

    private sealed class ClearancesFake(StaffingScene scene) : Clearances.ClearancesBase
    {
        public override Task<ListExclusionHitsResponse> ListExclusionHits(ListExclusionHitsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListExclusionHitsResponse
            {
                ExclusionHits = { scene.Hits.Values.Where(hit => request.State == ExclusionHitState.Unspecified || hit.State == request.State) },
            });

        public override Task<ListListImportsResponse> ListListImports(ListListImportsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListListImportsResponse
            {
                ListImports = { scene.Lists.Select(list => new ListImport { List = list.List, Lines = list.File.Count(c => c == '\n') - 1, CheckedOn = EligibilityScene.Day(0), PeopleChecked = 2 }) },
            });

        public override Task<ExclusionHit> AnswerExclusionHit(AnswerExclusionHitRequest request, ServerCallContext context)
        {
            var hit = scene.Hits[request.Name];
            Refuse.Stale(hit.Etag, request.Etag);
            if (request.Answer == ExclusionHitState.Confirmed && request.KnownOn.Length == 0)
                throw Refuse.Field("known_on", "is missing; send a day YYYY-MM-DD");
            (hit.State, hit.Reason, hit.KnownOn) = (request.Answer, request.Reason, request.KnownOn);
            return Task.FromResult(hit);
        }

        public override async Task<ListImport> ImportExclusionList(IAsyncStreamReader<ImportExclusionListRequest> requestStream, ServerCallContext context)
        {
            await requestStream.MoveNext(CancellationToken.None);
            var list = requestStream.Current.List;
            var file = "";
            while (await requestStream.MoveNext(CancellationToken.None))
                file += requestStream.Current.Content.ToStringUtf8();
            if (file.Length == 0)
                throw Refuse.Field("content", "is empty; send the file with its header");
            scene.Lists.Enqueue((list, file));
            return new() { List = list };
        }
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

        public override Task<TransferCaseloadResponse> TransferCaseload(TransferCaseloadRequest request, ServerCallContext context)
        {
            scene.Transfers.Enqueue(request);
            // The other may take no one.
            return Task.FromResult(request.ToStaffMember == scene.Specialist ? new TransferCaseloadResponse { Moved = 3 } : new()
            {
                Caseload = new()
                {
                    ActiveCount = 21,
                    Decision = new() { Findings = { new Finding { RuleId = "NC-STAFF-007", Verdict = Verdict.NotMet, Deciding = true, Reason = "21 people, at most 20" } } },
                },
            });
        }
    }
}
