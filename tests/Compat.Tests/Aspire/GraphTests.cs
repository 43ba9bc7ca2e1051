using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Ips.Testing;
using Xunit;

namespace Ips.Compat.Tests.Aspire;

public sealed class GraphTests
{
    [Fact]
    public async Task A_resource_starts_after_what_it_waits_for_is_healthy_or_complete_and_stops_before_it()
    {
        await using var app = new TestApp();
        var first = app.AddProbe("first").WithHttpHealthCheck("/health").WithEnvironment("PROBE_SICK", "yes");
        var step = app.Builder.AddProject<global::Projects.Probe>("step").WithArgs("exit", "0").WaitFor(first);
        app.AddProbe("last").WithHttpHealthCheck("/health").WaitForCompletion(step);
        app.AddProbe("meanwhile").WaitForStart(first);
        await app.StartAsync();

        await app.HealthyAsync("meanwhile");
        await app.AnswersAsync("first");
        await app.States.WaitForResourceAsync("first", change => change.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy);
        Assert.Equal("Waiting", app.State("step").State!.Text);
        Assert.Equal("Waiting", app.State("last").State!.Text);

        await app.PostAsync("first", "/heal");
        await app.HealthyAsync("last");
        await app.App.StopAsync();
        await Poll.Until(() => app.Changes.Contains("first: Finished"));

        AssertOrder(app.Changes, "first: Running Healthy", "step: Starting", "step: Finished", "last: Starting", "last: Running Healthy", "last: Stopping", "last: Finished", "first: Stopping", "first: Finished");
    }

    [Fact]
    public async Task A_failed_step_fails_what_waits_for_it_and_the_reason_is_told_along_the_chain()
    {
        await using var app = new TestApp();
        var step = app.Builder.AddProject<global::Projects.Probe>("step").WithArgs("exit", "3");
        var second = app.AddProbe("second").WaitForCompletion(step);
        app.AddProbe("third").WaitFor(second);
        await app.StartAsync();

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => app.HealthyAsync("third"));
        Assert.Equal("Stopped waiting for resource 'step' to complete with exit code 0 because it ended with exit code 3.", refusal.Message);
        Assert.Contains("ending with 3", app.Log("step"));
        Assert.Null(app.Property("step", KnownProperties.Resource.Restarts));
    }

    [Fact]
    public void Resources_that_wait_in_a_circle_are_refused_by_name()
    {
        var app = new TestApp();
        var one = app.AddProbe("one");
        var two = app.AddProbe("two").WaitFor(one);
        one.WaitFor(two);
        Assert.Equal("These resources wait for each other and would never start: one -> two -> one.", Assert.Throws<DistributedApplicationException>(app.Builder.Build).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("two--hyphens")]
    [InlineData("end-")]
    [InlineData("under_score")]
    public void A_name_that_could_not_be_a_host_name_is_refused(string name) =>
        Assert.Contains("is invalid", Assert.Throws<ArgumentException>(() => new TestApp().AddProbe(name)).Message);

    [Fact]
    public void Names_differ_in_more_than_case()
    {
        var app = new TestApp();
        app.AddProbe("orders");
        Assert.Contains("already exists", Assert.Throws<DistributedApplicationException>(() => app.AddProbe("Orders")).Message);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_endpoint()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await using var app = new TestApp();
        app.Builder.AddProject<global::Projects.Probe>("orders").WithHttpEndpoint(port: port, name: "http");
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(app.StartAsync);
        Assert.Contains($"Port {port}, asked for by endpoint 'http' of 'orders', is taken", refusal.Message);
    }

    [Fact]
    public async Task A_missing_program_and_a_missing_parameter_fail_their_resource_with_a_way_on()
    {
        await using var app = new TestApp();
        app.Builder.AddExecutable("tool", "no-such-tool", ".");
        app.Builder.AddParameter("region");
        app.Builder.AddContainer("cache", "redis", "8");
        await app.StartAsync();
        foreach (var name in new[] { "tool", "region", "cache" }) await app.States.WaitForResourceAsync(name, KnownResourceStates.FailedToStart);
        Assert.Contains("'no-such-tool', the program of 'tool', was not found", (string)app.Property("tool", KnownProperties.Resource.Reason)!);
        Assert.Contains("Set Parameters__region", (string)app.Property("region", KnownProperties.Resource.Reason)!);
        Assert.Contains("Docker", (string)app.Property("cache", KnownProperties.Resource.Reason)!);
    }

    [Fact]
    public async Task A_failed_dependency_is_told_at_once_however_long_another_one_takes()
    {
        await using var app = new TestApp();
        var slow = app.Builder.AddExecutable("slow", "/bin/sleep", ".", "1000");
        var tool = app.Builder.AddExecutable("tool", "no-such-tool", ".");
        app.Builder.AddExecutable("late", "/bin/true", ".").WaitForCompletion(slow).WaitFor(tool);
        await app.StartAsync();
        await app.States.WaitForResourceAsync("late", KnownResourceStates.FailedToStart).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("'no-such-tool'", (string)app.Property("late", KnownProperties.Resource.Reason)!);
    }

    internal static void AssertOrder(List<string> changes, params string[] expected)
    {
        var from = 0;
        foreach (var change in expected)
        {
            var at = changes.IndexOf(change, from);
            Assert.True(at >= 0, $"'{change}' did not come after the ones before it in:\n{string.Join('\n', changes)}");
            from = at + 1;
        }
    }
}
