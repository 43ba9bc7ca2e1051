using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Starts only when <paramref name="dependency"/> runs and, where it has health checks, is healthy.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency) where T : IResourceWithWaitSupport =>
        builder.Wait(dependency.Resource, WaitType.WaitUntilHealthy, null);

    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitBehavior waitBehavior) where T : IResourceWithWaitSupport =>
        builder.Wait(dependency.Resource, WaitType.WaitUntilHealthy, waitBehavior);

    /// <summary>Starts only when <paramref name="dependency"/> runs, healthy or not.</summary>
    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency) where T : IResourceWithWaitSupport =>
        builder.Wait(dependency.Resource, WaitType.WaitUntilStarted, null);

    public static IResourceBuilder<T> WaitForStart<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, WaitBehavior waitBehavior) where T : IResourceWithWaitSupport =>
        builder.Wait(dependency.Resource, WaitType.WaitUntilStarted, waitBehavior);

    /// <summary>Starts only when <paramref name="dependency"/> has ended with that exit code. Any other code is a failure of both.</summary>
    public static IResourceBuilder<T> WaitForCompletion<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency, int exitCode = 0) where T : IResourceWithWaitSupport =>
        builder.Wait(dependency.Resource, WaitType.WaitForCompletion, null, exitCode);

    private static IResourceBuilder<T> Wait<T>(this IResourceBuilder<T> builder, IResource dependency, WaitType type, WaitBehavior? behavior, int exitCode = 0) where T : IResource
    {
        if (ReferenceEquals(builder.Resource, dependency))
            throw new DistributedApplicationException($"The '{builder.Resource.Name}' resource cannot wait for itself.");
        if (dependency is IResourceWithParent { Parent: var parent } && type != WaitType.WaitForCompletion)
        {
            if (ReferenceEquals(builder.Resource, parent))
                throw new DistributedApplicationException($"The '{builder.Resource.Name}' resource cannot wait for its child '{dependency.Name}'.");
            builder.Wait(parent, type, behavior);
        }
        return builder.WithAnnotation(new WaitAnnotation(dependency, type, exitCode) { WaitBehavior = behavior });
    }
}

internal static class Waits
{
    /// <summary>What must be there before <paramref name="resource"/> starts, and must stay until it has stopped.</summary>
    public static IEnumerable<IResource> Of(IResource resource) => resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource).Distinct();

    /// <exception cref="DistributedApplicationException">Resources wait for each other in a circle and would never start.</exception>
    public static void ThrowOnCycle(IEnumerable<IResource> resources)
    {
        var done = new HashSet<IResource>();
        var path = new List<IResource>();
        foreach (var resource in resources) Visit(resource);

        void Visit(IResource resource)
        {
            if (path.Contains(resource))
                throw new DistributedApplicationException($"These resources wait for each other and would never start: {string.Join(" -> ", path.SkipWhile(r => r != resource).Append(resource))}.");
            if (!done.Add(resource)) return;
            path.Add(resource);
            foreach (var next in Of(resource)) Visit(next);
            path.RemoveAt(path.Count - 1);
        }
    }
}
