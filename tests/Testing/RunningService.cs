using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Testing;

/// <summary>A service as its Program.cs makes it, on real ports, a migrated PostgreSQL database of its own and the shared RabbitMQ.</summary>
public sealed class RunningService<TProgram> : IAsyncDisposable
    where TProgram : class
{
    private Host host = null!;
    private GrpcChannel channel = null!;

    private RunningService(TestDb database) => Database = database;

    public TestDb Database { get; }

    public IServiceProvider Services => host.Services;

    /// <summary>HTTP/1.1 address.</summary>
    public Uri Http { get; private set; } = null!;

    /// <summary>Its gRPC endpoint.</summary>
    public ChannelBase Channel => channel;

    /// <param name="database">Name of its connection string.</param>
    /// <param name="context">Makes its database context, to migrate.</param>
    /// <param name="settings">Further configuration.</param>
    public static async Task<RunningService<TProgram>> Start<TDb>(
        string database, Func<DbContextOptions<TDb>, TDb> context, params (string Name, string Value)[] settings)
        where TDb : ServiceDb
    {
        RunningService<TProgram> service = new(await TestDb.CreateAsync());
        Dictionary<string, string> all = settings.ToDictionary(s => s.Name, s => s.Value);
        all[$"ConnectionStrings:{database}"] = service.Database.ConnectionString;
        all["ConnectionStrings:bus"] = await TestServers.RabbitMqAsync();
        all["Authentication:Authority"] = TestIssuer.Authority;
        await using (var source = Npgsql.NpgsqlDataSource.Create(service.Database.ConnectionString))
        {
            await using var db = context((DbContextOptions<TDb>)Ips.Platform.Data.Database.Configure(new DbContextOptionsBuilder<TDb>(), source).Options);
            await db.Migrate();
        }

        service.host = new(all);
        service.host.UseKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        service.host.StartServer();
        var addresses = service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        service.Http = new Uri(addresses[0]);
        service.channel = GrpcChannel.ForAddress(addresses[1]);
        using HttpClient http = new() { BaseAddress = service.Http };
        await Poll.Until(async () => (await http.GetAsync("/health")).IsSuccessStatusCode, TimeSpan.FromSeconds(60));
        return service;
    }

    public string Token(string role, string organization) => TestIssuer.Token(role, organization);

    /// <summary>Headers of a caller.</summary>
    public Metadata As(string role, string organization) => new() { { "authorization", $"Bearer {Token(role, organization)}" } };

    /// <summary>The HTTP/JSON endpoint for a caller.</summary>
    public HttpClient Client(string role, string organization)
    {
        HttpClient http = new() { BaseAddress = Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, organization));
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await host.DisposeAsync();
        await Database.DisposeAsync();
    }

    private sealed class Host(Dictionary<string, string> settings) : WebApplicationFactory<TProgram>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (name, value) in settings)
                builder.UseSetting(name, value);
            builder.UseEnvironment("Production");
            builder.ConfigureLogging(logging => logging.ClearProviders());
        }
    }
}
