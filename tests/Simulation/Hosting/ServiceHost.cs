using Grpc.Core;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ips.Simulation.Hosting;

/// <summary>The caller in whose name a scope runs; without one it is the service itself.</summary>
internal sealed class ScopeCaller
{
    public Caller Caller { get; set; } = Caller.None;
}

/// <summary>A service as its Program.cs registers it, without wires: callers, clients and clock are the world's.</summary>
/// <typeparam name="TMarker">Any type of the service.</typeparam>
internal sealed class ServiceHost<TMarker>(
    World world, string name, IReadOnlyDictionary<string, string> settings, Action<IServiceCollection> configure) : WebApplicationFactory<TMarker>
    where TMarker : class
{
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in settings)
            builder.UseSetting(key, value);
        builder.UseContentRoot(AppContext.BaseDirectory);
        builder.UseEnvironment("Production");
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(world.Clock);
            // One for all hosts: EF keeps its compiled queries by it.
            services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
            services.AddScoped<ScopeCaller>();
            services.AddScoped<CallsInOrder>();
            services.Replace(ServiceDescriptor.Scoped(scope => scope.GetRequiredService<ScopeCaller>().Caller));
            foreach (var client in services.Select(service => service.ServiceType).Where(type => type.IsSubclassOf(typeof(ClientBase))).Distinct().ToList())
            {
                services.RemoveAll(client);
                services.AddTransient(client, scope =>
                    Activator.CreateInstance(client, new DirectInvoker(world, name, scope.GetRequiredService<Caller>(), scope.GetRequiredService<CallsInOrder>()))!);
            }

            configure(services);
        });
    }
}
