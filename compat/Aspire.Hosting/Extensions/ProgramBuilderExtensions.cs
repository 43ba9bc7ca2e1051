using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;

namespace Aspire.Hosting;

public class ProjectResourceOptions
{
    public string? LaunchProfileName { get; set; }
    public bool ExcludeLaunchProfile { get; set; }
}

public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds the project behind a class of namespace Projects.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name) where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, _ => { });

    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="launchProfileName">Profile of launchSettings.json; null: none.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, string? launchProfileName) where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, options => (options.LaunchProfileName, options.ExcludeLaunchProfile) = (launchProfileName, launchProfileName is null));

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name, Action<ProjectResourceOptions> configure) where TProject : IProjectMetadata, new() =>
        builder.AddProject(name, new TProject(), configure);

    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="projectPath">Path of the .csproj, from the application host's directory. The project must be built.</param>
    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath) =>
        builder.AddProject(name, projectPath, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, string projectPath, Action<ProjectResourceOptions> configure) =>
        builder.AddProject(name, new ProjectByPath(Path.GetFullPath(projectPath, builder.AppHostDirectory)), configure);

    /// <summary>Runs that many processes behind each endpoint, which then share one port.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) =>
        builder.WithAnnotation(new ReplicaAnnotation(replicas > 0 ? replicas : throw new ArgumentOutOfRangeException(nameof(replicas), replicas, "At least one replica is needed.")), ResourceAnnotationMutationBehavior.Replace);

    private static IResourceBuilder<ProjectResource> AddProject(this IDistributedApplicationBuilder builder, string name, IProjectMetadata project, Action<ProjectResourceOptions> configure)
    {
        var options = new ProjectResourceOptions();
        configure(options);
        var profile = options.ExcludeLaunchProfile ? null : LaunchProfile.Of(project.ProjectPath, options.LaunchProfileName);
        var resource = builder.AddResource(new ProjectResource(name)).WithAnnotation(project);
        foreach (var url in profile?.Urls ?? []) resource.WithEndpoint(url.Scheme, endpoint => (endpoint.UriScheme, endpoint.Port, endpoint.Transport) = (url.Scheme, url.Port, "http"));
        return resource.WithEnvironment(context => ProjectEnvironment.Add(context, builder.Configuration, profile));
    }
}

internal sealed class ProjectByPath(string projectPath) : IBuiltProjectMetadata
{
    public string ProjectPath => projectPath;

    /// <summary>The program beside which this one was built: same configuration, same framework.</summary>
    public string TargetPath
    {
        get
        {
            var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(Path.GetDirectoryName(projectPath)!, "bin", mine.Parent!.Name, mine.Name, Path.GetFileNameWithoutExtension(projectPath) + ".dll");
        }
    }
}

public static class ExecutableResourceBuilderExtensions
{
    /// <summary>Adds a program. It ends with the application at the latest and is not started again when it ends.</summary>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params string[]? args) =>
        builder.AddExecutable(name, command, workingDirectory, (object[]?)args);

    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="command">Path, or name on PATH.</param>
    /// <param name="workingDirectory">From the application host's directory.</param>
    /// <param name="args">Strings or value providers.</param>
    public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params object[]? args) =>
        builder.AddResource(new ExecutableResource(name, command, Path.GetFullPath(workingDirectory, builder.AppHostDirectory)))
            .WithArgs(args ?? [])
            .WithEnvironment(context => ProjectEnvironment.AddTelemetry(context, builder.Configuration));
}

public static class ContainerResourceBuilderExtensions
{
    /// <summary>Adds a container. It needs a container engine; there is no stand-in on this machine for any image.</summary>
    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image) =>
        builder.AddResource(new ContainerResource(name)).WithAnnotation(new ContainerImageAnnotation { Image = image });

    public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image, string tag) =>
        builder.AddContainer(name, image).WithImageTag(tag);

    public static IResourceBuilder<T> WithImage<T>(this IResourceBuilder<T> builder, string image, string? tag = null) where T : ContainerResource =>
        builder.WithAnnotation(new ContainerImageAnnotation { Image = image, Tag = tag }, ResourceAnnotationMutationBehavior.Replace);

    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag) where T : ContainerResource
    {
        var image = builder.Resource.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault()
            ?? throw new InvalidOperationException($"The resource '{builder.Resource.Name}' does not have a container image specified. Use WithImage to specify the container image and tag.");
        image.Tag = tag;
        return builder;
    }

    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false) where T : ContainerResource =>
        builder.WithAnnotation(new ContainerMountAnnotation(name, target, ContainerMountType.Volume, isReadOnly));

    /// <param name="builder">The container.</param>
    /// <param name="source">A path on this machine, from the application host's directory.</param>
    /// <param name="target">The path inside.</param>
    /// <param name="isReadOnly">The container may not write there.</param>
    public static IResourceBuilder<T> WithBindMount<T>(this IResourceBuilder<T> builder, string source, string target, bool isReadOnly = false) where T : ContainerResource =>
        builder.WithAnnotation(new ContainerMountAnnotation(Path.GetFullPath(source, builder.ApplicationBuilder.AppHostDirectory), target, ContainerMountType.BindMount, isReadOnly));

    internal static string VolumeName(IDistributedApplicationBuilder builder, string resource) =>
        $"{builder.AppHostAssembly?.GetName().Name ?? "apphost"}-{resource}-data".ToLowerInvariant();
}
