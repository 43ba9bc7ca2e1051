using Aspire.Hosting.ApplicationModel;
using LocalServers;

namespace Aspire.Hosting.Running;

/// <summary>The ports that each replica of a resource listens on, by endpoint name.</summary>
internal sealed record InstancePorts(IReadOnlyList<IReadOnlyDictionary<string, int>> Replicas) : IResourceAnnotation;

/// <summary>Decides ports before anything starts, so that resources can refer to each other whoever starts first.</summary>
internal static class Endpoints
{
    /// <summary>Gives every endpoint of a program its ports. One replica listens on the endpoint's port itself; several share it behind a proxy.</summary>
    /// <exception cref="DistributedApplicationException">A port that was asked for is taken.</exception>
    public static IReadOnlyList<TcpProxy> Allocate(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        var replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
        var proxies = new List<TcpProxy>();
        var ports = Enumerable.Range(0, replicas).Select(_ => new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)).ToList();
        foreach (var endpoint in endpoints)
        {
            var port = endpoint.Port ?? (endpoint.IsProxied ? null : endpoint.TargetPort);
            if (port is { } wanted) ThrowIfTaken(resource, endpoint, wanted);
            var own = port ?? Ports.Free();
            var direct = replicas == 1 && (!endpoint.IsProxied || endpoint.TargetPort is null || endpoint.TargetPort == own);
            if (replicas > 1 && (!endpoint.IsProxied || endpoint.TargetPort is not null))
                throw new DistributedApplicationException($"Endpoint '{endpoint.Name}' of '{resource.Name}' has {replicas} replicas, which cannot all listen on one port: leave it proxied and without a target port.");
            foreach (var replica in ports) replica[endpoint.Name] = direct ? own : endpoint.TargetPort ?? Ports.Free();
            if (!direct) proxies.Add(new TcpProxy(own, [.. ports.Select(replica => replica[endpoint.Name])]));
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, endpoint.TargetHost, own);
        }
        resource.Annotations.Add(new InstancePorts(ports));
        return proxies;
    }

    public static void ThrowIfTaken(IResource resource, EndpointAnnotation endpoint, int port)
    {
        if (!Ports.IsFree(port))
            throw new DistributedApplicationException($"Port {port}, asked for by endpoint '{endpoint.Name}' of '{resource.Name}', is taken by another program. End that program, ask for another port, or ask for none to get a free one.");
    }
}
