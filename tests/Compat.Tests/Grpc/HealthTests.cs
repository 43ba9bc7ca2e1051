using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Net.Client;
using Ips.Peers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Ips.Compat.Tests.Rpc;

public sealed class HealthTests
{
    private readonly HealthServiceImpl health = new();

    [Fact]
    public async Task Status_is_what_was_set_last_and_unknown_services_are_not_found()
    {
        health.SetStatus("a", ServingStatus.Serving);
        health.SetStatus("a", ServingStatus.NotServing);
        Assert.Equal(ServingStatus.NotServing, await Check("a"));
        await Assert.ThrowsAsync<RpcException>(() => Check(""));
        health.ClearStatus("a");
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Check("a"))).StatusCode);
    }

    [Fact]
    public async Task Watcher_of_an_unknown_service_hears_when_it_appears_and_goes()
    {
        using var leave = new CancellationTokenSource();
        var heard = new Heard();
        var watch = Watch("a", heard, leave.Token);
        Assert.Equal(ServingStatus.ServiceUnknown, await heard.Next());
        health.SetStatus("b", ServingStatus.NotServing);
        health.SetStatus("a", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await heard.Next());
        health.ClearAll();
        Assert.Equal(ServingStatus.ServiceUnknown, await heard.Next());
        await leave.CancelAsync();
        await watch;
    }

    [Fact]
    public async Task Unchanged_status_is_not_repeated_and_a_slow_watcher_gets_the_newest()
    {
        using var leave = new CancellationTokenSource();
        var heard = new Heard { Gate = new SemaphoreSlim(0) };
        health.SetStatus("a", ServingStatus.Serving);
        var watch = Watch("a", heard, leave.Token);
        for (var i = 0; i < 1_000; i++)
            health.SetStatus("a", i % 2 == 0 ? ServingStatus.NotServing : ServingStatus.Serving);
        health.SetStatus("a", ServingStatus.NotServing);
        heard.Gate.Release(10);
        Assert.Equal(ServingStatus.Serving, await heard.Next());
        Assert.Equal(ServingStatus.NotServing, await heard.Next());

        health.SetStatus("a", ServingStatus.NotServing);
        health.SetStatus("a", ServingStatus.NotServing);
        health.SetStatus("a", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await heard.Next());
        await leave.CancelAsync();
        await watch;
    }

    [Fact]
    public async Task Checks_are_picked_by_tag_and_an_empty_pick_is_unknown()
    {
        await using var server = await EchoServer.Start(services =>
        {
            services.AddGrpcHealthChecks(grpc => grpc.Services.Map("none", _ => false)).AddCheck("other", () => Broken);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Health.HealthClient(channel);
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new())).Status);
        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new() { Service = "ips.peers.Echo" })).Status);
        Assert.Equal(ServingStatus.Unknown, (await client.CheckAsync(new() { Service = "none" })).Status);
    }

    [Fact]
    public async Task Cached_answers_come_from_the_publisher()
    {
        await using var server = await EchoServer.Start(services => services.AddGrpcHealthChecks(grpc => grpc.UseHealthChecksCache = true));
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var watch = new Health.HealthClient(channel).Watch(new());
        while (await watch.ResponseStream.MoveNext() && watch.ResponseStream.Current.Status != ServingStatus.Serving)
        {
        }

        Assert.Equal(ServingStatus.Serving, (await new Health.HealthClient(channel).CheckAsync(new())).Status);
        await new Echo.EchoClient(channel).SetHealthAsync(new Note { Count = 0 });
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task Mapping_without_registering_says_what_to_call()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        Assert.Contains("AddGrpcHealthChecks", Assert.Throws<InvalidOperationException>(app.MapGrpcHealthChecksService).Message, StringComparison.Ordinal);
        Assert.Contains("AddGrpcReflection", Assert.Throws<InvalidOperationException>(app.MapGrpcReflectionService).Message, StringComparison.Ordinal);
    }

    private static Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult Broken =>
        Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Unhealthy();

    private async Task<ServingStatus> Check(string service) => (await health.Check(new() { Service = service }, new Call(CancellationToken.None))).Status;

    private Task Watch(string service, Heard heard, CancellationToken leave) => health.Watch(new() { Service = service }, heard, new Call(leave));

    private sealed class Heard : IServerStreamWriter<HealthCheckResponse>
    {
        private readonly Channel<ServingStatus> statuses = Channel.CreateUnbounded<ServingStatus>();

        public SemaphoreSlim? Gate { get; init; }

        public WriteOptions? WriteOptions { get; set; }

        public async Task WriteAsync(HealthCheckResponse message)
        {
            if (Gate is not null)
                await Gate.WaitAsync();
            await statuses.Writer.WriteAsync(message.Status);
        }

        public async Task<ServingStatus> Next()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            return await statuses.Reader.ReadAsync(patience.Token);
        }
    }

    /// <summary>A call that can only be cancelled.</summary>
    private sealed class Call(CancellationToken cancelled) : ServerCallContext
    {
        protected override string MethodCore => "";

        protected override string HostCore => "";

        protected override string PeerCore => "";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore => Metadata.Empty;

        protected override CancellationToken CancellationTokenCore => cancelled;

        protected override Metadata ResponseTrailersCore { get; } = [];

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore { get; } = new(null, []);

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();
    }
}
