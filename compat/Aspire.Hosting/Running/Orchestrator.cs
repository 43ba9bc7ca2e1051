using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Running;

/// <summary>Starts every resource of the application and, at the end, stops them in the reverse of the order in which they waited.</summary>
internal sealed class Orchestrator(
    DistributedApplicationModel model, ResourceNotificationService notifications, HealthMonitor monitor, ConsoleLogs logs,
    DistributedApplicationExecutionContext execution, IConfiguration configuration, IHostEnvironment environment) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Supervisor> supervisors = [];
    private readonly List<TcpProxy> proxies = [];
    private IDisposable? ownership;
    private Task? stopped;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var data = AppData.Of(configuration, environment.ContentRootPath);
        ownership = data.Own();
        foreach (var program in model.Resources.Where(resource => resource is ProjectResource or ExecutableResource)) proxies.AddRange(Endpoints.Allocate(program));
        foreach (var resource in model.Resources)
        {
            _ = notifications.PublishUpdateAsync(resource, now => now with { State = KnownResourceStates.NotStarted });
            supervisors.Add(SupervisorOf(resource, data));
        }
        foreach (var supervisor in supervisors) supervisor.Begin(stopping.Token);
        _ = Task.WhenAll(supervisors.OfType<ProgramSupervisor>().Select(FollowAsync));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => stopped ??= StopAllAsync();

    public async ValueTask DisposeAsync()
    {
        await (stopped ??= StopAllAsync());
        foreach (var proxy in proxies) await proxy.DisposeAsync();
        proxies.Clear();   // the container disposes whom it knows by two names twice
        stopping.Dispose();
        ownership?.Dispose();
    }

    private async Task StopAllAsync()
    {
        await stopping.CancelAsync();
        var stops = new Dictionary<IResource, Task>();
        await Task.WhenAll(supervisors.Select(StopAfterDependents));

        Task StopAfterDependents(Supervisor supervisor)
        {
            if (stops.TryGetValue(supervisor.Resource, out var known)) return known;
            var dependents = supervisors.Where(other => Waits.Of(other.Resource).Contains(supervisor.Resource)).Select(StopAfterDependents).ToList();
            return stops[supervisor.Resource] = StopAsync(supervisor, dependents);
        }

        static async Task StopAsync(Supervisor supervisor, List<Task> dependents)
        {
            await Task.WhenAll(dependents);
            await supervisor.StopAsync();
        }
    }

    private Supervisor SupervisorOf(IResource resource, AppData data)
    {
        var log = logs.Of(resource);
        Programs? programs = resource switch
        {
            ProjectResource project => new ProjectPrograms(project, restarts: !IsWaitedToComplete(resource), data, log, execution),
            ExecutableResource executable => new ExecutablePrograms(executable, data, log, execution),
            PostgresServerResource postgres => new PostgresPrograms(postgres, data, log, execution),
            RabbitMQServerResource rabbit => new RabbitMqPrograms(rabbit, data, log, execution),
            ContainerResource container => new ContainerPrograms(container, data, log, execution),
            _ => null,
        };
        return (programs, resource) switch
        {
            ({ } some, _) => new ProgramSupervisor(resource, some, notifications, monitor, log),
            (_, PostgresDatabaseResource database) => new DatabaseSupervisor(database, notifications, monitor, log),
            _ => new ValueSupervisor(resource, notifications, monitor, log),
        };
    }

    private bool IsWaitedToComplete(IResource resource) =>
        model.Resources.SelectMany(other => other.Annotations.OfType<WaitAnnotation>()).Any(wait => wait.WaitType == WaitType.WaitForCompletion && wait.Resource == resource);

    // A private server writes its log itself, so that its last words survive us.
    private Task FollowAsync(ProgramSupervisor supervisor) =>
        supervisor.Resource is ContainerResource && !AppData.Of(configuration, environment.ContentRootPath).UseContainers
            ? logs.Of(supervisor.Resource).FollowAsync(stopping.Token)
            : Task.CompletedTask;
}
