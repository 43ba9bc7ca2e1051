namespace Aspire.Hosting.ApplicationModel;

/// <summary>What may be asked of a resource.</summary>
public static class ResourceExtensions
{
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) => new(resource, endpointName);
}
