using Grpc.Core;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Ips.Testing;
using Npgsql;
using Xunit;
using Verdict = Ips.Contracts.Common.V1.Verdict;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>NC-LIM-001 and NC-LIM-002: one IPS provider at a time and no ACT beside it, enforced by the database and not only by a check.</summary>
[Collection("eligibility")]
public sealed class ExclusivityTests(EligibilityService service)
{
    [Fact]
    public async Task NC_LIM_001_another_agency_may_begin_the_day_after_and_not_on_the_last_day()
    {
        var here = await (await PersonBuilder.Register(service)).WithFacts();
        await here.ApprovedFor(0, 20);
        var there = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
        var same = await there.Request(Proto.AuthorizationKind.Ips, 40);
        same.RequestedFrom = service.Day(20);
        var taken = await there.Send(same);
        Assert.Equal((Proto.AuthorizationState.NotAccepted, Verdict.NotMet), (taken.State, Finding(taken, "NC-LIM-001")));
        Assert.DoesNotContain(here.Provider, taken.Decision.ReceiptJson);
        same.RequestedFrom = service.Day(21);
        same.RequestId = EligibilityService.NewId();
        Assert.Equal(Proto.AuthorizationState.Approved, (await there.Approve(await there.Send(same))).State);
    }

    [Fact]
    public async Task Of_two_concurrent_approvals_for_one_person_at_most_one_succeeds()
    {
        for (var round = 0; round < 6; round++)
        {
            var here = await (await PersonBuilder.Register(service)).WithFacts();
            var there = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
            var (mine, theirs) = (await here.Requested(Proto.AuthorizationKind.Ips, 40), await there.Requested(Proto.AuthorizationKind.Ips, 40));
            var answers = await Task.WhenAll(Try(() => here.Approve(mine)), Try(() => there.Approve(theirs)));
            Assert.Equal(["Approved", "FailedPrecondition NC-LIM-001"], answers.Order(StringComparer.Ordinal));
            var people = $"'{here.Name[12..]}', '{there.Name[12..]}'";
            Assert.Equal(1, await service.Count($"authorizations where approved_from is not null and individual_id in ({people})"));
            Assert.Equal(1, await service.Count($"exclusive_spans where individual_id in ({people})"));
        }
    }

    [Fact]
    public async Task The_database_refuses_an_overlap_that_no_check_found()
    {
        var here = await (await PersonBuilder.Register(service)).WithFacts();
        var there = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
        await here.ApprovedFor(0, 20);
        var sneaked = await there.Send((await there.Request(Proto.AuthorizationKind.Ips, 40, initiated: 0)).Let(r => r.RequestedFrom = service.Day(21)));
        await Refused("ex_exclusive_spans_provider",
            $"update authorizations set approved_from = '{service.Day(20)}', approved_through = '{service.Day(30)}' where id = '{sneaked.Name[15..]}'");
        await service.Scalar(
            $"update authorizations set approved_from = '{service.Day(21)}', approved_through = '{service.Day(30)}' where id = '{sneaked.Name[15..]}'");
        await Refused("ex_exclusive_spans_service",
            "insert into act_spans (id, individual_id, provider, started_on, recorded_at) "
                + $"values (gen_random_uuid(), '{here.Name[12..]}', '{here.Provider}', '{service.Day(30)}', now())");

        // An identifier added later shows that two records are of one person.
        var other = await (await PersonBuilder.Register(service)).WithFacts();
        await other.ApprovedFor(0, 20);
        await Refused("ex_exclusive_spans_provider",
            "insert into individual_identifiers (id, provider, system, hash, individual_id) "
                + "select gen_random_uuid(), i.provider, h.system, h.hash, i.individual_id from individual_identifiers i, individual_identifiers h "
                + $"where i.individual_id = '{other.Name[12..]}' and h.individual_id = '{here.Name[12..]}'");
    }

    [Fact]
    public async Task NC_LIM_002_act_ends_the_authorization_the_day_before_at_any_agency_and_blocks_later_ones()
    {
        var here = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await here.ApprovedFor(-5, 60);
        var elsewhere = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
        var act = await Act(elsewhere, 10);
        var ended = await here.Again(approved);
        Assert.Equal(
            (Proto.AuthorizationState.Terminated, Proto.TerminationReason.ActStarted, service.Day(9), service.Day(60)),
            (ended.State, ended.TerminationReason, ended.EndedThrough, ended.ApprovedThrough));
        Assert.Equal("", await here.Running(approved.Name));
        Assert.True(await Covers(here, 9));
        Assert.False(await Covers(here, 10));
        Assert.Equal("terminated NC-LIM-002", await service.Scalar(
            $"select concat_ws(' ', body->>'toState', body->>'ruleId') from outbox_rows where subject = '{approved.Name}' order by sequence desc limit 1"));

        // The same record again changes nothing; a correction restores the days and ends the authorization again.
        await Apply(act);
        Assert.Equal(ended, await here.Again(approved));
        act = await Correct(act, elsewhere, 30);
        Assert.Equal((Proto.AuthorizationState.Terminated, service.Day(29)), ((await here.Again(approved)).State, (await here.Again(approved)).EndedThrough));
        await Retract(act, elsewhere);
        Assert.Equal((Proto.AuthorizationState.Approved, ""), ((await here.Again(approved)).State, (await here.Again(approved)).EndedThrough));
        Assert.Equal($"authorization-end {service.Day(60)}", await here.Running(approved.Name));

        await Act(elsewhere, 61, 70);
        var over = await here.Request(Proto.AuthorizationKind.Ips, 40);
        (over.RequestedFrom, over.RequestedThrough) = (service.Day(61), service.Day(90));
        var refused = await here.Send(over);
        Assert.Equal((Proto.AuthorizationState.NotAccepted, Verdict.NotMet), (refused.State, Finding(refused, "NC-LIM-002")));
        (over.RequestedFrom, over.RequestId) = (service.Day(71), EligibilityService.NewId());
        Assert.Equal(Proto.AuthorizationState.Approved, (await here.Approve(await here.Send(over))).State);
    }

    [Fact]
    public async Task NC_LIM_002_act_recorded_by_another_agency_ends_the_authorization_and_its_retraction_restores_it()
    {
        var here = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await here.ApprovedFor(-5, 60);
        var elsewhere = await PersonBuilder.Register(service, here.Identifier);
        var act = await elsewhere.Individuals.RecordFactAsync(
            new() { Individual = elsewhere.Name, Fact = ActFact(elsewhere, 10, null), RequestId = EligibilityService.NewId() }, elsewhere.AsProvider);
        await Poll.Until(async () =>
            (await here.Again(approved)) is { State: Proto.AuthorizationState.Terminated, TerminationReason: Proto.TerminationReason.ActStarted });
        Assert.Equal(service.Day(9), (await here.Again(approved)).EndedThrough);

        await elsewhere.Individuals.RetractFactAsync(
            new() { Name = act.Name, Etag = act.Etag, Reason = Proto.CorrectionReason.EnteredByMistake, RequestId = EligibilityService.NewId() },
            elsewhere.AsProvider);
        await Poll.Until(async () => (await here.Again(approved)) is { State: Proto.AuthorizationState.Approved, EndedThrough: "" });
    }

    [Fact]
    public async Task Act_and_a_concurrent_approval_never_share_a_day()
    {
        for (var round = 0; round < 6; round++)
        {
            var one = await (await PersonBuilder.Register(service)).WithFacts();
            var requested = await one.Requested(Proto.AuthorizationKind.Ips, 40);
            await Task.WhenAll(Try(() => one.Approve(requested)), Act(one, 10));
            var stands = await one.Again(requested);
            Assert.True(stands is { State: Proto.AuthorizationState.UnderReview } || stands.EndedThrough == service.Day(9),
                $"{stands.State} {stands.EndedThrough}");
        }
    }

    [Theory]
    [InlineData(Proto.TerminationReason.ActStarted)]
    [InlineData(Proto.TerminationReason.ProviderChanged)]
    [InlineData(Proto.TerminationReason.Discharged)]
    public async Task An_authorization_is_terminated_once_the_day_before_and_frees_its_days(Proto.TerminationReason reason)
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var approved = await one.ApprovedFor(0, 60);
        Proto.TerminateAuthorizationRequest request =
            new() { Name = approved.Name, Etag = approved.Etag, Reason = reason, EffectiveOn = service.Day(61), RequestId = EligibilityService.NewId() };
        Assert.Equal("effective_on", Assert.Single(
            (await service.RefusedWithoutTrace(async () => await one.Authorizations.TerminateAuthorizationAsync(request, one.AsProvider))).Fields));
        (request.EffectiveOn, request.ValidateOnly) = (service.Day(31), true);
        var before = await service.Everything();
        Assert.Equal(Proto.AuthorizationState.Terminated, (await one.Authorizations.TerminateAuthorizationAsync(request, one.AsProvider)).State);
        Assert.Equal(before, await service.Everything());
        request.ValidateOnly = false;
        var ended = await one.Authorizations.TerminateAuthorizationAsync(request, one.AsPayer);
        Assert.Equal((Proto.AuthorizationState.Terminated, reason, service.Day(30)), (ended.State, ended.TerminationReason, ended.EndedThrough));
        request.RequestId = EligibilityService.NewId();
        request.Etag = ended.Etag;
        Assert.Equal(StatusCode.FailedPrecondition,
            (await service.RefusedWithoutTrace(async () => await one.Authorizations.TerminateAuthorizationAsync(request, one.AsProvider))).Code);

        var next = await (await PersonBuilder.Register(service, one.Identifier)).WithFacts();
        var after = (await next.Request(Proto.AuthorizationKind.Ips, 40)).Let(r => r.RequestedFrom = service.Day(31));
        Assert.Equal(Proto.AuthorizationState.Approved, (await next.Approve(await next.Send(after))).State);
    }

    [Fact]
    public async Task What_counts_against_a_claim_names_no_other_agency_NC_LIM_001_NC_LIM_002()
    {
        var here = await (await PersonBuilder.Register(service)).WithFacts();
        var there = await (await PersonBuilder.Register(service, here.Identifier)).WithFacts();
        await there.ApprovedFor(0, 20);
        Assert.Equal((false, true), await Overlaps(0));
        Assert.Equal((false, true), await Overlaps(20));
        Assert.Equal((false, false), await Overlaps(21));
        Assert.False((await there.Overlaps(service.Day(5))).OtherProvider);

        // What the agency recorded itself counts at once, before its event was handled.
        var act = await here.Individuals.RecordFactAsync(
            new() { Individual = here.Name, Fact = ActFact(here, 30, 40), RequestId = EligibilityService.NewId() }, here.AsProvider);
        Assert.Equal("False True True False", await Acts(29, 30, 40, 41));
        await Retract(act, here);
        Assert.False((await Overlaps(30)).Act);
        await Act(there, 50, 50);
        Assert.Equal("False True False", await Acts(49, 50, 51));

        var stranger = await PersonBuilder.Register(service);
        Assert.Equal(StatusCode.NotFound,
            (await service.RefusedWithoutTrace(async () => await here.Overlaps(service.Day(), stranger.AsProvider))).Code);

        async Task<string> Acts(params int[] days) => string.Join(' ', await Task.WhenAll(days.Select(async day => (await Overlaps(day)).Act)));

        async Task<(bool Act, bool Other)> Overlaps(int day)
        {
            var answer = await here.Overlaps(service.Day(day));
            Assert.DoesNotContain(there.Provider, answer.ToString());
            return (answer.Act, answer.OtherProvider);
        }
    }

    // The service consumes its own event too; the use case is called here, so that its effect is there when the call returns.
    private async Task<Proto.Fact> Act(PersonBuilder one, int from, int? through = null)
    {
        var act = await one.Individuals.RecordFactAsync(
            new() { Individual = one.Name, Fact = ActFact(one, from, through), RequestId = EligibilityService.NewId() }, one.AsProvider);
        await Apply(act);
        return act;
    }

    private async Task<Proto.Fact> Correct(Proto.Fact act, PersonBuilder one, int from)
    {
        var corrected = await one.Individuals.CorrectFactAsync(
            new()
            {
                Name = act.Name,
                Etag = act.Etag,
                Fact = ActFact(one, from, null),
                Reason = Proto.CorrectionReason.EnteredByMistake,
                RequestId = EligibilityService.NewId(),
            }, one.AsProvider);
        await Apply(corrected);
        return corrected;
    }

    private async Task Retract(Proto.Fact act, PersonBuilder one)
    {
        await one.Individuals.RetractFactAsync(
            new() { Name = act.Name, Etag = act.Etag, Reason = Proto.CorrectionReason.EnteredByMistake, RequestId = EligibilityService.NewId() },
            one.AsProvider);
        await Apply(act);
    }

    private Task Apply(Proto.Fact act)
    {
        var name = act.Name.Split('/');
        return service.Use<ActStarted>(
            use => use.Handle(Guid.Parse(name[^1]), new IndividualId(Guid.Parse(name[1])), EligibilityService.NewMessage(), default));
    }

    private Proto.Fact ActFact(PersonBuilder one, int from, int? through) => new()
    {
        OtherService = new()
        {
            Kind = Proto.OtherServiceKind.Act,
            Organization = $"organizations/{one.Provider}",
            From = service.Day(from),
            Through = through is { } last ? service.Day(last) : "",
        },
    };

    private async Task Refused(string constraint, string sql)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => service.Scalar(sql));
        Assert.Equal((PostgresErrorCodes.ExclusionViolation, constraint), (refused.SqlState, refused.ConstraintName));
    }

    private async Task<bool> Covers(PersonBuilder one, int day) => (await one.Authorizations.CoversAsync(new()
    {
        Individual = one.Name,
        Provider = $"organizations/{one.Provider}",
        Program = "nc-state",
        Kind = Proto.AuthorizationKind.Ips,
        ServiceDate = service.Day(day),
    }, service.As(Roles.Ops, "platform"))).Covered;

    private static async Task<string> Try(Func<Task<Proto.Authorization>> approve)
    {
        try
        {
            return (await approve()).State.ToString();
        }
        catch (RpcException e)
        {
            return $"{e.StatusCode} {e.Status.Detail[..10]}";
        }
    }

    private static Verdict Finding(Proto.Authorization requested, string rule) => Assert.Single(requested.Decision.Findings, f => f.RuleId == rule).Verdict;
}

/// <summary>Changes a request inline.</summary>
internal static class RequestChanges
{
    public static T Let<T>(this T it, Action<T> change)
    {
        change(it);
        return it;
    }
}
