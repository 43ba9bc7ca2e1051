using System.Text.Json;

namespace Ips.AppHost;

/// <summary>The addresses of a started platform, in endpoints.json of the data directory, for scripts. The file is there while the platform runs.</summary>
internal sealed class Endpoints(string data) : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly string file = Path.Combine(data, "endpoints.json");

    /// <summary>Writes the addresses of all services and pages. A reader sees the whole file or none.</summary>
    public void Write(IEnumerable<IResource> resources, string? dashboard)
    {
        SortedDictionary<string, Dictionary<string, string>> addresses = new(StringComparer.Ordinal);
        foreach (var resource in resources.OfType<IResourceWithServiceDiscovery>().Where(resource => resource.Name != Dashboard.Resource))
        {
            var endpoints = resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint is { UriScheme: "http", AllocatedEndpoint: not null });
            if (endpoints.ToDictionary(endpoint => endpoint.Name, endpoint => endpoint.AllocatedEndpoint!.UriString) is { Count: > 0 } found)
                addresses[resource.Name] = found;
        }
        if (dashboard is not null) addresses["dashboard"] = new() { ["http"] = dashboard };
        var draft = $"{file}.new";
        FileStreamOptions ownerOnly = new() { Mode = FileMode.Create, Access = FileAccess.Write };   // the dashboard's address signs in
        if (!OperatingSystem.IsWindows()) ownerOnly.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream stream = new(draft, ownerOnly)) JsonSerializer.Serialize(stream, addresses, Indented);
        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Removes the file.</summary>
    public void Dispose() => File.Delete(file);
}
