using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Ips.Peers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

public sealed class ClientFactoryTests
{
    [Fact]
    public async Task Client_from_the_container_calls_the_address()
    {
        await using var server = await EchoServer.Start();
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>(client => client.Address = server.Address);
        await using var container = services.BuildServiceProvider(validateScopes: true);
        var echo = container.GetRequiredService<Echo.EchoClient>();
        Assert.NotSame(echo, container.GetRequiredService<Echo.EchoClient>());
        Assert.Equal("hi", (await echo.SayAsync(new Note { Text = "hi" })).Text);
    }

    [Fact]
    public async Task Message_handlers_and_options_from_other_services_apply()
    {
        await using var server = await EchoServer.Start();
        var handler = new Counting();
        var services = new ServiceCollection();
        services.AddSingleton(server.Address);
        services.AddGrpcClient<Echo.EchoClient>((container, client) => client.Address = container.GetRequiredService<Uri>())
            .ConfigureChannel(channel => channel.MaxReceiveMessageSize = 1000)
            .AddHttpMessageHandler(() => handler);
        await using var container = services.BuildServiceProvider();
        var echo = container.GetRequiredService<Echo.EchoClient>();
        await echo.SayAsync(new Note { Text = "short" });
        Assert.Equal(1, handler.Count);
        var end = await Assert.ThrowsAsync<RpcException>(async () => await echo.SayAsync(new Note { Text = new string('x', 1001) }));
        Assert.Equal(StatusCode.ResourceExhausted, end.StatusCode);
    }

    [Fact]
    public async Task Call_credentials_see_the_scope_and_join_those_of_the_call()
    {
        await using var server = await EchoServer.Start();
        var services = new ServiceCollection();
        services.AddScoped<Caller>();
        services.AddGrpcClient<Echo.EchoClient>(client => client.Address = server.Address)
            .ConfigureChannel(channel => channel.UnsafeUseInsecureChannelCallCredentials = true)
            .AddCallCredentials((context, metadata, scope) =>
            {
                metadata.Add("x-caller", $"{scope.GetRequiredService<Caller>().Name} {context.MethodName}");
                return Task.CompletedTask;
            });
        await using var container = services.BuildServiceProvider(validateScopes: true);
        foreach (var name in new[] { "first", "second" })
        {
            await using var scope = container.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Caller>().Name = name;
            var own = CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("x-own", "yes");
                return Task.CompletedTask;
            });
            using var call = scope.ServiceProvider.GetRequiredService<Echo.EchoClient>().MetaAsync(new Note(), new CallOptions(credentials: own));
            var headers = await call.ResponseHeadersAsync;
            Assert.Equal($"{name} Meta", headers.GetValue("x-caller"));
            Assert.Equal("yes", headers.GetValue("x-own"));
        }
    }

    [Fact]
    public async Task Credentials_are_not_sent_in_the_clear_unless_asked_for()
    {
        await using var server = await EchoServer.Start();
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>(client => client.Address = server.Address).AddCallCredentials((_, metadata) =>
        {
            metadata.Add("x-token", "secret");
            return Task.CompletedTask;
        });
        await using var container = services.BuildServiceProvider();
        using var call = container.GetRequiredService<Echo.EchoClient>().MetaAsync(new Note());
        Assert.Null((await call.ResponseHeadersAsync).Get("x-token"));
    }

    [Fact]
    public async Task Channel_interceptors_are_made_once_and_client_interceptors_for_each_client()
    {
        var made = new List<string>();
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>(client => client.Address = new Uri("http://127.0.0.1:1"))
            .AddInterceptor(() => Made("channel"))
            .AddInterceptor(InterceptorScope.Client, () => Made("client"));
        await using var container = services.BuildServiceProvider();
        container.GetRequiredService<Echo.EchoClient>();
        container.GetRequiredService<Echo.EchoClient>();
        Assert.Equal(["channel", "client", "client"], made);

        Nothing Made(string what)
        {
            made.Add(what);
            return new Nothing();
        }
    }

    [Fact]
    public async Task Names_keep_configurations_apart()
    {
        await using var one = await EchoServer.Start();
        await using var two = await EchoServer.Start();
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>("one", client => client.Address = one.Address);
        services.AddGrpcClient<Echo.EchoClient>("two", client => client.Address = two.Address);
        await using var container = services.BuildServiceProvider();
        var factory = container.GetRequiredService<GrpcClientFactory>();
        await factory.CreateClient<Echo.EchoClient>("two").SetHealthAsync(new Note { Count = 0 });
        Assert.True(one.Services.GetRequiredService<EchoState>().Healthy);
        Assert.False(two.Services.GetRequiredService<EchoState>().Healthy);
        Assert.Throws<InvalidOperationException>(() => factory.CreateClient<Echo.EchoClient>("three"));
        Assert.Throws<InvalidOperationException>(() => factory.CreateClient<Spoken.SpokenClient>("one"));
    }

    [Fact]
    public async Task Wrong_registrations_say_what_is_wrong()
    {
        var services = new ServiceCollection();
        var builder = services.AddGrpcClient<Echo.EchoClient>("echo");
        Assert.Throws<InvalidOperationException>(() => services.AddGrpcClient<Spoken.SpokenClient>("echo"));
        Assert.Throws<InvalidOperationException>(() => services.AddHttpClient("plain").AddInterceptor(() => new Nothing()));
        await using (var container = services.BuildServiceProvider())
        {
            var failure = Assert.Throws<InvalidOperationException>(container.GetRequiredService<Echo.EchoClient>);
            Assert.Contains("address", failure.Message, StringComparison.Ordinal);
        }

        builder.ConfigureHttpClient(http => http.Timeout = TimeSpan.FromSeconds(1));
        await using (var container = services.BuildServiceProvider())
        {
            var failure = Assert.Throws<InvalidOperationException>(container.GetRequiredService<Echo.EchoClient>);
            Assert.Contains("ConfigureHttpClient", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Client_can_be_made_by_a_function()
    {
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>(client => client.Address = new Uri("http://127.0.0.1:1"))
            .ConfigureGrpcClientCreator(invoker => new Special(invoker));
        await using var container = services.BuildServiceProvider();
        Assert.IsType<Special>(container.GetRequiredService<Echo.EchoClient>());
    }

    private sealed class Special(CallInvoker invoker) : Echo.EchoClient(invoker);

    private sealed class Nothing : Interceptor;

    private sealed class Caller
    {
        public string Name { get; set; } = "";
    }

    private sealed class Counting : DelegatingHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
