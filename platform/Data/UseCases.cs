using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ips.Platform.Data;

/// <summary>The use cases of a service.</summary>
public static class UseCases
{
    /// <summary>
    /// Every use case of the service: a public class with a method <c>Handle</c>. One per request; where it is required as <see cref="Lazy{T}"/> it is made
    /// by the call that uses it, so that a frequent rpc does not make the contexts and use cases of the others.
    /// </summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    public static WebApplicationBuilder AddUseCases(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<IdempotentRequests>();
        builder.Services.AddScoped<Requests>();
        builder.Services.AddScoped(typeof(Lazy<>), typeof(UseCase<>));
        var useCases = Assembly.GetCallingAssembly().GetExportedTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false } && t.GetMethods(BindingFlags.Instance | BindingFlags.Public).Any(m => m.Name == "Handle"));
        foreach (var useCase in useCases)
            builder.Services.AddScoped(useCase);
        return builder;
    }

    private sealed class UseCase<T>(IServiceProvider services) : Lazy<T>(services.GetRequiredService<T>) where T : notnull;
}
