using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Calls;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ProtoService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;

/// <summary>Called by the gRPC server for every mapped service; adds an endpoint for each rule of each rpc.</summary>
internal sealed class TranscodingMethodProvider<TService>(
    KnownTypes types,
    IOptions<GrpcServiceOptions> all,
    IOptions<GrpcServiceOptions<TService>> own,
    IGrpcServiceActivator<TService> activator,
    IServiceProvider services,
    ILoggerFactory logs) : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        if (FindBind(typeof(TService)) is not { } bind || FindDescriptor(bind.DeclaringType!) is not { } service)
            return;
        var serving = Serving<TService>.Create(all.Value, own.Value, activator, services, types, logs);
        bind.Invoke(null, [new TranscodingBinder<TService>(context, service, serving), null]);
    }

    /// <summary>The generated <c>BindService(ServiceBinderBase, XBase)</c>; null for a service that was not generated from a proto file.</summary>
    private static MethodInfo? FindBind(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } attribute)
                return attribute.BindType.GetMethod(attribute.BindMethodName, BindingFlags.Public | BindingFlags.Static, [typeof(ServiceBinderBase), type]);
        }

        return null;
    }

    private static ProtoService? FindDescriptor(Type generated) =>
        generated.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as ProtoService;
}
