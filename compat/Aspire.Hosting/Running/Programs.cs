using Aspire.Hosting.ApplicationModel;
using LocalServers;

namespace Aspire.Hosting.Running;

/// <summary>One running program.</summary>
internal interface IProgram
{
    int ProcessId { get; }
    Task<int> Exited { get; }
    Task StopAsync();
}

/// <summary>Knows how to start the program of a resource, and to start it again.</summary>
internal abstract class Programs(IResource resource, AppData data, ResourceLog log, DistributedApplicationExecutionContext execution)
{
    protected IResource Resource => resource;
    protected AppData Data => data;
    protected ResourceLog Log => log;

    /// <summary>Started again after a crash. What others wait to complete runs once.</summary>
    public virtual bool RestartsAfterCrash => true;

    public int Replicas => resource.Annotations.OfType<InstancePorts>().FirstOrDefault()?.Replicas.Count ?? 1;

    public abstract Task<IProgram> StartAsync(int replica, CancellationToken stop);

    /// <summary>The variables as resolved for one replica.</summary>
    protected async Task<Dictionary<string, string>> EnvironmentAsync(int replica, CancellationToken stop)
    {
        var context = new EnvironmentCallbackContext(execution, resource, cancellationToken: stop);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList()) await callback.Callback(context);
        var resolved = new Dictionary<string, string>();
        foreach (var (name, value) in context.EnvironmentVariables) resolved[name] = await ResolveAsync(value, replica, stop);
        return resolved;
    }

    protected async Task<List<string>> ArgumentsAsync(int replica, CancellationToken stop)
    {
        var args = new List<object>();
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList()) await callback.Callback(new CommandLineArgsCallbackContext(args, stop));
        var resolved = new List<string>();
        foreach (var arg in args) resolved.Add(await ResolveAsync(arg, replica, stop));
        return resolved;
    }

    private async Task<string> ResolveAsync(object value, int replica, CancellationToken stop)
    {
        var context = new ValueProviderContext { Caller = resource, TargetPorts = resource.Annotations.OfType<InstancePorts>().FirstOrDefault()?.Replicas[replica] };
        return value switch
        {
            string text => text,
            IValueProvider provider => await provider.GetValueAsync(context, stop) ?? "",
            IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(context, stop) ?? "",
            var other => Convert.ToString(other, System.Globalization.CultureInfo.InvariantCulture) ?? "",
        };
    }
}

/// <summary>A program of this machine whose output we read.</summary>
internal sealed class ChildProgram(ChildProcess child) : IProgram
{
    // A service ends its requests and its bus first; what takes longer is ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public int ProcessId => child.Id;
    public Task<int> Exited => child.Exited;
    public Task StopAsync() => child.StopAsync(Native.SigTerm, Patience);
}

internal sealed class ProjectPrograms(ProjectResource resource, bool restarts, AppData data, ResourceLog log, DistributedApplicationExecutionContext execution) : Programs(resource, data, log, execution)
{
    public override bool RestartsAfterCrash => restarts;

    public override async Task<IProgram> StartAsync(int replica, CancellationToken stop)
    {
        var project = Resource.Annotations.OfType<IProjectMetadata>().Single();
        var program = project is IBuiltProjectMetadata built ? built.TargetPath : new ProjectByPath(project.ProjectPath).TargetPath;
        if (!File.Exists(program))
            throw new DistributedApplicationException($"The project of '{Resource.Name}' is not built: {program} does not exist. Build it: dotnet build {project.ProjectPath}");
        var environment = await EnvironmentAsync(replica, stop);
        var mark = Replicas > 1 ? $"{replica}: " : "";
        return new ChildProgram(await ChildProcess.StartAsync(new(DotNet(), [program, .. await ArgumentsAsync(replica, stop)])
        {
            Environment = environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            WorkingDirectory = Path.GetDirectoryName(project.ProjectPath),
            OnLine = line => Log.Write(mark + line),
        }));
    }

    // The runtime that runs us, whatever PATH says.
    private static string DotNet()
    {
        var root = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var program = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(program) ? program : "dotnet";
    }
}

internal sealed class ExecutablePrograms(ExecutableResource resource, AppData data, ResourceLog log, DistributedApplicationExecutionContext execution) : Programs(resource, data, log, execution)
{
    public override bool RestartsAfterCrash => false;

    public override async Task<IProgram> StartAsync(int replica, CancellationToken stop)
    {
        var command = resource.Command.Contains('/') ? Path.GetFullPath(resource.Command, resource.WorkingDirectory) : resource.Command;
        if (!OnThisMachine(command))
            throw new DistributedApplicationException($"'{resource.Command}', the program of '{resource.Name}', was not found. Install it, or give its path.");
        return new ChildProgram(await ChildProcess.StartAsync(new(command, await ArgumentsAsync(replica, stop))
        {
            Environment = (await EnvironmentAsync(replica, stop)).ToDictionary(pair => pair.Key, pair => (string?)pair.Value),
            WorkingDirectory = resource.WorkingDirectory,
            OnLine = Log.Write,
        }));
    }

    private static bool OnThisMachine(string command) => Path.IsPathRooted(command)
        ? File.Exists(command)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, command)));
}
