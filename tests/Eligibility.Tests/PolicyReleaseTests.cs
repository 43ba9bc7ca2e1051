using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Policies;
using Ips.Platform.Decisions;
using Ips.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>
/// A release of a policy comes into force on a day that two people chose, in every service. The tests have their own service: they move its clock.
/// </summary>
public sealed class PolicyReleaseTests(EligibilityService service) : IClassFixture<EligibilityService>
{
    private const string Program = "nc-core";

    private static readonly Pack Earlier = ReleasedPacks.All.Single(r => r is { Id: Program, Version: "2021.5" }).Pack;
    private static readonly Pack Newest = PolicyEngine.Shipped.Programs[Program];

    private Proto.PolicyReleases.PolicyReleasesClient Policies => new(service.Channel);

    [Fact]
    public async Task Two_people_put_a_release_in_force_and_every_service_decides_by_it_from_its_day()
    {
        var (anna, bert) = (Person("anna"), Person("bert"));
        var releases = (await Policies.ListPolicyReleasesAsync(new() { Program = Program }, anna)).Releases;
        Assert.Equal((Newest.Hash, Newest.Version), (releases[0].Hash, releases[0].Version));
        Assert.Equal(Newest.Hash, Assert.Single(releases, r => r.InForce).Hash);
        Assert.Contains(releases, r => r.Hash == Earlier.Hash);
        var differences = (await Policies.DiffPolicyReleasesAsync(new() { Program = Program, ToHash = Earlier.Hash }, anna)).Differences;
        Assert.Contains(differences, d => d is { RuleId: "NCC-MS-01b", Subject: "claim-line" } && d.Difference.Contains("part_minutes", StringComparison.Ordinal));
        Assert.Empty((await Policies.DiffPolicyReleasesAsync(new() { Program = Program, FromHash = Newest.Hash, ToHash = Newest.Hash }, anna)).Differences);

        // One person proposes; that changes nothing, and the same person cannot accept it.
        var proposed = await Policies.ProposePolicyActivationAsync(Proposal(service.Day(1)), anna);
        Assert.Equal((Proto.PolicyActivationState.Proposed, "anna", ""), (proposed.State, proposed.ProposedBy, proposed.AcceptedBy));
        Assert.Equal(StatusCode.PermissionDenied, await Refusal(Policies.AcceptPolicyActivationAsync(Accept(proposed), anna)));
        Assert.Equal(StatusCode.AlreadyExists, await Refusal(Policies.ProposePolicyActivationAsync(Proposal(service.Day(1)), bert)));
        var accepted = await Policies.AcceptPolicyActivationAsync(Accept(proposed), bert);
        Assert.Equal((Proto.PolicyActivationState.Accepted, "bert"), (accepted.State, accepted.AcceptedBy));
        Assert.Equal(StatusCode.FailedPrecondition, await Refusal(Policies.AcceptPolicyActivationAsync(Accept(accepted), Person("cara"))));

        // Before its day nothing changes, in no service.
        var billing = await service.Billing();
        var (here, there) = (service.Services.GetRequiredService<PolicyService>(), billing.Services.GetRequiredService<PolicyService>());
        await Poll.Until(async () => await billing.Count("policy_activations where accepted_at is not null and proposed_by = ''") == 1);
        await service.Services.GetRequiredService<PoliciesInForce>().Read(default);
        await billing.Services.GetRequiredService<PoliciesInForce>().Read(default);
        var one = await PersonBuilder.Register(service);
        await one.WithFacts();
        var before = (await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider)).Decision;
        Assert.Equal((Newest.Version, Newest.Hash), (before.PackVersion, before.PackHash));
        Assert.Equal(Newest.Hash, there.Engine.Programs[Program].Hash);

        // On its day every service decides by it, and the earlier decision is still repeated byte for byte.
        service.Clock.Advance(TimeSpan.FromDays(1));
        var two = await PersonBuilder.Register(service);
        await two.WithFacts();
        var after = (await two.Determinations.DetermineAsync(two.Determination(), two.AsProvider)).Decision;
        Assert.Equal((Earlier.Version, Earlier.Hash), (after.PackVersion, after.PackHash));
        Assert.Equal((Earlier.Hash, Earlier.Hash), (here.Engine.Programs[Program].Hash, there.Engine.Programs[Program].Hash));
        Assert.Equal(PolicyEngine.Shipped.Programs["nc-state"].Hash, there.Engine.Programs["nc-state"].Hash);
        Proto.Decisions.DecisionsClient decisions = new(service.Channel);
        foreach (var taken in new[] { before, after })
        {
            Assert.Equal(ReplayOutcome.Same, (await decisions.ReplayDecisionAsync(
                new() { Name = $"decisions/{taken.DecisionId}" }, service.As(Roles.Ops, "ips"))).Outcome);
        }

        // What came into force is not withdrawn; the audit log has both people.
        Assert.Equal(StatusCode.FailedPrecondition, await Refusal(Policies.WithdrawPolicyActivationAsync(
            new() { Name = accepted.Name, Etag = accepted.Etag, RequestId = EligibilityService.NewId() }, anna)));
        Assert.Equal("anna Propose, bert Accept", await service.Scalar(
            $"""
            select string_agg(c.caller || ' ' || substring(c.rpc from '/(.*)PolicyActivation'), ', ' order by l.at)
            from audit_log l join audit_contexts c on c.code = l.context where l.person = '{accepted.Name.Split('/')[1]}' and c.action = 'write'
            """));
        Assert.Equal(2, await service.Count($"outbox_rows where subject = '{accepted.Name}'"));
        Assert.Equal(0, await service.Count($"outbox_rows where subject = '{accepted.Name}' and body::text like '%anna%'"));
    }

    [Fact]
    public async Task A_proposal_is_of_the_states_own_program_for_a_day_to_come_and_by_a_person()
    {
        Assert.Equal(["from"], (await service.RefusedWithoutTrace(async () => await Policies.ProposePolicyActivationAsync(Proposal(service.Day()), Person("anna")))).Fields);
        var unknown = Proposal(service.Day(9));
        unknown.Hash = new string('0', 64);
        Assert.Equal(["hash"], (await service.RefusedWithoutTrace(async () => await Policies.ProposePolicyActivationAsync(unknown, Person("anna")))).Fields);
        var other = Proposal(service.Day(9));
        other.Hash = PolicyEngine.Shipped.Programs["nc-state"].Hash;
        Assert.Equal(["hash"], (await service.RefusedWithoutTrace(async () => await Policies.ProposePolicyActivationAsync(other, Person("anna")))).Fields);
        Assert.Equal(StatusCode.NotFound, await Refusal(Policies.ProposePolicyActivationAsync(Proposal(service.Day(9)), service.As(Roles.State, "mo-dmh", "dora"))));
        Assert.Equal(StatusCode.PermissionDenied, await Refusal(Policies.ProposePolicyActivationAsync(
            Proposal(service.Day(9)), service.As(Roles.State, "nc-dhhs", "nightly-job", client: "nightly-job"))));

        var proposed = await Policies.ProposePolicyActivationAsync(Proposal(service.Day(9)), Person("anna"));
        Assert.Contains((await Policies.ListPolicyActivationsAsync(new(), Person("bert"))).PolicyActivations, a => a.Name == proposed.Name);
        Assert.DoesNotContain((await Policies.ListPolicyActivationsAsync(new(), service.As(Roles.State, "mo-dmh", "dora"))).PolicyActivations, a => a.Name == proposed.Name);
        Assert.Equal(StatusCode.NotFound, await Refusal(Policies.AcceptPolicyActivationAsync(Accept(proposed), service.As(Roles.State, "mo-dmh", "dora"))));
        var withdrawn = await Policies.WithdrawPolicyActivationAsync(
            new() { Name = proposed.Name, Etag = proposed.Etag, RequestId = EligibilityService.NewId() }, Person("bert"));
        Assert.Equal(Proto.PolicyActivationState.Withdrawn, withdrawn.State);
        Assert.Equal(StatusCode.FailedPrecondition, await Refusal(Policies.AcceptPolicyActivationAsync(Accept(withdrawn), Person("bert"))));
    }

    private static async Task<StatusCode> Refusal<T>(AsyncUnaryCall<T> call) => (await EligibilityService.Refused(async () => await call)).Code;

    private static Proto.ProposePolicyActivationRequest Proposal(string from) =>
        new() { Program = Program, Hash = Earlier.Hash, From = from, RequestId = EligibilityService.NewId() };

    private static Proto.AcceptPolicyActivationRequest Accept(Proto.PolicyActivation proposed) =>
        new() { Name = proposed.Name, Etag = proposed.Etag, RequestId = EligibilityService.NewId() };

    private Metadata Person(string subject) => service.As(Roles.State, "nc-dhhs", subject);
}
