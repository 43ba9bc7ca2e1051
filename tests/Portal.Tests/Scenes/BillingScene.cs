using System.Collections.Concurrent;
using Grpc.Core;
using Ips.Contracts.Billing.V1;
using Ips.Contracts.Common.V1;
using Ips.Testing;

namespace Ips.Portal.Tests.Scenes;

/// <summary>A fake Billing with milestones and claim lines of one person.</summary>
public sealed class BillingScene(string person)
{
    /// <summary>Milestones by name.</summary>
    public ConcurrentDictionary<string, Milestone> Milestones { get; } = new();

    /// <summary>Claim lines.</summary>
    public ConcurrentQueue<ClaimLine> Lines { get; } = new();

    /// <summary>Every request that would change something, as it arrived.</summary>
    public ConcurrentQueue<object> Received { get; } = new();

    /// <summary>A milestone in a state, submitted some days ago.</summary>
    public Milestone Packet(MilestoneState state, int number = 3, int daysAgo = 3)
    {
        Milestone made = new()
        {
            Name = $"milestones/{Guid.CreateVersion7()}",
            Individual = person,
            Provider = "organizations/harbor-works",
            Program = "nc-core",
            Number = number,
            Funding = Funding.State,
            EventDate = EligibilityScene.Day(-daysAgo),
            State = state,
            Funder = "alliance",
            Code = "H2023",
            Modifiers = { "Z3" },
            Units = 1,
            PayableUnits = state == MilestoneState.Billable ? 1 : 0,
            Amount = new() { CurrencyCode = "USD", Amount = "1500.00" },
            CreateTime = EligibilityScene.In(-24 * daysAgo),
            Evidence = new() { Documents = { MilestoneDocument.JobStartForm }, ServiceNotes = { "serviceNotes/one" } },
            Decision = EligibilityScene.Decision(
                EligibilityScene.Found("NCC-MS-03a", Verdict.Met, "job started"),
                EligibilityScene.Found("NCC-UM-001", Verdict.NeedsReview, "Network Evaluation reviews the packet", "its approval")),
        };
        Milestones[made.Name] = made;
        return made;
    }

    /// <summary>A claim line in a state.</summary>
    public ClaimLine Line(ClaimLineState state, int daysAgo = 1)
    {
        ClaimLine made = new()
        {
            Name = $"claimLines/{Guid.CreateVersion7()}",
            Etag = "1",
            Individual = person,
            Provider = "organizations/harbor-works",
            Program = "nc-core",
            MilestoneNumber = 2,
            ServiceDate = EligibilityScene.Day(-daysAgo),
            State = state,
            Code = "H2023",
            Modifiers = { "Z2" },
            Units = 1,
            Amount = new() { CurrencyCode = "USD", Amount = "2000.00" },
            Charge = new() { CurrencyCode = "USD", Amount = "2000.00" },
            CreateTime = EligibilityScene.In(-24 * daysAgo),
            Payer = "Alliance",
            Route = new() { Payer = "organizations/alliance", Funding = Funding.State, PaidBy = "Alliance" },
        };
        if (state == ClaimLineState.Attention)
            made.ProposedRoute = new() { Payer = "organizations/alliance", Funding = Funding.Medicaid };
        if (state is ClaimLineState.Refused or ClaimLineState.Attention)
            made.Refusals.Add(EligibilityScene.Found("NCC-MS-02c", Verdict.NotMet, "0 units left", "an authorization with a unit left"));
        Lines.Enqueue(made);
        return made;
    }

    /// <summary>Adds its rpcs to a fake service.</summary>
    public FakeService On(FakeService service) => service.Serve(new MilestonesFake(this)).Serve(new ClaimsFake(this))
        .Serve(new FileTransfersFake()).Serve(new DecisionsFake());

    private sealed class DecisionsFake : Decisions.DecisionsBase
    {
        public override Task SimulatePolicies(
            SimulatePoliciesRequest request, IServerStreamWriter<PolicyChanges> responseStream, ServerCallContext context) =>
            responseStream.WriteAsync(new() { Complete = true, Decisions = 9 });

        public override Task<PolicyChanges> ReportShadow(ReportShadowRequest request, ServerCallContext context) =>
            Task.FromResult(new PolicyChanges { Complete = true, Decisions = 9 });
    }

    private sealed class MilestonesFake(BillingScene scene) : Milestones.MilestonesBase
    {
        public override Task<ListMilestonesResponse> ListMilestones(ListMilestonesRequest request, ServerCallContext context) => Task.FromResult(new ListMilestonesResponse
        {
            Milestones = { scene.Milestones.Values.Where(one => request.Number == 0 || one.Number == request.Number).OrderByDescending(one => one.Name) },
        });

        public override Task<Milestone> GetMilestone(GetMilestoneRequest request, ServerCallContext context) =>
            Task.FromResult(scene.Milestones.TryGetValue(request.Name, out var found) ? found : throw Refuse.NotFound(request.Name));

        public override Task<MilestoneChecklist> GetMilestoneChecklist(GetMilestoneChecklistRequest request, ServerCallContext context) => Task.FromResult(new MilestoneChecklist
        {
            Individual = request.Individual,
            Number = request.Number,
            Items =
            {
                new MilestoneChecklistItem { Finding = EligibilityScene.Found("NCC-MS-03a", Verdict.Met, "job started") },
                new MilestoneChecklistItem
                {
                    Finding = EligibilityScene.Found("NCC-MS-03b", Verdict.NeedsFacts, "no job start form", "send the job start form"),
                    ProvidedBy = EvidenceSource.Provider,
                },
            },
        });

        public override Task<Milestone> RecordReview(RecordReviewRequest request, ServerCallContext context)
        {
            scene.Received.Enqueue(request);
            if (request.ReceivedDate.Length == 0)
                throw Refuse.Field("received_date", "is missing; send a day YYYY-MM-DD");
            var found = scene.Milestones[request.Name].Clone();
            found.State = request.Outcome == ReviewOutcome.Approved ? MilestoneState.Billable : MilestoneState.Collecting;
            return Task.FromResult(scene.Milestones[request.Name] = found);
        }
    }

    private sealed class FileTransfersFake : FileTransfers.FileTransfersBase
    {
        public override Task<ListFileTransfersResponse> ListFileTransfers(ListFileTransfersRequest request, ServerCallContext context) => Task.FromResult(
            new ListFileTransfersResponse
            {
                FileTransfers =
                {
                    new FileTransfer
                    {
                        Name = $"fileTransfers/{Guid.CreateVersion7()}",
                        Provider = "organizations/harbor-works",
                        Payer = "organizations/alliance",
                        Direction = FileDirection.Outgoing,
                        State = FileTransferState.Waiting,
                        FileName = "claims-000000012.x12",
                        Attempts = 3,
                        Problem = FileTransferProblem.HostKey,
                        NextAttemptTime = EligibilityScene.In(1),
                    },
                },
            });
    }

    private sealed class ClaimsFake(BillingScene scene) : Claims.ClaimsBase
    {
        public override Task<ListClaimLinesResponse> ListClaimLines(ListClaimLinesRequest request, ServerCallContext context) => Task.FromResult(new ListClaimLinesResponse
        {
            ClaimLines = { scene.Lines.Where(one => request.State == default || one.State == request.State).OrderByDescending(one => one.Name) },
        });

        public override Task<ClaimLine> GetClaimLine(GetClaimLineRequest request, ServerCallContext context) =>
            Task.FromResult(scene.Lines.FirstOrDefault(one => one.Name == request.Name) ?? throw Refuse.NotFound(request.Name));

        public override Task<ListReroutesResponse> ListReroutes(ListReroutesRequest request, ServerCallContext context) => Task.FromResult(new ListReroutesResponse
        {
            Reroutes =
            {
                scene.Lines.Where(one => one.ProposedRoute is not null).OrderByDescending(one => one.Name).Select(one => new Reroute
                {
                    ClaimLine = one.Name,
                    Etag = one.Etag,
                    Individual = one.Individual,
                    Program = one.Program,
                    MilestoneNumber = one.MilestoneNumber,
                    ServiceDate = one.ServiceDate,
                    From = one.Route,
                    To = one.ProposedRoute,
                    AtStake = one.Amount,
                    Steps = { RerouteStep.VoidLine, RerouteStep.NewLine },
                    Reasons = { one.Refusals },
                }),
            },
        });

        public override Task<PayerRouting> RoutePayer(RoutePayerRequest request, ServerCallContext context) => Task.FromResult(new PayerRouting
        {
            Coverages =
            {
                new ChosenCoverage { Payer = "organizations/alliance", Funding = Funding.Medicaid },
                new ChosenCoverage { Payer = "organizations/alliance", Funding = Funding.State },
            },
        });

        public override Task<ConfirmedReroute> ConfirmReroute(ConfirmRerouteRequest request, ServerCallContext context)
        {
            scene.Received.Enqueue(request);
            var line = scene.Lines.First(one => one.Name == request.Name);
            // As if the person had let it stand.
            (line.State, line.ProposedRoute) = (ClaimLineState.Ready, null);
            return Task.FromResult(new ConfirmedReroute { Line = line });
        }
    }
}
