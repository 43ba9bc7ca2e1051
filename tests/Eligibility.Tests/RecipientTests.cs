using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using Ips.Testing;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A referral has a recipient, the agency of its program: every rpc open to DVRS, on both wires, as that agency and as a foreign one.</summary>
[Collection("eligibility")]
public sealed class RecipientTests(EligibilityService service)
{
    private const string Recipient = "nc-dvrs";

    /// <summary>A vocational rehabilitation agency of another program, and one of no program.</summary>
    private static readonly string[] Foreign = ["mo-vr", "xx-vr"];

    /// <summary>An rpc: the names of referrals that it shows over gRPC, and its request over HTTP/JSON.</summary>
    private sealed record Door(Func<Metadata, Task<IEnumerable<string>>> Grpc, HttpMethod Method, string Path, object? Body = null);

    private Proto.Referrals.ReferralsClient Client => new(service.Channel);

    [Fact]
    public async Task Every_rpc_shows_a_referral_to_its_recipient_only()
    {
        var one = await PersonBuilder.Register(service);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Assert.Equal($"organizations/{Recipient}", referral.Recipient);
        await Poll.Until(async () => await service.Count("outbox_rows where position is null") == 0);

        foreach (var (rpc, door) in Doors(referral.Name))
        {
            foreach (var agency in Foreign)
            {
                var before = await service.Everything();
                Assert.Equal((rpc, agency, false), (rpc, agency, await ShownOverGrpc(door, agency, referral.Name)));
                Assert.Equal((rpc, agency, false), (rpc, agency, await ShownOverJson(door, agency, referral.Name)));
                Assert.Equal(before, await service.Everything());
            }

            // JSON first: the changes are repeated over gRPC with the same message id.
            Assert.Equal((rpc, true), (rpc, await ShownOverJson(door, Recipient, referral.Name)));
            Assert.Equal((rpc, true), (rpc, await ShownOverGrpc(door, Recipient, referral.Name)));
        }
    }

    [Fact]
    public void Every_rpc_that_is_open_to_DVRS_has_a_door_here() => Assert.Equal(
        Proto.ReferralsReflection.Descriptor.Services.Concat(Proto.IndividualsReflection.Descriptor.Services)
            .Concat(Proto.DeterminationsReflection.Descriptor.Services).Concat(Proto.AuthorizationsReflection.Descriptor.Services)
            .Concat(Proto.DecisionsReflection.Descriptor.Services).Concat(Proto.DeadlinesReflection.Descriptor.Services)
            .Concat(Proto.DisclosuresReflection.Descriptor.Services).Concat(Proto.ServiceOrdersReflection.Descriptor.Services)
            .Concat(Proto.CareerProfilesReflection.Descriptor.Services).Concat(Proto.LegalHoldsReflection.Descriptor.Services)
            .SelectMany(s => s.Methods).Where(m => Access.RolesOf(m).Contains(Roles.Dvrs)).Select(m => m.Name).Append("GetFeedTally").Distinct().Order(),
        Doors("referrals/none").Keys.Append("GetFeedTally").Order());

    [Fact]
    public async Task The_tally_counts_the_referrals_of_its_reader()
    {
        var (ours, theirs) = (await Tally(Recipient), await Tally("mo-vr"));
        var one = await PersonBuilder.Register(service);
        await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        Assert.Equal(ours + 1, await Tally(Recipient));
        Assert.Equal((0, 0), (theirs, await Tally("mo-vr")));

        async Task<long> Tally(string agency) =>
            (await Client.GetFeedTallyAsync(new() { Day = service.Day() }, service.As(Roles.Dvrs, agency))).Count;
    }

    [Fact]
    public async Task The_same_message_id_of_two_agencies_is_two_messages()
    {
        var one = await PersonBuilder.Register(service);
        var referral = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var message = EligibilityService.NewId();
        await service.Scalar(
            $"insert into dvrs_messages (agency, message_id, referral_id, content, received_at) values ('mo-vr', '{message}', gen_random_uuid(), 'x', now())");
        var answer = await Client.AcknowledgeReferralAsync(
            new() { Name = referral.Name, MessageId = message, AcknowledgedOn = service.Day() }, service.As(Roles.Dvrs, Recipient));
        Assert.Equal(Proto.ReferralState.DvrsDetermining, answer.State);
        Assert.Equal(2, await service.Count($"dvrs_messages where message_id = '{message}'"));
    }

    private Dictionary<string, Door> Doors(string name)
    {
        var (day, id) = (service.Day(), EligibilityService.NewId());
        return new()
        {
            ["GetReferral"] = new(async c => [(await Client.GetReferralAsync(new() { Name = name }, c)).Name], HttpMethod.Get, $"/v1/{name}"),
            ["GetReferralContacts"] = new(
                async c => [(await Client.GetReferralContactsAsync(new() { Referral = name }, c)).Referral], HttpMethod.Get, $"/v1/{name}/contacts"),
            ["ListReferrals"] = new(
                async c => (await Client.ListReferralsAsync(new() { PageSize = 200 }, c)).Referrals.Select(r => r.Name), HttpMethod.Get,
                "/v1/referrals?pageSize=200"),
            ["Watch"] = new(Watched, HttpMethod.Get, "/v1/feeds/dvrs-referrals:watch"),
            ["PullFeed"] = new(
                async c => (await Client.PullFeedAsync(new() { Limit = 1000 }, c)).Items.Select(i => i.Referral.Name), HttpMethod.Get,
                "/v1/feeds/dvrs-referrals?limit=1000"),
            ["AcknowledgeReferral"] = new(
                async c => [(await Client.AcknowledgeReferralAsync(new() { Name = name, MessageId = $"{id}-a", AcknowledgedOn = day }, c)).Name],
                HttpMethod.Post, $"/v1/{name}:acknowledge", new { messageId = $"{id}-a", acknowledgedOn = day }),
            ["RecordDvrsDecision"] = new(
                async c => [(await Client.RecordDvrsDecisionAsync(
                    new() { Name = name, MessageId = $"{id}-d", Outcome = Proto.DvrsOutcome.Eligible, DecidedOn = day }, c)).Name],
                HttpMethod.Post, $"/v1/{name}:recordDecision", new { messageId = $"{id}-d", outcome = "DVRS_OUTCOME_ELIGIBLE", decidedOn = day }),
            ["CorrectDvrsDecision"] = new(
                async c => [(await Client.CorrectDvrsDecisionAsync(
                    new()
                    {
                        Name = name,
                        MessageId = $"{id}-cd",
                        Outcome = Proto.DvrsOutcome.Eligible,
                        DecidedOn = day,
                        ReasonCode = Proto.VrReason.ServedNow,
                        Reason = "code missing",
                    }, c)).Name],
                HttpMethod.Post, $"/v1/{name}:correctDecision",
                new { messageId = $"{id}-cd", outcome = "DVRS_OUTCOME_ELIGIBLE", decidedOn = day, reasonCode = "VR_REASON_SERVED_NOW", reason = "code missing" }),
            ["RecordVrContact"] = new(
                async c => [(await Client.RecordVrContactAsync(new() { Name = name, MessageId = $"{id}-o", Office = "office-7" }, c)).Name],
                HttpMethod.Post, $"/v1/{name}:recordContact", new { messageId = $"{id}-o", office = "office-7" }),
            ["RecordVrPlan"] = new(
                async c => [(await Client.RecordVrPlanAsync(new() { Name = name, MessageId = $"{id}-p", PlanFrom = day }, c)).Name],
                HttpMethod.Post, $"/v1/{name}:recordPlan", new { messageId = $"{id}-p", planFrom = day }),
            ["RecordVrAuthorization"] = new(
                async c => [(await Client.RecordVrAuthorizationAsync(
                    new()
                    {
                        Name = name,
                        MessageId = $"{id}-v",
                        Number = id,
                        Milestone = 3,
                        AmountUsd = "100.00",
                        ValidFrom = day,
                        ValidThrough = day,
                    }, c)).Referral],
                HttpMethod.Post, $"/v1/{name}:recordAuthorization",
                new
                {
                    messageId = $"{id}-v",
                    number = id,
                    milestone = 3,
                    amountUsd = "100.00",
                    validFrom = day,
                    validThrough = day,
                }),
            ["ListVrAuthorizations"] = new(
                async c => (await Client.ListVrAuthorizationsAsync(new() { PageSize = 200 }, c)).VrAuthorizations.Select(a => a.Referral), HttpMethod.Get,
                "/v1/vrAuthorizations?pageSize=200"),
            ["ListVrMeetingItems"] = new(
                async c => (await Client.ListVrMeetingItemsAsync(new() { PageSize = 200 }, c)).Items.Select(i => i.Referral.Name), HttpMethod.Get,
                "/v1/vrMeetingItems?pageSize=200"),
            ["CancelVrAuthorization"] = new(
                async c => [(await Client.CancelVrAuthorizationAsync(
                    new() { Name = await Authorized(name), MessageId = $"{id}-x", CancelledOn = day }, c)).Referral],
                HttpMethod.Post, "/v1/{vr}:cancel", new { messageId = $"{id}-x", cancelledOn = day }),
            ["RecordDvrsClosure"] = new(
                async c => [(await Client.RecordDvrsClosureAsync(new() { Name = name, MessageId = $"{id}-c", ClosedOn = day }, c)).Name],
                HttpMethod.Post, $"/v1/{name}:recordClosure", new { messageId = $"{id}-c", closedOn = day }),
        };

        // Up to the first heartbeat: until then the stream sends everything that there is.
        async Task<IEnumerable<string>> Watched(Metadata caller)
        {
            List<string> names = [];
            using var stream = Client.Watch(new(), caller, deadline: DateTime.UtcNow.AddSeconds(60));
            while (await stream.ResponseStream.MoveNext(default) && !stream.ResponseStream.Current.Heartbeat)
                names.Add(stream.ResponseStream.Current.Referral.Name);
            return names;
        }
    }

    private async Task<bool> ShownOverGrpc(Door door, string agency, string name)
    {
        try
        {
            return (await door.Grpc(service.As(Roles.Dvrs, agency))).Contains(name);
        }
        catch (RpcException refused)
        {
            Assert.Equal(StatusCode.NotFound, refused.StatusCode);
            return false;
        }
    }

    // What the door before it made.
    private async Task<string> Authorized(string referral) => (string)(await service.Scalar(
        $"select 'vrAuthorizations/' || id from vr_authorizations where referral_id = '{referral["referrals/".Length..]}'"))!;

    private async Task<bool> ShownOverJson(Door door, string agency, string name)
    {
        using var http = service.Http(Roles.Dvrs, agency);
        var path = door.Path.Contains("{vr}", StringComparison.Ordinal)
            ? door.Path.Replace("{vr}", await Authorized(name), StringComparison.Ordinal) : door.Path;
        using HttpRequestMessage request = new(door.Method, path) { Content = door.Body is null ? null : JsonContent.Create(door.Body) };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return false;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using StreamReader reader = new(await answer.Content.ReadAsStreamAsync());
        if (!door.Path.EndsWith(":watch", StringComparison.Ordinal))
            return (await reader.ReadToEndAsync()).Contains(name, StringComparison.Ordinal);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Contains(name, StringComparison.Ordinal))
                return true;
            if (JsonDocument.Parse(line).RootElement.GetProperty("heartbeat").GetBoolean())
                return false;
        }

        return false;
    }
}
