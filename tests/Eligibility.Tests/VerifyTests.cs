using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>Whether a person is eligible on a day, and why (NC-ELIG-008); from what is known now or was known then; one by one and in streams.</summary>
[Collection("eligibility")]
public sealed class VerifyTests(EligibilityService service)
{
    [Fact]
    public async Task Each_day_of_service_is_verified_separately_NC_ELIG_008()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var before = await episode.Verify(service.Day(-1));
        Assert.Equal((false, Verdict.NotMet), (before.Eligible, Assert.Single(before.Findings, f => f.RuleId == "NC-ELIG-008").Verdict));
        Assert.Contains("no determination on or before", before.Reason);
        var on = await episode.Verify(service.Day());
        Assert.Equal((true, Verdict.Met, Proto.DeterminationState.Eligible), (on.Eligible, Assert.Single(on.Findings).Verdict, on.State));
        Assert.Equal((episode.Now.Name, $"organizations/{episode.One.Payer}"), (on.Determination, on.Payer));
        Assert.True((await episode.Verify(service.Day(400))).Eligible);
    }

    [Fact]
    public async Task Concurrent_callers_each_receive_only_their_own_response()
    {
        var people = new List<EpisodeBuilder>();
        for (var i = 0; i < 3; i++)
            people.Add(await EpisodeBuilder.Eligible(service));
        var unknown = $"individuals/{EligibilityService.NewId()}";
        var stranger = service.As(Roles.Provider, "another-agency");
        await Task.WhenAll(Enumerable.Range(0, 120).Select(async i =>
        {
            var one = people[i % 3];
            switch (i % 4)
            {
                case 0:
                    var answer = await one.Verify(service.Day(i % 8 == 0 ? 0 : -1));
                    Assert.Equal((i % 8 == 0, i % 8 == 0 ? one.Now.Name : ""), (answer.Eligible, answer.Determination));
                    break;
                case 1:
                    Assert.Equal(one.Now.Name, (await VerifyAs(one.One.Name, one.One.AsPayer)).Determination);
                    break;
                case 2:
                    Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await VerifyAs(one.One.Name, stranger))).Code);
                    break;
                default:
                    // Requests an unknown person and gives up while others wait for the same read.
                    using (CancellationTokenSource impatient = new())
                    {
                        var requested = VerifyAs(unknown, one.One.AsProvider, impatient.Token);
                        if (i % 8 == 3)
                            await impatient.CancelAsync();
                        Assert.Contains((await Assert.ThrowsAsync<RpcException>(() => requested)).StatusCode,
                            (StatusCode[])[StatusCode.NotFound, StatusCode.Cancelled]);
                    }

                    break;
            }
        }));

        async Task<Proto.VerifyResponse> VerifyAs(string individual, Metadata who, CancellationToken cancellationToken = default) =>
            await people[0].One.Determinations.VerifyAsync(
            new() { Individual = individual, Program = "nc-core", ServiceDate = service.Day() }, who, cancellationToken: cancellationToken);
    }

    [Fact]
    public async Task A_later_no_ends_an_earlier_yes_and_a_later_yes_follows_a_discharge()
    {
        var episode = await EpisodeBuilder.Eligible(service, day: -5);
        var request = EpisodeBuilder.OwnRequest();
        request.DischargeDate = service.Day(-3);
        await episode.Discharge(request);
        var again = await episode.One.Determinations.DetermineAsync(episode.One.Determination(), episode.One.AsProvider);
        Assert.False((await episode.Verify(service.Day(-1))).Eligible);
        var back = await episode.Verify(service.Day());
        Assert.Equal((true, again.Name), (back.Eligible, back.Determination));
    }

    [Fact]
    public async Task A_day_is_verified_from_what_was_known_then_or_is_known_now()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var registered = service.Clock.GetUtcNow();
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        EpisodeBuilder episode = new(one, await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider));
        var decided = service.Clock.GetUtcNow();
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await episode.Discharge(EpisodeBuilder.OwnRequest());
        var discharged = service.Clock.GetUtcNow();

        Assert.Equal("", (await VerifyAt(registered)).Determination);
        Assert.Equal((true, Proto.DeterminationState.Eligible, ""), Summary(await VerifyAt(decided)));
        Assert.Equal((false, Proto.DeterminationState.Discharged, service.Day()), Summary(await VerifyAt(discharged)));
        Assert.Equal((false, Proto.DeterminationState.Discharged, service.Day()), Summary(await VerifyAt(null)));
        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await VerifyAt(registered.AddSeconds(-1)))).Code);
        Assert.Equal("known_at", Assert.Single((await EligibilityService.Refused(async () => await VerifyAt(discharged.AddDays(1)))).Fields));

        async Task<Proto.VerifyResponse> VerifyAt(DateTimeOffset? at) => await one.Determinations.VerifyAsync(
            new() { Individual = one.Name, Program = "nc-core", ServiceDate = service.Day(1), KnownAt = at?.ToTimestamp() }, one.AsProvider);

        static (bool, Proto.DeterminationState, string) Summary(Proto.VerifyResponse answer) => (answer.Eligible, answer.State, answer.EligibleThrough);
    }

    [Fact]
    public async Task Admission_on_past_knowledge_is_validated_only_and_never_stored()
    {
        var one = await PersonBuilder.Register(service);
        var registered = service.Clock.GetUtcNow();
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await one.WithFacts();
        var request = one.Determination();
        (request.ValidateOnly, request.RequestId, request.KnownAt) = (true, "", registered.ToTimestamp());
        Assert.Equal(Proto.DeterminationState.EvidencePending, (await one.Determinations.DetermineAsync(request, one.AsProvider)).State);
        request.KnownAt = null;
        Assert.Equal(Proto.DeterminationState.Eligible, (await one.Determinations.DetermineAsync(request, one.AsProvider)).State);
        (request.ValidateOnly, request.RequestId, request.KnownAt) = (false, EligibilityService.NewId(), registered.ToTimestamp());
        Assert.Equal("known_at",
            Assert.Single((await service.RefusedWithoutTrace(async () => await one.Determinations.DetermineAsync(request, one.AsProvider))).Fields));
    }

    [Fact]
    public async Task A_stream_answers_every_item_in_order_and_continues_after_an_invalid_one()
    {
        var episode = await EpisodeBuilder.Eligible(service);
        var foreign = await EpisodeBuilder.Eligible(service);
        using var call = episode.One.Determinations.VerifyBatch(episode.One.AsProvider);
        const int Items = 1200;
        var sent = Task.Run(async () =>
        {
            for (var i = 0; i < Items; i++)
                await call.RequestStream.WriteAsync(Item(i));
            await call.RequestStream.CompleteAsync();
        });
        var at = 0;
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            Assert.Equal($"item {at}", answer.ItemId);
            switch (at % 6)
            {
                case 0: Assert.True(answer.Verified.Eligible); break;
                case 1: Assert.False(answer.Verified.Eligible); break;
                case 2: Assert.Equal((int)StatusCode.NotFound, answer.Problem.Code); break;
                case 3: Assert.Contains("service_date", answer.Problem.Message); break;
                case 4: Assert.Contains("verify", answer.Problem.Message); break;
                default: Assert.Contains("program", answer.Problem.Message); break;
            }

            at++;
        }

        await sent;
        Assert.Equal(Items, at);

        Proto.VerifyBatchRequest Item(int i) => new()
        {
            ItemId = $"item {i}",
            Verify = (i % 6) switch
            {
                0 => new() { Individual = episode.One.Name, Program = "nc-core", ServiceDate = service.Day(i) },
                1 => new() { Individual = episode.One.Name, Program = "nc-core", ServiceDate = service.Day(-1) },
                2 => new() { Individual = foreign.One.Name, Program = "nc-core", ServiceDate = service.Day() },
                3 => new() { Individual = episode.One.Name, Program = "nc-core", ServiceDate = "2026-02-30" },
                4 => null,
                _ => new() { Individual = episode.One.Name, Program = "nc-cora", ServiceDate = service.Day() },
            },
        };
    }

    [Fact]
    public async Task A_stream_determines_each_item_once_per_request_id_and_an_invalid_item_stores_nothing()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var (good, bad, other) = (one.Determination(), one.Determination("nc-cora"), one.Determination("nc-state"));
        var first = await Determined(good, bad, good, other);
        Assert.Equal(first[0].Determination, first[2].Determination);
        Assert.Equal((int)StatusCode.InvalidArgument, first[1].Problem.Code);
        Assert.Equal((Proto.DeterminationState.Eligible, "nc-state"), (first[3].Determination.State, first[3].Determination.Program));
        var before = await service.Everything();
        Assert.Equal(first, await Determined(good, bad, good, other));
        Assert.Equal(before, await service.Everything());

        async Task<List<Proto.DetermineBatchResponse>> Determined(params Proto.DetermineRequest[] asks)
        {
            using var call = one.Determinations.DetermineBatch(one.AsProvider);
            foreach (var (i, request) in asks.Index())
                await call.RequestStream.WriteAsync(new() { ItemId = $"{i}", Determine = request });
            await call.RequestStream.CompleteAsync();
            List<Proto.DetermineBatchResponse> answers = [];
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
                answers.Add(answer);
            Assert.Equal(Enumerable.Range(0, asks.Length).Select(i => $"{i}"), answers.Select(a => a.ItemId));
            return answers;
        }
    }

    [Fact]
    public async Task A_stream_is_closed_to_roles_without_permission()
    {
        using var call = new Proto.Determinations.DeterminationsClient(service.Channel).VerifyBatch(service.As(Roles.State, "nc-dhhs"));
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
    }
}
