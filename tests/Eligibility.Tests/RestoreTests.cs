using Google.Rpc;
using Grpc.Core;
using Ips.Testing;
using LocalServers;
using Npgsql;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>The database of a running service is restored from its dump: the readers of the feed learn it and lose nothing that is still true.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private readonly EligibilityService service = new();
    private readonly DirectoryInfo backup = Directory.CreateTempSubdirectory("ips-backup-");

    public Task InitializeAsync() => service.InitializeAsync();

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        backup.Delete(recursive: true);
    }

    [Fact]
    public async Task After_a_restore_the_feed_refuses_old_cursors_and_goes_on_from_where_both_epochs_agree()
    {
        PostgresDumps dumps = new(await TestServers.PostgresAsync());
        var database = new NpgsqlConnectionStringBuilder(service.ConnectionString).Database!;
        var (one, two) = (await PersonBuilder.Register(service), await PersonBuilder.Register(service));
        var stays = await one.Referrals.CreateReferralAsync(one.Referral(), one.AsProvider);
        var (items, before) = await Pull(one, "");
        var step = Assert.Single(items);
        Assert.Equal((stays.Name, 1L, 0L), (step.Referral.Name, step.Sequence, step.Epoch));
        var snapshot = (await one.Referrals.PullFeedAsync(new() { Limit = 1 }, one.AsDvrs)).NextCursor;
        await dumps.WriteAsync([database], backup.FullName, default);

        var lost = await two.Referrals.CreateReferralAsync(two.Referral(), two.AsProvider);
        await Acknowledge(one, stays);
        var (future, after) = await Pull(one, before);
        Assert.Equal([(lost.Name, 1L), (stays.Name, 2L)], future.Select(i => (i.Referral.Name, i.Sequence)));
        using var stream = one.Referrals.Watch(new() { Cursor = after }, one.AsDvrs);

        await dumps.RestoreAsync(database, backup.FullName, default);
        await Poll.Until(async () =>
        {
            try
            {
                return await service.Count("event_epochs") == 2;
            }
            catch (NpgsqlException)
            {
                NpgsqlConnection.ClearAllPools();
                return false;
            }
        });

        // Its pools hold connections that the restore has broken.
        await Poll.Until(async () =>
        {
            try
            {
                await Task.WhenAll(Enumerable.Range(0, 20)
                    .Select(async _ => await one.Referrals.GetReferralAsync(new() { Name = stays.Name }, one.AsProvider)));
                return true;
            }
            catch (RpcException)
            {
                return false;
            }
        });

        // A cursor of the lost future continues after the last common step, one of before where it was, one of an unfinished snapshot with a new snapshot.
        var resume = await Refused(one, after);
        Assert.Equal(resume, await Refused(one, before));
        Assert.Equal("", await Refused(one, snapshot));
        await EligibilityService.Refused(async () =>
        {
            while (await stream.ResponseStream.MoveNext())
            {
            }
        });
        using (var again = one.Referrals.Watch(new() { Cursor = after }, one.AsDvrs))
            Assert.Equal(StatusCode.OutOfRange, (await EligibilityService.Refused(() => again.ResponseStream.MoveNext())).Code);

        var (none, _) = await Pull(one, resume);
        Assert.Empty(none);
        await Acknowledge(one, stays);
        var three = await PersonBuilder.Register(service);
        var made = await three.Referrals.CreateReferralAsync(three.Referral(), three.AsProvider);
        var (since, end) = await Pull(one, resume);
        Assert.Equal([stays.Name, made.Name], since.Select(i => i.Referral.Name));
        Assert.All(since, i => Assert.True(i.Epoch > 0 && i.Sequence > i.Epoch));
        var (all, _) = await Pull(one, "");
        Assert.Equal(new[] { stays.Name, made.Name }.Order(), all.Select(i => i.Referral.Name).Order());
        Assert.Empty((await Pull(one, end)).Items);
    }

    private static async Task<string> Refused(PersonBuilder one, string cursor)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await one.Referrals.PullFeedAsync(new() { Cursor = cursor }, one.AsDvrs));
        var info = Assert.Single(refused.GetRpcStatus()!.Details, detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        Assert.Equal((StatusCode.OutOfRange, "OTHER_EPOCH"), (refused.StatusCode, info.Reason));
        var resume = info.Metadata["resume"];
        Assert.Contains(resume.Length > 0 ? $"continue with {resume}" : "start without a cursor", refused.Status.Detail);
        return resume;
    }

    private async Task<(List<Proto.FeedItem> Items, string Cursor)> Pull(PersonBuilder one, string cursor)
    {
        await Poll.Until(async () => await service.Count("outbox_rows where position is null") == 0);
        List<Proto.FeedItem> items = [];
        while (true)
        {
            var page = await one.Referrals.PullFeedAsync(new() { Cursor = cursor }, one.AsDvrs);
            items.AddRange(page.Items);
            cursor = page.NextCursor;
            if (page.CaughtUp)
                return ([.. items.DistinctBy(i => i.EventId)], cursor);
        }
    }

    private async Task Acknowledge(PersonBuilder one, Proto.Referral referral) => await one.Referrals.AcknowledgeReferralAsync(
        new() { Name = referral.Name, MessageId = EligibilityService.NewId(), AcknowledgedOn = service.Day() }, one.AsDvrs);
}
