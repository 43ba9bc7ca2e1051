using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Testing;

namespace Ips.Portal.Tests.Scenes;

/// <summary>A fake Eligibility with a few people of one agency and payer. A test adds what it changes.</summary>
public sealed class EligibilityScene
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    /// <summary>A person whose name the agency and the payer may read.</summary>
    public string Person { get; } = $"individuals/{Guid.CreateVersion7()}";

    /// <summary>Authorizations by name.</summary>
    public ConcurrentDictionary<string, Authorization> Authorizations { get; } = new();

    /// <summary>Appeals by name.</summary>
    public ConcurrentDictionary<string, Appeal> Appeals { get; } = new();

    /// <summary>Referrals to vocational rehabilitation by name.</summary>
    public ConcurrentDictionary<string, Referral> Referrals { get; } = new();

    /// <summary>Referrals to the agency by name.</summary>
    public ConcurrentDictionary<string, IntakeReferral> Intake { get; } = new();

    /// <summary>The releases of a program; the first one is in shadow, the second one in force.</summary>
    public IReadOnlyList<PolicyRelease> Releases { get; } =
    [
        new() { Program = "nc-core", Version = "2021.7", Hash = new('7', 64), Newest = true, InShadow = true },
        new() { Program = "nc-core", Version = "2021.6", Hash = new('6', 64), InForce = true },
    ];

    /// <summary>Activations of releases by name.</summary>
    public ConcurrentDictionary<string, PolicyActivation> Activations { get; } = new();

    /// <summary>Deadlines about people.</summary>
    public ConcurrentQueue<Deadline> Deadlines { get; } = new();

    /// <summary>Every request that would change something, as it arrived.</summary>
    public ConcurrentQueue<object> Received { get; } = new();

    /// <summary>A day before or after today.</summary>
    public static string Day(int days) => Now.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>An instant before or after now.</summary>
    public static Timestamp In(double hours) => Timestamp.FromDateTimeOffset(Now.AddHours(hours));

    /// <summary>A request under review of the person.</summary>
    public Authorization Waiting(double dueInHours = 100, bool expedited = false, AuthorizationState state = AuthorizationState.UnderReview)
    {
        Authorization made = new()
        {
            Name = $"authorizations/{Guid.CreateVersion7()}",
            Etag = "1",
            Individual = Person,
            Provider = "organizations/harbor-works",
            Payer = "organizations/alliance",
            Program = "nc-core",
            Kind = AuthorizationKind.M2,
            State = state,
            ReceivedOn = Day(-2),
            RequestedFrom = Day(0),
            RequestedThrough = Day(89),
            RequestedUnits = 1,
            RequestVersion = 1,
            Expedited = expedited,
            DecisionDueTime = In(dueInHours),
            CreateTime = In(-48),
            Decision = Decision(
                Found("NC-AUTH-004", Verdict.Met, "received 2 days before the first day"),
                Found("NC-AUTH-009", Verdict.NeedsReview, "medical necessity is for the payer to find", "a finding of the payer")),
            Checklist =
            {
                new ChecklistItem { Document = "career_profile", Received = true, RuleIds = { "NC-AUTH-002" }, Source = DocumentSource.IpsTeam },
                new ChecklistItem { Document = "integrated_pcp", MissingContents = { "career_goals" }, RuleIds = { "NC-AUTH-003" }, Source = DocumentSource.BhProvider },
            },
        };
        Authorizations[made.Name] = made;
        return made;
    }

    /// <summary>An open appeal against a denial.</summary>
    public Appeal Filed()
    {
        var denied = Waiting(state: AuthorizationState.Denied);
        Appeal made = new()
        {
            Name = $"appeals/{Guid.CreateVersion7()}",
            Etag = "1",
            Authorization = denied.Name,
            Individual = Person,
            Provider = "organizations/harbor-works",
            Payer = "organizations/alliance",
            Program = "nc-core",
            Kind = AppealKind.Appeal,
            Filer = AppealFiler.Individual,
            State = AppealState.Filed,
            Reason = "The assessment was sent.",
            Against = AuthorizationState.Denied,
            AgainstDecidedOn = Day(-5),
            AgainstRuleId = "NC-AUTH-002",
            RequestedOn = Day(-1),
            FiledOn = Day(-1),
            FileBy = Day(55),
            DecisionDueTime = In(600),
            DecisionRuleId = "NC-AUTH-011",
        };
        Appeals[made.Name] = made;
        return made;
    }

    /// <summary>A referral to vocational rehabilitation.</summary>
    public Referral Referred(ReferralState state = ReferralState.Referred, int daysAgo = 50)
    {
        Referral made = new()
        {
            Name = $"referrals/{Guid.CreateVersion7()}",
            Etag = "1",
            Individual = Person,
            Provider = "organizations/harbor-works",
            Recipient = "organizations/nc-dvrs",
            Program = "nc-core",
            State = state,
            ReferralDate = Day(-daysAgo),
            ServiceInitiationDate = Day(-daysAgo - 1),
        };
        Referrals[made.Name] = made;
        return made;
    }

    /// <summary>A release that another person of the state proposed.</summary>
    public PolicyActivation Proposed()
    {
        PolicyActivation made = new()
        {
            Name = $"policyActivations/{Guid.CreateVersion7()}",
            Etag = "1",
            Program = Releases[0].Program,
            Version = Releases[0].Version,
            Hash = Releases[0].Hash,
            From = Day(20),
            State = PolicyActivationState.Proposed,
            ProposedBy = "colleague",
        };
        Activations[made.Name] = made;
        return made;
    }

    /// <summary>A referral to the agency, received some days ago.</summary>
    public IntakeReferral Sent(int daysAgo = 4)
    {
        IntakeReferral made = new()
        {
            Name = $"intakeReferrals/{Guid.CreateVersion7()}",
            Etag = "1",
            Provider = "organizations/harbor-works",
            State = IntakeReferralState.Received,
            Content = new()
            {
                Source = IntakeSource.Clinic,
                Program = "nc-core",
                Urgency = IntakeUrgency.Urgent,
                Person = new() { GivenName = "Sandbox", FamilyName = "Case Two" },
            },
            ReceivedOn = Day(-daysAgo),
            AgeDays = daysAgo,
            NextStep = IntakeStep.Contact,
            Checklist = { Found("NC-ELIG-003", Verdict.NeedsFacts, "no diagnosis on file", "record the diagnosis") },
        };
        Intake[made.Name] = made;
        return made;
    }

    /// <summary>A clock about the person.</summary>
    public void Due(string kind, int days, string rule = "NC-SO-004") => Deadlines.Enqueue(new()
    {
        Name = $"deadlines/{Guid.CreateVersion7()}",
        Kind = kind,
        RuleId = rule,
        RuleSays = "The service order is renewed every year.",
        Citation = new() { Document = "State-Funded IPS Service Definition Policy (2023-10-01)", Section = "Service Orders" },
        Subject = $"serviceOrders/{Guid.CreateVersion7()}",
        Individual = Person,
        Provider = "organizations/harbor-works",
        Program = "nc-core",
        DueOn = Day(days),
        DaysLeft = days,
        State = days < 0 ? DeadlineState.Overdue : days == 0 ? DeadlineState.Due : days <= 30 ? DeadlineState.DueSoon : DeadlineState.Open,
    });

    /// <summary>A decision of one program with these findings.</summary>
    public static Decision Decision(params IEnumerable<Finding> findings) =>
        new() { Program = "nc-core", AsOf = Day(0), Verdict = Verdict.NeedsReview, Findings = { findings } };

    /// <summary>A finding with its paragraph.</summary>
    public static Finding Found(string rule, Verdict verdict, string reason, string wouldBeMet = "") => new()
    {
        RuleId = rule,
        Verdict = verdict,
        Reason = reason,
        WouldBeMet = wouldBeMet,
        Deciding = true,
        Citation = new() { Document = "State-Funded IPS Service Definition Policy (2023-10-01)", Section = "Service Order, paragraph 2" },
    };

    /// <summary>Adds its rpcs to a fake service.</summary>
    public FakeService On(FakeService service) => service.Serve(new AuthorizationsFake(this)).Serve(new AppealsFake(this)).Serve(new IndividualsFake(this))
        .Serve(new DeadlinesFake(this)).Serve(new IntakeFake(this)).Serve(new ReferralsFake(this)).Serve(new PolicyReleasesFake(this)).Serve(new DecisionsFake(this));

    private sealed class AuthorizationsFake(EligibilityScene scene) : Authorizations.AuthorizationsBase
    {
        private readonly ConcurrentDictionary<string, Authorization> answers = new();

        public override Task<ListAuthorizationsResponse> ListAuthorizations(ListAuthorizationsRequest request, ServerCallContext context) => Task.FromResult(
            new ListAuthorizationsResponse { Authorizations = { scene.Authorizations.Values.Where(one => one.State == request.State).OrderByDescending(one => one.Name) } });

        public override Task<Authorization> GetAuthorization(GetAuthorizationRequest request, ServerCallContext context) =>
            Task.FromResult(scene.Authorizations.TryGetValue(request.Name, out var found) ? found : throw Refuse.NotFound(request.Name));

        public override Task<Authorization> DecideAuthorization(DecideAuthorizationRequest request, ServerCallContext context)
        {
            scene.Received.Enqueue(request);
            if (answers.TryGetValue(request.RequestId, out var before))
                return Task.FromResult(before);
            if (request.Outcome == default)
                throw Refuse.Field("outcome", "is missing");
            if (request.Outcome != AuthorizationOutcome.Approve && request.Reason.Length == 0)
                throw Refuse.Field("reason", "is missing; send 1 to 2000 characters");
            var found = scene.Authorizations[request.Name];
            Refuse.Stale(found.Etag, request.Etag);
            var decided = found.Clone();
            decided.Etag = "2";
            decided.State = request.Outcome switch
            {
                AuthorizationOutcome.Approve => AuthorizationState.Approved,
                AuthorizationOutcome.Modify => AuthorizationState.Modified,
                AuthorizationOutcome.Deny => AuthorizationState.Denied,
                _ => AuthorizationState.PendedInfo,
            };
            (decided.PayerRuleId, decided.PayerReason, decided.ReasonCode) = (request.RuleId, request.Reason, request.ReasonCode);
            (decided.ApprovedFrom, decided.ApprovedThrough, decided.ApprovedUnits) = (request.ApprovedFrom, request.ApprovedThrough, request.ApprovedUnits);
            return Task.FromResult(answers[request.RequestId] = scene.Authorizations[request.Name] = decided);
        }
    }

    private sealed class AppealsFake(EligibilityScene scene) : Appeals.AppealsBase
    {
        public override Task<ListAppealsResponse> ListAppeals(ListAppealsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListAppealsResponse { Appeals = { scene.Appeals.Values.Where(one => one.State == request.State) } });

        public override Task<Appeal> GetAppeal(GetAppealRequest request, ServerCallContext context) =>
            Task.FromResult(scene.Appeals.TryGetValue(request.Name, out var found) ? found : throw Refuse.NotFound(request.Name));

        public override Task<Appeal> AcknowledgeAppeal(AcknowledgeAppealRequest request, ServerCallContext context) => Changed(request, request.Name, request.Etag, appeal =>
            (appeal.State, appeal.Etag) = (AppealState.Acknowledged, "2"));

        public override Task<Appeal> DecideAppeal(DecideAppealRequest request, ServerCallContext context) => Changed(request, request.Name, request.Etag, appeal =>
            (appeal.State, appeal.OutcomeReason) = (request.Outcome == AppealOutcome.Overturn ? AppealState.Overturned : AppealState.Upheld, request.Reason));

        private Task<Appeal> Changed(object request, string name, string etag, Action<Appeal> change)
        {
            scene.Received.Enqueue(request);
            var appeal = scene.Appeals[name].Clone();
            Refuse.Stale(appeal.Etag, etag);
            change(appeal);
            return Task.FromResult(scene.Appeals[name] = appeal);
        }
    }

    private sealed class IndividualsFake(EligibilityScene scene) : Individuals.IndividualsBase
    {
        public override Task<Individual> GetIndividual(GetIndividualRequest request, ServerCallContext context) => Task.FromResult(request.Name == scene.Person
            ? new Individual { Name = request.Name, GivenName = "Sandbox", FamilyName = "Case One" }
            : throw Refuse.NotFound(request.Name));
    }

    private sealed class DeadlinesFake(EligibilityScene scene) : Contracts.Eligibility.V1.Deadlines.DeadlinesBase
    {
        public override Task<ListDeadlinesResponse> ListDeadlines(ListDeadlinesRequest request, ServerCallContext context) => Task.FromResult(new ListDeadlinesResponse
        {
            Deadlines =
            {
                scene.Deadlines.Where(one => request.States.Count == 0 || request.States.Contains(one.State)).OrderBy(one => one.DueOn, StringComparer.Ordinal),
            },
        });
    }

    private sealed class DecisionsFake(EligibilityScene scene) : Decisions.DecisionsBase
    {
        public override async Task SimulatePolicies(
            SimulatePoliciesRequest request, IServerStreamWriter<PolicyChanges> responseStream, ServerCallContext context)
        {
            scene.Received.Enqueue(request);
            await responseStream.WriteAsync(new() { Decisions = 1000 });
            await responseStream.WriteAsync(new()
            {
                Complete = true,
                Decisions = 1234,
                Changed = 56,
                BeforeUsd = "1000.00",
                AfterUsd = "1750.50",
                Changes = { new PolicyChange { Change = "admission NCC-ELIG-006: NotMet becomes Met", Count = 56 } },
            });
        }

        public override Task<PolicyChanges> ReportShadow(ReportShadowRequest request, ServerCallContext context) =>
            Task.FromResult(new PolicyChanges { Complete = true, Decisions = 77, Changed = 12 });
    }

    private sealed class PolicyReleasesFake(EligibilityScene scene) : PolicyReleases.PolicyReleasesBase
    {
        public override Task<ListPolicyReleasesResponse> ListPolicyReleases(ListPolicyReleasesRequest request, ServerCallContext context) =>
            Task.FromResult(new ListPolicyReleasesResponse { Releases = { scene.Releases } });

        public override Task<DiffPolicyReleasesResponse> DiffPolicyReleases(DiffPolicyReleasesRequest request, ServerCallContext context)
        {
            var to = scene.Releases.FirstOrDefault(one => one.Program == request.Program && one.Hash == request.ToHash) ?? throw Refuse.Field("to_hash", "is no release");
            DiffPolicyReleasesResponse answer = new() { From = scene.Releases.Single(one => one.InForce), To = to };
            if (!to.InForce)
            {
                answer.Differences.Add(new PolicyDifference
                {
                    Subject = "admission",
                    RuleId = "NCC-ELIG-006",
                    Difference = "lookback_days: 90 calendar-days in version 2021.6, 120 calendar-days in version 2021.7.",
                });
            }

            return Task.FromResult(answer);
        }

        public override Task<ListPolicyActivationsResponse> ListPolicyActivations(ListPolicyActivationsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListPolicyActivationsResponse { PolicyActivations = { scene.Activations.Values.OrderByDescending(one => one.Name, StringComparer.Ordinal) } });

        public override Task<PolicyActivation> ProposePolicyActivation(ProposePolicyActivationRequest request, ServerCallContext context)
        {
            scene.Received.Enqueue(request);
            if (request.From.Length == 0)
                throw Refuse.Field("from", "is missing; send a day");
            var made = scene.Proposed();
            (made.From, made.Shadow, made.ProposedBy) = (request.From, request.Shadow, "analyst");
            return Task.FromResult(made);
        }

        public override Task<PolicyActivation> AcceptPolicyActivation(AcceptPolicyActivationRequest request, ServerCallContext context) =>
            Changed(request, request.Name, request.Etag, one => (one.State, one.AcceptedBy) = (PolicyActivationState.Accepted, "analyst"));

        public override Task<PolicyActivation> WithdrawPolicyActivation(WithdrawPolicyActivationRequest request, ServerCallContext context) =>
            Changed(request, request.Name, request.Etag, one => one.State = PolicyActivationState.Withdrawn);

        private Task<PolicyActivation> Changed(object request, string name, string etag, Action<PolicyActivation> change)
        {
            scene.Received.Enqueue(request);
            var activation = scene.Activations[name].Clone();
            Refuse.Stale(activation.Etag, etag);
            activation.Etag = "2";
            change(activation);
            return Task.FromResult(scene.Activations[name] = activation);
        }
    }

    private sealed class IntakeFake(EligibilityScene scene) : IntakeReferrals.IntakeReferralsBase
    {
        public override Task<ListIntakeReferralsResponse> ListIntakeReferrals(ListIntakeReferralsRequest request, ServerCallContext context) => Task.FromResult(
            new ListIntakeReferralsResponse
            {
                IntakeReferrals = { scene.Intake.Values.Where(one => request.State == default || one.State == request.State).OrderBy(one => one.ReceivedOn, StringComparer.Ordinal) },
            });
    }

    private sealed class ReferralsFake(EligibilityScene scene) : Referrals.ReferralsBase
    {
        public override Task<ListReferralsResponse> ListReferrals(ListReferralsRequest request, ServerCallContext context) =>
            Task.FromResult(new ListReferralsResponse { Referrals = { scene.Referrals.Values.Where(one => one.State == request.State) } });

        public override Task<Referral> GetReferral(GetReferralRequest request, ServerCallContext context) =>
            Task.FromResult(scene.Referrals.TryGetValue(request.Name, out var found) ? found : throw Refuse.NotFound(request.Name));

        public override Task<PullFeedResponse> PullFeed(PullFeedRequest request, ServerCallContext context) => Task.FromResult(new PullFeedResponse
        {
            CaughtUp = true,
            NextCursor = "end",
            Items =
            {
                scene.Referrals.Values.Select(one => new FeedItem
                {
                    Referral = new() { Name = one.Name, State = one.State, GivenName = "Sandbox", FamilyName = "Case One", BirthDate = "1995-11-30" },
                }),
            },
        });

        public override Task<ReferralContacts> GetReferralContacts(GetReferralContactsRequest request, ServerCallContext context) => Task.FromResult(
            new ReferralContacts { Referral = request.Referral, Contacts = { new ContactContent { Language = new() { Language = "es" } } } });

        public override Task<Referral> AcknowledgeReferral(AcknowledgeReferralRequest request, ServerCallContext context) =>
            Changed(request, request.Name, referral => referral.State = ReferralState.DvrsDetermining);

        public override Task<Referral> RecordDvrsDecision(RecordDvrsDecisionRequest request, ServerCallContext context) => Changed(request, request.Name, referral =>
            (referral.State, referral.DvrsDecisionDate) = (request.Outcome == DvrsOutcome.Eligible ? ReferralState.EligibleOpen : ReferralState.Ineligible, request.DecidedOn));

        public override Task<Referral> RecordVrContact(RecordVrContactRequest request, ServerCallContext context) =>
            Changed(request, request.Name, referral => (referral.VrOffice, referral.VrCounselor) = (request.Office, request.Counselor));

        private Task<Referral> Changed(object request, string name, Action<Referral> change)
        {
            scene.Received.Enqueue(request);
            var referral = scene.Referrals[name].Clone();
            change(referral);
            return Task.FromResult(scene.Referrals[name] = referral);
        }
    }
}
