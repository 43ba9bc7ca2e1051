namespace Ips.AppHost;

/// <summary>A program of this repository, run as it was built: no build, no watcher and no wrapper process at the start.</summary>
internal sealed class ServiceResource(string name, string program)
    : ExecutableResource(name, "dotnet", Path.GetDirectoryName(program)!), IResourceWithServiceDiscovery
{
    /// <summary>The built program of a project, in the configuration of this host.</summary>
    public static string ProgramOf(IProjectMetadata project)
    {
        var (name, built) = (Path.GetFileNameWithoutExtension(project.ProjectPath),
            new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)));
        return Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "bin", built.Parent!.Name, built.Name, $"{name}.dll");
    }

    /// <summary>What <c>dotnet</c> runs.</summary>
    public string Program => program;
}
