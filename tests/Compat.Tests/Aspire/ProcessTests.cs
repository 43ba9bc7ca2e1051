using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Aspire.Hosting.Testing;
using Ips.Testing;
using LocalServers;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace Ips.Compat.Tests.Aspire;

public sealed class ProcessTests
{
    [Fact]
    public async Task Replicas_share_one_port_and_each_answers()
    {
        await using var app = new TestApp();
        app.AddProbe("many").WithReplicas(3).WithHttpHealthCheck("/health");
        await app.StartAsync();
        await app.HealthyAsync("many");

        var pids = new HashSet<string>();
        for (var i = 0; i < 6; i++) pids.Add(await app.GetAsync("many", "/pid"));   // a new connection each time
        Assert.Equal(3, pids.Count);
        Assert.Equal(pids.Order(), ((string)app.Property("many", KnownProperties.Executable.Pid)!).Split(' ').Order());
    }

    [Fact]
    public async Task A_crashed_project_starts_again_with_its_address_and_is_unhealthy_meanwhile()
    {
        await using var app = new TestApp();
        app.AddProbe("one").WithHttpHealthCheck("/health");
        await app.StartAsync();
        await app.HealthyAsync("one");
        var (before, address) = (app.Pid("one"), app.App.GetEndpoint("one"));

        Native.Signal(before, Native.SigKill);
        await app.States.WaitForResourceAsync("one", change => change.Snapshot.HealthStatus == HealthStatus.Unhealthy);
        await app.States.WaitForResourceAsync("one", change => change.Snapshot.HealthStatus == HealthStatus.Healthy && change.Snapshot.Properties.Any(p => p.Name == KnownProperties.Resource.Restarts));
        Assert.NotEqual(before, app.Pid("one"));
        Assert.Equal(address, app.App.GetEndpoint("one"));
        Assert.Equal($"{app.Pid("one")}", await app.GetAsync("one", "/pid"));
        Assert.Contains("ended with exit code 137; starting again in 1 s", app.Log("one"));
    }

    [Fact]
    public void The_pause_before_a_new_start_doubles_up_to_half_a_minute_and_is_short_again_after_a_good_run()
    {
        var backoff = new Backoff();
        var pauses = Enumerable.Range(0, 7).Select(_ => backoff.After(TimeSpan.FromSeconds(2)).TotalSeconds).ToList();
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], pauses);
        Assert.Equal(1, backoff.After(TimeSpan.FromMinutes(1)).TotalSeconds);
    }

    [Fact]
    public async Task A_directory_has_one_application_at_a_time_and_the_second_says_how_to_go_on()
    {
        await using var app = new TestApp();
        app.AddProbe("one");
        await app.StartAsync();
        var data = new AppData(app.Data, UseContainers: false);
        var refusal = Assert.Throws<DistributedApplicationException>(data.Own);
        Assert.Contains($"{app.Data} is in use", refusal.Message);
        Assert.Contains("choose another directory", refusal.Message);
    }

    [Fact]
    public void A_disk_that_is_nearly_full_is_told_before_anything_starts()
    {
        var data = new AppData("/somewhere", UseContainers: false);
        data.ThrowIfFull(500_000_000);
        var refusal = Assert.Throws<DistributedApplicationException>(() => data.ThrowIfFull(499_999_999));
        Assert.Equal("The disk of the data directory /somewhere has 499 MB free; 500 MB are needed. Free some space there, or choose another directory.", refusal.Message);
    }

    [Fact]
    public async Task What_a_program_prints_is_kept_under_its_name()
    {
        await using var app = new TestApp();
        app.AddProbe("one").WithHttpHealthCheck("/health");
        app.Builder.AddExecutable("greeter", "/bin/sh", ".", "-c", "echo \"$WHO\"; echo grüße >&2; exit 4").WithEnvironment("WHO", "world");
        await app.StartAsync();
        await app.HealthyAsync("one");
        await app.PostAsync("one", "/say?line=hello%20log");
        await app.States.WaitForResourceAsync("greeter", KnownResourceStates.Exited);

        await Poll.Until(() => app.Log("one").Contains("hello log"));
        Assert.Equal(4, app.State("greeter").ExitCode);
        Assert.Equal(["world", "grüße", "ended with exit code 4"], app.Log("greeter").Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderByDescending(line => line == "world").ThenBy(line => line.StartsWith("ended")));
    }

    [Fact]
    public async Task Stopping_ends_every_process_and_frees_the_ports()
    {
        int pid;
        Uri address;
        await using (var app = new TestApp())
        {
            app.AddProbe("one").WithHttpHealthCheck("/health");
            app.Builder.AddExecutable("stubborn", "/bin/sh", ".", "-c", "trap '' INT; sleep 1000 & wait");
            await app.StartAsync();
            await app.HealthyAsync("one");
            (pid, address) = (app.Pid("one"), app.App.GetEndpoint("one"));
            await app.States.WaitForResourceAsync("stubborn");
        }
        Assert.False(TestApp.IsAlive(pid));
        Assert.True(Ports.IsFree(address.Port));
    }

    [Fact]
    public async Task A_restarted_server_keeps_address_and_data_and_its_dependents_go_on()
    {
        await using var app = new TestApp();
        var database = app.Builder.AddPostgres("db").WithDataBindMount(Path.Combine(app.Data, "db")).AddDatabase("orders-db", "orders");
        var broker = app.Builder.AddRabbitMQ("bus").WithManagementPlugin().WithDataVolume();
        app.AddProbe("asker").WithHttpHealthCheck("/health").WithReference(database).WithReference(broker).WaitFor(database).WaitFor(broker);
        await app.StartAsync();
        await app.HealthyAsync("asker");
        var seen = await app.GetAsync("asker", "/env");
        foreach (var name in new[] { "ConnectionStrings__orders-db", "ORDERS_DB_URI", "ORDERS_DB_DATABASENAME", "ConnectionStrings__bus", "BUS_HOST" }) Assert.Contains($"\"{name}\"", seen);
        GraphTests.AssertOrder(app.Changes, "db: Running Healthy", "orders-db: Running Healthy", "asker: Starting");
        GraphTests.AssertOrder(app.Changes, "bus: Running Healthy", "asker: Starting");

        var connectionString = await app.App.GetConnectionStringAsync("orders-db");
        await RunAsync(connectionString!, "create table kept as select 1 as n");
        var before = app.Pid("db");
        Native.Signal(before, Native.SigKill);
        await app.States.WaitForResourceAsync("db", change => change.Snapshot.HealthStatus == HealthStatus.Healthy && change.Snapshot.Properties.Any(p => p.Name == KnownProperties.Resource.Restarts));
        Assert.Equal(connectionString, await app.App.GetConnectionStringAsync("orders-db"));
        await RunAsync(connectionString!, "insert into kept values (2)");
        Assert.Contains("database system is ready", app.Log("db"));

        using var management = app.App.CreateHttpClient("bus", "management");
        using var page = await management.GetAsync("/");
        Assert.True(page.IsSuccessStatusCode);
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
