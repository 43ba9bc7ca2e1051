using System.Globalization;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A place where a resource listens. <see cref="Port"/> is what callers see, <see cref="TargetPort"/> what the process listens on.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EndpointAnnotation(ProtocolType protocol, string? uriScheme = null, string? transport = null, string? name = null, int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? protocol.ToString().ToLowerInvariant();
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : protocol.ToString().ToLowerInvariant());
        Name = name ?? UriScheme;
        (Port, TargetPort) = (port, targetPort);
        IsExternal = isExternal ?? false;
        IsProxied = isProxied ?? true;
    }

    public string Name { get; set; }
    public ProtocolType Protocol { get; set; }
    public string UriScheme { get; set; }
    public string Transport { get; set; }
    public int? Port { get; set; }
    public int? TargetPort { get; set; }
    public string TargetHost { get; set; } = "localhost";
    public bool IsExternal { get; set; }
    public bool IsProxied { get; set; }

    /// <summary>Where callers find it, once that is decided.</summary>
    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => allocated.Task.IsCompletedSuccessfully ? allocated.Task.Result : null;
        set => allocated.TrySetResult(value!);
    }

    internal Task<AllocatedEndpoint> Allocated => allocated.Task;
}

/// <summary>The address of an endpoint in this run.</summary>
public class AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
{
    public EndpointAnnotation Endpoint => endpoint;
    public string Address => address;
    public int Port => port;
    public string? TargetPortExpression => targetPortExpression;
    public string UriScheme => endpoint.UriScheme;
    public string UriString => $"{UriScheme}://{address}:{port}";
}

public enum EndpointProperty
{
    Url = 0,
    Host = 1,
    IPV4Host = 2,
    Port = 3,
    Scheme = 4,
    TargetPort = 5,
    HostAndPort = 6,
}

/// <summary>An endpoint named before it has an address; as a value it is its URL.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IExpressionValue, IValueWithReferences
{
    public IResourceWithEndpoints Resource => owner;
    public string EndpointName => endpointName;

    public EndpointAnnotation EndpointAnnotation =>
        owner.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => string.Equals(endpoint.Name, endpointName, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidOperationException($"The endpoint '{endpointName}' is not defined on resource '{owner.Name}'. It has: {string.Join(", ", owner.Annotations.OfType<EndpointAnnotation>().Select(e => e.Name))}.");

    public bool Exists => owner.Annotations.OfType<EndpointAnnotation>().Any(endpoint => string.Equals(endpoint.Name, endpointName, StringComparison.OrdinalIgnoreCase));
    public bool IsAllocated => EndpointAnnotation.AllocatedEndpoint is not null;
    public bool IsHttp => Scheme == "http";
    public bool IsHttps => Scheme == "https";
    public string Scheme => EndpointAnnotation.UriScheme;
    public string Host => AllocatedNow.Address;
    public int Port => AllocatedNow.Port;
    public int? TargetPort => EndpointAnnotation.TargetPort;
    public string Url => AllocatedNow.UriString;

    string IManifestExpressionProvider.ValueExpression => $"{{{owner.Name}.bindings.{endpointName}.url}}";
    IEnumerable<object> IValueWithReferences.References => [owner];

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        (await EndpointAnnotation.Allocated.WaitAsync(cancellationToken)).UriString;

    private AllocatedEndpoint AllocatedNow => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The endpoint '{endpointName}' of '{owner.Name}' has no address yet: it gets one when the application starts.");
}

public class EndpointReferenceExpression(EndpointReference endpoint, EndpointProperty property) : IExpressionValue, IValueWithReferences
{
    public EndpointReference Endpoint => endpoint;
    public EndpointProperty Property => property;

    public string ValueExpression
    {
        get
        {
            var name = property == EndpointProperty.IPV4Host ? "host" : char.ToLowerInvariant(property.ToString()[0]) + property.ToString()[1..];
            return $"{{{endpoint.Resource.Name}.bindings.{endpoint.EndpointName}.{name}}}";
        }
    }

    IEnumerable<object> IValueWithReferences.References => [endpoint];

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => GetValueAsync(new ValueProviderContext(), cancellationToken);

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        if (property == EndpointProperty.TargetPort && context.Caller == endpoint.Resource && context.TargetPorts is { } own)
            return own[endpoint.EndpointAnnotation.Name].ToString(CultureInfo.InvariantCulture);
        var at = await endpoint.EndpointAnnotation.Allocated.WaitAsync(cancellationToken);
        return property switch
        {
            EndpointProperty.Url => at.UriString,
            EndpointProperty.Host => at.Address,
            EndpointProperty.IPV4Host => "127.0.0.1",
            EndpointProperty.Port => at.Port.ToString(CultureInfo.InvariantCulture),
            EndpointProperty.Scheme => at.UriScheme,
            EndpointProperty.TargetPort => (endpoint.TargetPort ?? at.Port).ToString(CultureInfo.InvariantCulture),
            EndpointProperty.HostAndPort => $"{at.Address}:{at.Port}",
            _ => throw new InvalidOperationException($"An endpoint has no property '{property}'."),
        };
    }
}
