using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ips.AppHost;
using Ips.Testing;
using LocalServers;
using Npgsql;
using Xunit;

namespace Ips.Deploy.Tests;

/// <summary>In a deployment, as in the sandbox, each service logs in to both servers as itself and can do no more than its work.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private static readonly string[] Services = [.. BrokerPermissions.ListensTo.Keys];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ips-secrets-");

    public async Task InitializeAsync()
    {
        File.Copy(Path.Combine(Compose.Folder, "make-secrets.sh"), Path.Combine(folder.FullName, "make-secrets.sh"));
        var (code, _, errors) = await MakeSecrets();
        Assert.True(code == 0, errors);
    }

    public Task DisposeAsync()
    {
        folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_exists_stays_as_it_is()
    {
        var before = Directory.GetFiles(Path.Combine(folder.FullName, "secrets")).Order().Select(File.ReadAllText).ToList();
        await MakeSecrets();
        Assert.Equal(before, Directory.GetFiles(Path.Combine(folder.FullName, "secrets")).Order().Select(File.ReadAllText));
    }

    [Fact]
    public async Task A_service_of_the_compose_file_owns_its_database_and_can_open_no_other()
    {
        await using var server = await TestServers.OwnPostgresAsync();
        await using (NpgsqlConnection administrator = new($"{server.ConnectionString};Pooling=false"))
        {
            await administrator.OpenAsync();
            // One by one, as psql does: a database cannot be made in a transaction.
            foreach (var statement in Secret("postgres-logins").Split(";\n", StringSplitOptions.RemoveEmptyEntries))
            {
                await using NpgsqlCommand command = new(statement, administrator);
                await command.ExecuteNonQueryAsync();
            }
        }

        foreach (var service in Services)
        {
            foreach (var database in Services)
            {
                NpgsqlConnectionStringBuilder login = new(Secret($"{service}-db"))
                {
                    Host = "127.0.0.1",
                    Port = server.Port,
                    Database = $"{database}-db",
                    Pooling = false,
                };
                await using NpgsqlConnection connection = new(login.ConnectionString);
                if (service != database)
                {
                    Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync())).SqlState);
                    continue;
                }

                await connection.OpenAsync();
                await using NpgsqlCommand migrates = new("create table t (); select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls "
                    + "or not pg_has_role(current_user, 'ips_request', 'member') from pg_roles where rolname = current_user", connection);
                Assert.Equal(false, await migrates.ExecuteScalarAsync());
            }
        }
    }

    [Fact]
    public async Task The_broker_of_the_compose_file_gives_each_service_the_permissions_of_the_sandbox()
    {
        var data = Path.Combine(Path.GetTempPath(), $"ips-own-rabbitmq-{Path.GetRandomFileName()}");
        await using (var broker = await LocalRabbitMq.StartAsync(new() { DataDirectory = data, Management = true }))
        {
            using HttpClient api = new() { BaseAddress = new($"http://localhost:{broker.ManagementPort}/api/") };
            api.DefaultRequestHeaders.Authorization = Basic(broker.Username, broker.Password);
            using StringContent definitions = new(Secret("rabbitmq-definitions"), Encoding.UTF8, "application/json");
            (await api.PostAsync("definitions", definitions)).EnsureSuccessStatusCode();
            foreach (var service in Services)
            {
                var allowed = BrokerPermissions.Of(service);
                var permission = (await Get(api, $"users/{service}/permissions")).AsArray().Single()!;
                Assert.Equal((allowed.Configure, allowed.Write, allowed.Read), Patterns(permission));
                var topic = (await Get(api, $"users/{service}/topic-permissions")).AsArray().Single()!;
                Assert.Equal((BrokerPermissions.TopicExchange, allowed.Topics, "^$"), Topic(topic));
                Assert.Empty((await Get(api, $"users/{service}"))["tags"]!.AsArray());
                var address = new UriBuilder(Secret($"{service}-bus").Trim()) { Host = "127.0.0.1", Port = broker.Port }.Uri;
                await using var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = address }.CreateConnectionAsync();
                Assert.True(connection.IsOpen);
            }
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public void Services_and_migrations_of_the_compose_file_get_their_own_logins()
    {
        var compose = Compose.Read();
        Assert.Equal(Services.Length * 2, compose.Names.Count(name => Services.Contains(Service(name))));
        foreach (var name in compose.Names.Where(name => Services.Contains(Service(name))))
        {
            var given = compose[name]["secrets"]!.AsArray().OfType<JsonObject>()
                .ToDictionary(secret => (string)secret["target"]!, secret => (string)secret["source"]!);
            Assert.Equal((name, $"{Service(name)}-db", $"{Service(name)}-bus"),
                (name, given[$"ConnectionStrings__{Service(name)}-db"], given["ConnectionStrings__bus"]));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Services_and_migrations_of_the_chart_get_their_own_logins(bool clusters)
    {
        var chart = await Chart.Render("ips-platform", clusters ? Chart.EverythingOn : []);
        var pods = chart.Pods().Where(pod => Services.Contains(Service(pod.Name))).ToList();
        Assert.Equal(Services.Length * 3, pods.Count);
        foreach (var (name, pod) in pods)
        {
            var (service, variables) = (Service(name), pod["containers"]![0]!["env"]!.AsArray());
            if (clusters)
            {
                Assert.Equal(($"ips-postgres-{service}", "password"), Reference(variables, "POSTGRES_PASSWORD"));
                Assert.Equal(($"ips-rabbitmq-{service}", "password"), Reference(variables, "RABBITMQ_PASSWORD"));
                Assert.Contains($";Username={service};Password=$(POSTGRES_PASSWORD);", Value(variables, $"ConnectionStrings__{service}-db"),
                    StringComparison.Ordinal);
                Assert.StartsWith($"amqp://{service}:$(RABBITMQ_PASSWORD)@", Value(variables, "ConnectionStrings__bus"), StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(("ips-databases", $"ConnectionStrings__{service}-db"), Reference(variables, $"ConnectionStrings__{service}-db"));
                Assert.Equal(("ips-bus", service), Reference(variables, "ConnectionStrings__bus"));
            }
        }
    }

    [Fact]
    public async Task The_servers_chart_gives_each_service_the_logins_of_the_sandbox()
    {
        var chart = await Chart.Render("ips-servers");
        var cluster = chart.Of("Cluster").Single()["spec"]!;
        var sql = cluster["bootstrap"]!["initdb"]!["postInitSQL"]!.AsArray().Select(statement => (string)statement!).ToList();
        Assert.Equal(Services.Order(), cluster["managed"]!["roles"]!.AsArray().Select(role => (string)role!["name"]!).Order());
        foreach (var service in Services)
        {
            Assert.Contains($"CREATE DATABASE \"{service}-db\" OWNER {service}", sql);
            Assert.Contains($"REVOKE ALL ON DATABASE \"{service}-db\" FROM PUBLIC", sql);
            var allowed = BrokerPermissions.Of(service);
            var permission = chart.Get("Permission", $"rabbitmq-{service}")["spec"]!;
            Assert.Equal((service, (allowed.Configure, allowed.Write, allowed.Read)), ((string)permission["user"]!, Patterns(permission["permissions"]!)));
            var topic = chart.Get("TopicPermission", $"rabbitmq-{service}")["spec"]!["permissions"]!;
            Assert.Equal((BrokerPermissions.TopicExchange, allowed.Topics, "^$"), Topic(topic));
            Assert.Equal($"ips-rabbitmq-{service}", (string)chart.Get("User", $"rabbitmq-{service}")["spec"]!["importCredentialsSecret"]!["name"]!);
        }

        Assert.DoesNotContain(sql, statement => statement.Contains("SUPERUSER", StringComparison.Ordinal)
            || statement.Contains("CREATEROLE", StringComparison.Ordinal));
    }

    private Task<(int Code, string Output, string Errors)> MakeSecrets() => Tools.Run(new("sh", [Path.Combine(folder.FullName, "make-secrets.sh")]), "");

    private string Secret(string name) => File.ReadAllText(Path.Combine(folder.FullName, "secrets", name));

    private static string Service(string program) => program.Split('-')[0];

    private static (string, string, string) Patterns(JsonNode permission) =>
        ((string)permission["configure"]!, (string)permission["write"]!, (string)permission["read"]!);

    private static (string, string, string) Topic(JsonNode permission) =>
        ((string)permission["exchange"]!, (string)permission["write"]!, (string)permission["read"]!);

    private static string Value(JsonArray variables, string name) => (string)variables.Single(variable => (string)variable!["name"]! == name)!["value"]!;

    private static (string, string) Reference(JsonArray variables, string name) =>
        variables.Single(variable => (string)variable!["name"]! == name)!["valueFrom"]!["secretKeyRef"] is { } secret
            ? ((string)secret["name"]!, (string)secret["key"]!) : default;

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private static async Task<JsonNode> Get(HttpClient api, string path) => JsonNode.Parse(await api.GetStringAsync(path))!;
}
