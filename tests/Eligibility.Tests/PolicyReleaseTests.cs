using Grpc.Core;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Events;
using Ips.Eligibility.Db;
using Ips.Platform.Decisions;
using Ips.Policies;
using Ips.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
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
        var billing = await service.Billing();
        var releases = (await Policies.ListPolicyReleasesAsync(new() { Program = Program }, anna)).Releases;
        Assert.Equal((Newest.Hash, Newest.Version), (releases[^1].Hash, releases[^1].Version));
        Assert.Equal(Newest.Hash, Assert.Single(releases, r => r.InForce).Hash);
        Assert.Contains(releases, r => r.Hash == Earlier.Hash);
        var first = await Policies.ListPolicyReleasesAsync(new() { PageSize = 1 }, anna);
        var next = await Policies.ListPolicyReleasesAsync(new() { PageSize = 200, PageToken = first.NextPageToken }, anna);
        Assert.Equal(releases, first.Releases.Concat(next.Releases).Where(r => r.Program == Program));
        Assert.Equal(["nc-core", "nc-state"], first.Releases.Concat(next.Releases).Select(r => r.Program).Distinct());
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
        var (here, there) = (service.Services.GetRequiredService<PolicyService>(), billing.Services.GetRequiredService<PolicyService>());
        await Poll.Until(async () => await billing.Count($"policy_activations where id = '{accepted.Name.Split('/')[1]}' and accepted_at is not null and proposed_by = ''") == 1);
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

        // A later build has left the release out: its files are in the database of each service.
        Assert.Equal(1, await billing.Count($"kept_packs where pack_hash = '{Earlier.Hash}'"));
        var stored = await Stored(after.DecisionId);
        KeptPacks packs = new(service.Services.GetRequiredService<NpgsqlDataSource>(), Without(Earlier), service.Clock);
        Assert.DoesNotContain(packs.ReleasesOf(Program), p => p.Hash == Earlier.Hash);
        Assert.Equal(ReplayOutcome.Same, new Replaying(packs).Replay(stored).Outcome);
        Assert.Null(packs.Find(new string('0', 64)));
        await service.Scalar($"update kept_packs set files = replace(files, 'says', 'said') where pack_hash = '{Earlier.Hash}' returning 1");
        KeptPacks changed = new(service.Services.GetRequiredService<NpgsqlDataSource>(), Without(Earlier), service.Clock);
        Assert.Contains("was changed", Assert.Throws<InvalidDataException>(() => changed.Find(Earlier.Hash)).Message, StringComparison.Ordinal);

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

    [Fact]
    public async Task Operations_put_a_policy_in_force_only_for_an_agency_that_a_setting_names()
    {
        Assert.Equal(StatusCode.PermissionDenied, await Refusal(Policies.ProposePolicyActivationAsync(Proposal(service.Day(20)), service.As(Roles.Ops, "ips", "olga"))));
        var missouri = Proposal(service.Day(20));
        missouri.Program = "mo-dmh-vr";
        missouri.Hash = PolicyEngine.Shipped.Programs[missouri.Program].Hash;
        var proposed = await Policies.ProposePolicyActivationAsync(missouri, service.As(Roles.Ops, "ips", "olga"));
        Assert.Equal(StatusCode.PermissionDenied, await Refusal(Policies.AcceptPolicyActivationAsync(Accept(proposed), service.As(Roles.Ops, "ips", "olga"))));
        Assert.Equal("otto", (await Policies.AcceptPolicyActivationAsync(Accept(proposed), service.As(Roles.Ops, "ips", "otto"))).AcceptedBy);
    }

    [Fact]
    public async Task An_activation_that_arrives_twice_or_in_the_wrong_order_is_the_latest_one()
    {
        var billing = await service.Billing();
        PolicyActivationMovedV1 proposed = new()
        {
            EventId = Guid.CreateVersion7(),
            OccurredAt = service.Clock.GetUtcNow(),
            Sequence = 1,
            PolicyActivationId = new(Guid.CreateVersion7()),
            Program = Program,
            PackVersion = Earlier.Version,
            PackHash = Earlier.Hash,
            From = new(2099, 1, 31),
            Shadow = false,
            Accepted = false,
            Withdrawn = false,
        };
        var accepted = proposed with { EventId = Guid.CreateVersion7(), Sequence = 2, Accepted = true };
        var withdrawn = accepted with { EventId = Guid.CreateVersion7(), Sequence = 3, Withdrawn = true };
        var consumer = billing.Services.GetRequiredService<PolicyActivationsConsumer>();
        foreach (var arrives in new[] { accepted, proposed, accepted, withdrawn, accepted, proposed })
            await consumer.Store("activations", [arrives], default);
        Assert.Equal("3 true", await billing.Scalar($"select version || ' ' || withdrawn from policy_activations where id = '{proposed.PolicyActivationId.Value}'"));
        var other = proposed with { PolicyActivationId = new(Guid.CreateVersion7()), EventId = Guid.CreateVersion7() };
        await consumer.Store("activations", [other with { EventId = Guid.CreateVersion7(), Sequence = 2, Accepted = true }, other], default);
        Assert.Equal(2, await billing.Scalar($"select version from policy_activations where id = '{other.PolicyActivationId.Value}'"));
    }

    [Fact]
    public async Task A_release_in_shadow_decides_beside_the_one_in_force_and_tells_nobody()
    {
        var second = ReleasedPacks.All.Single(r => r is { Id: Program, Version: "2021.3" }).Pack;
        Proto.ProposePolicyActivationRequest request = new()
        {
            Program = Program,
            Hash = second.Hash,
            From = service.Day(1),
            Shadow = true,
            RequestId = EligibilityService.NewId(),
        };
        var proposed = await Policies.ProposePolicyActivationAsync(request, Person("anna"));
        Assert.True(proposed.Shadow);
        var accepted = await Policies.AcceptPolicyActivationAsync(Accept(proposed), Person("bert"));
        await service.Services.GetRequiredService<PoliciesInForce>().Read(default);
        service.Clock.Advance(TimeSpan.FromDays(1));
        var decides = service.Services.GetRequiredService<PolicyService>().Engine.Programs[Program];
        Assert.NotEqual(second.Hash, decides.Hash);

        List<string> taken = [];
        for (var n = 0; n < 11; n++)
        {
            var one = await PersonBuilder.Register(service);
            await one.WithFacts();
            var decision = (await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider)).Decision;
            Assert.Equal(decides.Hash, decision.PackHash);
            taken.Add(decision.DecisionId);
        }

        var shadows = service.Services.GetRequiredService<ShadowAnswers>();
        await shadows.Answer(default);
        Assert.Equal(0, await shadows.Answer(default));
        Assert.Equal(taken.Count, await service.Count(
            $"shadow_answers s join decisions d on d.id = s.decision_id where s.pack_hash = '{second.Hash}' and s.verdict = d.verdict and d.id = any('{{{string.Join(',', taken)}}}')"));
        Proto.Decisions.DecisionsClient decisions = new(service.Channel);
        ReportShadowRequest shadow = new() { Program = Program, Hash = second.Hash };
        var report = await decisions.ReportShadowAsync(shadow, Person("anna"));
        Assert.True(report.Decisions >= taken.Count);
        Assert.Equal(StatusCode.NotFound, await Refusal(decisions.ReportShadowAsync(shadow, service.As(Roles.State, "mo-dmh", "dora"))));

        // One in shadow is taken out at any time; then nothing more is answered.
        Assert.True((await Policies.ListPolicyReleasesAsync(new() { Program = Program }, Person("anna"))).Releases.Single(r => r.Hash == second.Hash).InShadow);
        await Policies.WithdrawPolicyActivationAsync(new() { Name = accepted.Name, Etag = accepted.Etag, RequestId = EligibilityService.NewId() }, Person("cara"));
        await service.Services.GetRequiredService<PoliciesInForce>().Read(default);
        var last = await PersonBuilder.Register(service);
        await last.WithFacts();
        await last.Determinations.DetermineAsync(last.Determination(), last.AsProvider);
        Assert.Equal(0, await shadows.Answer(default));
    }

    [Fact]
    public async Task A_program_manager_simulates_a_release_over_the_stored_decisions_of_the_own_program()
    {
        var one = await PersonBuilder.Register(service);
        await one.WithFacts();
        await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        Proto.Decisions.DecisionsClient decisions = new(service.Channel);
        SimulatePoliciesRequest request = new() { Program = Program, Hash = Earlier.Hash };
        var before = await service.Everything();
        var answers = await decisions.SimulatePolicies(request, Person("anna")).ResponseStream.ReadAllAsync().ToListAsync();
        Assert.True(answers[^1].Complete);
        Assert.True(answers[^1].Decisions > 0);
        Assert.Equal(before, await service.Everything());
        request.Since = "2099-01-01";
        Assert.Equal(0, (await decisions.SimulatePolicies(request, Person("anna")).ResponseStream.ReadAllAsync().ToListAsync())[^1].Decisions);
        var refused = await EligibilityService.Refused(async () =>
            await decisions.SimulatePolicies(request, service.As(Roles.State, "mo-dmh", "dora")).ResponseStream.ReadAllAsync().ToListAsync());
        Assert.Equal(StatusCode.NotFound, refused.Code);
    }

    [Fact]
    public void A_small_number_of_changed_decisions_is_not_told()
    {
        SimulatedPolicies report = new(Program);
        for (var n = 0; n < 20; n++)
        {
            report.Add(new(Guid.Empty, $"individuals/{n}", "admission", default, "", "Met", []), new([$"admission {(n < 12 ? "A" : "B")}: Met becomes NotMet"], true)
            {
                MoneyBefore = 10,
                MoneyAfter = 5,
                Days = n < 12 ? 1 : 0,
            });
        }

        var shown = report.ToProto(complete: true);
        // 12 and 8: with the sum and one part, the other would be known.
        Assert.Equal([false, false], shown.Changes.Select(c => c.HasCount));
        Assert.DoesNotContain("individuals", shown.ToString(), StringComparison.Ordinal);
        SimulatedPolicies few = new(Program);
        few.Add(new(Guid.Empty, "individuals/1", "admission", default, "", "Met", []), new(["admission A: Met becomes NotMet"], true) { MoneyBefore = 10 });
        shown = few.ToProto(complete: true);
        Assert.Equal((false, false, false, ""), (shown.HasChanged, shown.HasDays, shown.Changes.Single().HasCount, shown.BeforeUsd));
        SimulatedPolicies none = new(Program);
        Assert.Equal((true, 0, "0.00"), (none.ToProto(complete: true).HasChanged, none.ToProto(complete: true).Changed, none.ToProto(complete: true).BeforeUsd));
    }

    private async Task<StoredDecision> Stored(string id)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<EligibilityDb>().Decisions.IgnoreQueryFilters().SingleAsync(d => d.Id == Guid.Parse(id));
    }

    // The folder of releases without one.
    private static IReadOnlyList<ReleasedPack> Without(Pack release)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            foreach (var (path, text) in PackFiles.Released())
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.FullName, path))!);
                File.WriteAllText(Path.Combine(folder.FullName, path), text);
            }

            Directory.Delete(Path.Combine(folder.FullName, ReleasedPacks.FolderOf(release)), recursive: true);
            return ReleasedPacks.Read(PackFiles.Below(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<StatusCode> Refusal<T>(AsyncUnaryCall<T> call) => (await EligibilityService.Refused(async () => await call)).Code;

    private static Proto.ProposePolicyActivationRequest Proposal(string from) =>
        new() { Program = Program, Hash = Earlier.Hash, From = from, RequestId = EligibilityService.NewId() };

    private static Proto.AcceptPolicyActivationRequest Accept(Proto.PolicyActivation proposed) =>
        new() { Name = proposed.Name, Etag = proposed.Etag, RequestId = EligibilityService.NewId() };

    private Metadata Person(string subject) => service.As(Roles.State, "nc-dhhs", subject);
}
