namespace Ips.AppHost;

/// <summary>The text that a start prints when all is healthy.</summary>
internal static class StartReport
{
    public static void Print(DistributedApplication app, IResourceCollection resources, AppHostOptions options)
    {
        var rows = resources
            .Where(resource => resource is not ParameterResource && resource.Name != Dashboard.Resource
            && !resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            .OrderBy(resource => !resource.HasAnnotationOfType<EndpointAnnotation>() || resource is not IResourceWithServiceDiscovery)   // the services first
            .Select(resource => (resource.Name, State: State(app, resource), Urls: Urls(resource)))
            .ToList();
        var (name, state) = (rows.Max(row => row.Name.Length), rows.Max(row => row.State.Length));
        Console.WriteLine();
        Console.WriteLine($"{"Resource".PadRight(name)}  {"State".PadRight(state)}  URL");
        foreach (var row in rows) Console.WriteLine($"{row.Name.PadRight(name)}  {row.State.PadRight(state)}  {row.Urls}".TrimEnd());
        Console.WriteLine($"""

            Token:   dotnet run --project AppHost --no-build -- token --role mco --org alliance{DataArgument(options)}
            Logs:    {Path.Combine(options.Data, "logs")}
            Stop:    Ctrl+C. The data stay in {options.Data}
            """);
    }

    private static string State(DistributedApplication app, IResource resource)
    {
        if (!app.ResourceNotifications.TryGetCurrentState(resource.Name, out var known) || known is null) return "Unknown";
        var text = known.Snapshot.State?.Text ?? "Unknown";
        return known.Snapshot.HealthStatus is { } health && text == KnownResourceStates.Running ? $"{text} ({health})" : text;
    }

    private static string Urls(IResource resource) => string.Join("  ", resource.Annotations.OfType<EndpointAnnotation>()
        .Where(endpoint => endpoint.AllocatedEndpoint is not null)
        .Select(endpoint => endpoint.Name == "http" ? endpoint.AllocatedEndpoint!.UriString : $"{endpoint.Name}: {endpoint.AllocatedEndpoint!.UriString}"));

    private static string DataArgument(AppHostOptions options) =>
        options.Data == new AppHostOptions().Data ? "" : $" --data {options.Data}";
}
