using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>A registered health check, before it runs.</summary>
/// <param name="name">The check's name.</param>
/// <param name="tags">The check's tags.</param>
public sealed class HealthCheckMapContext(string name, IEnumerable<string> tags)
{
    /// <summary>The check's name.</summary>
    public string Name { get; } = name;

    /// <summary>The check's tags.</summary>
    public IEnumerable<string> Tags { get; } = tags;
}

/// <summary>Which health checks make up the health of one service.</summary>
public sealed class ServiceMapping
{
    /// <summary>Maps a service to the checks that <paramref name="predicate"/> picks.</summary>
    /// <param name="name">The service's full name; empty is the server as a whole.</param>
    /// <param name="predicate">True for each check that counts. Checks that do not count are not run.</param>
    public ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(predicate);
        Name = name;
        HealthCheckPredicate = predicate;
    }

    /// <summary>The service's full name; empty is the server as a whole.</summary>
    public string Name { get; }

    /// <summary>True for each check that counts.</summary>
    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; }
}

/// <summary>The mapped services, each name once.</summary>
public sealed class ServiceMappingCollection : IEnumerable<ServiceMapping>
{
    private readonly Dictionary<string, ServiceMapping> mappings = new(StringComparer.Ordinal);

    /// <summary>How many services are mapped.</summary>
    public int Count => mappings.Count;

    /// <summary>Maps a service, in place of an earlier mapping of the same name.</summary>
    /// <param name="name">The service's full name; empty is the server as a whole.</param>
    /// <param name="predicate">True for each check that counts.</param>
    public void Map(string name, Func<HealthCheckMapContext, bool> predicate) => mappings[name] = new(name, predicate);

    /// <summary>Adds a mapping.</summary>
    /// <exception cref="ArgumentException">A service of this name is mapped.</exception>
    public void Add(ServiceMapping service)
    {
        ArgumentNullException.ThrowIfNull(service);
        mappings.Add(service.Name, service);
    }

    /// <summary>Removes the mapping of a service, if there is one.</summary>
    public void Remove(string name) => mappings.Remove(name);

    /// <summary>Removes every mapping.</summary>
    public void Clear() => mappings.Clear();

    /// <inheritdoc />
    public IEnumerator<ServiceMapping> GetEnumerator() => mappings.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryFind(string name, [NotNullWhen(true)] out ServiceMapping? mapping) => mappings.TryGetValue(name, out mapping);
}
